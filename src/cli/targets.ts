import type { Config } from '../config/config.ts';
import { findTargets, type Targets } from '../config/find-targets.ts';
import { TcpcheckError } from '../core/domain/errors.ts';

/** The host or the group's hosts; an error with the near names where there is neither. */
export function targetsOf(
  config: Pick<Config, 'hosts'>,
  typed: string,
): Exclude<Targets, { kind: 'unknown' }> {
  const found = findTargets(config, typed);
  if (found.kind !== 'unknown') return found;
  const hint = found.near.length === 0 ? {} : { hint: `Did you mean ${found.near.join(', ')}?` };
  throw new TcpcheckError('HOST_UNKNOWN', `there is no host or group "${typed}" in the inventory`, hint);
}
