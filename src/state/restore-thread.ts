import type { ThreadRecords } from '../core/domain/thread-memory.ts';
import { isOpen } from './change-store.ts';
import type { StoreContext } from './context.ts';
import { RETENTION_SECONDS } from './keys.ts';
import { writing } from './lua.ts';
import { encodeRun } from './records/run-record.ts';

/**
 * All or nothing, and only where the request is not there: what Redis still knows is newer. What stands there without its
 * request was written by somebody who had read it before Redis was emptied, so it is older.
 */
const RESTORE = writing(`
local doc, prefix, ttl = cjson.decode(ARGV[2]), ARGV[3], ARGV[4]
local function key(kind, id) return prefix .. ':' .. kind .. ':' .. id end
if redis.call('EXISTS', key('request', doc.id)) == 1 then return 0 end
for _, kind in ipairs({'request-runs', 'request-changes', 'thread'}) do redis.call('DEL', key(kind, doc.id)) end
local function list(name, ids)
  for _, id in ipairs(ids) do redis.call('RPUSH', name, id) end
  if #ids > 0 then redis.call('EXPIRE', name, ttl) end
end
redis.call('HSET', key('request', doc.id), 'json', doc.request)
if doc.last then redis.call('HSET', key('request', doc.id), 'run', doc.last) end
redis.call('EXPIRE', key('request', doc.id), ttl)
list(key('request-runs', doc.id), doc.runIds)
for _, run in ipairs(doc.runs) do
  if redis.call('EXISTS', key('run', run.id)) == 0 then
    for name, value in pairs(run) do redis.call('HSET', key('run', run.id), name, value) end
    redis.call('EXPIRE', key('run', run.id), ttl)
  end
end
for _, change in ipairs(doc.changes) do
  redis.call('HSET', key('change', change.id), 'plan', change.plan, 'state', change.state)
  redis.call('EXPIRE', key('change', change.id), ttl)
  redis.call('RPUSH', key('request-changes', doc.id), change.id)
  if change.open then redis.call('ZADD', KEYS[1], 'NX', clock[1] * 1000, change.id) end
end
if #doc.changes > 0 then redis.call('EXPIRE', key('request-changes', doc.id), ttl) end
for _, entry in ipairs(doc.entries) do redis.call('HSET', key('thread', doc.id), entry.key, entry.json) end
if #doc.entries > 0 then redis.call('EXPIRE', key('thread', doc.id), ttl) end
if doc.root then redis.call('SET', doc.root, doc.id, 'EX', ttl) end
redis.call('ZADD', KEYS[2], 'NX', clock[1] * 1000, doc.id)
return 1
`);

/** Puts a whole thread into the stores, to be drawn: one that Redis has lost, or one that was made without a question. */
export async function restoreThread(context: StoreContext, records: ThreadRecords): Promise<boolean> {
  const { link, keys } = context;
  const { request, runIds, runs, changes, entries } = records;
  const root = entries.get('root')?.ts ?? null;
  const doc = {
    id: request.id,
    request: JSON.stringify(request),
    ...(runIds.length === 0 ? {} : { last: runIds.at(-1) }),
    runIds,
    runs: runs.map(encodeRun),
    changes: changes.map(({ plan, state }) => ({
      id: plan.id,
      plan: JSON.stringify(plan),
      state: JSON.stringify(state),
      open: isOpen(state),
    })),
    entries: [...entries].map(([key, entry]) => ({ key, json: JSON.stringify(entry) })),
    ...(root === null ? {} : { root: keys.root(request.channel, root) }),
  };
  const reply = await link.write('restore a thread', async (turn) =>
    turn.script(
      RESTORE,
      [keys.openChanges, keys.unanswered],
      [JSON.stringify(doc), keys.prefix, RETENTION_SECONDS],
    ),
  );
  return reply === 1;
}
