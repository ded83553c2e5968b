import type { HostEntry } from '../core/domain/host.ts';

/** One login on the way: the host asked for, or the jump host in front of it. */
export interface Hop {
  readonly host: HostEntry;
  /** The jump host that this login goes through; null when it is the first on the way. */
  readonly via: HostEntry | null;
}

/** `10.0.0.5:22`, `[fd00::5]:22`. */
export function endpoint({ address, port }: HostEntry): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** How messages name a hop: `web-1 (tcpcheck@10.0.0.5:22, through bastion-1)`. */
export function describeHop({ host, via }: Hop): string {
  const through = via === null ? '' : `, through ${via.name}`;
  return `${host.name} (${host.user}@${endpoint(host)}${through})`;
}
