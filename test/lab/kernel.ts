import { readFile } from 'node:fs/promises';
import type { LabHost } from '../../src/demo/lab/host.ts';

/** One row of `ss -Htan`, as the tests need it. */
export interface SocketRow {
  readonly state: string;
  readonly recvQ: number;
  readonly sendQ: number;
  readonly localPort: number;
  readonly peer: string;
}

/** A counter of the host's own network namespace, read without any code of the product. */
export async function counter(host: LabHost, name: string): Promise<number> {
  for (const file of ['netstat', 'snmp']) {
    const lines = (await readFile(`/proc/${host.pid}/net/${file}`, 'utf8')).split('\n');
    for (let row = 0; row + 1 < lines.length; row += 2) {
      const [names, values] = [lines[row], lines[row + 1]].map((line) => (line ?? '').split(' '));
      const column = names?.indexOf(name) ?? -1;
      if (column > 0) return Number(values?.[column]);
    }
  }
  throw new Error(`the kernel has no counter ${name}`);
}

/** How much the counters grow while something happens. */
export async function growth<T>(
  host: LabHost,
  names: readonly string[],
  meanwhile: () => Promise<T>,
): Promise<{ readonly grown: Readonly<Record<string, number>>; readonly result: T }> {
  const read = (): Promise<number[]> => Promise.all(names.map((name) => counter(host, name)));
  const before = await read();
  const result = await meanwhile();
  const after = await read();
  const grown = Object.fromEntries(
    names.map((name, index) => [name, (after[index] ?? 0) - (before[index] ?? 0)]),
  );
  return { grown, result };
}

/** All TCP sockets of the host. */
export async function sockets(host: LabHost): Promise<readonly SocketRow[]> {
  const { stdout } = await host.exec(['ss', '-Htan4']);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [state = '', recvQ, sendQ, local = '', peer = ''] = line.trim().split(/\s+/);
      const localPort = Number(local.slice(local.lastIndexOf(':') + 1));
      return { state, recvQ: Number(recvQ), sendQ: Number(sendQ), localPort, peer };
    });
}

/** The listener on the service port of the workloads. */
export async function listener(host: LabHost, port = 8080): Promise<SocketRow> {
  const row = (await sockets(host)).find((socket) => socket.state === 'LISTEN' && socket.localPort === port);
  if (row === undefined) throw new Error(`nothing listens on port ${port} of ${host.name}`);
  return row;
}

/** Local ports in use towards each destination, outbound only: what ip_local_port_range limits. */
export function portsByDestination(rows: readonly SocketRow[]): ReadonlyMap<string, number> {
  const listening = new Set(rows.filter(({ state }) => state === 'LISTEN').map(({ localPort }) => localPort));
  const ports = new Map<string, Set<number>>();
  for (const { state, localPort, peer } of rows) {
    if (state === 'LISTEN' || listening.has(localPort)) continue;
    ports.set(peer, (ports.get(peer) ?? new Set()).add(localPort));
  }
  return new Map([...ports].map(([peer, used]) => [peer, used.size]));
}

/** Number of rows in one state. */
export const inState = (rows: readonly SocketRow[], state: string): number =>
  rows.filter((row) => row.state === state).length;
