import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { gate, until } from '../support/events.ts';
import { needs } from '../support/machine.ts';
import { closing, stateOn, testState, type TestState } from '../support/state.ts';
import { ALERT, request } from './samples.ts';

const machine = needs('redis-server');
const ONE = { concurrency: 1 };

/** Runs every host woken so far, one by one, and tells their order. */
async function orderOf({ state }: TestState, count: number): Promise<readonly string[]> {
  const order: string[] = [];
  const worker = state.workers.startDiagnoseWorker(async (host) => void order.push(host), ONE);
  await until(`${count} runs`, () => order.length >= count);
  await worker.close(1_000);
  return order;
}

describe.skipIf(machine.skip)(`waking hosts ${machine.reason}`, () => {
  it('makes at most two runs of 1,000 wake-ups that come before and during a run', async () => {
    const it = await testState();
    const held = gate();
    let started = 0;
    let atOnce = 0;
    let most = 0;
    closing(
      it.state.workers.startDiagnoseWorker(
        async () => {
          started += 1;
          most = Math.max(most, (atOnce += 1));
          if (started === 1) await held.opened;
          atOnce -= 1;
        },
        { concurrency: 10 },
      ),
    );
    await Promise.all(Array.from({ length: 500 }, async () => it.state.wake.host('web-1', 'alert')));
    await until('the run', () => started === 1);
    await Promise.all(Array.from({ length: 500 }, async () => it.state.wake.host('web-1', 'alert')));
    held.open();
    await until('the run after it', () => started === 2);
    await sleep(300);
    expect({ started, most }).toEqual({ started: 2, most: 1 });
    await until('no job is left', async () => (await it.state.queueDepth('diagnose')).active === 0);
    await it.state.wake.host('web-1', 'alert');
    await until('a later wake-up runs again', () => started === 3);
  });

  it('lets people go before alerts', async () => {
    const it = await testState();
    await it.state.wake.host('alert-1', 'alert');
    await it.state.wake.host('alert-2', 'alert');
    await it.state.wake.host('person-1', 'person');
    await it.state.wake.host('person-2', 'person');
    expect(await orderOf(it, 4)).toEqual(['person-1', 'person-2', 'alert-1', 'alert-2']);
  });

  it('brings an alert’s waiting job forward when a person asks, and keeps people in their order', async () => {
    const it = await testState();
    await it.state.wake.host('alert-1', 'alert');
    await it.state.wake.host('both', 'alert');
    await it.state.wake.host('person-1', 'person');
    await it.state.wake.host('both', 'person');
    await it.state.wake.host('person-2', 'person');
    await it.state.wake.host('person-1', 'person');
    await it.state.wake.host('both', 'alert');
    expect(await orderOf(it, 4)).toEqual(['person-1', 'both', 'person-2', 'alert-1']);
  });

  it('keeps a person’s place in the run to follow when alerts come after them', async () => {
    const it = await testState();
    const held = gate();
    const order: string[] = [];
    closing(
      it.state.workers.startDiagnoseWorker(async (host) => {
        order.push(host);
        if (order.length === 1) await held.opened;
        // What waits is claimed by the run that starts.
        await it.state.runs.claim(host, { id: `run-${order.length}`, nowMs: 1, windowMs: 1 });
      }, ONE),
    );
    await it.state.wake.host('web-1', 'alert');
    await until('the run', () => order.length === 1);
    await it.state.wake.host('alert-1', 'alert');
    await it.state.requests.accept(request('r1', { host: 'web-1' }));
    await it.state.wake.host('web-1', 'person');
    for (let index = 0; index < 20; index += 1) {
      await it.state.requests.accept(request(`a${index}`, { host: 'web-1', requester: ALERT }));
      await it.state.wake.host('web-1', 'alert');
    }
    held.open();
    await until('all runs', () => order.length === 3);
    expect(order).toEqual(['web-1', 'web-1', 'alert-1']);
  });

  it('does not let one installation see another’s work', async () => {
    const it = await testState();
    const other = await stateOn(it.redis, { prefix: 'other' });
    await it.state.wake.host('mine', 'person');
    await other.state.wake.host('theirs', 'person');
    expect(await orderOf(it, 1)).toEqual(['mine']);
    expect(await other.state.queueDepth('diagnose')).toMatchObject({ waiting: 1 });
  });
});

describe.skipIf(machine.skip)(`waking threads ${machine.reason}`, () => {
  it('does a thread once more for what comes while it is done, never twice at once', async () => {
    const it = await testState();
    const held = gate();
    let started = 0;
    let atOnce = 0;
    let most = 0;
    closing(
      it.state.workers.startThreadWorker(
        async () => {
          started += 1;
          most = Math.max(most, (atOnce += 1));
          if (started === 1) await held.opened;
          atOnce -= 1;
        },
        { concurrency: 8 },
      ),
    );
    await it.state.wake.thread('r1');
    await until('the sync', () => started === 1);
    await Promise.all(Array.from({ length: 200 }, async () => it.state.wake.thread('r1')));
    await Promise.all(Array.from({ length: 20 }, async () => it.state.wake.thread('r1', 50)));
    held.open();
    await until('the sync after it', () => started >= 2);
    await sleep(2_000);
    // One for the 200, and one or two (their second may turn) for the delayed ones.
    expect(started).toBeLessThanOrEqual(4);
    expect(most).toBe(1);
  });

  it('keeps delayed wake-ups apart from those at once', async () => {
    const it = await testState();
    const atMs: number[] = [];
    const startMs = performance.now();
    await it.state.wake.thread('r1', 600_000);
    await it.state.wake.thread('r1', 3_000);
    await it.state.wake.thread('r1');
    closing(it.state.workers.startThreadWorker(async () => void atMs.push(performance.now() - startMs), ONE));
    await until('both', () => atMs.length === 2);
    expect(atMs[0]).toBeLessThan(2_500);
    expect(atMs[1]).toBeGreaterThanOrEqual(2_990);
    expect(atMs[1]).toBeLessThan(8_000);
    expect(await it.state.queueDepth('threads')).toMatchObject({ delayed: 1 });
  });

  it('calls a delay beyond the life of its records a bug', async () => {
    const it = await testState();
    await expect(it.state.wake.thread('r1', -1)).rejects.toThrow('bug');
    await expect(it.state.wake.thread('r1', 8 * 86_400_000)).rejects.toThrow('bug');
    await expect(it.state.wake.thread('r1', Number.NaN)).rejects.toThrow('bug');
  });
});
