import type { Facts } from '../../domain/facts.ts';
import type { Check, Contribution, GroupFacts, Samples } from '../check.ts';
import { elsewhere, namespacesLook, type NamespacesLook } from '../namespaces-look.ts';
import { SH_OVER } from '../shell-text.ts';

/** Namespaces whose sockets are counted, and those of them (the fullest) whose counters are read. */
const MAX_COUNTED = 200;
const MAX_PEEKED = 32;
/** Without root a namespace is told by its routes, 30 us a process; on a router, or with more processes, it is not. */
const MAX_FINGERPRINTED = 400;
const MAX_FINGERPRINT_BYTES = 65_536;

/** Before the counters in both samples, for the time between them. */
const UPTIME = `IFS= read -r line </proc/uptime && printf '%s\\n' "/proc/uptime:$line"`;

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
  // Without another namespace there is nothing to compare.
  shortcut: `[ "$TC_SAMPLE" = 2 ] || exit 1
case $TC_INPUT in *"
peeked "*) exit 1 ;; esac
${UPTIME}
echo end`,
  script: `${SH_OVER}
counters() {
  set --
  for pid in $peeked; do set -- "$@" "/proc/$pid/net/snmp" "/proc/$pid/net/netstat"; done
  [ "$#" = 0 ] || grep -sHE '^(Tcp|TcpExt):' "$@" | awk '
  { split($1, path, "/"); pid = path[3] }
  $2 ~ /^[A-Za-z]/ { split("", name); for (i = 2; i <= NF; i++) name[i] = $i; next }
  { for (i = 2; i <= NF; i++) if (name[i] ~ /^(ListenOverflows|TCPTimeWaitOverflow|TCPReqQFullDrop|RetransSegs|OutSegs)$/) print "counter", pid, name[i], $i }'
}
# What stands after WORD in a line of TEXT that begins with it.
after() {
  IFS='
'
  set -f
  for line in $2; do
    case $line in "$1 "*) found=\${line#"$1 "} ;; esac
  done
  set +f
  unset IFS
}
if [ "$TC_SAMPLE" = 2 ]; then
  found=
  after peeked "$TC_INPUT"
  peeked=$found
  ${UPTIME}
  counters
  echo end
  exit 0
fi
links=$(tc_over ns/net ls -ldn /proc/self/ns/net /proc/self/ns/pid 2>/dev/null | awk '
  { led = $(NF - 1) == "->"; split(led ? $(NF - 2) : $NF, path, "/") }
  path[3] == "self" { if (led) mine[path[5]] = $NF; next }
  led { n[$NF]++; if (!($NF in pid) || path[3] + 0 < pid[$NF] + 0) pid[$NF] = path[3]; next }
  ++h <= ${MAX_FINGERPRINTED + 1} { hidden = hidden " " path[3] }
  END {
    if (!("net" in mine)) exit 1
    print "own", mine["net"]; print "pidns", mine["pid"]
    for (ns in n) if (ns != mine["net"] && ++there <= ${MAX_COUNTED}) print "netns", ns, pid[ns], n[ns]
    print "there", there + 0
    if (h) print "hidden" hidden
  }') || exit 127
found='' partial=''
after hidden "$links"
# shellcheck disable=SC2086 # numbers
set -- $found
if [ "$#" -gt 0 ]; then
  size=$(wc -c </proc/self/net/fib_trie) || size=
  if [ "$#" -gt ${MAX_FINGERPRINTED} ] || [ "\${size:-${MAX_FINGERPRINT_BYTES + 1}}" -gt ${MAX_FINGERPRINT_BYTES} ]; then
    partial=1
    # Processes of containers carry the id of theirs; one of each stands for it.
    containers=$(tc_over cgroup grep -sHoE '[0-9a-f]{64}' |
      awk -F'[/:]' '!($NF in seen) { seen[$NF]; if (++n <= ${MAX_FINGERPRINTED}) printf "%s ", $3 }')
    # shellcheck disable=SC2086 # numbers
    set -- $containers
    [ "\${size:-${MAX_FINGERPRINT_BYTES + 1}}" -le ${MAX_FINGERPRINT_BYTES} ] || exit 126
  fi
  for pid in "$@"; do shift; set -- "$@" "/proc/$pid/net/fib_trie"; done
  links=$({ printf '%s\\n' "$links"; [ "$#" = 0 ] || cksum /proc/self/net/fib_trie "$@" 2>/dev/null; } | awk '
    $1 == "hidden" { next }
    $1 == "there" { there = $2; next }
    $1 !~ /^[0-9]+$/ { print; next }
    { split($3, path, "/"); id = $1 "." $2 }
    path[3] == "self" { own = id; next }
    id != own { n[id]++; if (!(id in pid)) pid[id] = path[3] }
    END { for (id in n) if (++there <= ${MAX_COUNTED}) print "netns", "routes:" id, pid[id], n[id]; print "there", there }')
fi
printf '%s\\n' "$links"
[ -z "$partial" ] || echo partial
set --
IFS='
'
for line in $links; do
  case $line in 'netns '*) line=\${line#netns * }; set -- "$@" "/proc/\${line% *}/net/sockstat" "/proc/\${line% *}/net/sockstat6" ;; esac
done
unset IFS
[ "$#" -gt 0 ] || { echo end; exit 0; }
tally=$(grep -sHE '^TCP6?:' "$@" | awk '
  { split($1, path, "/"); pid = path[3]; if (!(pid in n)) { order[++many] = pid; n[pid] = 0 }
    for (i = 2; i < NF; i += 2) if ($i == "inuse") n[pid] += $(i + 1); else if ($i == "tw") tw[pid] += $(i + 1) }
  END {
    for (i = 1; i <= many; i++) {
      most = i
      for (k = i + 1; k <= many; k++) if (n[order[k]] + tw[order[k]] > n[order[most]] + tw[order[most]]) most = k
      pid = order[most]; order[most] = order[i]
      print "tally", pid, n[pid] + 0, tw[pid] + 0
      if (n[pid] + tw[pid] > 0 && ++told <= ${MAX_PEEKED}) peeked = peeked " " pid
    }
    if (peeked != "") print "peeked" peeked
  }')
[ -z "$tally" ] || printf '%s\\n' "$tally"
found=
after peeked "$tally"
peeked=$found
if [ -n "$peeked" ]; then
  ${UPTIME}
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
