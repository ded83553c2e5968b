import type { HostSlots } from '../core/domain/host-slots.ts';
import { strings, type StoreContext } from './context.ts';
import { RETENTION_SECONDS } from './keys.ts';
import { writing } from './lua.ts';

const HOUR_MS = 3_600_000;

/** A day of the most that the helper on a host takes, 20 an hour. */
const MAX_REMEMBERED = 480;

const TAKE = writing(`
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - tonumber(ARGV[4]) * 1000)
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -tonumber(ARGV[5]) - 1)
if not redis.call('ZSCORE', KEYS[1], ARGV[2]) then
  if redis.call('ZCOUNT', KEYS[1], now - tonumber(ARGV[6]), '+inf') >= tonumber(ARGV[3]) then return {'full'} end
end
local before = redis.call('ZRANGE', KEYS[1], 0, -1)
redis.call('ZADD', KEYS[1], 'NX', now, ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[4])
table.insert(before, 1, 'taken')
return before
`);

const GIVE_BACK = writing(`
return redis.call('ZREM', KEYS[1], ARGV[2])
`);

/** Counts in one atomic step, so that two approvals at the same moment cannot both be the last that fits. */
export function hostSlots({ link, keys }: StoreContext): HostSlots {
  return {
    take: async ({ id, host }, perHour) => {
      const reply = await link.write('take a place for a change', async (turn) =>
        turn.script(TAKE, [keys.changesOn(host)], [id, perHour, RETENTION_SECONDS, MAX_REMEMBERED, HOUR_MS]),
      );
      const [outcome, ...before] = strings(reply);
      if (outcome !== 'taken') return null;
      return { others: before.filter((other) => other !== id), isNew: !before.includes(id) };
    },
    giveBack: async ({ id, host }) => {
      await link.write('give back the place of a change', async (turn) =>
        turn.script(GIVE_BACK, [keys.changesOn(host)], [id]),
      );
    },
  };
}
