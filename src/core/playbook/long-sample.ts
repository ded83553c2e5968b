import type { Facts } from '../domain/facts.ts';
import type { LastLook } from '../domain/last-look.ts';
import { totalsOf } from './quiet.ts';

/** What to remember of a look; null where it was not told which boot or namespace the counters are of. */
export function lookToKeep(host: string, facts: Facts, atMs: number): LastLook | null {
  const { boot_id: bootId, netns } = facts.host.host;
  const totals = totalsOf(facts);
  if (typeof bootId !== 'string' || typeof netns !== 'string' || Object.keys(totals).length === 0)
    return null;
  return { host, atMs, bootId, netns, totals };
}
