import type { Facts } from '../../domain/facts.ts';
import type { Check, Contribution, GroupFacts, Samples } from '../check.ts';
import { elsewhere, namespacesLook, type NamespacesLook } from '../namespaces-look.ts';

/** Namespaces whose sockets are counted, and those of them (the fullest) whose counters are read. */
const MAX_COUNTED = 200;
const MAX_PEEKED = 32;
/** Without root a namespace is told by its routes, 30 us a process; on a router, or with more processes, it is not. */
const MAX_FINGERPRINTED = 400;
const MAX_FINGERPRINT_BYTES = 65_536;

/**
 * Network namespaces of other processes: how many TCP sockets they hold, and their counters, which any account may
 * read through /proc/PID/net. Their sockets themselves are seen only from inside (`--container`, `--pid`).
 */
export const namespaces: Check = {
  id: 'namespaces',
  title: { en: 'other network namespaces', ko: '다른 네트워크 네임스페이스' },
  samples: 'both',
  core: false,
  capBytes: 65_536,
  timeoutS: 5,
  cost: 'first sample: one link of every process, 10 us each (without root 30 us), and two small files of each namespace; second: four files of up to 32 namespaces',
  script: `own=$(readlink /proc/self/ns/net) || exit 127
counters() {
  set --
  for pid in $peeked; do set -- "$@" "/proc/$pid/net/snmp" "/proc/$pid/net/netstat"; done
  [ "$#" = 0 ] || grep -sHE '^(Tcp|TcpExt):' "$@" | awk '
  { split($1, path, "/"); pid = path[3] }
  $2 ~ /^[A-Za-z]/ { split("", name); for (i = 2; i <= NF; i++) name[i] = $i; next }
  { for (i = 2; i <= NF; i++) if (name[i] ~ /^(ListenOverflows|TCPTimeWaitOverflow|TCPReqQFullDrop|RetransSegs|OutSegs)$/) print "counter", pid, name[i], $i }'
}
if [ "$TC_SAMPLE" = 2 ]; then
  peeked=$(printf '%s\\n' "$TC_INPUT" | sed -n 's/^peeked //p')
  grep -H '' /proc/uptime
  counters
  echo end
  exit 0
fi
echo "own $own"
echo "pidns $(readlink /proc/self/ns/pid)"
links=$(printf '%s\\n' /proc/[0-9]*/ns/net | xargs ls -ld 2>/dev/null | awk -v own="$own" '
  $(NF - 1) == "->" { split($(NF - 2), path, "/"); if ($NF != own) { n[$NF]++
    if (!($NF in pid) || path[3] + 0 < pid[$NF] + 0) pid[$NF] = path[3] }; next }
  { split($NF, path, "/"); hidden[++h] = path[3] }
  END { for (ns in n) print "netns", ns, pid[ns], n[ns]; for (i = 1; i <= h; i++) print "hidden", hidden[i] }')
hidden=$(printf '%s\\n' "$links" | awk '$1 == "hidden" && ++n <= ${MAX_FINGERPRINTED + 1} { printf "%s ", $2 }')
# shellcheck disable=SC2086 # numbers
set -- $hidden
size=0
[ "$#" = 0 ] || size=$(wc -c </proc/self/net/fib_trie) || size=
partial=
if [ "$#" -gt ${MAX_FINGERPRINTED} ] || [ "\${size:-${MAX_FINGERPRINT_BYTES + 1}}" -gt ${MAX_FINGERPRINT_BYTES} ]; then
  partial=1
  # Processes of containers carry the id of theirs; one of each stands for it.
  containers=$(printf '%s\\n' /proc/[0-9]*/cgroup | xargs grep -sHoE '[0-9a-f]{64}' |
    awk -F'[/:]' '!($NF in seen) { seen[$NF]; if (++n <= ${MAX_FINGERPRINTED}) printf "%s ", $3 }')
  # shellcheck disable=SC2086 # numbers
  set -- $containers
  [ "\${size:-${MAX_FINGERPRINT_BYTES + 1}}" -le ${MAX_FINGERPRINT_BYTES} ] || exit 126
fi
if [ "$#" -gt 0 ]; then
  for pid in "$@"; do shift; set -- "$@" "/proc/$pid/net/fib_trie"; done
  routes=$(cksum /proc/self/net/fib_trie "$@" 2>/dev/null | awk '
    NR == 1 { own = $1 "." $2; next }
    { split($3, path, "/"); id = $1 "." $2; if (id != own) { n[id]++; if (!(id in pid)) pid[id] = path[3] } }
    END { for (id in n) print "netns", "routes:" id, pid[id], n[id] }')
  links=$(printf '%s\\n%s\\n' "$(printf '%s\\n' "$links" | grep '^netns')" "$routes")
fi
printf '%s\\n' "$links" | grep '^netns' | head -n ${MAX_COUNTED}
echo "there $(printf '%s\\n' "$links" | grep -c '^netns')"
[ -z "$partial" ] || echo partial
pids=$(printf '%s\\n' "$links" | awk '$1 == "netns" && ++n <= ${MAX_COUNTED} { printf "%s ", $3 }')
set --
for pid in $pids; do set -- "$@" "/proc/$pid/net/sockstat" "/proc/$pid/net/sockstat6"; done
[ "$#" -gt 0 ] || { echo end; exit 0; }
tally=$(grep -sHE '^TCP6?:' "$@" | awk '
  { split($1, path, "/"); for (i = 2; i < NF; i += 2) if ($i == "inuse") n[path[3]] += $(i + 1); else if ($i == "tw") tw[path[3]] += $(i + 1) }
  END { for (pid in n) print n[pid] + tw[pid], "tally", pid, n[pid] + 0, tw[pid] + 0 }' | sort -rn | cut -d ' ' -f 2-)
[ -z "$tally" ] || printf '%s\\n' "$tally"
peeked=$(printf '%s\\n' "$tally" | awk '$3 + $4 > 0 && ++n <= ${MAX_PEEKED} { printf "%s ", $2 }')
if [ -n "$peeked" ]; then
  echo "peeked $peeked"
  grep -H '' /proc/uptime
  counters
  set --
  for pid in $peeked; do set -- "$@" "/proc/$pid/cgroup"; done
  # Of all lines the longest path tells most.
  found=$(grep -sHE ':/..' "$@" | awk '{ split($0, path, "/"); text = $0; sub(/^[^:]*:[0-9]+:[^:]*:/, "", text)
    if (length(text) > length(best[path[3]])) best[path[3]] = text } END { for (pid in best) print "cgroup", pid, best[pid] }')
  [ -z "$found" ] || printf '%s\\n' "$found"
  for pid in $peeked; do
    name=
    { read -r name <"/proc/$pid/comm"; } 2>/dev/null
    echo "process $pid $name"
  done
  for id in $(printf '%s\\n' "$found" | grep -oE '[0-9a-f]{64}' | sort -u); do
    for file in "/var/lib/docker/containers/$id/config.v2.json" /var/log/containers/*-"$id".log; do
      case $file in *'/*-'*) continue ;; esac
      [ -e "$file" ] || [ -L "$file" ] || continue
      case $file in
        *.log) file=\${file##*/}; echo "name $id \${file%-"$id".log}" ;;
        *) [ ! -r "$file" ] || echo "name $id $(grep -oE '"Name":"/[A-Za-z0-9_.-]+"' "$file" | head -n 1 | cut -d / -f 2 | tr -d '"')" ;;
      esac
    done
  done
  if [ -r /var/lib/containers/storage/overlay-containers/containers.json ]; then
    tr '{' '\\n' </var/lib/containers/storage/overlay-containers/containers.json |
      sed -n 's/.*"id":"\\([0-9a-f]\\{64\\}\\)","names":\\["\\([A-Za-z0-9_.-]*\\)".*/name \\1 \\2/p' | head -n ${MAX_COUNTED}
  fi
fi
echo end`,
  input: { of: 'namespaces', sample: 'first' },
  fillsWindow: false,
  linesHold: false,
  hostOnly: true,
  read,
};

