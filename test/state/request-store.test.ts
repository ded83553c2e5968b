import { describe, expect, it } from 'vitest';
import { needs } from '../support/machine.ts';
import { testState } from '../support/state.ts';
import { request } from './samples.ts';

const machine = needs('redis-server');

describe.skipIf(machine.skip)(`requests ${machine.reason}`, () => {
  it('keeps a request as it was given', async () => {
    const { state } = await testState();
    const given = request('r1');
    expect(await state.requests.accept(given)).toBe(true);
    expect(await state.requests.get('r1')).toEqual(given);
    expect(await state.requests.get('r2')).toBeNull();
    expect(await state.requests.runOf('r1')).toBeNull();
  });

  it('accepts a request once, however often it is delivered', async () => {
    const { state } = await testState();
    const all = await Promise.all(
      Array.from({ length: 40 }, async () => state.requests.accept(request('r1'))),
    );
    expect(all.filter(Boolean)).toHaveLength(1);
    const claim = await state.runs.claim('web-1', { id: 'run', nowMs: 1, windowMs: 1 });
    expect(claim?.requestIds).toEqual(['r1']);
    expect(await state.runs.claim('web-2', { id: 'run-2', nowMs: 1, windowMs: 1 })).toBeNull();
  });

  it('lists what is unanswered, oldest first', async () => {
    const { state } = await testState();
    const nowMs = Date.now();
    await state.requests.accept(request('young', { createdAtMs: nowMs }));
    await state.requests.accept(request('old', { createdAtMs: nowMs - 5_000, host: 'web-2' }));
    expect(await state.requests.unanswered()).toEqual(['old', 'young']);
    await state.requests.answered('old');
    await state.requests.answered('old');
    expect(await state.requests.unanswered()).toEqual(['young']);
  });

  it('refuses more than may wait for one host, in words', async () => {
    const { state, redis } = await testState();
    const filler = Array.from({ length: 5_000 }, (_, index) => `x${index}`);
    await redis.client().rpush('tcpcheck:waiting:web-1', ...filler);
    await expect(state.requests.accept(request('r1'))).rejects.toMatchObject({ code: 'QUEUE_FULL' });
    expect(await state.requests.get('r1')).toBeNull();
    expect(await state.requests.accept(request('r2', { host: 'web-2' }))).toBe(true);
  });

  it('forgets everything after 30 days', async () => {
    const { state, redis } = await testState();
    await state.requests.accept(request('r1'));
    await state.runs.claim('web-1', { id: 'run', nowMs: 1, windowMs: 1 });
    await state.requests.accept(request('r2'));
    const client = redis.client();
    // These two hold one entry per request or host, and lose it with them.
    const bound = ['tcpcheck:unanswered', 'tcpcheck:open-hosts'];
    const keys = (await client.keys('tcpcheck:*')).filter((key) => !bound.includes(key));
    const ttls = await Promise.all(keys.map(async (key) => client.ttl(key)));
    expect(keys.filter((_key, index) => (ttls[index] ?? -1) < 29 * 86_400)).toEqual([]);
    expect(keys.length).toBeGreaterThan(5);
    await client.zadd('tcpcheck:unanswered', Date.now() - 31 * 86_400_000, 'ancient');
    await state.requests.accept(request('r3'));
    expect(await state.requests.unanswered()).toEqual(['r1', 'r2', 'r3']);
  });
});
