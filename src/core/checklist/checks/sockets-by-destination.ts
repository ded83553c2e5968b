import type { FactGroup, Facts } from '../../domain/facts.ts';
import type { Check, Contribution, GroupFacts, Samples } from '../check.ts';
import { AWK_SERVICE_FUNCTIONS } from '../awk-services.ts';
import { destinationLook, type Destination, type HalfOpen, type Leftover } from '../destination-look.ts';
import { endpointName } from '../endpoint.ts';
import { ratio } from '../figures.ts';
import { SH_ROW, ssListening } from '../shell-text.ts';
import { SH_SS } from '../proc-sockets.ts';

/**
 * Up to this many sockets every row is read (3 us of CPU each), in both samples. Above it, once: the kernel leaves out
 * the TIME-WAIT sockets that hold no ephemeral port, and their number comes from its own counters.
 */
const MAX_EXACT = 50_000;
/**
 * With more sockets than that besides TIME-WAIT, those that came in are sampled by the port of the client, from where
 * the ranges of Linux (32768-60999) and of Windows (49152-65535) overlap; the slice holds about so many of them.
 */
const SLICE_FROM = 49_152;
const SLICE_PORTS = 28_232;
const SLICE_SOCKETS = 20_000;
/** Above this the table is not looked at. */
const MAX_SOCKETS = 300_000;
/** Without ss every row costs up to 40 us (busybox awk, twice): at most 0.4 s a sample. */
const MAX_WITHOUT_SS = 10_000;
/** Destinations told, and told apart while counting (a forward proxy has as many as sockets). */
const MAX_DESTINATIONS = 50;
const MAX_KEYS = 100_000;
/** Local ends with half-open connections, and ports without a listener, that are told. */
const MAX_ENDS = 50;
/** A client may be bound to a port of its own (NFS), with one connection; a server that went away leaves several. */
const MIN_LEFT = 3;
/**
 * Destinations that are asked for TCP timestamps, and connections of each, about: ss collects all before it prints, so
 * it is asked for a part of the local ports only.
 */
const MAX_ASKED = 3;
const MAX_ASKED_ROWS = 200;

/** The few sockets that are neither established nor in TIME-WAIT. */
const OTHER_STATES = ['syn-sent', 'syn-recv', 'fin-wait-1', 'fin-wait-2', 'close-wait', 'last-ack', 'closing']
  .map((state) => `state ${state}`)
  .join(' ');

/**
 * CurrEstab counts ESTABLISHED and CLOSE-WAIT (RFC 1213); `tw` of sockstat counts TIME-WAIT and those FIN-WAIT-2 that
 * wait without a process, which `-o` shows with the timer `timewait`.
 */
const AWK_KERNEL_TALLY = `
    if (waits != "") {
      while ((getline line < "/proc/net/snmp") > 0) if (line ~ /^Tcp:/) {
        n = split(line, value, " ")
        for (i = 1; i <= n; i++) if (named[i] == "CurrEstab") by_state["ESTAB"] = value[i] - by_state["CLOSE-WAIT"]
        for (i = 1; i <= n; i++) named[i] = value[i]
      }
      by_state["TIME-WAIT"] = waits - idle
    }`;

/** Prints the filter for those of the fullest destinations that take a tenth of the range and can be asked. */
const AWK_ASK = `
    for (k = 0; k < ${MAX_ASKED}; k++) {
      best = ""; most = 0
      for (key in open) if (total[key] * 10 >= high - low + 1 && total[key] > most) { best = key; most = total[key] }
      if (best == "") break
      split(best, ends, " "); to = ends[2]; total[best] = 0
      if (to !~ /^[][0-9a-fA-F.:]+$/) continue
      port = to; sub(/.*:/, "", port); to = substr(to, 1, length(to) - length(port) - 1)
      gsub(/[][]/, "", to); sub(/^::ffff:/, "", to)
      if (to ~ /:/) to = "[" to "]"
      to = "dst " to ":" port
      if (open[best] > ${MAX_ASKED_ROWS}) to = to " and sport <= :" int(low + (high - low) * ${MAX_ASKED_ROWS} / open[best])
      filter = filter (filter == "" ? "" : " or ") "( " to " )"
    }
    if (filter != "") print "ask " filter`;

/**
 * One walk over the socket table, added up on the host: sockets by state (for `sockets-by-state`), TIME-WAIT by
 * direction, and local ports in use by destination. A 4-tuple exists once, so that rows are distinct local ports.
 */
