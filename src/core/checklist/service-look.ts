import { endpointName, parseEndpoint } from './endpoint.ts';
import { count } from './figures.ts';
import { linesOf, wordsOf } from './lines.ts';
import { ssTimer } from './ss-timer.ts';

/** Established connections that belong together: those that came in to one port, or those to one remote end. */
export interface Service {
  readonly name: string;
  readonly inbound: boolean;
  /** Of this host, or of the remote end. */
  readonly port: number;
  /** Null where the connections come in from anywhere. */
  readonly remote: string | null;
}

export interface ServiceCount extends Service {
  readonly established: number;
  readonly keepalive: number;
  readonly untimed: number;
  readonly full: number;
  readonly lost: number;
  readonly recvQueued: number;
  readonly sendQueued: number;
  /** Connections that were seen, where the numbers are an estimate of them; null where all were counted. */
  readonly seen: number | null;
}

/** How long some connections have been silent, in both directions. */
export interface Silence {
  readonly service: Service;
  readonly keepalive: boolean;
  /** One for each connection looked at. */
  readonly silentS: readonly number[];
  /** Until the keepalive timers fire. */
  readonly leftS: readonly number[];
}

/** Reads `in|out END`; null where that is no service. All local addresses of a port are one. */
export function serviceOf(direction: string | undefined, text: string | undefined): Service | null {
  const end = parseEndpoint(text ?? '');
  if (end === null || end.port === null) return null;
  const { port } = end;
  if (direction === 'in') return { name: `port ${port}`, inbound: true, port, remote: null };
  if (direction !== 'out') return null;
  return { name: `to ${endpointName(end)}`, inbound: false, port, remote: end.address };
}

/** The lines `service DIR END ESTABLISHED KEEPALIVE UNTIMED FULL LOST RECV SEND [SEEN]`; null where the walk did not end. */
export function serviceCounts(text: string | null): ReadonlyMap<string, ServiceCount> | null {
  const rows = linesOf(text).map(wordsOf);
  if (!rows.some(([word]) => word === 'end')) return null;
  const found = new Map<string, ServiceCount>();
  for (const [word, direction, end, ...numbers] of rows) {
    const service = word === 'service' ? serviceOf(direction, end) : null;
    if (service === null) continue;
    // Several local addresses, plain and v4-mapped sockets.
    const [established, keepalive, untimed, full, lost, recvQueued, sendQueued, rows] = numbers.map(count);
    if (established === undefined || keepalive === undefined || untimed === undefined) continue;
    if (full === undefined || lost === undefined || recvQueued === undefined || sendQueued === undefined)
      continue;
    const seen = rows === undefined || rows >= established ? null : rows;
    const own = { ...service, established, keepalive, untimed, full, lost, recvQueued, sendQueued, seen };
    found.set(service.name, together(own, found.get(service.name)));
  }
  return found;
}

export const withoutConnections = (service: ServiceCount): ServiceCount => ({
  ...service,
  established: 0,
  keepalive: 0,
  untimed: 0,
  full: 0,
  lost: 0,
  recvQueued: 0,
  sendQueued: 0,
  seen: null,
});

function together(one: ServiceCount, other: ServiceCount | undefined): ServiceCount {
  if (other === undefined) return one;
  return {
    ...one,
    established: one.established + other.established,
    keepalive: one.keepalive + other.keepalive,
    untimed: one.untimed + other.untimed,
    full: one.full + other.full,
    lost: one.lost + other.lost,
    recvQueued: one.recvQueued + other.recvQueued,
    sendQueued: one.sendQueued + other.sendQueued,
    seen:
      one.seen === null && other.seen === null
        ? null
        : (one.seen ?? one.established) + (other.seen ?? other.established),
  };
}

/** The lines `bare DIR END SECONDS…` and `kept DIR END SECONDS/TIMER…`. */
export function silences(text: string | null): readonly Silence[] {
  const found = new Map<string, Silence>();
  for (const [word, direction, end, ...numbers] of linesOf(text).map(wordsOf)) {
    if (word !== 'bare' && word !== 'kept') continue;
    const service = serviceOf(direction, end);
    if (service === null) continue;
    const key = `${word} ${service.name}`;
    const known = found.get(key);
    const looks = numbers.map((each) => each.split('/', 2));
    found.set(key, {
      service,
      keepalive: word === 'kept',
      silentS: [...(known?.silentS ?? []), ...looks.flatMap(([silent]) => count(silent) ?? [])],
      leftS: [...(known?.leftS ?? []), ...looks.flatMap(([, timer]) => ssTimer(timer ?? '')?.leftS ?? [])],
    });
  }
  return [...found.values()];
}
