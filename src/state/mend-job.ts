import type { StoreContext } from './context.ts';
import { writing } from './lua.ts';

/**
 * BullMQ parses these fields before our code sees the job; one that is no JSON makes it fail there, again and
 * again for ever, and holds the host's deduplication key all the while.
 */
const MEND = writing(`
local broken = false
for _, field in ipairs({'data', 'opts', 'progress', 'stacktrace', 'parent', 'returnvalue', 'tm'}) do
  local text = redis.call('HGET', KEYS[1], field)
  if text and not pcall(cjson.decode, text) then broken = true end
end
if not broken then return 0 end
redis.call('HDEL', KEYS[1], 'progress', 'stacktrace', 'parent', 'parentKey', 'returnvalue', 'tm')
redis.call('HSET', KEYS[1], 'data', '{}', 'opts', '{}')
return 1
`);

/** Makes a stalled job that nobody can read one without data, which is then dropped like any that is not ours. */
export async function mendJob(
  { link, keys }: StoreContext,
  job: { readonly queue: string; readonly id: string },
): Promise<void> {
  await link.write('mend a job', async (turn) =>
    turn.script(MEND, [`${keys.queues}:${job.queue}:${job.id}`], []),
  );
}
