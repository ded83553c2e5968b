import { TcpcheckError } from '../core/domain/errors.ts';
import type { RequestStore } from '../core/domain/ports.ts';
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

const ANSWERED = writing(`redis.call('ZREM', KEYS[1], ARGV[2])`);

/** Keeps requests, and which of them wait. */
export function requestStore(context: StoreContext): RequestStore {
  const { link, keys } = context;
  return {
    accept: async (request) => accept(context, request),
    get: async (id) => {
      const text = await link.read('read a request', async (redis) => redis.hget(keys.request(id), 'json'));
      return text === null ? null : valueOrNull(context, `request ${id}`, decode(RequestRecord, text));
    },
    runOf: async (id) =>
      link.read('read the run of a request', async (redis) => redis.hget(keys.request(id), 'run')),
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
