import type { StoreContext } from './context.ts';
import { writing } from './lua.ts';
import type { Producer } from './producer.ts';

/** A host that somebody waits for, and nobody is going to look at. */
export interface Stranded {
  readonly host: string;
  readonly asker: 'person' | 'alert';
}

/** Hosts looked at in one sweep; the rest is for the next one. */
const HOSTS_PER_SWEEP = 1_000;

/** States of a job that will still be done. */
const COMING = new Set(['waiting', 'prioritized', 'delayed', 'active', 'waiting-children']);

const SETTLE = writing(`
if redis.call('LLEN', KEYS[1]) == 0 and redis.call('EXISTS', KEYS[2]) == 0 then
  redis.call('SREM', KEYS[3], ARGV[2])
end
`);

/**
 * Finds hosts with waiting requests or an unfinished run that have no job: their wake-up was lost with a
 * crash, or their job was given up. A deduplication key that a dead job left behind is removed.
 */
export async function sweep(
  context: StoreContext,
  producerOf: (host: string) => Producer,
): Promise<readonly Stranded[]> {
  const { link, keys } = context;
  const hosts = await link.read('list open hosts', async (redis) =>
    redis.srandmember(keys.openHosts, HOSTS_PER_SWEEP),
  );
  const stranded: Stranded[] = [];
  for (const host of hosts) {
    const found = await look(context, producerOf(host), host);
    if (found !== null) stranded.push(found);
  }
  return stranded;
}

async function look(context: StoreContext, producer: Producer, host: string): Promise<Stranded | null> {
  const { link, keys } = context;
  return link.write('look for a lost wake-up', async (turn) => {
    const [waiting, active, people] = await Promise.all([
      turn.redis.llen(keys.waiting(host)),
      turn.redis.exists(keys.active(host)),
      turn.redis.exists(keys.people(host)),
    ]);
    if (waiting === 0 && active === 0) {
      await turn.script(SETTLE, [keys.waiting(host), keys.active(host), keys.openHosts], [host]);
      return null;
    }
    if (await hasJob(producer, host)) return null;
    return { host, asker: people === 1 ? 'person' : 'alert' };
  });
}

async function hasJob(producer: Producer, host: string): Promise<boolean> {
  const queue = await producer.queue();
  const jobId = await queue.getDeduplicationJobId(host);
  if (jobId === null) return false;
  if (COMING.has(await queue.getJobState(jobId))) return true;
  // A new job may have taken the key meanwhile: only the dead one's is removed.
  const backend = queue.getBackend();
  await backend.removeDeduplicationKey(host, jobId);
  return false;
}
