import { z } from 'zod';
import { TcpcheckError } from '../core/domain/errors.ts';
import type { ThreadBook, ThreadEntry } from '../core/domain/ports.ts';
import { valueOrNull, type StoreContext } from './context.ts';
import { RETENTION_SECONDS } from './keys.ts';
import { writing } from './lua.ts';
import { decode } from './records/decode.ts';

/** A thread has a root, its findings, its changes and an end: some dozens of messages. */
const MAX_MESSAGES_PER_THREAD = 500;

const EntryRecord: z.ZodType<ThreadEntry> = z.object({ ts: z.string().min(1).nullable(), hash: z.string() });

/** Somebody has spoilt the entry: the message may be in Slack, so look before posting it again. */
const UNKNOWN: ThreadEntry = { ts: null, hash: 'unknown' };

const BEGIN = writing(`
if redis.call('HEXISTS', KEYS[1], ARGV[2]) == 1 then return 0 end
if redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[5]) then return -1 end
redis.call('HSET', KEYS[1], ARGV[2], ARGV[3])
redis.call('EXPIRE', KEYS[1], ARGV[4])
return 1
`);

const POSTED = writing(`
redis.call('HSET', KEYS[1], ARGV[2], ARGV[3])
redis.call('EXPIRE', KEYS[1], ARGV[4])
if ARGV[2] ~= 'root' then return 1 end
local json = redis.call('HGET', KEYS[2], 'json')
local readable, request = pcall(cjson.decode, json or '')
if readable and type(request) == 'table' and type(request.channel) == 'string' then
  redis.call('SET', ARGV[6] .. ':root:' .. request.channel .. ':' .. ARGV[5], ARGV[7], 'EX', ARGV[4])
end
return 1
`);

/** What is posted stays in the book: only an entry without a place in Slack can be forgotten. */
const FORGET = writing(`
local json = redis.call('HGET', KEYS[1], ARGV[2])
local readable, entry = pcall(cjson.decode, json or '')
if readable and type(entry) == 'table' and type(entry.ts) == 'string' then return 0 end
redis.call('HDEL', KEYS[1], ARGV[2])
return 1
`);

/** Remembers what of each thread is in Slack. */
export function threadBook(context: StoreContext): ThreadBook {
  const { link, keys } = context;
  return {
    entries: async (requestId) => {
      const hash = await link.read('read a thread', async (redis) => redis.hgetall(keys.thread(requestId)));
      return new Map(
        Object.entries(hash).map(([key, text]) => [
          key,
          valueOrNull(context, `thread ${requestId}`, decode(EntryRecord, text)) ?? UNKNOWN,
        ]),
      );
    },
    begin: async (requestId, key, hash) => begin(context, { requestId, key }, hash),
    posted: async (requestId, key, entry) => {
      await link.write('note a message as posted', async (turn) =>
        turn.script(
          POSTED,
          [keys.thread(requestId), keys.request(requestId)],
          [key, JSON.stringify(entry), RETENTION_SECONDS, entry.ts, keys.prefix, requestId],
        ),
      );
    },
    forget: async (requestId, key) => {
      await link.write('note a message as not posted', async (turn) =>
        turn.script(FORGET, [keys.thread(requestId)], [key]),
      );
    },
    requestAt: async (channel, rootTs) =>
      link.read('look up a root message', async (redis) => redis.get(keys.root(channel, rootTs))),
  };
}

async function begin(
  { link, keys }: StoreContext,
  message: { readonly requestId: string; readonly key: string },
  hash: string,
): Promise<boolean> {
  const entry: ThreadEntry = { ts: null, hash };
  const reply = await link.write('note a message as begun', async (turn) =>
    turn.script(
      BEGIN,
      [keys.thread(message.requestId)],
      [message.key, JSON.stringify(entry), RETENTION_SECONDS, MAX_MESSAGES_PER_THREAD],
    ),
  );
  if (reply === -1) {
    throw new TcpcheckError(
      'QUEUE_FULL',
      `begin message ${message.key} of request ${message.requestId}: its thread has ${MAX_MESSAGES_PER_THREAD} messages already`,
    );
  }
  return reply === 1;
}
