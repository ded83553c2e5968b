import { z } from 'zod';
import { parseJson } from '../core/domain/json.ts';
import type { StoreContext } from './context.ts';
import type { WorkerRole } from './queue-plan.ts';

/** Hosts that name none, and workers that are given none. */
export const DEFAULT_ZONE = 'default';

/** Which network a host is in, so that only workers there are given its jobs. */
export type ZoneOf = (host: string) => string;

/** What is done on hosts; all else is the bot's, whatever the host. */
const ON_HOSTS: ReadonlySet<WorkerRole> = new Set(['diagnose', 'changes', 'care']);

/** The name of a queue. */
export const queueName = (role: WorkerRole, zone: string): string =>
  zone !== DEFAULT_ZONE && ON_HOSTS.has(role) ? `${role}@${zone}` : role;

const PlanHost = z.object({ host: z.string() });

/**
 * The zone of the host that a change is about. Read from the store, so it may be wrong: a worker of another zone
 * refuses what is not signed all the same.
 */
export async function zoneOfChange(
  { link, keys }: StoreContext,
  zoneOf: ZoneOf | null,
  changeId: string,
): Promise<string> {
  if (zoneOf === null) return DEFAULT_ZONE;
  const text = await link.read('find the host of a change', async (redis) =>
    redis.hget(keys.change(changeId), 'plan'),
  );
  const plan = PlanHost.safeParse(text === null ? null : parseJson(text));
  return plan.success ? zoneOf(plan.data.host) : DEFAULT_ZONE;
}
