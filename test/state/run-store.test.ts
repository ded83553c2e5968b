import { describe, expect, it } from 'vitest';
import type { RunOutcome } from '../../src/core/domain/ports.ts';
import { needs } from '../support/machine.ts';
import { testState } from '../support/state.ts';
import { diagnosis, request } from './samples.ts';

const machine = needs('redis-server');
const START = { nowMs: 1_000, windowMs: 10_000 };
const outcome = (more: Partial<RunOutcome> = {}): RunOutcome => ({
  diagnosis: diagnosis(),
  hostKeyFingerprint: 'SHA256:abc',
  nowMs: 9_000,
  ...more,
});
const first = {
  facts: { established: 12, timeWait: null, fullListeners: ['0.0.0.0:8080'] },
  marks: [{ topic: 'accept-queue', state: 'bad' }],
} as const;

describe.skipIf(machine.skip)(`runs ${machine.reason}`, () => {
  it('leads a run from its claim to its end', async () => {
    const { state } = await testState();
    await state.requests.accept(request('r1'));
    await state.requests.accept(request('r2'));
    expect(await state.runs.isActive('web-1')).toBe(false);
    const claim = await state.runs.claim('web-1', { id: 'run', ...START });
    expect(claim?.requestIds).toEqual(['r1', 'r2']);
    expect(claim?.run).toEqual(await state.runs.get('run'));
    expect(claim?.run).toMatchObject({ phase: 'connecting', attempt: 1, diagnosis: null, windowMs: 10_000 });
    expect(await state.runs.isActive('web-1')).toBe(true);
    expect(await state.requests.runOf('r2')).toBe('run');

    expect(await state.runs.sampled('run', 1, first)).toBe(true);
    expect(await state.runs.get('run')).toMatchObject({
      phase: 'sampling',
      firstFacts: first.facts,
      firstMarks: first.marks,
    });
    expect(await state.runs.finish('run', 1, outcome())).toBe(true);
    expect(await state.runs.get('run')).toMatchObject({
      phase: 'done',
      finishedAtMs: 9_000,
      hostKeyFingerprint: 'SHA256:abc',
      diagnosis: diagnosis(),
    });
    expect(await state.runs.isActive('web-1')).toBe(false);
    expect(await state.runs.requestsOf('run')).toEqual(['r1', 'r2']);
    expect(await state.runs.claim('web-1', { id: 'run-2', ...START })).toBeNull();
  });

  it('looks for as long as the longest of its requests wants, and as configured for those that say nothing', async () => {
    const { state } = await testState();
    const claim = async (id: string): Promise<number | undefined> => {
      const claimed = await state.runs.claim('web-1', { id, ...START });
      expect(claimed?.run).toEqual(await state.runs.get(claimed?.run.id ?? ''));
      return claimed?.run.windowMs;
    };
    await state.requests.accept(request('r1', { windowMs: 3_000 }));
    expect(await claim('run')).toBe(3_000);
    // Somebody takes it over, with a request that has come since.
    await state.requests.accept(request('r2'));
    expect(await claim('unused')).toBe(10_000);
    await state.requests.accept(request('r3', { windowMs: 30_000 }));
    expect(await claim('unused')).toBe(30_000);
    expect(await state.runs.finish('run', 3, outcome())).toBe(true);
    await state.requests.accept(request('r4', { windowMs: 3_000 }));
    expect(await claim('run-2')).toBe(3_000);
  });

  it('ends as failed when the host could not be looked at', async () => {
    const { state } = await testState();
    await state.requests.accept(request('r1'));
    await state.runs.claim('web-1', { id: 'run', ...START });
    const error = { code: 'SSH_TIMEOUT', message: 'no answer', hint: 'look' };
    const failed = outcome({ diagnosis: diagnosis({ error, facts: null }), hostKeyFingerprint: null });
    expect(await state.runs.finish('run', 1, failed)).toBe(true);
    expect(await state.runs.get('run')).toMatchObject({ phase: 'failed', hostKeyFingerprint: null });
  });

  it('lets what arrives during a run wait for the next one', async () => {
    const { state } = await testState();
    await state.requests.accept(request('r1'));
    await state.runs.claim('web-1', { id: 'run', ...START });
    await state.requests.accept(request('r2'));
    expect(await state.requests.runOf('r2')).toBeNull();
    await state.runs.finish('run', 1, outcome());
    const next = await state.runs.claim('web-1', { id: 'run-2', ...START });
    expect(next).toMatchObject({ run: { id: 'run-2', attempt: 1 }, requestIds: ['r2'] });
  });

  it('hands an unfinished run over, and silences whoever had it', async () => {
    const { state } = await testState();
    await state.requests.accept(request('r1'));
    await state.runs.claim('web-1', { id: 'run', ...START });
    await state.runs.sampled('run', 1, first);
    await state.requests.accept(request('r2'));
    const second = await state.runs.claim('web-1', { id: 'unused', nowMs: 2_000, windowMs: 5_000 });
    expect(second).toMatchObject({
      run: {
        id: 'run',
        attempt: 2,
        phase: 'connecting',
        startedAtMs: 2_000,
        windowMs: 5_000,
        firstFacts: null,
      },
      requestIds: ['r1', 'r2'],
    });
    expect(await state.runs.get('run')).toEqual(second?.run);
    expect(await state.runs.sampled('run', 1, first)).toBe(false);
    expect(await state.runs.finish('run', 1, outcome())).toBe(false);
    expect(await state.runs.get('run')).toMatchObject({ phase: 'connecting', diagnosis: null });
    expect(await state.runs.finish('run', 2, outcome())).toBe(true);
    // The answer to the first finish may have been lost: saying it again is no news.
    expect(await state.runs.finish('run', 2, outcome({ nowMs: 99_000 }))).toBe(true);
    expect(await state.runs.get('run')).toMatchObject({ finishedAtMs: 9_000 });
    expect(await state.runs.sampled('run', 2, first)).toBe(false);
  });

  it('gives 40 claims at once 40 attempts, of which only the last can finish', async () => {
    const { state } = await testState();
    for (let index = 0; index < 10; index += 1) await state.requests.accept(request(`r${index}`));
    const claims = await Promise.all(
      Array.from({ length: 40 }, async (_, index) =>
        state.runs.claim('web-1', { id: `run-${index}`, ...START }),
      ),
    );
    const attempts = claims.map((claim) => claim?.run.attempt).toSorted((a, b) => (a ?? 0) - (b ?? 0));
    expect(attempts).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
    expect(new Set(claims.map((claim) => claim?.run.id)).size).toBe(1);
    const id = claims[0]?.run.id ?? '';
    expect(await state.runs.requestsOf(id)).toHaveLength(10);
    const ends = await Promise.all(
      claims.map(async (claim) => state.runs.finish(id, claim?.run.attempt ?? 0, outcome())),
    );
    expect(ends.filter(Boolean)).toHaveLength(1);
    expect(ends[claims.findIndex((claim) => claim?.run.attempt === 40)]).toBe(true);
  });

  it('does nothing for runs it does not know', async () => {
    const { state } = await testState();
    expect(await state.runs.get('nope')).toBeNull();
    expect(await state.runs.requestsOf('nope')).toEqual([]);
    expect(await state.runs.sampled('nope', 1, first)).toBe(false);
    expect(await state.runs.finish('nope', 1, outcome())).toBe(false);
    expect(await state.runs.isActive('nope')).toBe(false);
  });

  it('calls a run id that is used twice a bug', async () => {
    const { state } = await testState();
    await state.requests.accept(request('r1'));
    await state.runs.claim('web-1', { id: 'run', ...START });
    await state.requests.accept(request('r2', { host: 'web-2' }));
    await expect(state.runs.claim('web-2', { id: 'run', ...START })).rejects.toThrow('bug: run id run');
  });
});
