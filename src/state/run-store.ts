import { assert } from '../core/domain/errors.ts';
import type { Claim, RunOutcome, RunStore } from '../core/domain/ports.ts';
import type { Run } from '../core/domain/run.ts';
import { strings, valueOrNull, type StoreContext } from './context.ts';
import { RETENTION_SECONDS } from './keys.ts';
import { CLAIM, FINISH, KEEP, SAMPLED } from './run-scripts.ts';
import { decodeRun, encodeRun } from './records/run-record.ts';

/** Keeps runs; the attempt is the fence between workers that both believe a run is theirs. */
export function runStore(context: StoreContext): RunStore {
  const { link, keys } = context;
  return {
    claim: async (host, run) => claim(context, host, run),
    get: async (id) => {
      const hash = await link.read('read a run', async (redis) => redis.hgetall(keys.run(id)));
      if (Object.keys(hash).length === 0) return null;
      return valueOrNull(context, `run ${id}`, decodeRun(hash));
    },
    keep: async (run) => keep(context, run),
    isActive: async (host) =>
      (await link.read('look for a run', async (redis) => redis.exists(keys.active(host)))) === 1,
    requestsOf: async (id) =>
      link.read('list the requests of a run', async (redis) => redis.lrange(keys.requestsOf(id), 0, -1)),
    sampled: async (id, attempt, first) => {
      const reply = await link.write('keep the first sample', async (turn) =>
        turn.script(SAMPLED, [keys.run(id)], [attempt, JSON.stringify(first)]),
      );
      return reply === 1;
    },
    finish: async (id, attempt, outcome) => finish(context, { id, attempt }, outcome),
  };
}

async function claim(
  { link, keys }: StoreContext,
  host: string,
  wanted: { readonly id: string; readonly nowMs: number; readonly windowMs: number },
): Promise<Claim | null> {
  const { id: newId, nowMs, windowMs } = wanted;
  const reply = await link.write('claim a run', async (turn) =>
    turn.script(
      CLAIM,
      [keys.waiting(host), keys.active(host), keys.people(host), keys.openHosts],
      [host, newId, Math.round(nowMs), Math.round(windowMs), keys.prefix, RETENTION_SECONDS],
    ),
  );
  const [id, attempt, longestMs, ...requestIds] = strings(reply);
  if (id === undefined || attempt === undefined) return null;
  assert(id !== '', `run id ${newId} is in use`);
  const run: Run = {
    id,
    host,
    phase: 'connecting',
    attempt: Number(attempt),
    startedAtMs: Math.round(nowMs),
    finishedAtMs: null,
    windowMs: Number(longestMs),
    firstMarks: null,
    firstFacts: null,
    diagnosis: null,
    hostKeyFingerprint: null,
  };
  return { run, requestIds };
}

async function keep({ link, keys }: StoreContext, run: Run): Promise<boolean> {
  const reply = await link.write('keep a run', async (turn) =>
    turn.script(KEEP, [keys.run(run.id)], [JSON.stringify(encodeRun(run)), RETENTION_SECONDS]),
  );
  return reply === 1;
}

async function finish(
  { link, keys }: StoreContext,
  run: { readonly id: string; readonly attempt: number },
  outcome: RunOutcome,
): Promise<boolean> {
  const { diagnosis, hostKeyFingerprint, nowMs } = outcome;
  const reply = await link.write('finish a run', async (turn) =>
    turn.script(
      FINISH,
      [keys.run(run.id), keys.openHosts],
      [
        run.attempt,
        run.id,
        diagnosis.error === null ? 'done' : 'failed',
        Math.round(nowMs),
        JSON.stringify(diagnosis),
        hostKeyFingerprint ?? '',
        keys.prefix,
        RETENTION_SECONDS,
      ],
    ),
  );
  return reply === 1;
}
