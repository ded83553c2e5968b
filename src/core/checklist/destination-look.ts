import { endpointName, parseAddress, parseEndpoint, type Endpoint } from './endpoint.ts';
import { count } from './figures.ts';
import { linesOf, wordsOf } from './lines.ts';

/** Local ports in use towards one remote address and port. */
export interface Destination {
  /** `ADDR:PORT`, and ` from LADDR` where several local addresses go there: each has the whole range to itself. */
  readonly name: string;
  readonly remote: string;
  readonly address: string;
  readonly port: number;
  readonly local: string;
  readonly loopback: boolean;
  readonly used: number;
  readonly timeWait: number;
  readonly established: number;
  /** Not told by captures before this was counted. */
  readonly synSent: number | undefined;
  /** Rows that were seen, where the numbers are an estimate of them; null where they are those seen. */
  readonly seen: number | null;
  /** Every socket towards it was counted, so that none of a kind means that there is none. */
  readonly exact: boolean;
}

/** Connections in SYN-RECV at one local end. */
export interface HalfOpen {
  readonly local: Endpoint;
  readonly count: number;
}

/** Connections on a port outside the ephemeral range that nobody listens on. */
export interface Leftover {
  readonly port: number;
  readonly count: number;
  readonly timeWait: number;
}

/** One sample of the sockets-by-destination check. */
export interface DestinationLook {
  /** Holds no ephemeral port: its local port has a listener or lies outside the range. */
  readonly inboundTimeWait: number;
  readonly outboundTimeWait: number;
  readonly destinations: readonly Destination[];
  readonly halfOpen: readonly HalfOpen[];
  /** Every row was read; above a number of sockets those without an ephemeral port are not. */
  readonly exact: boolean;
  readonly leftovers: readonly Leftover[];
  /** By remote end: some connection to it used TCP timestamps. */
  readonly timestamps: ReadonlyMap<string, boolean>;
  /** Rows of the table that were read, and that there were; null where all were. */
  readonly sample: { readonly read: number; readonly of: number } | null;
}

/** Reads one section; null when the table was not walked to its end. */
export function destinationLook(text: string | null): DestinationLook | null {
  const rows = linesOf(text).map(wordsOf);
  const wait = rows.find(([word]) => word === 'time-wait');
  const inbound = count(wait?.[1]);
  const outbound = count(wait?.[2]);
  if (inbound === undefined || outbound === undefined || !rows.some(([word]) => word === 'end')) return null;
  const read = sample(rows.find(([word]) => word === 'read'));
  return {
    inboundTimeWait: inbound,
    outboundTimeWait: outbound,
    destinations: named(towards(rows, read === null)),
    halfOpen: rows.flatMap((row) => halfOpen(row)),
    exact: !rows.some(([word]) => word === 'partial'),
    leftovers: rows.flatMap((row) => leftover(row)),
    timestamps: new Map(rows.flatMap((row) => timestamps(row))),
    sample: read,
  };
}

/** `read ROWS OF` */
function sample(row: readonly string[] | undefined): DestinationLook['sample'] {
  const [read, of] = [count(row?.[1]), count(row?.[2])];
  return read === undefined || of === undefined || read >= of ? null : { read, of };
}

/** Lines `counted …` are of the same form and stand for what was estimated of the same ends. */
function towards(rows: readonly (readonly string[])[], allRead: boolean): readonly Destination[] {
  const exact = merged(rows.flatMap((row) => destination(row, 'counted') ?? [])).map((each) => ({
    ...each,
    exact: true,
  }));
  const known = new Set(exact.map(endsOf));
  const others = merged(rows.flatMap((row) => destination(row, 'destination') ?? []));
  return [
    ...exact,
    ...others.filter((each) => !known.has(endsOf(each))).map((each) => ({ ...each, exact: allRead })),
  ].sort((a, b) => b.used - a.used);
}

const endsOf = ({ local, remote }: Destination): string => `${local} ${remote}`;

