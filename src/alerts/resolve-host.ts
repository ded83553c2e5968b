import { isIP } from 'node:net';
import type { HostEntry } from '../core/domain/host.ts';

/**
 * The inventory's host that an alert is about: by name, alias or address, port and domain cut off. Only the
 * inventory decides what is contacted; an alert merely points at it. Two candidates are as good as none.
 */
export function resolveHost(
  hosts: ReadonlyMap<string, HostEntry>,
  hints: readonly string[],
): HostEntry | null {
  for (const hint of hints) {
    for (const name of spellings(hint)) {
      const found = [...hosts.values()].filter((host) => isNamed(host, name));
      if (found.length === 1) return found[0] ?? null;
    }
  }
  return null;
}

const isNamed = (host: HostEntry, name: string): boolean =>
  host.name === name ||
  host.address.toLowerCase() === name ||
  host.aliases.some((alias) => alias.toLowerCase() === name);

/** `web-1.example.com:9100` -> itself, without the port, without the domain; `[::1]:9100` -> `::1`. */
function spellings(hint: string): readonly string[] {
  const lower = hint.trim().toLowerCase();
  const bracketed = /^\[([^\]]{1,64})\](?::\d{1,5})?$/.exec(lower)?.[1];
  if (bracketed !== undefined) return [bracketed];
  if (isIP(lower) !== 0) return [lower];
  const withoutPort = lower.replace(/:\d{1,5}$/, '');
  const short = isIP(withoutPort) === 0 ? (withoutPort.split('.')[0] ?? withoutPort) : withoutPort;
  return [...new Set([lower, withoutPort, short])];
}
