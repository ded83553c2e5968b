import type { Facts } from '../../domain/facts.ts';
import type { Check, Contribution, GroupFacts, Samples } from '../check.ts';
import { destinationLook, type Destination } from '../destination-look.ts';
import { ratio } from '../figures.ts';
import { AWK_ROW } from '../shell-text.ts';

/** Above this the table is walked in the first sample only, and above the other not at all: 2 us of CPU a socket. */
const MAX_SOCKETS_SECOND = 50_000;
const MAX_SOCKETS = 300_000;
/** Destinations told, and told apart while counting (a forward proxy has as many as sockets). */
const MAX_DESTINATIONS = 50;
const MAX_KEYS = 100_000;
/** Destinations and established connections that are asked for TCP timestamps. */
const MAX_ASKED = 3;
const MAX_ASKED_LINES = 400;

/**
 * One walk over the socket table, added up on the host: sockets by state (for `sockets-by-state`), TIME-WAIT by
 * direction, and local ports in use by destination. A 4-tuple exists once, so that rows are distinct local ports.
 */
export const socketsByDestination: Check = {
  id: 'sockets-by-destination',
  title: { en: 'ports by destination', ko: '목적지별 포트 사용량' },
  samples: 'both',
  core: false,
  capBytes: 16_384,
  timeoutS: 15,
  cost: 'ss -tan into one awk, 2 us of CPU a socket; above 50,000 sockets in the first sample only, above 300,000 not at all',
  script: `command -v ss >/dev/null || exit 127
sockets=$(cat /proc/net/sockstat /proc/net/sockstat6 2>/dev/null | awk '
  $1 == "TCP:" || $1 == "TCP6:" { for (i = 2; i < NF; i += 2) if ($i == "inuse" || $i == "tw") n += $(i + 1) }
  END { print n + 0 }')
most=${MAX_SOCKETS}
[ "$TC_SAMPLE" = 1 ] || most=${MAX_SOCKETS_SECOND}
if [ "$sockets" -gt "$most" ]; then
  echo "skipped $sockets $most"
  exit
fi
range=$(cat /proc/sys/net/ipv4/ip_local_port_range) || exit 1
reserved=$(cat /proc/sys/net/ipv4/ip_local_reserved_ports 2>/dev/null)
table=$({ ss -tln || echo failed; echo table; ss -tan || echo failed; } | awk -v range="$range" -v reserved="$reserved" '${AWK_ROW}
  BEGIN {
    split(range, r, " "); low = r[1] + 0; high = r[2] + 0
    n = split(reserved, parts, ",")
    for (i = 1; i <= n; i++) {
      to = split(parts[i], r, "-") > 1 ? r[2] + 0 : r[1] + 0
      for (port = r[1] + 0; port <= to && port <= 65535; port++) kept[port]
    }
  }
  $1 == "failed" { failed = 1 }
  $1 == "table" { table = 1; next }
  !row() { next }
  { port = here; sub(/.*:/, "", port) }
  !table { listens[port]; next }
  { by_state[state]++ }
  state == "LISTEN" { next }
  port in listens { if (state == "TIME-WAIT") inbound++; next }
  port < low || port > high || port in kept { next }
  {
    key = substr(here, 1, length(here) - length(port) - 1) " " there
    if (!(key in total)) { if (++keys > ${MAX_KEYS}) next; total[key] = 0 }
    total[key]++
    if (state == "TIME-WAIT") { outbound++; waits[key]++ } else if (state == "ESTAB") open[key]++
  }
  END {
    if (failed) exit 1
    for (state in by_state) print "state", state, by_state[state]
    print "time-wait", inbound + 0, outbound + 0
    for (key in total) { sizes[total[key]]++; if (total[key] > biggest) biggest = total[key] }
    for (least = biggest; least > 1 && more + sizes[least] <= ${MAX_DESTINATIONS}; least--) more += sizes[least]
    for (key in total) if (total[key] > least || (total[key] == least && more++ < ${MAX_DESTINATIONS}))
      print "destination", key, total[key], waits[key] + 0, open[key] + 0
    print "end", range
  }') || exit 1
printf '%s\\n' "$table"
filter=$(printf '%s\\n' "$table" | awk '
  $1 == "end" { size = $3 - $2 + 1 }
  $1 == "destination" { n++; name[n] = $3; used[n] = $4; open[n] = $6 }
  END {
    for (k = 0; k < ${MAX_ASKED}; k++) {
      best = 0
      for (i = 1; i <= n; i++) if (open[i] && used[i] * 10 >= size && used[i] > used[best] + 0) best = i
      if (!best) break
      used[best] = 0; to = name[best]
      if (to !~ /^[][0-9a-fA-F.:]+$/) continue
      port = to; sub(/.*:/, "", port); to = substr(to, 1, length(to) - length(port) - 1)
      gsub(/[][]/, "", to)
      if (to ~ /^::ffff:[0-9.]+$/) sub(/^::ffff:/, "", to)
      if (to ~ /:/) to = "[" to "]"
      filter = filter (filter == "" ? "" : " or ") "dst " to ":" port
    }
    print filter
  }')
[ -z "$filter" ] || ss -tino "$filter" | head -n ${MAX_ASKED_LINES} | awk '${AWK_ROW}
  /^[^ \\t]/ { open = row() && state == "ESTAB"; to = there }
  open && / rto:/ { open = 0; if ((to in asked) || ++n <= 50) asked[to]++; if (/[ \\t]ts[ \\t]/) stamped[to]++ }
  END { for (to in asked) print "timestamps", to, asked[to], stamped[to] + 0 }'`,
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
  return {
    host: {
      sockets: { time_wait_inbound: latest.inboundTimeWait, time_wait_outbound: latest.outboundTimeWait },
    },
    destinations: new Map(
      latest.destinations.map((each) => [
        each.name,
        facts(each, typeof available === 'number' ? available : undefined, stamps(each.remote)),
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
    other: each.used - each.timeWait - each.established,
    time_wait_ratio: ratio(each.timeWait, each.used),
    established_ratio: ratio(each.established, each.used),
    peer_timestamps: timestamps,
    closes_per_s: Math.round((each.timeWait / TIME_WAIT_S) * 100) / 100,
  };
}