export const socketsByDestination: Check = {
  id: 'sockets-by-destination',
  title: { en: 'ports by destination', ko: '목적지별 포트 사용량' },
  samples: 'both',
  core: false,
  capBytes: 65_536,
  timeoutS: 15,
  cost: 'ss into one awk, 3 us of CPU a socket; from 50,000 to 300,000 sockets in one sample, and of TIME-WAIT only those with an ephemeral port; above that not at all',
  script: `${SH_SS}
${SH_ROW}
exact=${MAX_EXACT}
open=0
waits=0
for file in /proc/net/sockstat /proc/net/sockstat6; do
  [ -r "$file" ] || continue
  while read -r name _ inuse _ _ _ tw _; do
    case $name in
      TCP:) open=$((open + inuse)) waits=$tw ;;
      TCP6:) open=$((open + inuse)) ;;
    esac
  done <"$file"
done
sockets=$((open + waits))
most=${MAX_SOCKETS}
[ "$TC_SAMPLE" = 1 ] || most=$exact
[ -z "\${tc_no_ss:-}" ] || most=${MAX_WITHOUT_SS}
if [ "$sockets" -gt "$most" ]; then
  echo "skipped $sockets $most"
  exit
fi
range=$(cat /proc/sys/net/ipv4/ip_local_port_range) || exit 1
low=\${range%%[!0-9]*}
high=\${range##*[!0-9]}
client=\${SSH_CONNECTION#* }
client=\${client%% *}
sshd=\${SSH_CONNECTION##* }
table=$(
  {
    ${ssListening('')} || echo failed
    echo table
    if [ "$sockets" -le "$exact" ]; then
      waits=
      ss -tano || echo failed
    elif [ "$open" -le "$exact" ]; then
      ss -tno ${OTHER_STATES} state established || echo failed
      ss -tn state time-wait state listening "( sport >= :$low and sport <= :$high )" || echo failed
    else
      ss -tno ${OTHER_STATES} || echo failed
      ss -tno state established state time-wait "( sport >= :$low and sport <= :$high )" || echo failed
      echo sampling
      ss -tno state established state closing "( ( sport < :$low or sport > :$high ) and dport >= :${SLICE_FROM} and dport <= :$((${SLICE_FROM} + ${SLICE_PORTS} * ${SLICE_SOCKETS} / open)) )" || echo failed
    fi
    echo "waits $waits"
  } | awk -v low="$low" -v high="$high" -v sample="$TC_SAMPLE" -v sshd="$sshd" -v client="$client" "$row"'
  function whole(n) { return n > 0 ? n : 0 }${AWK_SERVICE_FUNCTIONS}
  BEGIN {
    getline reserved < "/proc/sys/net/ipv4/ip_local_reserved_ports"
    n = split(reserved, parts, ",")
    for (i = 1; i <= n; i++) {
      to = split(parts[i], r, "-") > 1 ? r[2] + 0 : r[1] + 0
      for (port = r[1] + 0; port <= to && port <= 65535; port++) kept[port]
    }
  }
  $1 == "failed" { failed = 1 }
  $1 == "table" { table = 1; next }
  $1 == "waits" { waits = $2 }
  $1 == "sampling" { sampling = 1; listed = by_state["ESTAB"] }
  !row() { if (table && /Recv-Q/) header = 1; next }
  { port = here; sub(/.*:/, "", port) }
  !table { listens[port]; by_state["LISTEN"]++; next }
  state == "LISTEN" { next }
  sampling && state == "CLOSING" { next }
  { by_state[state]++ }
  state == "ESTAB" { count_service() }
  state == "FIN-WAIT-2" && /timer:\\(timewait/ { idle++ }
  state == "SYN-RECV" { half[here]++ }
  waits == "" && state != "SYN-SENT" && !(port in listens) && (port + 0 < low + 0 || port + 0 > high + 0) {
    left[port]++; if (state == "TIME-WAIT") left_waits[port]++ }
  port in listens || port + 0 < low + 0 || port + 0 > high + 0 || port in kept { next }
  {
    key = substr(here, 1, length(here) - length(port) - 1) " " there
    if (!(key in total)) { if (++keys > ${MAX_KEYS}) next; total[key] = 0 }
    total[key]++
    if (state == "TIME-WAIT") { outbound++; wait[key]++ } else if (state == "ESTAB") open[key]++
    else if (state == "SYN-SENT") sent[key]++
  }
  END {
    if (failed || !header) exit 1
    if (sampling) sampled = by_state["ESTAB"] - listed${AWK_KERNEL_TALLY}
    if (sampled > 0) scale = (by_state["ESTAB"] - listed) / sampled
    for (state in by_state) print "state", state, whole(by_state[state])
    print "time-wait", whole(by_state["TIME-WAIT"] - outbound), outbound + 0
    for (key in total) { sizes[total[key]]++; if (total[key] > biggest) biggest = total[key] }
    for (least = biggest; least > 1 && more + sizes[least] <= ${MAX_DESTINATIONS}; least--) more += sizes[least]
    for (key in total) if (total[key] > least || (total[key] == least && more++ < ${MAX_DESTINATIONS}))
      print "destination", key, total[key], wait[key] + 0, open[key] + 0, sent[key] + 0
    for (here in half) if (++halves <= ${MAX_ENDS}) print "syn-recv", here, half[here]
    for (port in left) if (left[port] >= ${MIN_LEFT} && ++lefts <= ${MAX_ENDS}) print "left", port, left[port], left_waits[port] + 0
    tell_services()
    if (waits != "") print "partial"
    print "end", low, high${AWK_ASK}
  }'
) || exit 1
printf '%s\\n' "$table"
case $table in *"
ask "*) ss -tino "\${table##*ask }" | awk "$row"'
  /^[^ \\t]/ { open = row() && state == "ESTAB"; to = there }
  open && / rto:/ { open = 0; asked[to]++; if (/[ \\t]ts[ \\t]/) stamped[to]++ }
  END { for (to in asked) print "timestamps", to, asked[to], stamped[to] + 0 }' ;;
esac`,
  input: null,
  fillsWindow: false,
  linesHold: false,
  read,
};

