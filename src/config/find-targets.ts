import type { HostEntry } from '../core/domain/host.ts';
import { findHost, hostsOfGroup, type Config } from './config.ts';
import { nearestNames } from './nearest-names.ts';

/** What a person meant where a host or group belongs; `near` are names close to what was typed. */
export type Targets =
  | { readonly kind: 'host'; readonly hosts: readonly [HostEntry] }
  | { readonly kind: 'group'; readonly hosts: readonly HostEntry[] }
  | { readonly kind: 'unknown'; readonly near: readonly string[] };

/** The host of that name or alias, else the hosts of that group, else the names nearest to it. */
export function findTargets(config: Pick<Config, 'hosts'>, typed: string): Targets {
  const host = findHost(config, typed);
  if (host !== undefined) return { kind: 'host', hosts: [host] };
  const hosts = hostsOfGroup(config, typed);
  if (hosts.length > 0) return { kind: 'group', hosts };
  const groups = [...config.hosts.values()].flatMap((entry) => entry.groups);
  return { kind: 'unknown', near: nearestNames(typed, [...new Set([...config.hosts.keys(), ...groups])]) };
}
