import type { Facts, FactValue } from '../../domain/facts.ts';
import type { Check, Contribution, GroupFacts, Samples } from '../check.ts';
import { growth, ratio } from '../figures.ts';
import { listenerLook, type ListenerLook, type Listening } from '../listener-look.ts';
import { AWK_FULL, SH_CLOCK, SH_NAP, SH_ROW, ssListening } from '../shell-text.ts';
import { stayedRatio } from '../waiting.ts';
import { SH_SS } from '../proc-sockets.ts';

/** Full listeners whose waiting connections are listed, and how many of each. */
const MAX_FULL = 5;
const MAX_WAITING = 512;
/** With more sockets than this the list would cost too much: the kernel cannot pick those that wait. */
const MAX_BUSY = 100_000;
/** Where a listener has dropped connections before, its queue is looked at so often: bursts are shorter than a second. */
const HASTY_CS = 25;
/** A host with more listeners keeps the fullest. */
const MAX_LISTENERS = 500;

/** The accept queues: what each listener's holds, once a second all through the window. */
export const listeners: Check = {
  id: 'listeners',
  title: { en: 'listening sockets', ko: '리스닝 소켓' },
  samples: 'both',
  core: true,
  capBytes: 131_072,
  timeoutS: 10,
  cost: 'ss over the listening table once a second (four times where a listener has dropped connections), 3 ms each; a filtered list of connections only when a queue is full',
  script: `${SH_SS}
${SH_CLOCK}
${SH_NAP}
${SH_ROW}
# Whether a row of these texts tells of somebody who waits: without a filter by state the state stands first.
queued() {
  case "
$1
$2" in *"
"[1-9]* | *"
peak "* | *LISTEN*) return 0 ;; esac
  return 1
}
full() {
  awk "$row"'
  function note(port) { if (port ~ /^[0-9]+$/ && !(port in seen) && n_full < ${MAX_FULL}) { seen[port]; n_full++; print port } }
  $1 == "peak" { state = "LISTEN"; here = $2; queue = $3; backlog = $4 }
  ($1 == "peak" || row()) && ${AWK_FULL} { parts = split(here, part, ":"); note(part[parts]) }'
}
waiting() {
  busy=0
  for file in /proc/net/sockstat /proc/net/sockstat6; do
    [ -r "$file" ] || continue
    while read -r name _ inuse _; do
      case $name in TCP: | TCP6:) busy=$((busy + inuse)) ;; esac
    done <"$file"
  done
  [ "$busy" -le ${MAX_BUSY} ] || return 0
  filter=
  while read -r port; do
    echo "looked $port"
    filter="\${filter:+$filter or }sport = :$port"
  done
  [ -n "$filter" ] || return 0
  ss -tne "( $filter )" | awk "$row"'
  /^[^ \\t]/ { open = row() && (state == "ESTAB" || state == "CLOSE-WAIT") }
  open && /[ \\t]ino:0([ \\t]|$)/ { open = 0; print here, there }' | LC_ALL=C sort | awk '
  { parts = split($1, part, ":"); port = part[parts]
    if (++listed[port] > ${MAX_WAITING}) { if (!(port in cut)) { cut[port]; cuts = cuts "\\ncut " port }; next }
    parts = split($2, part, ":"); peer = substr($2, 1, length($2) - length(part[parts]) - 1)
    if ($1 " " peer != group) { printf "%swaiting %s %s", (NR > 1 ? "\\n" : ""), $1, peer; group = $1 " " peer }
    printf " %s", part[parts] }
  END { if (NR) print cuts }'
}
look() {
  echo look
  ${ssListening('')}
}
if [ "$TC_SAMPLE" = 1 ]; then
  rows=$(${ssListening('em')}) || exit 1
  printf '%s\\n' "$rows"
  queued "$rows" '' && printf '%s\\n' "$rows" | full | waiting
  exit 0
fi
nap=100
case $TC_INPUT in *,d[1-9]*) nap=${HASTY_CS} ;; esac
peaks=$(
  { [ "$nap" = 100 ] || look
    turns=$((TC_WINDOW_S * 100 / nap))
    while [ "$turns" -ge 0 ] && tc_nap "$nap"; do
      turns=$((turns - 1))
      tc_clock
      # The last look is the one after the window.
      [ "$tc_cs" -lt "$TC_UNTIL_CS" ] || break
      look
    done
  } | awk "$row"'
  $1 == "look" { looks++; next }
  row() && state == "LISTEN" && queue + 0 > 0 {
    if (!(here in peak) || queue * (most[here] + 1) > peak[here] * (backlog + 1)) { peak[here] = queue; most[here] = backlog } }
  END { print "looks " looks + 0; for (here in peak) print "peak", here, peak[here], most[here] }'
)
rows=$(${ssListening('em')}) || exit 1
printf '%s\\nnow\\n%s\\n' "$peaks" "$rows"
queued "$TC_INPUT" "$peaks
$rows" && printf '%s\\n' "$TC_INPUT" "$peaks" "$rows" | full | waiting
exit 0`,
  input: { of: 'listeners', sample: 'first' },
  fillsWindow: true,
  linesHold: false,
  read,
};

