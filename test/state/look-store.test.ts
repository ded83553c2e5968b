import { describe, expect, it } from 'vitest';
import type { LastLook } from '../../src/core/domain/last-look.ts';
import { needs } from '../support/machine.ts';
import { testState } from '../support/state.ts';

const machine = needs('redis-server');

const look = (host: string, overflows: number): LastLook => ({
  host,
  atMs: 1_800_000_000_000,
  bootId: 'b0000000-0000-4000-8000-000000000001',
  netns: 'net:[4026531840]',
  totals: { 'counters.listen_overflows_since_boot': overflows },
});

describe.skipIf(machine.skip)(`counters of the last look ${machine.reason}`, () => {
  it('are kept per host, the newest only, for a month', async () => {
    const { state, redis } = await testState();
    expect(await state.looks.last('web-1')).toBeNull();
    await state.looks.keep(look('web-1', 1));
    await state.looks.keep(look('web-2', 2));
    await state.looks.keep(look('web-1', 3));
    expect(await state.looks.last('web-1')).toEqual(look('web-1', 3));
    expect(await state.looks.last('web-2')).toEqual(look('web-2', 2));
    const client = redis.client();
    expect((await client.keys('tcpcheck:look:*')).sort()).toEqual([
      'tcpcheck:look:web-1',
      'tcpcheck:look:web-2',
    ]);
    const leftS = await client.ttl('tcpcheck:look:web-1');
    expect(leftS).toBeGreaterThan(29 * 86_400);
    expect(leftS).toBeLessThanOrEqual(30 * 86_400);
  });

  it.each([
    ['no JSON', '{'],
    ['a moment no clock has', JSON.stringify({ ...look('web-1', 1), atMs: 1e300 })],
    ['a total that is no number', JSON.stringify({ ...look('web-1', 1), totals: { x: '1' } })],
    [
      'thousands of totals',
      JSON.stringify({
        ...look('web-1', 1),
        totals: Object.fromEntries(Array.from({ length: 5000 }, (_, at) => [`x${at}`, 1])),
      }),
    ],
  ])('count as gone when somebody put %s there', async (_, forged) => {
    const { state, redis } = await testState();
    await redis.client().set('tcpcheck:look:web-1', forged);
    expect(await state.looks.last('web-1')).toBeNull();
  });
});
