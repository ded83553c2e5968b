import { assert } from '../core/domain/errors.ts';
import type { Dedupe } from '../core/domain/ports.ts';
import type { StoreContext } from './context.ts';
import { RETENTION_SECONDS } from './keys.ts';
import { writing } from './lua.ts';

const FIRST = writing(`
if redis.call('SET', KEYS[1], '1', 'NX', 'EX', ARGV[2]) then return 1 end
return 0
`);

/** Remembers deliveries for the time their caller names. */
export function dedupe({ link, keys }: StoreContext): Dedupe {
  return {
    firstTime: async (key, ttlSeconds) => {
      assert(
        Number.isInteger(ttlSeconds) && ttlSeconds > 0 && ttlSeconds <= RETENTION_SECONDS,
        `a delivery is remembered for 1 s to ${RETENTION_SECONDS} s, not ${ttlSeconds}`,
      );
      const reply = await link.write('note a delivery', async (turn) =>
        turn.script(FIRST, [keys.seen(key)], [ttlSeconds]),
      );
      return reply === 1;
    },
  };
}
