import { describe, expect, it } from 'vitest';
import { needs } from '../support/machine.ts';
import { testState } from '../support/state.ts';
import { request } from './samples.ts';

const machine = needs('redis-server');

describe.skipIf(machine.skip)(`thread book ${machine.reason}`, () => {
  it('remembers what is being posted and what is posted', async () => {
    const { state } = await testState();
    expect(await state.threads.entries('r1')).toEqual(new Map());
    expect(await state.threads.begin('r1', 'root', 'h1')).toBe(true);
    expect(await state.threads.begin('r1', 'root', 'h2')).toBe(false);
    expect(await state.threads.entries('r1')).toEqual(new Map([['root', { ts: null, hash: 'h1' }]]));
    await state.threads.posted('r1', 'root', { ts: '1.1', hash: 'h1' });
    await state.threads.posted('r1', 'root', { ts: '1.1', hash: 'h3' });
    expect(await state.threads.entries('r1')).toEqual(new Map([['root', { ts: '1.1', hash: 'h3' }]]));
    expect(await state.threads.entries('r2')).toEqual(new Map());
  });

  it('lets one of 40 begin', async () => {
    const { state } = await testState();
    const begun = await Promise.all(
      Array.from({ length: 40 }, async (_, index) => state.threads.begin('r1', 'end', `h${index}`)),
    );
    expect(begun.filter(Boolean)).toHaveLength(1);
  });

  it('frees a key whose post did not happen, never one that is in Slack', async () => {
    const { state } = await testState();
    await state.threads.begin('r1', 'end', 'h');
    await state.threads.forget('r1', 'end');
    expect(await state.threads.begin('r1', 'end', 'h')).toBe(true);
    await state.threads.posted('r1', 'end', { ts: '1.2', hash: 'h' });
    await state.threads.forget('r1', 'end');
    expect(await state.threads.begin('r1', 'end', 'h')).toBe(false);
    await state.threads.forget('r1', 'never-begun');
  });

  it('finds the request by its root message', async () => {
    const { state } = await testState();
    await state.requests.accept(request('r1', { channel: 'C7' }));
    await state.threads.posted('r1', 'root', { ts: '1.1', hash: 'h' });
    await state.threads.posted('r1', 'end', { ts: '1.2', hash: 'h' });
    expect(await state.threads.requestAt('C7', '1.1')).toBe('r1');
    expect(await state.threads.requestAt('C7', '1.2')).toBeNull();
    expect(await state.threads.requestAt('C8', '1.1')).toBeNull();
  });

  it('bounds the messages of a thread', async () => {
    const { state, redis } = await testState();
    const entries = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`k${index}`, '{}']));
    await redis.client().hset('tcpcheck:thread:r1', entries);
    await expect(state.threads.begin('r1', 'one-more', 'h')).rejects.toMatchObject({ code: 'QUEUE_FULL' });
  });
});