function destination(row: readonly string[], wanted: 'destination' | 'counted'): Destination | null {
  const [word, from = '', to = ''] = row;
  const local = parseAddress(from);
  const remote = parseEndpoint(to);
  const [used, timeWait, established, synSent, seen] = [3, 4, 5, 6, 7].map((column) => count(row[column]));
  if (word !== wanted || local === null || remote === null || remote.port === null) return null;
  if (used === undefined || timeWait === undefined || established === undefined) return null;
  if (timeWait + established + (synSent ?? 0) > used) return null;
  const { address, port } = remote;
  const name = endpointName(remote);
  return {
    name,
    remote: name,
    address,
    port,
    local,
    loopback: isLoopback(local, address),
    used,
    timeWait,
    established,
    synSent,
    seen: seen === undefined || seen >= used ? null : seen,
    exact: false,
  };
}

const isLoopback = (local: string, remote: string): boolean =>
  remote === local || remote === '::1' || remote.startsWith('127.');

/** A v4-mapped socket and a plain one share the ports of their address. */
function merged(destinations: readonly Destination[]): readonly Destination[] {
  const found = new Map<string, Destination>();
  for (const each of destinations) {
    const key = endsOf(each);
    const known = found.get(key);
    const sum = known && {
      used: known.used + each.used,
      timeWait: known.timeWait + each.timeWait,
      established: known.established + each.established,
      synSent: (known.synSent ?? 0) + (each.synSent ?? 0),
      seen:
        known.seen === null && each.seen === null
          ? null
          : (known.seen ?? known.used) + (each.seen ?? each.used),
    };
    found.set(key, { ...each, ...sum });
  }
  return [...found.values()].sort((a, b) => b.used - a.used);
}

function named(destinations: readonly Destination[]): readonly Destination[] {
  const locals = new Map<string, number>();
  for (const { remote } of destinations) locals.set(remote, (locals.get(remote) ?? 0) + 1);
  return destinations.map((each) =>
    (locals.get(each.remote) ?? 0) > 1 ? { ...each, name: `${each.remote} from ${each.local}` } : each,
  );
}

/** Lines `syn-sent ADDR REMOTE N`, by remote end; null where connects without an answer were not counted by themselves. */
export function unanswered(text: string | null): ReadonlyMap<string, number> | null {
  const rows = linesOf(text).map(wordsOf);
  if (!rows.some(([word]) => word === 'others')) return null;
  const found = new Map<string, number>();
  for (const [word, , to, many] of rows) {
    const remote = word === 'syn-sent' ? parseEndpoint(to ?? '') : null;
    const number = count(many);
    if (remote === null || number === undefined) continue;
    found.set(endpointName(remote), (found.get(endpointName(remote)) ?? 0) + number);
  }
  return found;
}

/** `syn-recv ADDR:PORT N` */
function halfOpen(row: readonly string[]): readonly HalfOpen[] {
  const local = row[0] === 'syn-recv' ? parseEndpoint(row[1] ?? '') : null;
  const half = count(row[2]);
  return local === null || local.port === null || half === undefined ? [] : [{ local, count: half }];
}

/** `left PORT N TIME-WAIT` */
function leftover(row: readonly string[]): readonly Leftover[] {
  const [port, all, timeWait] = [1, 2, 3].map((column) => count(row[column]));
  if (row[0] !== 'left' || port === undefined || all === undefined || timeWait === undefined) return [];
  return port > 65_535 || timeWait > all ? [] : [{ port, count: all, timeWait }];
}

/** `timestamps ADDR:PORT ASKED STAMPED` */
function timestamps(row: readonly string[]): readonly (readonly [string, boolean])[] {
  const remote = row[0] === 'timestamps' ? parseEndpoint(row[1] ?? '') : null;
  const asked = count(row[2]);
  const stamped = count(row[3]);
  if (remote === null || asked === undefined || stamped === undefined || asked === 0) return [];
  return [[endpointName(remote), stamped > 0]];
}
