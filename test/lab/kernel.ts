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

/** Counters of the host's own network namespace, read at one moment and without any code of the product. */
export async function counters(
  host: LabHost,
  names: readonly string[],
): Promise<Readonly<Record<string, number>>> {
  const files = ['netstat', 'snmp'].map((file) => readFile(`/proc/${host.pid}/net/${file}`, 'utf8'));
  const lines = (await Promise.all(files)).join('').split('\n');
  const all = new Map<string, number>();
  for (let row = 0; row + 1 < lines.length; row += 2) {
    const [headers = [], values = []] = [lines[row], lines[row + 1]].map((line) => (line ?? '').split(' '));
    for (const [column, header] of headers.entries()) all.set(header, Number(values[column]));
  }
  return Object.fromEntries(
    names.map((name) => {
      const value = all.get(name);
      if (value === undefined) throw new Error(`the kernel has no counter ${name}`);
      return [name, value];
    }),
  );
}

/** How much the counters grow while something happens. */
export async function growth<T>(
  host: LabHost,
  names: readonly string[],
  meanwhile: () => Promise<T>,
): Promise<{ readonly grown: Readonly<Record<string, number>>; readonly result: T }> {
  const before = await counters(host, names);
  const result = await meanwhile();
  const after = await counters(host, names);
  const grown = Object.fromEntries(names.map((name) => [name, (after[name] ?? 0) - (before[name] ?? 0)]));
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
