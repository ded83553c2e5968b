import { isIP } from 'node:net';

/** One end of a connection as `ss` prints it, in the one spelling we use. */
export interface Endpoint {
  /** IPv4 (also where the socket is a v4-mapped IPv6 one), IPv6 without brackets, or `*`. */
  readonly address: string;
  /** Null for `*`. */
  readonly port: number | null;
}

/** Longer than the longest address with an interface name. */
const MAX_CHARS = 80;

/**
 * Reads `10.0.0.1:80`, `[::1]:80`, `:::80` (iproute2 before 4.15 has no brackets), `*:80`,
 * `[fe80::1]%eth0:80`, `0.0.0.0%eth0:80` and `[::ffff:10.0.0.1]:80`; null for anything else.
 */
export function parseEndpoint(text: string): Endpoint | null {
  if (text.length > MAX_CHARS) return null;
  const colon = text.lastIndexOf(':');
  if (colon === -1) return null;
  const address = parseAddress(text.slice(0, colon));
  const port = parsePort(text.slice(colon + 1));
  return address === null || port === undefined ? null : { address, port };
}

/** The name of a subject: `10.0.0.1:80`, `[::1]:80`, `*:80`. */
export function endpointName({ address, port }: Endpoint): string {
  const host = address.includes(':') ? `[${address}]` : address;
  return `${host}:${port ?? '*'}`;
}

/** Reads an address without its port. */
export function parseAddress(text: string): string | null {
  // The interface may stand inside or outside the brackets; which one it is makes no other address.
  const bare = text.replace(/%[^\]]*/, '').replace(/^\[(.*)\]$/, '$1');
  if (bare === '*') return bare;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1];
  const address = (mapped ?? bare).toLowerCase();
  return isIP(address) === 0 ? null : address;
}

function parsePort(text: string): number | null | undefined {
  if (text === '*') return null;
  if (!/^\d{1,5}$/.test(text)) return undefined;
  const port = Number(text);
  return port <= 65_535 ? port : undefined;
}
