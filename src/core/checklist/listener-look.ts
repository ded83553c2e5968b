import { parseEndpoint, endpointName } from './endpoint.ts';
import { count } from './figures.ts';
import { linesOf, wordsOf } from './lines.ts';
import { ssRows } from './ss-rows.ts';
import { unitOf } from './unit.ts';
import { waitingFor, waitingPorts, type WaitingList } from './waiting.ts';

/** One listening address; sockets that share it (SO_REUSEPORT) are told by their fullest. */
export interface Listening {
  readonly address: string;
  readonly port: number;
  readonly queue: number;
  /** Undefined where it was read without ss. */
  readonly backlog: number | undefined;
  readonly sockets: number;
  /** Connections dropped since it listens, all its sockets together; not told before Linux 4.7. */
  readonly drops: number | undefined;
  readonly unit: string | undefined;
}

/** One sample of the listeners check. */
export interface ListenerLook {
  /** Made of /proc/net/tcp, since the host has no ss. */
  readonly fromProc: boolean;
  readonly listeners: ReadonlyMap<string, Listening>;
  /** Highest Recv-Q between the samples; only where it was above 0. */
  readonly peaks: ReadonlyMap<string, number>;
  /** Connections waiting for this listener; null where it was not looked at. */
  waiting(listener: Listening): WaitingList | null;
}

/** Reads one section of the listeners check; null when it is not the output of `ss`. */
export function listenerLook(text: string): ListenerLook | null {
  const lines = linesOf(text);
  // A host without listeners prints the header only.
  if (!lines.some((line) => /^(State|Recv-Q|LISTEN)/.test(line))) return null;
  const ports = waitingPorts(lines);
  return {
    fromProc: lines.some((line) => /^Recv-Q .* from-proc$/.test(line)),
    listeners: listening(lines),
    peaks: peaks(lines),
    waiting: ({ address, port }) => {
      const seen = ports.get(port);
      return seen === undefined ? null : waitingFor(seen, address);
    },
  };
}

function listening(lines: readonly string[]): ReadonlyMap<string, Listening> {
  const found = new Map<string, Listening>();
  for (const { state, local, recvQ, sendQ, details } of ssRows(lines)) {
    if (state !== 'LISTEN' || local.port === null) continue;
    const name = endpointName(local);
    const known = found.get(name);
    const row: Listening = {
      address: local.address,
      port: local.port,
      queue: recvQ,
      backlog: sendQ ?? undefined,
      sockets: (known?.sockets ?? 0) + 1,
      drops: known === undefined ? drops(details) : sum(known.drops, drops(details)),
      unit: unitOf(/(?:^| )cgroup:(\S+)/.exec(details)?.[1]),
    };
    const fuller =
      known === undefined || recvQ * ((known.backlog ?? 0) + 1) > known.queue * ((sendQ ?? 0) + 1);
    found.set(name, fuller ? row : { ...known, sockets: row.sockets, drops: row.drops });
  }
  return found;
}

/** `skmem:(r0,rb131072,t0,tb16384,f0,w0,o0,bl0,d5)` */
const drops = (details: string): number | undefined =>
  count(/\bskmem:\([^)]{0,200},d(\d{1,10})\)/.exec(details)?.[1]);

const sum = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? undefined : a + b;

function peaks(lines: readonly string[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const line of lines) {
    const [word, address = '', queue] = wordsOf(line);
    const local = word === 'peak' ? parseEndpoint(address) : null;
    const height = count(queue);
    if (local === null || height === undefined) continue;
    const name = endpointName(local);
    found.set(name, Math.max(height, found.get(name) ?? 0));
  }
  return found;
}
