import type { GroupChange, GroupPlan, GroupQuestion, GroupState } from '../core/domain/group.ts';
import { TcpcheckError, unreachable } from '../core/domain/errors.ts';
import type { GroupStore } from '../core/domain/group-ports.ts';
import { strings, valueOrNull, valueOrThrow, type StoreContext } from './context.ts';
import { RETENTION_SECONDS } from './keys.ts';
import { writing } from './lua.ts';
import { decode, type Decoded } from './records/decode.ts';
import { GroupPlanRecord, GroupQuestionRecord, GroupStateRecord } from './records/group-record.ts';

/** What one sweep takes on. */
const OPEN_PAGE = 1_000;
/** Each offers one setting for some hosts, and after it the next; more are not ours. */
const MAX_PLANS_PER_QUESTION = 50;

const ASK = writing(`
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('SET', KEYS[1], ARGV[3], 'EX', ARGV[5])
redis.call('ZADD', KEYS[2], ARGV[4], ARGV[2])
return 1
`);

const PROPOSE = writing(`
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('HSET', KEYS[1], 'plan', ARGV[4], 'state', ARGV[5], 'version', 0)
redis.call('EXPIRE', KEYS[1], ARGV[7])
redis.call('RPUSH', KEYS[2], ARGV[2])
redis.call('LTRIM', KEYS[2], -tonumber(ARGV[8]), -1)
redis.call('EXPIRE', KEYS[2], ARGV[7])
redis.call('ZADD', KEYS[3], ARGV[6], ARGV[2])
redis.call('ZADD', KEYS[4], 'NX', clock[1] * 1000, ARGV[3])
return 1
`);

const MOVE = writing(`
local group = redis.call('HMGET', KEYS[1], 'plan', 'state', 'version')
if not group[1] or not group[2] or not group[3] then return {'gone'} end
if group[3] ~= ARGV[4] then return {'kept', group[1], group[2], group[3]} end
redis.call('HSET', KEYS[1], 'state', ARGV[5])
local version = redis.call('HINCRBY', KEYS[1], 'version', 1)
redis.call('EXPIRE', KEYS[1], ARGV[7])
if ARGV[6] == 'closed' then redis.call('ZREM', KEYS[2], ARGV[2]) end
if ARGV[6] == 'open' then redis.call('ZADD', KEYS[2], 'NX', clock[1] * 1000, ARGV[2]) end
redis.call('ZADD', KEYS[3], 'NX', clock[1] * 1000, ARGV[3])
return {'moved', group[1], ARGV[5], tostring(version)}
`);

/** Keeps questions about groups, the plans for several hosts that come of them, and what became of those. */
export function groupStore(context: StoreContext): GroupStore {
  const { link, keys } = context;
  const get = async (id: string): Promise<GroupChange | null> => {
    const [plan, state, version] = await link.read('read a group plan', async (redis) =>
      redis.hmget(keys.group(id), 'plan', 'state', 'version'),
    );
    if (typeof plan !== 'string' || typeof state !== 'string' || typeof version !== 'string') return null;
    return valueOrNull(context, `group plan ${id}`, decodeGroup(id, { plan, state, version }));
  };
  return {
    ask: async (question) => ask(context, question),
    question: async (id) => {
      const text = await link.read('read a question', async (redis) => redis.get(keys.question(id)));
      return text === null ? null : valueOrNull(context, `question ${id}`, decode(GroupQuestionRecord, text));
    },
    propose: async (plan) => propose(context, plan),
    get,
    ofQuestion: async (questionId) => {
      const ids = await link.read('list the group plans of a question', async (redis) =>
        redis.lrange(keys.groupsOf(questionId), 0, -1),
      );
      const groups = await Promise.all(ids.map(get));
      return groups.filter((group) => group !== null);
    },
    open: async () =>
      link.read('list open group plans', async (redis) =>
        redis.zrange(keys.openGroups, 0, String(OPEN_PAGE - 1)),
      ),
    move: async (group, next) => move(context, group, next),
  };
}

async function ask({ link, keys }: StoreContext, question: GroupQuestion): Promise<boolean> {
  const reply = await link.write('keep a question', async (turn) =>
    turn.script(
      ASK,
      [keys.question(question.id), keys.unanswered],
      [question.id, JSON.stringify(question), question.createdAtMs, RETENTION_SECONDS],
    ),
  );
  return reply === 1;
}

async function propose({ link, keys }: StoreContext, plan: GroupPlan): Promise<boolean> {
  const state: GroupState = { kind: 'proposed', approvals: [] };
  const reply = await link.write('keep a group plan', async (turn) =>
    turn.script(
      PROPOSE,
      [keys.group(plan.id), keys.groupsOf(plan.questionId), keys.openGroups, keys.unanswered],
      [
        plan.id,
        plan.questionId,
        JSON.stringify(plan),
        JSON.stringify(state),
        plan.proposedAtMs,
        RETENTION_SECONDS,
        MAX_PLANS_PER_QUESTION,
      ],
    ),
  );
  return reply === 1;
}

async function move(
  { link, keys }: StoreContext,
  { plan: { id, questionId }, version }: GroupChange,
  next: GroupState,
): Promise<{ moved: boolean; group: GroupChange }> {
  const reply = await link.write('move a group plan', async (turn) =>
    turn.script(
      MOVE,
      [keys.group(id), keys.openGroups, keys.unanswered],
      [
        id,
        questionId,
        String(version),
        JSON.stringify(next),
        isOpen(next) ? 'open' : 'closed',
        RETENTION_SECONDS,
      ],
    ),
  );
  const [outcome, plan, state, now] = strings(reply);
  if (plan === undefined || state === undefined || now === undefined) {
    throw new TcpcheckError(
      'REDIS_LOST',
      `move group plan ${id} to ${next.kind}: Redis at ${link.place} does not know it`,
    );
  }
  const decoded = decodeGroup(id, { plan, state, version: now });
  return { moved: outcome === 'moved', group: valueOrThrow(`group plan ${id}`, decoded) };
}

/** The plan must be the one asked for: a record under another id's key was put there by somebody. */
function decodeGroup(
  id: string,
  stored: { readonly plan: string; readonly state: string; readonly version: string },
): Decoded<GroupChange> {
  const plan = decode(GroupPlanRecord, stored.plan);
  if (!plan.ok) return plan;
  if (plan.value.id !== id) return { ok: false, why: 'the plan has another id' };
  const state = decode(GroupStateRecord, stored.state);
  if (!state.ok) return state;
  return { ok: true, value: { plan: plan.value, state: state.value, version: Number(stored.version) } };
}

/** Time or hosts move it on: somebody must come back to it though nobody calls. */
function isOpen(state: GroupState): boolean {
  switch (state.kind) {
    case 'proposed':
    case 'running':
    case 'keeping':
    case 'rolling-back':
      return true;
    case 'stopped':
    case 'done':
    case 'kept':
    case 'rolled-back':
    case 'rejected':
    case 'expired':
    case 'void':
      return false;
    default:
      return unreachable(state);
  }
}
