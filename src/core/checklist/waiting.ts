import { parseEndpoint } from './endpoint.ts';
import { ratio } from './figures.ts';
import { wordsOf } from './lines.ts';

/** Connections to one port that no accept() has taken yet. */
export interface WaitingList {
  /** `LOCAL PEER` of each, sorted by character code; at most 512 per port. */
  readonly connections: readonly string[];
  /** More were waiting: the list holds the smallest in sort order. */
  readonly cut: boolean;
}

/** What was seen of one port. */
export interface WaitingPort {
  readonly port: number;
  readonly cut: boolean;
  readonly connections: readonly { readonly address: string; readonly pair: string }[];
}

/** Reads the lines `looked PORT`, `waiting LOCAL PEER PORT…` and `cut PORT`. */
export function waitingPorts(lines: readonly string[]): ReadonlyMap<number, WaitingPort> {
  const ports = new Map<number, { cut: boolean; connections: { address: string; pair: string }[] }>();
  for (const line of lines) {
    const [word, subject = '', peer = '', ...peerPorts] = wordsOf(line);
    if (word === 'looked' || word === 'cut') {
      const port = parseEndpoint(`*:${subject}`)?.port ?? null;
      if (port !== null)
        ports.set(port, { cut: word === 'cut', connections: ports.get(port)?.connections ?? [] });
    }
    if (word !== 'waiting') continue;
    const local = parseEndpoint(subject);
    if (local === null || local.port === null) continue;
    const list = ports.get(local.port);
    if (list === undefined) continue;
    for (const each of peerPorts) {
      list.connections.push({ address: local.address, pair: `${subject} ${peer}:${each}` });
    }
  }
  return new Map([...ports].map(([port, list]) => [port, { port, ...list }]));
}

/** Those of a port that the listener at this address will accept. */
export function waitingFor(port: WaitingPort, listenerAddress: string): WaitingList {
  const own = port.connections.filter(({ address }) => belongs(address, listenerAddress));
  return { cut: port.cut, connections: own.map(({ pair }) => pair).sort(byCode) };
}

/** A wildcard listener takes what comes for any address of its family; `*` takes both families. */
function belongs(local: string, listener: string): boolean {
  if (listener === '*' || listener === '::') return true;
  if (listener === '0.0.0.0') return !local.includes(':');
  return local === listener;
}

/**
 * Share of the connections that waited in the first sample and still wait in the second. A cut list is complete up
 * to its last entry, so only what both lists could show is compared; absent when nothing is left.
 */
export function stayedRatio(first: WaitingList, second: WaitingList): number | undefined {
  const horizons = [first, second].flatMap(({ cut, connections }) => (cut ? [connections.at(-1) ?? ''] : []));
  const comparable = first.connections.filter((pair) => horizons.every((last) => pair <= last));
  const still = new Set(second.connections);
  const stayed = comparable.filter((pair) => still.has(pair)).length;
  return ratio(stayed, comparable.length);
}

const byCode = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
