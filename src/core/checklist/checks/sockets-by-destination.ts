import type { FactGroup, Facts } from '../../domain/facts.ts';
import type { Check, Contribution, GroupFacts, Samples } from '../check.ts';
import {
  destinationLook,
  unanswered,
  type Destination,
  type HalfOpen,
  type Leftover,
} from '../destination-look.ts';
import { endpointName } from '../endpoint.ts';
import { ratio } from '../figures.ts';
import { SH_TABLE_WALK } from '../table-walk.ts';

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
  cost: 'ss into one awk, 7 us of CPU a socket in the first sample and 4 us in the second; above 20,000 sockets twice 8000 rows at most, once, and three to five walks of the kernel over the table, 0.1 us to 0.2 us a socket each',
  script: SH_TABLE_WALK,
  input: { of: 'sockets-by-destination', sample: 'first' },
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
  // Of a table that is too large the second sample tells those of rare states only.
  const [waited, waiting] = [unanswered(first), unanswered(second)];
  return {
    host: {
      sockets: {
        time_wait_inbound: latest.inboundTimeWait,
        time_wait_outbound: latest.outboundTimeWait,
        ...halfOpen(latest.halfOpen, before.subjects.listener),
        ...(latest.exact ? leftover(latest.leftovers) : {}),
        rows_read: latest.sample?.read,
        rows_there: latest.sample?.of,
      },
    },
    destinations: new Map(
      latest.destinations.map((each) => [
        each.name,
        {
          ...facts(each, typeof available === 'number' ? available : undefined, stamps(each.remote)),
          ...(waited !== null && waiting !== null
            ? { syn_sent: waiting.get(each.remote) ?? 0, syn_sent_first: waited.get(each.remote) ?? 0 }
            : {
                syn_sent_first:
                  earlier === undefined
                    ? undefined
                    : (earlier.find(({ name }) => name === each.name)?.synSent ?? 0),
              }),
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
    // None in a sample is not none.
    established: each.exact || each.established > 0 ? each.established : undefined,
    syn_sent: each.synSent,
    other: each.used - each.timeWait - each.established,
    time_wait_ratio: ratio(each.timeWait, each.used),
    established_ratio: ratio(each.established, each.used),
    peer_timestamps: timestamps,
    rows_seen: each.seen ?? undefined,
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
