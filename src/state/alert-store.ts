import { z } from 'zod';
import type { AlertNotice } from '../core/domain/alert.ts';
import type { KnownAlert } from '../core/domain/incident.ts';
import type {
  AlertCommit,
  AlertDelivery,
  AlertRecords,
  AlertStore,
  Kept,
} from '../core/domain/alert-ports.ts';
import { idOf, textOf } from './alert-intake.ts';
import { valueOrNull, type StoreContext } from './context.ts';
import { RETENTION_SECONDS } from './keys.ts';
import { writing } from './lua.ts';
import { ALERT_RECORDS, KnownRecord } from './records/alert-records.ts';
import { decode } from './records/decode.ts';
import { NoticeRecord } from './records/notice-record.ts';

/** Alerts that wait until somebody says which host they are about. */
const MAX_PENDING = 50;
/** Records looked at in one round because time has passed. */
const DUE_PAGE = 200;

/**
 * One transaction: nothing of it happens unless all records are still as they were read, and the deliveries it works
 * off still wait. So any number of bots may work at the same list.
 */
const COMMIT = writing(`
local batch = cjson.decode(ARGV[2])
for at, id in ipairs(batch.taken) do
  local head = redis.call('LINDEX', KEYS[1], at - 1)
  if not head or string.sub(head, 1, 36) ~= id then return 0 end
end
for _, one in ipairs(batch.unchanged) do
  if (redis.call('HGET', one[1], 'rev') or '0') ~= one[2] then return 0 end
end
for _, step in ipairs(batch.steps) do redis.call(unpack(step)) end
if #batch.taken > 0 then redis.call('LTRIM', KEYS[1], #batch.taken, -1) end
return 1
`);

/**
 * Looks that alerts cause go on at once on all workers together: half of what one worker does, so that people find
 * free hands however many hosts are dark; and few through one jump host, whose sshd turns away whoever comes in a crowd
 * (MaxStartups 10:30:100).
 */
const LOOKS_AT_ONCE = 25;
const LOOKS_PER_JUMP = 5;
/** A look of which nobody hears any more: its place is free again. */
const LOOK_LIMIT_MS = 3 * 60_000;

const TAKE_LOOK = writing(`
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[4])
if redis.call('ZSCORE', KEYS[1], ARGV[2]) then return 1 end
local taken = redis.call('ZRANGE', KEYS[1], 0, -1)
if #taken >= tonumber(ARGV[5]) then return 0 end
if ARGV[7] ~= '' then
  local through = 0
  for _, one in ipairs(taken) do
    if string.match(one, ' (.*)$') == ARGV[7] then through = through + 1 end
  end
  if through >= tonumber(ARGV[6]) then return 0 end
end
redis.call('ZADD', KEYS[1], ARGV[3], ARGV[2])
return 1
`);

const LEAVE_LOOK = writing(`
for _, one in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  if string.sub(one, 1, #ARGV[2]) == ARGV[2] then redis.call('ZREM', KEYS[1], one) end
end
`);

const Notices = z.array(NoticeRecord);

/** Keeps what is known about alerts. */
export function alertStore(context: StoreContext): AlertStore {
  const { link, keys } = context;
  return {
    deliveries: async (max) => {
      const texts = await link.read('read alerts that wait', async (redis) =>
        redis.lrange(keys.alertIntake, 0, max - 1),
      );
      return texts.map((text) => deliveryOf(context, text));
    },
    load: async (kind, ids) => load(context, kind, ids),
    incidentOf: async (hosts) => {
      if (hosts.length === 0) return new Map();
      const found = await link.read('look for incidents', async (redis) =>
        redis.hmget(keys.incidentOf, ...hosts),
      );
      return pairs(hosts, found);
    },
    known: async (incidentId, fingerprints) => known(context, incidentId, fingerprints),
    pending: async (choiceId) => {
      const texts = await link.read('read alerts that wait for a choice', async (redis) =>
        redis.lrange(keys.alertPending(choiceId), 0, -1),
      );
      return texts.flatMap((text) => notices(context, `[${text}]`));
    },
    takeLook: async (incidentId, jump, nowMs) => {
      const reply = await link.write('take a place for a look', async (turn) =>
        turn.script(
          TAKE_LOOK,
          [keys.alertLooks],
          [
            `${incidentId} ${jump ?? ''}`,
            nowMs,
            nowMs - LOOK_LIMIT_MS,
            LOOKS_AT_ONCE,
            LOOKS_PER_JUMP,
            jump ?? '',
          ],
        ),
      );
      return reply === 1;
    },
    leaveLook: async (incidentId) => {
      await link.write('leave the place of a look', async (turn) =>
        turn.script(LEAVE_LOOK, [keys.alertLooks], [`${incidentId} `]),
      );
    },
    due: async (nowMs) =>
      link.read('look what time has changed', async (redis) =>
        redis.zrangebyscore(keys.alertDue, '-inf', nowMs, 'LIMIT', 0, DUE_PAGE),
      ),
    commit: async (commit) => {
      const reply = await link.write('keep what alerts have changed', async (turn) =>
        turn.script(COMMIT, [keys.alertIntake], [JSON.stringify(batchOf(context, commit))]),
      );
      return reply === 1;
    },
  };
}

