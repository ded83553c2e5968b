import { setTimeout as sleep } from 'node:timers/promises';
import { Queue } from 'bullmq';
import { describe, expect, it } from 'vitest';
import { orderId } from '../../src/state/orders.ts';
import type { ChangeOrder } from '../../src/state/queue-plan.ts';
import { spawnModule } from '../support/child.ts';
import { until } from '../support/events.ts';
import { needs } from '../support/machine.ts';
import { closing, later, stateOn, testState, type TestState } from '../support/state.ts';

const machine = needs('redis-server');
const GO = { payload: '{"action":"apply"}', signature: 'c2ln' };

function worker({ state }: TestState, concurrency = 4): ChangeOrder[] {
  const orders: ChangeOrder[] = [];
  closing(state.workers.startChangeWorker(async (order) => void orders.push(order), { concurrency }));
  return orders;
}

describe.skipIf(machine.skip)(`orders to change ${machine.reason}`, () => {
  it('brings the order to one worker, as it was given', async () => {
    const it = await testState();
    const other = await stateOn(it.redis);
    const orders = worker(it);
    const otherOrders = worker(other);
    await it.state.wake.change('c1', GO);
    await until('the order', () => orders.length + otherOrders.length === 1);
    expect([...orders, ...otherOrders]).toEqual([{ changeId: 'c1', go: GO }]);
  });

  it('executes an order once, however often it is given', async () => {
    const it = await testState();
    await Promise.all(Array.from({ length: 40 }, async () => it.state.wake.change('c1', GO)));
    const orders = worker(it);
    await until('the order', () => orders.length === 1);
    await Promise.all(Array.from({ length: 10 }, async () => it.state.wake.change('c1', GO)));
    await sleep(3_000);
    expect(orders).toHaveLength(1);
    await it.state.wake.change('c1', { ...GO, payload: '{"action":"rollback"}' });
    await it.state.wake.change('c2', GO);
    await until('other orders', () => orders.length === 3);
  });

  it('never executes a job that nobody ordered', async () => {
    const it = await testState();
    const orders = worker(it);
    const queue = new Queue('changes', { connection: it.redis.client(), prefix: 'tcpcheck:queue' });
    later(async () => queue.close());
    await queue.add('change', { changeId: 'c1', go: GO }, { attempts: 5 });
    await queue.add('change', { changeId: 'c1', go: { ...GO, extra: 'x'.repeat(70_000), payload: 7 } });
    await until('the jobs are gone', async () => {
      const { active, waiting } = await it.state.queueDepth('changes');
      return active + waiting === 0;
    });
    expect(orders).toEqual([]);
    expect(it.problems.map((problem) => problem.what).toSorted()).toEqual([
      'a change was not executed: its order was never completed, or executed before',
      'a job was dropped: its data is not ours',
    ]);
    // The same go may still be ordered in earnest.
    await it.state.wake.change('c1', GO);
    await until('the order', () => orders.length === 1);
  });

  it('does not execute an order whose giver was told that it failed', async () => {
    const it = await testState();
    const orders = worker(it);
    const order = { changeId: 'c1', go: GO };
    // The half of an order that BullMQ writes, as a hung Redis may do it late; the other half never comes late.
    const queue = new Queue('changes', { connection: it.redis.client(), prefix: 'tcpcheck:queue' });
    later(async () => queue.close());
    await queue.add('change', order, { jobId: orderId(order) });
    await until('the job is dropped', () => it.problems.length === 1);
    expect(orders).toEqual([]);
  });

  it('never repeats the order of a killed worker', { timeout: 40_000 }, async () => {
    const it = await testState();
    const child = await spawnModule('change-worker', [it.redis.socketPath]);
    later(async () => child.kill());
    expect(await child.line()).toBe('ready');
    await it.state.wake.change('c1', GO);
    expect(await child.line()).toBe('start c1');
    await child.kill();
    const orders = worker(it);
    const cared: [string, { orderLost: boolean }][] = [];
    const note = async (id: string, _: AbortSignal, found: { orderLost: boolean }): Promise<void> =>
      void cared.push([id, found]);
    closing(it.state.workers.startCareWorker(note, { concurrency: 1 }));
    await until(
      'the job is given up',
      async () => (await it.state.queueDepth('changes')).failed === 1,
      15_000,
    );
    // Its host is asked at once how it stands.
    await until('the change is looked after', () => cared.length === 1);
    expect(cared).toEqual([['c1', { orderLost: true }]]);
    await it.state.wake.change('c1', GO);
    await sleep(500);
    expect(orders).toEqual([]);
    await it.state.wake.change('c2', GO);
    await until('others go on', () => orders.length === 1);
  });

  it('does not try again what failed', async () => {
    const it = await testState();
    let runs = 0;
    closing(
      it.state.workers.startChangeWorker(
        async () => {
          runs += 1;
          throw new Error('the host is gone');
        },
        { concurrency: 1 },
      ),
    );
    await it.state.wake.change('c1', GO);
    await until('the failure', async () => (await it.state.queueDepth('changes')).failed === 1);
    await sleep(500);
    expect(runs).toBe(1);
  });
});