function read({ first, second }: Samples, before: Facts): Contribution | null {
  const then = namespacesLook(first);
  if (then === null) return null;
  // Without a window (the host was started anew, its clock went backwards) there are no rates here either.
  const now = typeof before.host.run['window_s'] === 'number' ? namespacesLook(second) : null;
  return { host: { sockets: sockets(then, now, before) } };
}

function sockets(then: NamespacesLook, now: NamespacesLook | null, { host }: Facts): GroupFacts<'sockets'> {
  const others = elsewhere(then, now);
  const [allocated, inUse] = [host.sockets['allocated'], host.sockets['in_use']];
  // From inside a container the rest of the machine is somebody else's.
  const unaccounted =
    then.wholeMachine && typeof allocated === 'number' && typeof inUse === 'number'
      ? Math.max(0, allocated - inUse - others.inUse)
      : undefined;
  return {
    elsewhere: others.sockets,
    elsewhere_namespaces: others.namespaces,
    elsewhere_names: others.names === '' ? undefined : others.names,
    elsewhere_unaccounted: unaccounted,
    elsewhere_trouble: others.trouble?.counter,
    elsewhere_trouble_in: others.trouble?.where,
    elsewhere_trouble_per_s: others.trouble?.perS,
    elsewhere_calm: others.calm,
  };
}
