import { describe, expect, it } from 'vitest';
import { spawnModule, type TestChild } from '../support/child.ts';
import { until } from '../support/events.ts';
import { needs } from '../support/machine.ts';
import { later, testState } from '../support/state.ts';
import { request } from './samples.ts';

const machine = needs('redis-server');

async function diagnoseChild(socketPath: string, holdMs: number): Promise<TestChild> {
  const child = await spawnModule('diagnose-worker', [socketPath, String(holdMs)]);
  later(async () => child.kill());
  expect(await child.line()).toBe('ready');
  return child;
}

describe.skipIf(machine.skip)(`workers that die ${machine.reason}`, () => {
  it(
    'does the work of a killed worker again within 12 s, and answers once',
    { timeout: 40_000 },
    async () => {
      const { state, redis } = await testState();
      const victim = await diagnoseChild(redis.socketPath, 600_000);
      await state.requests.accept(request('r1'));
      await state.wake.host('web-1', 'person');
      expect(await victim.line()).toBe('start 1');
      const heir = await diagnoseChild(redis.socketPath, 50);
      // Asked while the victim had the job: belongs to the same host, must be answered as well.
      await state.requests.accept(request('r2'));
      await state.wake.host('web-1', 'person');
      await victim.kill();
      const killedMs = performance.now();
      expect(await heir.line()).toBe('start 2');
      const recoveryMs = performance.now() - killedMs;
      expect(recoveryMs).toBeLessThan(12_000);
      expect(await heir.line()).toBe('finish 2 true');
      const runId = await state.requests.runOf('r1');
      expect(await state.requests.runOf('r2')).toBe(runId);
      expect(await state.runs.get(runId ?? '')).toMatchObject({ phase: 'done', attempt: 2 });
      // The follow-up that r2 asked for runs, finds nothing to claim and prints nothing.
      await until('the queue is empty', async () => {
        const { active, waiting, delayed } = await state.queueDepth('diagnose');
        return active + waiting + delayed === 0;
      });
      expect(await state.runs.claim('web-1', { id: 'none', nowMs: 1, windowMs: 1 })).toBeNull();
    },
  );

  it('discards what a stopped worker brings after another took over', { timeout: 60_000 }, async () => {
    const { state, redis } = await testState();
    const sleeper = await diagnoseChild(redis.socketPath, 2_000);
    await state.requests.accept(request('r1'));
    await state.wake.host('web-1', 'person');
    expect(await sleeper.line()).toBe('start 1');
    sleeper.signal('SIGSTOP');
    const heir = await diagnoseChild(redis.socketPath, 50);
    expect(await heir.line()).toBe('start 2');
    expect(await heir.line()).toBe('finish 2 true');
    sleeper.signal('SIGCONT');
    const lines = [await sleeper.line(), await sleeper.line()].toSorted();
    expect(lines).toEqual(['aborted 1', 'finish 1 false']);
    const runId = await state.requests.runOf('r1');
    expect(await state.runs.get(runId ?? '')).toMatchObject({ phase: 'done', attempt: 2 });
  });
});
