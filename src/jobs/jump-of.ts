import { findHost, type Config } from '../config/config.ts';
import type { HostEntry } from '../core/domain/host.ts';

/** The host that the connection goes through; the config room has checked that it exists. */
export function jumpOf(config: Pick<Config, 'hosts'>, host: HostEntry): HostEntry | null {
  return host.jump === undefined ? null : (findHost(config, host.jump) ?? null);
}