function read(samples: Samples, before: Facts): Contribution | null {
  const first = samples.first === null ? null : listenerLook(samples.first);
  const second = samples.second === null ? null : listenerLook(samples.second);
  const latest = second ?? first;
  if (latest === null) return null;
  const { counters, run } = before.host;
  const seen = [...latest.listeners]
    .map(([name, now]): Seen => {
      const peak = second === null ? undefined : peakOf(name, first, second);
      const dropped = growth(
        first?.listeners.get(name)?.drops,
        second?.listeners.get(name)?.drops,
        number(run['window_s']),
      );
      return { name, now, peak, dropped };
    })
    .sort((a, b) => fill(b) - fill(a))
    .slice(0, MAX_LISTENERS);
  const overflows = ascription(number(counters['listen_overflows_per_s']), seen);
  return {
    host: { sockets: { ...loopbackOnly(latest), read_from_proc: latest.fromProc ? true : undefined } },
    listeners: new Map(
      seen.map((each) => [each.name, { ...facts(each, first, second), overflows_per_s: overflows(each) }]),
    ),
  };
}

interface Seen {
  readonly name: string;
  readonly now: Listening;
  /** Highest Recv-Q of all looks; unknown while there is no second sample. */
  readonly peak: number | undefined;
  /** Connections dropped per second, counted by the kernel for this very listener. */
  readonly dropped: number | undefined;
}

function facts(
  { name, now, peak, dropped }: Seen,
  first: ListenerLook | null,
  second: ListenerLook | null,
): GroupFacts<'listener'> {
  const stood = first?.waiting(now) ?? null;
  const stands = second?.waiting(now) ?? null;
  return {
    address: now.address,
    port: now.port,
    sockets: now.sockets,
    backlog: now.backlog,
    queue: second === null ? undefined : now.queue,
    queue_first: first?.listeners.get(name)?.queue,
    queue_peak: peak,
    fill_ratio: ratio(peak, now.backlog),
    drops_per_s: dropped,
    waiting: stands?.connections.length,
    stayed_ratio: stood === null || stands === null ? undefined : stayedRatio(stood, stands),
    restart_hint: now.unit,
  };
}

function peakOf(name: string, first: ListenerLook | null, second: ListenerLook): number {
  return Math.max(
    first?.listeners.get(name)?.queue ?? 0,
    second.peaks.get(name) ?? 0,
    second.listeners.get(name)?.queue ?? 0,
  );
}

/** Mail, names, printing, the name server's control and forwarded displays belong on loopback. */
const LOCAL_PORTS = new Set([25, 53, 631, 953, ...Array.from({ length: 10 }, (_, n) => 6010 + n)]);
const TOLD = 3;

const isLoopback = ({ address }: Listening): boolean => address === '::1' || address.startsWith('127.');

/** Services that nobody outside can reach, whatever port they ask for. */
function loopbackOnly({ listeners }: ListenerLook): GroupFacts<'sockets'> {
  const all = [...listeners.values()];
  const open = new Set(all.filter((each) => !isLoopback(each)).map(({ port }) => port));
  const hidden = all.filter(
    (each) => isLoopback(each) && !open.has(each.port) && !LOCAL_PORTS.has(each.port),
  );
  const ports = [...new Set(hidden.map(({ port }) => port))].sort((a, b) => a - b);
  return {
    loopback_only_ports: ports.length,
    loopback_only: ports.length === 0 ? undefined : ports.slice(0, TOLD).join(', '),
  };
}

const fill = ({ now, peak }: Seen): number => (peak ?? now.queue) / ((now.backlog ?? 0) + 1);

const isFull = ({ now, peak }: Seen): boolean =>
  peak !== undefined && peak > 0 && now.backlog !== undefined && peak * 10 >= now.backlog * 8;

const number = (value: FactValue | undefined): number | undefined =>
  typeof value === 'number' ? value : undefined;

/**
 * Overflows are counted per network namespace, drops per listener as well (sk_drops, since Linux 4.7), and an overflow
 * is a drop: so no listener overflowed more than it dropped, and one that alone dropped has all of them. Where drops do
 * not tell, overflows can only come from a queue that was full; where none was seen full, whose they are is not known.
 */
function ascription(rate: number | undefined, all: readonly Seen[]): (each: Seen) => number | undefined {
  const dropping = all.filter(({ dropped }) => dropped !== undefined && dropped > 0).length;
  const someFull = all.some(isFull);
  return (each) => {
    if (rate === undefined || rate === 0) return rate;
    if (dropping > 0 && each.dropped !== undefined) {
      return dropping === 1 && each.dropped > 0 ? rate : Math.min(rate, each.dropped);
    }
    if (isFull(each)) return rate;
    return someFull || dropping > 0 ? 0 : undefined;
  };
}