function read({ first, second }: Samples, before: Facts): Contribution | null {
  const looks = [destinationLook(second), destinationLook(first)].flatMap((look) => look ?? []);
  const latest = looks[0];
  if (latest === undefined) return null;
  const available = before.host.settings['ports_available'];
  const stamps = (name: string): boolean | undefined => {
    const seen = looks.flatMap((look) => look.timestamps.get(name) ?? []);
    return seen.length === 0 ? undefined : seen.some((with_) => with_);
  };
  const earlier = looks[1]?.destinations;
  return {
    host: {
      sockets: {
        time_wait_inbound: latest.inboundTimeWait,
        time_wait_outbound: latest.outboundTimeWait,
        ...halfOpen(latest.halfOpen, before.subjects.listener),
        ...(latest.exact ? leftover(latest.leftovers) : {}),
      },
    },
    destinations: new Map(
      latest.destinations.map((each) => [
        each.name,
        {
          ...facts(each, typeof available === 'number' ? available : undefined, stamps(each.remote)),
          syn_sent_first:
            earlier === undefined
              ? undefined
              : (earlier.find(({ name }) => name === each.name)?.synSent ?? 0),
        },
      ]),
    ),
  };
}

/** TIME-WAIT lasts 60 s on every Linux kernel (TCP_TIMEWAIT_LEN, include/net/tcp.h); no setting changes it. */
const TIME_WAIT_S = 60;

function facts(
  each: Destination,
  available: number | undefined,
  timestamps: boolean | undefined,
): GroupFacts<'destination'> {
  return {
    address: each.address,
    port: each.port,
    loopback: each.loopback,
    ports_used: each.used,
    used_ratio: ratio(each.used, available),
    time_wait: each.timeWait,
    established: each.established,
    syn_sent: each.synSent,
    other: each.used - each.timeWait - each.established,
    time_wait_ratio: ratio(each.timeWait, each.used),
    established_ratio: ratio(each.established, each.used),
    peer_timestamps: timestamps,
    closes_per_s: Math.round((each.timeWait / TIME_WAIT_S) * 100) / 100,
  };
}

/** The listener with the most half-open connections; those of its local addresses together. */
function halfOpen(
  counts: readonly HalfOpen[],
  listeners: Readonly<Record<string, FactGroup>>,
): GroupFacts<'sockets'> {
  const sums = new Map<string, number>();
  for (const { local, count } of counts) {
    const port = local.port ?? 0;
    const names = [endpointName(local), `0.0.0.0:${port}`, `*:${port}`, `[::]:${port}`];
    const name = names.find((one) => one in listeners) ?? names[0] ?? '';
    sums.set(name, (sums.get(name) ?? 0) + count);
  }
  const [most] = [...sums].sort(([, a], [, b]) => b - a);
  if (most === undefined) return {};
  const backlog = listeners[most[0]]?.['backlog'];
  return {
    syn_recv_listener: most[0],
    syn_recv_listener_count: most[1],
    syn_recv_listener_backlog: typeof backlog === 'number' ? backlog : undefined,
  };
}

function leftover(leftovers: readonly Leftover[]): GroupFacts<'sockets'> {
  // Active FTP sends its data from port 20, where nobody listens.
  const [most] = leftovers.filter(({ port }) => port !== 20).sort((a, b) => b.count - a.count);
  if (most === undefined) return { leftover_count: 0 };
  return { leftover_port: most.port, leftover_count: most.count, leftover_time_wait: most.timeWait };
}
