import { TcpcheckError } from '../core/domain/errors.ts';
import type { AgainOutcome, RequestRuns, RequestStore } from '../core/domain/ports.ts';
import type { DiagnosisRequest } from '../core/domain/run.ts';
import { valueOrNull, type StoreContext } from './context.ts';
import { RETENTION_SECONDS } from './keys.ts';
import { writing } from './lua.ts';
import { decode } from './records/decode.ts';
import { RequestRecord } from './records/request-record.ts';

/** More questions about one host than any storm of alerts we know of; the next asker is told to wait. */
const MAX_WAITING_PER_HOST = 5_000;
/** Bounds the memory of a bot that cannot answer (Slack away for days). */
const MAX_UNANSWERED = 50_000;
/** What one sweep takes on. */
const UNANSWERED_PAGE = 1_000;

/** A Redis that is full refuses a step at its first write that needs memory, so that one comes first. */
const ACCEPT = writing(`
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
if redis.call('LLEN', KEYS[2]) >= tonumber(ARGV[7]) then return -1 end
if redis.call('ZCOUNT', KEYS[3], ARGV[9], '+inf') >= tonumber(ARGV[8]) then return -1 end
redis.call('HSET', KEYS[1], 'json', ARGV[2])
if ARGV[11] ~= '' then redis.call('HSET', KEYS[1], 'windowMs', ARGV[11]) end
redis.call('EXPIRE', KEYS[1], ARGV[6])
redis.call('RPUSH', KEYS[2], ARGV[3])
redis.call('EXPIRE', KEYS[2], ARGV[6])
redis.call('ZADD', KEYS[3], ARGV[5], ARGV[3])
if ARGV[10] == 'person' then
  redis.call('INCR', KEYS[4])
  redis.call('EXPIRE', KEYS[4], ARGV[6])
end
redis.call('SADD', KEYS[5], ARGV[4])
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', ARGV[9])
return 1
`);

/** A thread that was looked at so often is a long one; the next question makes a new one. */
const MAX_RUNS_PER_REQUEST = 12;

const AGAIN = writing(`
if redis.call('EXISTS', KEYS[1]) == 0 then return 'gone' end
local run = redis.call('HMGET', KEYS[1], 'run', 'again', 'kept')
if run[2] or (not run[1] and not run[3]) then return 'waits' end
if redis.call('LLEN', KEYS[6]) >= tonumber(ARGV[8]) then return 'spent' end
if redis.call('LLEN', KEYS[2]) >= tonumber(ARGV[6]) then return 'full' end
redis.call('HSET', KEYS[1], 'again', ARGV[4])
redis.call('HDEL', KEYS[1], 'kept')
redis.call('RPUSH', KEYS[2], ARGV[2])
redis.call('EXPIRE', KEYS[2], ARGV[5])
redis.call('ZADD', KEYS[3], ARGV[4], ARGV[2])
if ARGV[7] == 'person' then
  redis.call('INCR', KEYS[4])
  redis.call('EXPIRE', KEYS[4], ARGV[5])
end
redis.call('SADD', KEYS[5], ARGV[3])
return 'queued'
`);

const ANSWERED = writing(`redis.call('ZREM', KEYS[1], ARGV[2])`);

/** Keeps requests, and which of them wait. */
export function requestStore(context: StoreContext): RequestStore {
  const { link, keys } = context;
  return {
    accept: async (request) => accept(context, request),
    get: async (id) => get(context, id),
    runOf: async (id) =>
      link.read('read the run of a request', async (redis) => redis.hget(keys.request(id), 'run')),
    runsOf: async (id) => runsOf(context, id),
    again: async (id, by) => again(context, id, by),
    onlyAlertsWait: async (host) => onlyAlertsWait(context, host),
    unanswered: async () =>
      link.read('list unanswered requests', async (redis) =>
        redis.zrange(keys.unanswered, 0, String(UNANSWERED_PAGE - 1)),
      ),
    answered: async (id) => {
      await link.write('note an answer', async (turn) => turn.script(ANSWERED, [keys.unanswered], [id]));
    },
  };
}

async function accept({ link, keys }: StoreContext, request: DiagnosisRequest): Promise<boolean> {
  const { id, host, createdAtMs } = request;
  const reply = await link.write('accept a request', async (turn) =>
    turn.script(
      ACCEPT,
      [keys.request(id), keys.waiting(host), keys.unanswered, keys.people(host), keys.openHosts],
      [
        JSON.stringify(request),
        id,
        host,
        createdAtMs,
        RETENTION_SECONDS,
        MAX_WAITING_PER_HOST,
        MAX_UNANSWERED,
        createdAtMs - RETENTION_SECONDS * 1000,
        request.requester.kind === 'alert' ? 'alert' : 'person',
        request.windowMs === undefined ? '' : Math.round(request.windowMs),
      ],
    ),
  );
  if (reply === -1) {
    throw new TcpcheckError(
      'QUEUE_FULL',
      `accept a request for ${host}: at most ${MAX_WAITING_PER_HOST} may wait for one host and ${MAX_UNANSWERED} be unanswered in all`,
    );
  }
  return reply === 1;
}

async function get(context: StoreContext, id: string): Promise<DiagnosisRequest | null> {
  const { link, keys } = context;
  const text = await link.read('read a request', async (redis) => redis.hget(keys.request(id), 'json'));
  return text === null ? null : valueOrNull(context, `request ${id}`, decode(RequestRecord, text));
}

async function runsOf({ link, keys }: StoreContext, id: string): Promise<RequestRuns> {
  return link.read('list the runs of a request', async (redis) => {
    const [runs, again] = await Promise.all([
      redis.lrange(keys.runsOf(id), 0, -1),
      redis.hexists(keys.request(id), 'again'),
    ]);
    return { runs, waits: again === 1 };
  });
}

async function onlyAlertsWait({ link, keys }: StoreContext, host: string): Promise<boolean> {
  return link.read('see who waits for a host', async (redis) => {
    const [waiting, claimed, people] = await Promise.all([
      redis.llen(keys.waiting(host)),
      redis.exists(keys.active(host)),
      redis.exists(keys.people(host)),
    ]);
    return waiting > 0 && claimed === 0 && people === 0;
  });
}

async function again(
  context: StoreContext,
  id: string,
  { asker, nowMs }: { readonly asker: 'person' | 'alert'; readonly nowMs: number },
): Promise<AgainOutcome> {
  const { link, keys } = context;
  const request = await get(context, id);
  if (request === null) return 'gone';
  const { host } = request;
  const reply = await link.write('ask for a further run', async (turn) =>
    turn.script(
      AGAIN,
      [
        keys.request(id),
        keys.waiting(host),
        keys.unanswered,
        keys.people(host),
        keys.openHosts,
        keys.runsOf(id),
      ],
      [id, host, Math.round(nowMs), RETENTION_SECONDS, MAX_WAITING_PER_HOST, asker, MAX_RUNS_PER_REQUEST],
    ),
  );
  if (reply === 'queued' || reply === 'waits' || reply === 'spent') return reply;
  if (reply === 'gone') return 'gone';
  throw new TcpcheckError(
    'QUEUE_FULL',
    `ask for a further run on ${host}: at most ${MAX_WAITING_PER_HOST} may wait for one host`,
  );
}
