import type { Config } from '../config/config.ts';
import { TcpcheckError } from '../core/domain/errors.ts';
import type { HostEntry } from '../core/domain/host.ts';
import { targetsOf } from './targets.ts';

/** The host of that name, for a command that takes one; `act` says what it does with it. */
export function oneHost(config: Pick<Config, 'hosts'>, typed: string, act: string): HostEntry {
  const { hosts } = targetsOf(config, typed);
  const [host, second] = hosts;
  if (host === undefined || second !== undefined) {
    throw new TcpcheckError('USAGE', `${act} one host; "${typed}" is a group of ${hosts.length}`);
  }
  return host;
}
