import { describe, expect, it } from 'vitest';
import { until } from '../support/events.ts';
import { failureOf } from '../support/failure.ts';
import { needs } from '../support/machine.ts';
import { testState } from '../support/state.ts';
import { diagnosis, plan, proposal, request, PROPOSED } from './samples.ts';

const machine = needs('redis-server');

/** Texts that somebody might put into a record. */
const GARBAGE = [
  '',
  '{',
  'null',
  '[]',
  '{}',
  '"x"',
  '7',
  '\u0000\uFFFF',
  '{"__proto__":{"id":"x"}}',
  '['.repeat(50_000),
];

describe.skipIf(machine.skip)(`records that somebody altered ${machine.reason}`, () => {
  it.each(GARBAGE)('counts a request of %j as gone', async (text) => {
    const { state, redis, problems } = await testState();
    await redis.client().hset('tcpcheck:request:r1', 'json', text);
    expect(await state.requests.get('r1')).toBeNull();
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ code: 'STATE_UNREADABLE', fields: { record: 'request r1' } });
  });

  it.each([
    ['host', '$(reboot)'],
    ['host', '../../etc'],
    ['locale', 'xx'],
    ['requester', { kind: 'root' }],
    ['createdAtMs', 'now'],
    ['mentions', '<!channel>'],
    ['channel', null],
  ])('counts a request with the %s %j as gone', async (field, value) => {
    const { state, redis } = await testState();
    const forged = JSON.stringify({ ...request('r1'), [field]: value });
    await redis.client().hset('tcpcheck:request:r1', 'json', forged);
    expect(await state.requests.get('r1')).toBeNull();
  });

  it.each(['attempt', 'phase', 'host', 'startedAtMs', 'first', 'diagnosis'])(
    'survives a run whose %s is garbage',
    async (field) => {
      const { state, redis, problems } = await testState();
      await state.requests.accept(request('r1'));
      await state.runs.claim('web-1', { id: 'run', nowMs: 1, windowMs: 1 });
      await redis.client().hset('tcpcheck:run:run', field, '{"x":');
      expect(await state.runs.get('run')).toBeNull();
      expect(problems).toHaveLength(1);
      await state.runs.finish('run', 1, { diagnosis: diagnosis(), hostKeyFingerprint: null, nowMs: 2 });
      await state.requests.accept(request('r2'));
      // Taken over where that makes sense, begun anew where it does not; never stuck.
      const next = await state.runs.claim('web-1', { id: 'run-2', nowMs: 3, windowMs: 1 });
      expect(next?.requestIds).toContain('r2');
      expect(Number.isSafeInteger(next?.run.attempt)).toBe(true);
      const outcome = { diagnosis: diagnosis(), hostKeyFingerprint: null, nowMs: 4 };
      expect(await state.runs.finish(next?.run.id ?? '', next?.run.attempt ?? 0, outcome)).toBe(true);
      expect(await state.runs.isActive('web-1')).toBe(false);
    },
  );

  it.each(['1e308', '-1', '99999999999999999999', 'nan', '1 '])(
    'begins anew when somebody set the attempt to %j',
    async (attempt) => {
      const { state, redis } = await testState();
      await state.requests.accept(request('r1'));
      await state.runs.claim('web-1', { id: 'run', nowMs: 1, windowMs: 1 });
      await redis.client().hset('tcpcheck:run:run', 'attempt', attempt);
      await state.requests.accept(request('r2'));
      const next = await state.runs.claim('web-1', { id: 'run-2', nowMs: 3, windowMs: 1 });
      expect(next).toMatchObject({ run: { id: 'run-2', attempt: 1 }, requestIds: ['r2'] });
    },
  );

  it('claims only requests that exist', async () => {
    const { state, redis } = await testState();
    await redis.client().rpush('tcpcheck:waiting:web-1', 'forged');
    expect(await state.runs.claim('web-1', { id: 'run', nowMs: 1, windowMs: 1 })).toBeNull();
    await redis.client().set('tcpcheck:active:web-1', 'no-such-run');
    await state.requests.accept(request('r1'));
    const claim = await state.runs.claim('web-1', { id: 'run', nowMs: 1, windowMs: 1 });
    expect(claim).toMatchObject({ run: { id: 'run', attempt: 1 }, requestIds: ['r1'] });
  });

  it.each(GARBAGE)('neither reads nor executes a change whose state is %j', async (text) => {
    const { state, redis } = await testState();
    await state.changes.propose(proposal('c1'));
    await redis.client().hset('tcpcheck:change:c1', 'state', text);
    expect(await state.changes.get('c1')).toBeNull();
    expect(await state.changes.ofRequest('r1')).toEqual([]);
    const moving = state.changes.move('c1', PROPOSED, { kind: 'approved', approvals: [], atMs: 1 });
    await expect(moving).rejects.toMatchObject({ code: 'STATE_UNREADABLE' });
    expect(await redis.client().hget('tcpcheck:change:c1', 'state')).toBe(text);
  });

  it.each([
    ['another change’s plan', JSON.stringify(plan('c2'))],
    ['a host that is none', JSON.stringify(plan('c1', { host: 'a b' }))],
    ['an unknown risk', JSON.stringify({ ...plan('c1'), risk: 'none' })],
  ])('does not hand out %s', async (_title, text) => {
    const { state, redis } = await testState();
    await state.changes.propose(proposal('c1'));
    await redis.client().hset('tcpcheck:change:c1', 'plan', text);
    expect(await state.changes.get('c1')).toBeNull();
    const moving = state.changes.move('c1', PROPOSED, { kind: 'approved', approvals: [], atMs: 1 });
    await expect(moving).rejects.toMatchObject({ code: 'STATE_UNREADABLE' });
  });

  it('does not know a state that the product does not know', async () => {
    const { state, redis } = await testState();
    await state.changes.propose(proposal('c1'));
    await redis.client().hset('tcpcheck:change:c1', 'state', '{"kind":"approved"}');
    expect(await state.changes.get('c1')).toBeNull();
    await redis.client().hset('tcpcheck:change:c1', 'state', '{"kind":"done"}');
    expect(await state.changes.get('c1')).toBeNull();
  });

  it('looks before it posts a message again whose entry is garbage', async () => {
    const { state, redis } = await testState();
    await redis.client().hset('tcpcheck:thread:r1', { root: '{', end: '{"ts":7,"hash":"h"}' });
    const unknown = { ts: null, hash: 'unknown' };
    expect(await state.threads.entries('r1')).toEqual(
      new Map([
        ['root', unknown],
        ['end', unknown],
      ]),
    );
    expect(await state.threads.begin('r1', 'root', 'h')).toBe(false);
    await state.threads.forget('r1', 'root');
    expect(await state.threads.begin('r1', 'root', 'h')).toBe(true);
  });

  it('fails in words when a key is of another type', async () => {
    const { state, redis } = await testState();
    const client = redis.client();
    for (const key of ['request:r1', 'waiting:web-1', 'run:run', 'change:c1', 'thread:r1', 'unanswered']) {
      await client.set(`tcpcheck:${key}`, 'forged');
    }
    const calls = [
      async () => state.requests.accept(request('r2')),
      async () => state.requests.get('r1'),
      async () => state.requests.unanswered(),
      async () => state.runs.claim('web-1', { id: 'run', nowMs: 1, windowMs: 1 }),
      async () => state.runs.get('run'),
      async () => state.runs.finish('run', 1, { diagnosis: diagnosis(), hostKeyFingerprint: null, nowMs: 1 }),
      async () => state.changes.get('c1'),
      async () => state.changes.move('c1', PROPOSED, { kind: 'expired', atMs: 1 }),
      async () => state.threads.entries('r1'),
      async () => state.threads.begin('r1', 'root', 'h'),
    ];
    for (const call of calls) {
      const failure = await failureOf(call());
      expect(failure.code).toBe('REDIS_UNAVAILABLE');
      expect(failure.message).toContain('WRONGTYPE');
    }
  });

  it('survives garbage in every key of the queue', { timeout: 30_000 }, async () => {
    const { state, redis, problems } = await testState();
    const client = redis.client();
    await client.lpush('tcpcheck:queue:diagnose:wait', 'ghost', '7', '');
    await client.zadd('tcpcheck:queue:diagnose:prioritized', 1, 'ghost-2');
    await client.zadd('tcpcheck:queue:diagnose:delayed', 1, 'ghost-3');
    await client.hset('tcpcheck:queue:diagnose:7', { name: 'x', data: '7', opts: '7', timestamp: 'x' });
    const hosts: string[] = [];
    const worker = state.workers.startDiagnoseWorker(async (host) => void hosts.push(host), {
      concurrency: 3,
    });
    await state.wake.host('web-1', 'person');
    await until('the real job', () => hosts.includes('web-1'), 15_000);
    await worker.close(1_000);
    expect(hosts).toEqual(['web-1']);
    expect(problems.length).toBeGreaterThan(0);
  });
});
