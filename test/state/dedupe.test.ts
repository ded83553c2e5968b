import { describe, expect, it } from 'vitest';
import { needs } from '../support/machine.ts';
import { testState } from '../support/state.ts';

const machine = needs('redis-server');

describe.skipIf(machine.skip)(`deliveries ${machine.reason}`, () => {
  it('is the first time for one of 40', async () => {
    const { state } = await testState();
    const all = await Promise.all(Array.from({ length: 40 }, async () => state.dedupe.firstTime('k', 60)));
    expect(all.filter(Boolean)).toHaveLength(1);
    expect(await state.dedupe.firstTime('other', 60)).toBe(true);
  });

  it('forgets after the time, and keeps keys of any length small', async () => {
    const { state, redis } = await testState();
    const long = 'x'.repeat(1_000_000);
    expect(await state.dedupe.firstTime(long, 60)).toBe(true);
    expect(await state.dedupe.firstTime(`${long}y`, 60)).toBe(true);
    expect(await state.dedupe.firstTime(long, 60)).toBe(false);
    const client = redis.client();
    const keys = await client.keys('tcpcheck:seen:*');
    for (const key of keys) {
      expect(key.length).toBeLessThan(100);
      expect(await client.pttl(key)).toBeGreaterThan(50_000);
      await client.pexpire(key, 1);
    }
    await expect.poll(async () => client.exists(...keys)).toBe(0);
    expect(await state.dedupe.firstTime(long, 60)).toBe(true);
  });

  it.each([0, -1, 1.5, 31 * 86_400])('calls a time of %d s a bug', async (seconds) => {
    const { state } = await testState();
    await expect(state.dedupe.firstTime('k', seconds)).rejects.toThrow('bug');
  });
});