function deliveryOf(context: StoreContext, text: string): AlertDelivery {
  return { id: idOf(text), notices: notices(context, text.slice(idOf(text).length)) };
}

const notices = (context: StoreContext, json: string): readonly AlertNotice[] =>
  valueOrNull(context, 'delivery of alerts', decode(Notices, json)) ?? [];

async function load<K extends keyof AlertRecords>(
  context: StoreContext,
  kind: K,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Kept<AlertRecords[K]>>> {
  const { link, keys } = context;
  if (ids.length === 0) return new Map();
  const found = await link.read(`read ${kind} records`, async (redis) =>
    Promise.all(ids.map(async (id) => redis.hmget(keys.alertRecord(kind, id), 'json', 'rev'))),
  );
  const kept = new Map<string, Kept<AlertRecords[K]>>();
  for (const [index, [json, rev]] of found.entries()) {
    const id = ids[index];
    if (id === undefined || json === undefined || json === null) continue;
    const record = valueOrNull(context, `${kind} ${id}`, decode(ALERT_RECORDS[kind], json));
    if (record !== null) kept.set(id, { record, rev: rev ?? '0' });
  }
  return kept;
}

async function known(
  context: StoreContext,
  incidentId: string,
  fingerprints: readonly string[],
): Promise<ReadonlyMap<string, KnownAlert>> {
  const { link, keys } = context;
  const found = await link.read('look for known alerts', async (redis) =>
    redis.hmget(keys.incidentAlerts(incidentId), ...fingerprints),
  );
  const alerts = new Map<string, KnownAlert>();
  for (const [fingerprint, text] of pairs(fingerprints, found)) {
    const alert = valueOrNull(context, `alert of incident ${incidentId}`, decode(KnownRecord, text));
    if (alert !== null) alerts.set(fingerprint, alert);
  }
  return alerts;
}

function pairs(names: readonly string[], values: readonly (string | null)[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [index, value] of values.entries()) {
    const name = names[index];
    if (name !== undefined && value !== null) found.set(name, value);
  }
  return found;
}

/** Numbers as text: Lua would write large ones in its own way. */
type Step = readonly string[];

interface Batch {
  readonly taken: readonly string[];
  readonly unchanged: readonly (readonly [string, string])[];
  readonly steps: readonly Step[];
}

const expire = (key: string): Step => ['EXPIRE', key, String(RETENTION_SECONDS)];

function batchOf({ keys }: StoreContext, commit: AlertCommit): Batch {
  const { records, known: alerts, requests, owed, pending, deliveries, incidentOf } = commit;
  const keyOf = ({ kind, id }: AlertCommit['records'][number]): string => keys.alertRecord(kind, id);
  return {
    taken: commit.taken,
    unchanged: records.map((one) => [keyOf(one), one.rev]),
    steps: [
      ...records.flatMap((one): Step[] => [
        ['HSET', keyOf(one), 'json', JSON.stringify(one.record)],
        ['HINCRBY', keyOf(one), 'rev', '1'],
        expire(keyOf(one)),
        one.dueAtMs === null
          ? ['ZREM', keys.alertDue, `${one.kind} ${one.id}`]
          : ['ZADD', keys.alertDue, String(Math.ceil(one.dueAtMs)), `${one.kind} ${one.id}`],
      ]),
      ...incidentOf.map(([host, id]): Step => ['HSET', keys.incidentOf, host, id]),
      ...alerts.flatMap(({ incidentId, fingerprint, alert }): Step[] => [
        ['HSET', keys.incidentAlerts(incidentId), fingerprint, JSON.stringify(alert)],
        expire(keys.incidentAlerts(incidentId)),
      ]),
      ...requests.flatMap((request): Step[] => [
        ['HSETNX', keys.request(request.id), 'json', JSON.stringify(request)],
        ['HSETNX', keys.request(request.id), 'kept', '1'],
        expire(keys.request(request.id)),
      ]),
      ...owed.map(({ threadId, atMs }): Step => ['ZADD', keys.unanswered, String(atMs), threadId]),
      ...pending.flatMap(({ choiceId, notice }): Step[] => [
        ['RPUSH', keys.alertPending(choiceId), JSON.stringify(notice)],
        ['LTRIM', keys.alertPending(choiceId), String(-MAX_PENDING), '-1'],
        expire(keys.alertPending(choiceId)),
      ]),
      ...deliveries.map((delivery): Step => ['RPUSH', keys.alertIntake, textOf(delivery)]),
    ],
  };
}
