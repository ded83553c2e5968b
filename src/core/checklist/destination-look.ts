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
}

/** Reads one section; null when the table was not walked to its end. */
export function destinationLook(text: string | null): DestinationLook | null {
  const rows = linesOf(text).map(wordsOf);
  const wait = rows.find(([word]) => word === 'time-wait');
  const inbound = count(wait?.[1]);
  const outbound = count(wait?.[2]);
  if (inbound === undefined || outbound === undefined || !rows.some(([word]) => word === 'end')) return null;
  return {
    inboundTimeWait: inbound,
    outboundTimeWait: outbound,
    destinations: named(merged(rows.flatMap((row) => destination(row) ?? []))),
    halfOpen: rows.flatMap((row) => halfOpen(row)),
    exact: !rows.some(([word]) => word === 'partial'),
    leftovers: rows.flatMap((row) => leftover(row)),
    timestamps: new Map(rows.flatMap((row) => timestamps(row))),
  };
}

function destination(row: readonly string[]): Destination | null {
  const [word, from = '', to = ''] = row;
  const local = parseAddress(from);
  const remote = parseEndpoint(to);
  const [used, timeWait, established, synSent] = [3, 4, 5, 6].map((column) => count(row[column]));
  if (word !== 'destination' || local === null || remote === null || remote.port === null) return null;
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
  };
}

const isLoopback = (local: string, remote: string): boolean =>
  remote === local || remote === '::1' || remote.startsWith('127.');

/** A v4-mapped socket and a plain one share the ports of their address. */
function merged(destinations: readonly Destination[]): readonly Destination[] {
  const found = new Map<string, Destination>();
  for (const each of destinations) {
    const key = `${each.local} ${each.remote}`;
    const known = found.get(key);
    const sum = known && {
      used: known.used + each.used,
      timeWait: known.timeWait + each.timeWait,
      established: known.established + each.established,
      synSent: (known.synSent ?? 0) + (each.synSent ?? 0),
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
