import type { Config } from '../config/config.ts';
import type { State } from '../core/domain/ports.ts';

/** Zones with hosts that no worker would look at now; an inventory without hosts still needs a worker. */
export async function zonesWithoutWorker(
  { hosts }: Pick<Config, 'hosts'>,
  state: Pick<State, 'workersAlive'>,
): Promise<readonly string[]> {
  const used = hosts.size === 0 ? ['default'] : [...new Set([...hosts.values()].map(({ zone }) => zone))];
  const alive = await Promise.all(used.map(async (zone) => state.workersAlive('diagnose', zone)));
  return used.filter((_, index) => alive[index] === 0);
}

/** That in a sentence; null when there is none. */
export function withoutWorker(zones: readonly string[]): string | null {
  if (zones.length === 0) return null;
  return zones.join() === 'default'
    ? 'no worker has answered lately'
    : `no worker of zone ${zones.join(', ')} has answered lately`;
}
