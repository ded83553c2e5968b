import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { gate, until } from '../support/events.ts';
import { needs } from '../support/machine.ts';
import { absentRedis, closing, later, stateOn, testState } from '../support/state.ts';
import { spawnModule } from '../support/child.ts';
import { diagnosis } from './samples.ts';

const machine = needs('redis-server');

describe.skipIf(machine.skip)(`workers that lose Redis ${machine.reason}`, () => {
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
    await until(
      'the queue is empty',
      async () => (await state.queueDepth('diagnose').catch(() => null))?.active === 0,
    );
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
    await until('a wake-up', async () =>
      state.wake.host('after', 'person').then(
        () => true,
        () => false,
      ),
    );
    await until('the second run', () => hosts.includes('after'), 8_000);
    expect(hosts).toEqual(['before', 'after']);
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
    await until('a wake-up', async () =>
      state.wake.host('after', 'person').then(
        () => true,
        () => false,
      ),
    );
    await until('the second run', () => hosts.includes('after'), 8_000);
    expect(hosts).toEqual(['before', 'after']);
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
    expect(hosts).toEqual(['before', 'after']);
  });

  it('starts before Redis does', async () => {
    const it = await stateOn(await absentRedis());
    const hosts: string[] = [];
    closing(it.state.workers.startDiagnoseWorker(async (host) => void hosts.push(host), { concurrency: 1 }));
    await sleep(300);
    await it.redis.start();
    await until('a wake-up', async () =>
      it.state.wake.host('web-1', 'person').then(
        () => true,
        () => false,
      ),
    );
    await until('the run', () => hosts.length === 1);
    expect(hosts).toEqual(['web-1']);
  });

  it.each(['is away', 'hangs'])('closes, and lets the process end, while Redis %s', async (how) => {
    const { redis } = await testState();
    const child = await spawnModule('close-without-redis', [redis.socketPath]);
    later(async () => child.kill());
    expect(await child.line()).toBe('ready');
    if (how === 'hangs') redis.freeze();
    else await redis.kill();
    await sleep(300);
    const startedMs = performance.now();
    child.signal('SIGTERM');
    expect(await child.line()).toBe('closed');
    await child.gone();
    expect(performance.now() - startedMs).toBeLessThan(8_000);
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
          if (!signal.aborted)
            await state.runs.finish('none', 1, {
              diagnosis: diagnosis(),
              hostKeyFingerprint: null,
              nowMs: 1,
            });
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
