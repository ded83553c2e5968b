import { describe, expect, it } from 'vitest';
import { gate, until } from '../support/events.ts';
import { needs } from '../support/machine.ts';
import { closing, testState } from '../support/state.ts';
import { ALERT, diagnosis, request } from './samples.ts';

const machine = needs('redis-server');
const ONE = { concurrency: 1 };

describe.skipIf(machine.skip)(`the sweep ${machine.reason}`, () => {
  it('finds requests whose wake-up was lost, and runs that nobody finishes', async () => {
    const { state } = await testState();
    expect(await state.sweep()).toEqual([]);
    await state.requests.accept(request('r1', { host: 'lost-person' }));
    await state.requests.accept(request('r2', { host: 'lost-alert', requester: ALERT }));
    await state.requests.accept(request('r3', { host: 'woken' }));
    await state.wake.host('woken', 'person');
    await state.requests.accept(request('r4', { host: 'unfinished' }));
    await state.runs.claim('unfinished', { id: 'run', nowMs: 1, windowMs: 1 });
    await state.requests.accept(request('r5', { host: 'finished' }));
    await state.runs.claim('finished', { id: 'run-2', nowMs: 1, windowMs: 1 });
    await state.runs.finish('run-2', 1, { diagnosis: diagnosis(), hostKeyFingerprint: null, nowMs: 2 });
    const found = (await state.sweep()).toSorted((a, b) => a.host.localeCompare(b.host));
    expect(found).toEqual([
      { host: 'lost-alert', asker: 'alert' },
      { host: 'lost-person', asker: 'person' },
      { host: 'unfinished', asker: 'alert' },
    ]);
    for (const { host, asker } of found) await state.wake.host(host, asker);
    expect(await state.sweep()).toEqual([]);
  });

  it('leaves a host alone while its job runs, and finds it when the queue was lost', async () => {
    const { state, redis } = await testState();
    const held = gate();
    let runs = 0;
    closing(
      state.workers.startDiagnoseWorker(async (host) => {
        runs += 1;
        await state.runs.claim(host, { id: `run-${runs}`, nowMs: 1, windowMs: 1 });
        if (runs === 1) await held.opened;
      }, ONE),
    );
    await state.requests.accept(request('r1'));
    await state.wake.host('web-1', 'person');
    await until('the run', () => runs === 1);
    expect(await state.sweep()).toEqual([]);
    const client = redis.client();
    await client.del(await client.keys('tcpcheck:queue:*'));
    held.open();
    expect(await state.sweep()).toEqual([{ host: 'web-1', asker: 'alert' }]);
    await state.wake.host('web-1', 'alert');
    await until('the second run', () => runs === 2);
  });

  it.each([
    ['of a job that is gone', 'gone', async () => undefined],
    [
      'of a job that is in no list',
      'orphan',
      async (client: { hset(key: string, values: object): Promise<unknown> }) =>
        client.hset('tcpcheck:queue:diagnose:orphan', {
          name: 'diagnose',
          data: '{"host":"web-1"}',
          opts: '{}',
        }),
    ],
  ])('frees a host from the deduplication key %s', async (_title, jobId, prepare) => {
    const { state, redis } = await testState();
    const client = redis.client();
    await prepare(client);
    await client.set('tcpcheck:queue:diagnose:de:web-1', jobId);
    await state.requests.accept(request('r1'));
    expect(await state.sweep()).toEqual([{ host: 'web-1', asker: 'person' }]);
    const hosts: string[] = [];
    closing(state.workers.startDiagnoseWorker(async (host) => void hosts.push(host), ONE));
    await state.wake.host('web-1', 'person');
    await until('the run', () => hosts.length === 1);
  });
});
