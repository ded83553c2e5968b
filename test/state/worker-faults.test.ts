import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { gate, until } from '../support/events.ts';
import { needs } from '../support/machine.ts';
import { absentRedis, closing, later, stateOn, testState } from '../support/state.ts';
import { spawnModule, type TestChild } from '../support/child.ts';
import { diagnosis, request } from './samples.ts';

const machine = needs('redis-server');

async function diagnoseChild(socketPath: string, holdMs: number): Promise<TestChild> {
  const child = await spawnModule('diagnose-worker', [socketPath, String(holdMs)]);
  later(async () => child.kill());
  expect(await child.line()).toBe('ready');
  return child;
}

describe.skipIf(machine.skip)(`workers that die or lose Redis ${machine.reason}`, () => {
  it('does the work of a killed worker again within 12 s, and answers once', { timeout: 40_000 }, async () => {
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
    console.log(`recovered after kill -9 in ${Math.round(recoveryMs)} ms`);
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
  });

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

  it('tells a handler to stop when Redis hangs longer than its lock', { timeout: 40_000 }, async () => {
    const { state, redis, problems } = await testState();
    let runs = 0;
    let abortedAfterMs = 0;
    closing(
      state.workers.startDiagnoseWorker(
        async (_host, signal) => {
          runs += 1;
          if (runs > 1) return;
          const startedMs = performance.now();
          redis.freeze();
          await new Promise((resolve) => signal.addEventListener('abort', resolve));
          abortedAfterMs = performance.now() - startedMs;
          redis.thaw();
        },
        { concurrency: 1 },
      ),
    );
    await state.wake.host('web-1', 'person');
    await until('the abort', () => abortedAfterMs > 0, 15_000);
    expect(abortedAfterMs).toBeGreaterThan(7_500);
    expect(abortedAfterMs).toBeLessThan(9_500);
    expect(problems.map((problem) => problem.what)).toContain('the lock of a job was lost');
    await until('the job is done again', () => runs === 2, 15_000);
    await until('the queue is empty', async () => (await state.queueDepth('diagnose').catch(() => null))?.active === 0);
  });

  it('keeps a lock as long as the work takes', { timeout: 30_000 }, async () => {
    const { state } = await testState();
    let runs = 0;
    let aborted = false;
    const worker = closing(
      state.workers.startDiagnoseWorker(
        async (_host, signal) => {
          runs += 1;
          await sleep(11_000);
          aborted = signal.aborted;
        },
        { concurrency: 1 },
      ),
    );
    await state.wake.host('web-1', 'person');
    await until('the run', () => runs === 1);
    await worker.close(15_000);
    expect({ runs, aborted }).toEqual({ runs: 1, aborted: false });
    expect(await state.queueDepth('diagnose')).toMatchObject({ active: 0, waiting: 0, failed: 0 });
  });

  it('goes on after Redis was killed under it', { timeout: 30_000 }, async () => {
    const { state, redis } = await testState();
    const hosts: string[] = [];
    closing(state.workers.startDiagnoseWorker(async (host) => void hosts.push(host), { concurrency: 1 }));
    await state.wake.host('before', 'person');
    await until('the first run', () => hosts.length === 1);
    await redis.kill();
    await sleep(1_000);
    await redis.start();
    await until('a wake-up', async () => state.wake.host('after', 'person').then(() => true, () => false));
    const wokenMs = performance.now();
    await until('the second run', () => hosts.includes('after'), 8_000);
    console.log(`first job ${Math.round(performance.now() - wokenMs)} ms after Redis was back`);
  });

  it('goes on after Redis hung for seven seconds', { timeout: 30_000 }, async () => {
    const { state, redis } = await testState();
    const hosts: string[] = [];
    closing(state.workers.startDiagnoseWorker(async (host) => void hosts.push(host), { concurrency: 1 }));
    await state.wake.host('before', 'person');
    await until('the first run', () => hosts.length === 1);
    redis.freeze();
    await sleep(7_000);
    redis.thaw();
    await until('a wake-up', async () => state.wake.host('after', 'person').then(() => true, () => false));
    const wokenMs = performance.now();
    await until('the second run', () => hosts.includes('after'), 8_000);
    console.log(`first job ${Math.round(performance.now() - wokenMs)} ms after Redis was thawed`);
  });

  it('goes on after Redis was emptied in the middle of a job', async () => {
    const { state, redis } = await testState();
    const held = gate();
    const hosts: string[] = [];
    closing(
      state.workers.startDiagnoseWorker(
        async (host) => {
          hosts.push(host);
          if (hosts.length === 1) await held.opened;
        },
        { concurrency: 1 },
      ),
    );
    await state.wake.host('before', 'person');
    await until('the first run', () => hosts.length === 1);
    await redis.client().flushall();
    held.open();
    await state.wake.host('after', 'person');
    await until('the second run', () => hosts.includes('after'), 8_000);
  });

  it('starts before Redis does', async () => {
    const it = await stateOn(await absentRedis());
    const hosts: string[] = [];
    closing(it.state.workers.startDiagnoseWorker(async (host) => void hosts.push(host), { concurrency: 1 }));
    await sleep(300);
    await it.redis.start();
    await until('a wake-up', async () => it.state.wake.host('web-1', 'person').then(() => true, () => false));
    await until('the run', () => hosts.length === 1);
  });

  it('closes in time while Redis is away', async () => {
    const it = await testState();
    const worker = closing(it.state.workers.startDiagnoseWorker(async () => undefined, { concurrency: 1 }));
    await it.state.wake.host('web-1', 'person');
    await it.redis.kill();
    await until('the connection is seen as gone', () => !it.state.health().connected);
    const startedMs = performance.now();
    await worker.close(500);
    expect(performance.now() - startedMs).toBeLessThan(4_000);
  });

  it('finishes what runs when it is closed, and aborts what does not end in the grace', async () => {
    const { state } = await testState();
    const ends: string[] = [];
    const start = () =>
      state.workers.startDiagnoseWorker(
        async (host, signal) => {
          ends.push(`start ${host}`);
          await sleep(host === 'short' ? 300 : 60_000, undefined, { signal }).catch(() => undefined);
          ends.push(`${signal.aborted ? 'aborted' : 'done'} ${host}`);
          if (!signal.aborted) await state.runs.finish('none', 1, { diagnosis: diagnosis(), hostKeyFingerprint: null, nowMs: 1 });
        },
        { concurrency: 2 },
      );
    const first = start();
    await state.wake.host('short', 'person');
    await until('the job', () => ends.length === 1);
    await first.close(5_000);
    expect(ends).toEqual(['start short', 'done short']);
    await state.wake.host('long', 'person');
    await sleep(200);
    expect(ends).toHaveLength(2);
    const second = start();
    await until('the job', () => ends.includes('start long'));
    const startedMs = performance.now();
    await second.close(300);
    expect(performance.now() - startedMs).toBeLessThan(1_000);
    expect(ends.at(-1)).toBe('aborted long');
  });
});
