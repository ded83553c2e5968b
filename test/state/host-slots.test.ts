import { describe, expect, it } from 'vitest';
import { needs } from '../support/machine.ts';
import { testState } from '../support/state.ts';

const machine = needs('redis-server');
const on = (id: string, host = 'web-1'): { id: string; host: string } => ({ id, host });

describe.skipIf(machine.skip)(`places for changes on a host ${machine.reason}`, () => {
  it('gives as many as allowed to forty who ask at once, and none to the others', async () => {
    const { state } = await testState();
    const asked = Array.from({ length: 40 }, (_, index) => on(`c${index}`));
    const before = await Promise.all(asked.map(async (one) => state.slots.take(one, 5)));
    const taken = before.flatMap((place) => (place === null ? [] : [place.others]));
    expect(new Set(taken.map(({ length }) => length))).toEqual(new Set([0, 1, 2, 3, 4]));
    expect(taken).toHaveLength(5);
    expect(await state.slots.take(on('c40', 'web-2'), 5)).toEqual({ others: [], isNew: true });
  });

  it('counts the same change once, and forgets one that gave its place back', async () => {
    const { state } = await testState();
    expect(await state.slots.take(on('a'), 2)).toEqual({ others: [], isNew: true });
    expect(await state.slots.take(on('a'), 2)).toEqual({ others: [], isNew: false });
    expect(await state.slots.take(on('b'), 2)).toEqual({ others: ['a'], isNew: true });
    expect(await state.slots.take(on('c'), 2)).toBeNull();
    await state.slots.giveBack(on('a'));
    expect(await state.slots.take(on('c'), 2)).toEqual({ others: ['b'], isNew: true });
  });

  it('counts one hour, and remembers whose places were taken before that', async () => {
    const { state, redis } = await testState();
    await state.slots.take(on('a'), 1);
    const client = redis.client();
    const [key = ''] = await client.keys('tcpcheck:host-changes:*');
    await client.zadd(key, Date.now() - 3_601_000, 'a');
    expect(await state.slots.take(on('b'), 1)).toEqual({ others: ['a'], isNew: true });
    expect(await state.slots.take(on('c'), 1)).toBeNull();
  });

  it('gives no place while Redis does not answer', async () => {
    const { state, redis } = await testState();
    redis.freeze();
    await expect(state.slots.take(on('a'), 5)).rejects.toMatchObject({ code: 'REDIS_UNAVAILABLE' });
    redis.thaw();
  });
});
