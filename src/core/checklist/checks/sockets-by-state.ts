import type { Check, Contribution, GroupFacts, Samples } from '../check.ts';
import { closeWaitLook, stayedRatio, type CloseWaitLook, type Holder } from '../close-wait-look.ts';
import { count, ratio } from '../figures.ts';
import { linesOf, wordsOf } from '../lines.ts';
import { processSubject } from '../process-look.ts';
import type { SsState } from '../ss-rows.ts';
import { SH_SS } from '../proc-sockets.ts';
import { SH_OVER } from '../shell-text.ts';

const FACTS = {
  ESTAB: 'established',
  'SYN-SENT': 'syn_sent',
  'SYN-RECV': 'syn_recv',
  'FIN-WAIT-1': 'fin_wait_1',
  'FIN-WAIT-2': 'fin_wait_2',
  'TIME-WAIT': 'time_wait',
  'CLOSE-WAIT': 'close_wait',
  'LAST-ACK': 'last_ack',
  CLOSING: 'closing',
} as const satisfies Partial<Record<SsState, keyof GroupFacts<'sockets'>>>;

/** From so many CLOSE-WAIT on it is looked whose they are; a healthy host has a handful, for milliseconds each. */
const MIN_CLOSE_WAIT = 20;
/** Processes asked for theirs: those with the largest descriptor tables, which a leak makes; of equal ones the older. */
const MAX_HOLDERS = 6;
/** Descriptors of each that are looked at, 10 us each, and inodes told of each. */
const MAX_LOOKED = 2048;
const MAX_INODES = 250;

/**
 * Prints COUNT STEP INODE… of the blank-separated inodes: all of them, or where they are many those divisible by a
 * power of seven, which is the same choice in both samples.
 */
const AWK_TELL = `
  function tell(text,   n, i, step, part, line) {
    n = split(text, part, " ")
    for (step = 1; n > ${MAX_INODES} * step; step *= 7);
    for (i = 1; i <= n; i++) if (part[i] % step == 0) line = line " " part[i]
    return n " " step line
  }`;

/** ss -e with a filter by state prints no state: Recv-Q Send-Q HERE THERE; 0 stands for connections nobody accepted. */
const CLOSE_WAIT = `
waits=$(printf '%s\\n' "$TC_INPUT" | sed -n 's/^state CLOSE-WAIT //p')
[ "\${waits:-0}" -ge ${MIN_CLOSE_WAIT} ] || exit 0
{
  ss -tne state close-wait
  echo processes
  for file in status limits; do tc_over "$file" grep -sHE '^(FDSize|Max open files)'; done | awk '
  { split($0, path, "/"); pid = path[3] }
  /FDSize:/ { size[pid] = $NF }
  /Max open files/ { limit[pid] = $4 }
  END { for (pid in size) if (size[pid] > 0) print size[pid], pid, limit[pid] }' |
  sort -k 1,1nr -k 2,2n | head -n ${MAX_HOLDERS} | while read -r _ pid limit; do
    [ -r "/proc/$pid/fd" ] || continue
    set -- /proc/"$pid"/fd/*
    name=
    read -r name <"/proc/$pid/comm"
    # No echo: some make a line end of a backslash in a name.
    printf '%s\\n' "process $pid \${limit:-0} $# $name"
    printf '%s\\n' "$@" | head -n ${MAX_LOOKED} | xargs ls -ld
  done
} 2>/dev/null | awk '${AWK_TELL}
  $1 == "processes" && NF == 1 { inside = 1; next }
  !inside && match($0, /ino:[0-9]+/) && substr($0, RSTART + 4, RLENGTH - 4) > 0 {
    inode = substr($0, RSTART + 4, RLENGTH - 4)
    waits["socket:[" inode "]"] = inode; all = all " " inode
  }
  !inside && $3 ~ /:[0-9]+$/ { port = $3; sub(/.*:/, "", port); ports[port]++; peers[$4]++; next }
  inside && $1 == "process" { pid = $2; order[++n] = pid; head[pid] = $2 " " $3 " " $4; sub(/^process [0-9]+ [^ ]+ [0-9]+ /, ""); name[pid] = $0; next }
  inside { looked[pid]++; if ($NF ~ /^socket:/) sockets[pid]++; if ($NF in waits) own[pid] = own[pid] " " waits[$NF] }
  END {
    print "waits", tell(all)
    for (key in ports) if (ports[key] > ports[most]) most = key
    if (most != "") print "port", most, ports[most]
    for (key in peers) if (peers[key] > peers[far]) far = key
    if (far != "") print "peer", far, peers[far]
    for (i = 1; i <= n; i++) if (own[order[i]] != "")
      print "holder", head[order[i]], looked[order[i]] + 0, sockets[order[i]] + 0, tell(own[order[i]]), "name", name[order[i]]
  }'`;

