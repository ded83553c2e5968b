import type { SsState } from '../checklist/ss-rows.ts';

/** Counters of /proc/net/snmp and /proc/net/netstat that a watch follows. */
export const COUNTERS = [
  'ActiveOpens',
  'PassiveOpens',
  'EstabResets',
  'OutSegs',
  'RetransSegs',
  'OutRsts',
  'ListenOverflows',
] as const;
export type CounterName = (typeof COUNTERS)[number];

/** How many established connections share a port: the service's own port, or that of the servers called. */
export interface PortCount {
  readonly port: number;
  readonly count: number;
}

/** The fullest accept queue. */
export interface AcceptQueue {
  readonly port: number;
  readonly waiting: number;
  readonly limit: number;
}

/** The socket table, added up on the host. */
export interface Sockets {
  readonly states: ReadonlyMap<SsState, number>;
  /** Established, by local port, where somebody listens on it. */
  readonly inbound: readonly PortCount[];
  /** Established, by the port of the other side. */
  readonly outbound: readonly PortCount[];
  readonly queue: AcceptQueue | null;
}

/** What one second brought; what could not be read is absent. */
export interface Tick {
  /** Hundredths of a second since the host was booted. */
  readonly atCs: number;
  /** Null where the table was not walked this time. */
  readonly sockets: Sockets | null;
  readonly counters: ReadonlyMap<CounterName, number>;
  readonly tally: Tally;
}

/** The kernel's own counts, the same cost at any size. */
export interface Tally {
  /** CurrEstab: ESTABLISHED and CLOSE-WAIT together. */
  readonly established: number | undefined;
  readonly timeWait: number | undefined;
}
