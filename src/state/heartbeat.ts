import type { StoreContext } from './context.ts';
import { writing } from './lua.ts';

const BEAT_MS = 5_000;
/** Three beats may get lost before a worker counts as gone. */
const ALIVE_SECONDS = 16;

/** On Redis' own clock, so that the clocks of many machines do not matter. */
const BEAT = writing(`
redis.call('ZADD', KEYS[1], clock[1], ARGV[2])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', clock[1] - ARGV[3])
redis.call('EXPIRE', KEYS[1], ARGV[3])
`);

const GONE = writing(`redis.call('ZREM', KEYS[1], ARGV[2])`);

/** Tells all others every few seconds that a worker is there, as long as it says so itself. */
export function startHeartbeat(
  { link, keys }: StoreContext,
  worker: { readonly queue: string; readonly id: string },
  isAlive: () => boolean,
): { stop(): Promise<void> } {
  const key = keys.alive(worker.queue);
  const beat = async (): Promise<void> => {
    if (!isAlive()) return;
    await link.write('send a heartbeat', async (turn) =>
      turn.script(BEAT, [key], [worker.id, ALIVE_SECONDS]),
    );
  };
  // A beat that fails is simply missing; whoever cares looks at the beats that are there.
  const beatOrMiss = (): void => void beat().catch(() => undefined);
  const timer = setInterval(beatOrMiss, BEAT_MS);
  timer.unref();
  beatOrMiss();
  return {
    stop: async () => {
      clearInterval(timer);
      await link
        .write('take back a heartbeat', async (turn) => turn.script(GONE, [key], [worker.id]))
        .catch(() => undefined);
    },
  };
}

/** How many workers of the queue have told lately that they live. */
export async function workersAlive({ link, keys }: StoreContext, queue: string): Promise<number> {
  return link.read('count workers', async (redis) => {
    const [seconds] = await redis.time();
    return redis.zcount(keys.alive(queue), Number(seconds) - ALIVE_SECONDS, '+inf');
  });
}