/**
 * How many sockets there are of each state, added up in the walk of sockets-by-destination, so it costs nothing; and
 * where many are in CLOSE-WAIT, which processes hold them.
 */
export const socketsByState: Check = {
  id: 'sockets-by-state',
  title: { en: 'sockets by state', ko: '상태별 소켓 수' },
  samples: 'both',
  core: true,
  capBytes: 32_768,
  timeoutS: 10,
  cost: 'nothing: the lines of sockets-by-destination; from 20 CLOSE-WAIT on one ss, two small files of every process, and up to 12,000 descriptors (0.1 s)',
  shortcut: `told='' waits=0
IFS='
'
set -f
for line in $TC_INPUT; do
  case $line in
    'state '* | 'skipped '* | 'others '* | 'end '*) told=1; printf '%s\\n' "$line" ;;
  esac
  case $line in 'state CLOSE-WAIT '*) waits=\${line##* } ;; esac
done
[ -n "$told" ] && [ "$waits" -lt ${MIN_CLOSE_WAIT} ]`,
  script: `${SH_SS}
${SH_OVER}
printf '%s\\n' "$TC_INPUT" | grep -E '^(state|skipped|others|end) ' || exit 1${CLOSE_WAIT}`,
  input: { of: 'sockets-by-destination', sample: 'same' },
  fillsWindow: false,
  linesHold: false,
  read,
};

function read({ first, second }: Samples): Contribution | null {
  const before = states(first);
  const after = states(second);
  const latest = after ?? before;
  if (latest === null) return null;
  const looks = { first: closeWaitLook(first), second: closeWaitLook(second) };
  return {
    host: {
      sockets: {
        ...latest,
        close_wait_first: after === null ? undefined : before?.close_wait,
        ...places(looks),
      },
    },
    processes: holders(looks),
  };
}

function states(text: string | null): GroupFacts<'sockets'> | null {
  const rows = linesOf(text).map(wordsOf);
  // Of a table that is too large to be walked the rare states are counted by themselves (`others`).
  if (!rows.some(([word]) => word === 'end' || word === 'others')) return null;
  // The table was walked to its end, so a state that is not listed has no socket.
  const sockets = Object.entries(FACTS).map(([state, fact]) => {
    const row = rows.find(([word, name]) => word === 'state' && name === state);
    return [fact, row === undefined ? 0 : count(row[2])] as const;
  });
  return Object.fromEntries(sockets);
}

interface Looks {
  readonly first: CloseWaitLook | null;
  readonly second: CloseWaitLook | null;
}

function places({ first, second }: Looks): GroupFacts<'sockets'> {
  const latest = second ?? first;
  return {
    close_wait_stayed_ratio:
      first === null || second === null ? undefined : stayedRatio(first.all, second.all),
    close_wait_port: latest?.port?.port,
    close_wait_port_count: latest?.port?.count,
    close_wait_peer: latest?.peer?.peer,
    close_wait_peer_count: latest?.peer?.count,
  };
}

function holders({ first, second }: Looks): ReadonlyMap<string, GroupFacts<'process'>> {
  const latest = second ?? first;
  return new Map(
    [...(latest?.holders ?? [])].map(([pid, holder]) => [
      processSubject(pid),
      facts(holder, first?.holders.get(pid), second !== null),
    ]),
  );
}

function facts(now: Holder, before: Holder | undefined, bothSeen: boolean): GroupFacts<'process'> {
  return {
    name: now.name,
    pid: now.pid,
    descriptors: now.open,
    descriptors_first: before?.open,
    descriptor_limit: now.limit,
    descriptor_ratio: ratio(now.open, now.limit),
    sockets_ratio: ratio(now.sockets, now.looked),
    close_wait: estimate(now),
    close_wait_first: before === undefined ? undefined : estimate(before),
    close_wait_ratio: ratio(now.count, now.looked),
    close_wait_stayed_ratio: bothSeen && before !== undefined ? stayedRatio(before, now) : undefined,
  };
}

const estimate = ({ count: held, open, looked }: Holder): number => Math.round((held * open) / looked);
