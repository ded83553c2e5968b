import { setTimeout as sleep } from 'node:timers/promises';
import { Queue } from 'bullmq';
import { describe, expect, it } from 'vitest';
import { gate, until } from '../support/events.ts';
import { needs } from '../support/machine.ts';
import { closing, later, testState, type TestState } from '../support/state.ts';
import type { TestRedis } from '../support/redis.ts';

const machine = needs('redis-server');
const ONE = { concurrency: 1 };

/** BullMQ's own view of a queue, as somebody with access to Redis has it. */
function rawQueue(redis: TestRedis, name: string): Queue {
  const queue = new Queue(name, { connection: redis.client(), prefix: 'tcpcheck:queue' });
  later(async () => queue.close());
  return queue;
}

async function idle({ state }: TestState, role: 'diagnose' | 'threads'): Promise<boolean> {
  const { active, waiting, delayed } = await state.queueDepth(role);
  return active + waiting + delayed === 0;
}

describe.skipIf(machine.skip)(`jobs ${machine.reason}`, () => {
  it('tries a thread again, later each time, until it succeeds', async () => {
    const it = await testState();
    const atMs: number[] = [];
    closing(
      it.state.workers.startThreadWorker(async () => {
        atMs.push(performance.now());
        if (atMs.length < 4) throw new Error('Slack is away');
      }, ONE),
    );
    await it.state.wake.thread('r1');
    await until('the fourth attempt', () => atMs.length === 4);
    const gapsMs = atMs.slice(1).map((at, index) => at - (atMs[index] ?? 0));
    expect(gapsMs[0]).toBeGreaterThan(450);
    expect(gapsMs[1]).toBeGreaterThan(950);
    expect(gapsMs[2]).toBeGreaterThan(1_900);
    expect(gapsMs[2]).toBeLessThan(6_000);
    await until('the queue is empty', async () => idle(it, 'threads'));
    expect(it.problems).toContainEqual(expect.objectContaining({ what: 'a job failed', code: 'INTERNAL' }));
  });

  it.each(['diagnose', 'threads'] as const)(
    'runs what came during a %s job that fails for good',
    async (role) => {
      const it = await testState();
      const held = gate();
      let runs = 0;
      const handler = async (): Promise<void> => {
        runs += 1;
        if (runs > 1) return;
        await held.opened;
        throw new Error('broken');
      };
      const wake = async (): Promise<void> =>
        role === 'diagnose' ? it.state.wake.host('web-1', 'alert') : it.state.wake.thread('web-1');
      await wake();
      // As if its attempts were used up.
      const [job] = await rawQueue(it.redis, role).getJobs(['prioritized', 'waiting']);
      await it.redis.client().hset(`tcpcheck:queue:${role}:${job?.id}`, 'opts', '{"attempts":1}');
      closing(
        role === 'diagnose'
          ? it.state.workers.startDiagnoseWorker(handler, ONE)
          : it.state.workers.startThreadWorker(handler, ONE),
      );
      await until('the job', () => runs === 1);
      await wake();
      held.open();
      await until('the job that follows', () => runs >= 2);
      expect(await it.state.queueDepth(role)).toMatchObject({ failed: 1 });
      await until('the queue is empty', async () => idle(it, role));
      await wake();
      await until('nothing is blocked', () => runs >= 3);
    },
  );

  it('waits no longer than its retry when a host is woken while its job is to be retried', async () => {
    const it = await testState();
    let runs = 0;
    closing(
      it.state.workers.startDiagnoseWorker(async () => {
        runs += 1;
        if (runs === 1) throw new Error('Redis was away');
      }, ONE),
    );
    await it.state.wake.host('web-1', 'alert');
    await until('the first attempt', async () => (await it.state.queueDepth('diagnose')).delayed === 1);
    await it.state.wake.host('web-1', 'person');
    await until('the second attempt', () => runs === 2, 3_000);
    await until('the queue is empty', async () => idle(it, 'diagnose'));
    expect(runs).toBe(2);
  });

  it('drops jobs whose data is not ours, and tells', async () => {
    const it = await testState();
    const hosts: string[] = [];
    const queue = rawQueue(it.redis, 'diagnose');
    const forged = [
      {},
      null,
      'x',
      { host: 7 },
      { host: '$(reboot)' },
      { host: 'a'.repeat(5_000) },
      { host: ['web-1'] },
    ];
    for (const data of forged) await queue.add('diagnose', data);
    await it.state.wake.host('web-1', 'alert');
    closing(it.state.workers.startDiagnoseWorker(async (host) => void hosts.push(host), ONE));
    await until('the real job', () => hosts.length === 1);
    await until('the queue is empty', async () => idle(it, 'diagnose'));
    expect(hosts).toEqual(['web-1']);
    expect(it.problems).toEqual([
      expect.objectContaining({ what: 'a job was dropped: its data is not ours', code: 'STATE_UNREADABLE' }),
    ]);
  });

  it('gets rid of a job that BullMQ itself cannot read', { timeout: 40_000 }, async () => {
    const it = await testState();
    const hosts: string[] = [];
    await it.state.wake.host('web-1', 'alert');
    const [job] = await rawQueue(it.redis, 'diagnose').getPrioritized();
    await it.redis.client().hset(`tcpcheck:queue:diagnose:${job?.id}`, 'data', '{"host":');
    closing(it.state.workers.startDiagnoseWorker(async (host) => void hosts.push(host), ONE));
    await it.state.wake.host('web-2', 'alert');
    await until('another host', () => hosts.includes('web-2'));
    // Two locks have to run out: the one after which it is seen as stalled, and the one taken meanwhile.
    await until('the job is gone', async () => idle(it, 'diagnose'), 25_000);
    await it.state.wake.host('web-1', 'alert');
    await until('the host', () => hosts.includes('web-1'));
    expect(hosts).toEqual(['web-2', 'web-1']);
  });

  it('keeps only so many finished jobs, and nothing that a handler returned', async () => {
    const it = await testState();
    let done = 0;
    closing(it.state.workers.startThreadWorker(async () => void (done += 1), { concurrency: 50 }));
    await Promise.all(Array.from({ length: 700 }, async (_, index) => it.state.wake.thread(`r${index}`)));
    await until('all', () => done === 700);
    const queue = rawQueue(it.redis, 'threads');
    await until('the last is counted', async () => idle(it, 'threads'));
    expect(await queue.getCompletedCount()).toBeLessThanOrEqual(500);
    expect(await it.redis.client().xlen('tcpcheck:queue:threads:events')).toBeLessThan(1_500);
  });

  it('knows how many workers live', { timeout: 30_000 }, async () => {
    const it = await testState();
    expect(await it.state.workersAlive('diagnose')).toBe(0);
    const one = closing(it.state.workers.startDiagnoseWorker(async () => undefined, ONE));
    const two = closing(it.state.workers.startDiagnoseWorker(async () => undefined, ONE));
    closing(it.state.workers.startThreadWorker(async () => undefined, ONE));
    await until('both', async () => (await it.state.workersAlive('diagnose')) === 2);
    expect(await it.state.workersAlive('threads')).toBe(1);
    expect(await it.state.workersAlive('changes')).toBe(0);
    await one.close(0);
    expect(await it.state.workersAlive('diagnose')).toBe(1);
    // A worker that was killed takes nothing back; its last beat grows old.
    await it.redis.client().zadd('tcpcheck:alive:diagnose', Math.floor(Date.now() / 1000) - 17, 'killed');
    expect(await it.state.workersAlive('diagnose')).toBe(1);
    await sleep(6_000);
    expect(await it.redis.client().zcard('tcpcheck:alive:diagnose')).toBe(1);
    await two.close(0);
    expect(await it.state.workersAlive('diagnose')).toBe(0);
  });
});
