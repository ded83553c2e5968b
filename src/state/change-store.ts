import { wantsFreshLook } from '../core/change/fresh.ts';
import type { Change, ChangeState } from '../core/domain/change.ts';
import { TcpcheckError, unreachable } from '../core/domain/errors.ts';
import type { ChangeStore } from '../core/domain/ports.ts';
import { strings, valueOrNull, valueOrThrow, type StoreContext } from './context.ts';
import { RETENTION_SECONDS } from './keys.ts';
import { writing } from './lua.ts';
import { decode, type Decoded } from './records/decode.ts';
import { ChangeStateRecord, PlanRecord } from './records/change-record.ts';

/** What one sweep takes on. */
const OPEN_PAGE = 1_000;
/** A diagnosis offers a handful of changes; a request with more is not ours. */
const MAX_CHANGES_PER_REQUEST = 100;

const PROPOSE = writing(`
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('HSET', KEYS[1], 'plan', ARGV[3], 'state', ARGV[4])
redis.call('EXPIRE', KEYS[1], ARGV[6])
redis.call('RPUSH', KEYS[2], ARGV[2])
redis.call('LTRIM', KEYS[2], -tonumber(ARGV[7]), -1)
redis.call('EXPIRE', KEYS[2], ARGV[6])
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', ARGV[8])
redis.call('ZADD', KEYS[3], ARGV[5], ARGV[2])
return 1
`);

const MOVE = writing(`
local change = redis.call('HMGET', KEYS[1], 'plan', 'state')
if not change[1] or not change[2] then return {'gone'} end
local readable, state = pcall(cjson.decode, change[2])
local given = readable and type(state) == 'table' and type(state.approvals) == 'table' and #state.approvals or 0
if not readable or type(state) ~= 'table' or state.kind ~= ARGV[3] or given ~= tonumber(ARGV[7]) then
  return {'kept', change[1], change[2]}
end
redis.call('HSET', KEYS[1], 'state', ARGV[4])
redis.call('EXPIRE', KEYS[1], ARGV[6])
if ARGV[5] == 'closed' then redis.call('ZREM', KEYS[2], ARGV[2]) end
if ARGV[5] == 'open' then redis.call('ZADD', KEYS[2], 'NX', clock[1] * 1000, ARGV[2]) end
local known, plan = pcall(cjson.decode, change[1])
if known and type(plan) == 'table' and type(plan.requestId) == 'string' then
  redis.call('ZADD', KEYS[3], 'NX', clock[1] * 1000, plan.requestId)
end
return {'moved', change[1], ARGV[4]}
`);

/** The whole text must be the one that was read: two steps of one moment may differ in nothing but what was measured. */
const REWRITE = writing(`
if redis.call('HGET', KEYS[1], 'state') ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], 'state', ARGV[3])
return 1
`);

/** Keeps proposals and what became of them. */
export function changeStore(context: StoreContext): ChangeStore {
  const { link, keys } = context;
  const get = async (id: string): Promise<Change | null> => (await read(context, id))?.change ?? null;
  return {
    propose: async (change) => propose(context, change),
    get,
    ofRequest: async (requestId) => {
      const ids = await link.read('list the changes of a request', async (redis) =>
        redis.lrange(keys.changesOf(requestId), 0, -1),
      );
      const changes = await Promise.all(ids.map(get));
      return changes.filter((change) => change !== null);
    },
    open: async () =>
      link.read('list open changes', async (redis) =>
        redis.zrange(keys.openChanges, 0, String(OPEN_PAGE - 1)),
      ),
    move: async (id, from, next) => move(context, id, { from, next }),
    rewrite: async (id, anew) => {
      const found = await read(context, id);
      const next = found === null ? null : anew(found.change.state);
      if (found === null || next === null) return false;
      const reply = await link.write('write a change anew', async (turn) =>
        turn.script(REWRITE, [keys.change(id)], [found.stateText, JSON.stringify(next)]),
      );
      return reply === 1;
    },
  };
}

async function read(
  context: StoreContext,
  id: string,
): Promise<{ readonly change: Change; readonly stateText: string } | null> {
  const { link, keys } = context;
  const [plan, stateText] = await link.read('read a change', async (redis) =>
    redis.hmget(keys.change(id), 'plan', 'state'),
  );
  if (typeof plan !== 'string' || typeof stateText !== 'string') return null;
  const change = valueOrNull(context, `change ${id}`, decodeChange(id, plan, stateText));
  return change === null ? null : { change, stateText };
}

async function propose({ link, keys }: StoreContext, { plan, state }: Change): Promise<boolean> {
  const reply = await link.write('keep a proposal', async (turn) =>
    turn.script(
      PROPOSE,
      [keys.change(plan.id), keys.changesOf(plan.requestId), keys.openChanges],
      [
        plan.id,
        JSON.stringify(plan),
        JSON.stringify(state),
        plan.proposedAtMs,
        RETENTION_SECONDS,
        MAX_CHANGES_PER_REQUEST,
        plan.proposedAtMs - RETENTION_SECONDS * 1000,
      ],
    ),
  );
  return reply === 1;
}

async function move(
  { link, keys }: StoreContext,
  id: string,
  step: { readonly from: ChangeState; readonly next: ChangeState },
): Promise<{ moved: boolean; change: Change }> {
  const reply = await link.write('move a change', async (turn) =>
    turn.script(
      MOVE,
      [keys.change(id), keys.openChanges, keys.unanswered],
      [
        id,
        step.from.kind,
        JSON.stringify(step.next),
        isOpen(step.next) ? 'open' : 'closed',
        RETENTION_SECONDS,
        'approvals' in step.from ? step.from.approvals.length : 0,
      ],
    ),
  );
  const [outcome, plan, state] = strings(reply);
  if (plan === undefined || state === undefined) {
    throw new TcpcheckError(
      'REDIS_LOST',
      `move change ${id} from ${step.from.kind} to ${step.next.kind}: Redis at ${link.place} does not know it`,
    );
  }
  return { moved: outcome === 'moved', change: valueOrThrow(`change ${id}`, decodeChange(id, plan, state)) };
}

/** The plan must be the one asked for: a record under another id's key was put there by somebody. */
function decodeChange(id: string, planText: string, stateText: string): Decoded<Change> {
  const plan = decode(PlanRecord, planText);
  if (!plan.ok) return plan;
  if (plan.value.id !== id) return { ok: false, why: 'the plan has another id' };
  const state = decode(ChangeStateRecord, stateText);
  if (!state.ok) return state;
  return { ok: true, value: { plan: plan.value, state: state.value } };
}

/** Waits for a decision, a look or a person, or is under way: somebody must come back to it. */
export function isOpen(state: ChangeState): boolean {
  switch (state.kind) {
    case 'proposed':
    case 'queued':
    case 'approved':
    case 'applying':
    case 'applied':
    case 'confirmed':
    case 'judged':
    case 'keeping':
    case 'rolling-back':
    case 'needs-human':
      return true;
    case 'left-until-reboot':
    case 'kept':
      return state.secondLook === null;
    case 'rolled-back':
    case 'reverted':
    case 'rejected':
    case 'expired':
    case 'failed':
      return false;
    case 'void':
      return wantsFreshLook(state);
    default:
      return unreachable(state);
  }
}
