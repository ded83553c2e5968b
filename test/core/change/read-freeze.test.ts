import { describe, expect, it } from 'vitest';
import { readFreeze } from '../../../src/core/change/read-freeze.ts';

/** 2026-11-29 15:00 UTC, midnight in Seoul. */
const NOW = Date.UTC(2026, 10, 29, 15);
const HOUR = 3_600_000;
const SEOUL = { nowMs: NOW, utcOffsetMs: 9 * HOUR };
const freeze = (toMs: number | null, reason = '') => ({ kind: 'freeze', toMs, reason });

describe('the words behind freeze', () => {
  it.each([
    ['', freeze(null)],
    ['release 4.2 rolls out', freeze(null, 'release 4.2 rolls out')],
    ['for 2h', freeze(NOW + 2 * HOUR)],
    ['For 90m big  sale', freeze(NOW + 1.5 * HOUR, 'big sale')],
    ['for 30d', freeze(NOW + 720 * HOUR)],
    ['until 18:00 release', freeze(NOW + 18 * HOUR, 'release')],
    ['until 0:00', freeze(NOW + 24 * HOUR)],
    ['until 00:01', freeze(NOW + 60_000)],
    ['until 2026-11-30T09:00+09:00', freeze(NOW + 9 * HOUR)],
    ['off', { kind: 'lift', reason: '' }],
    ['OFF it is over', { kind: 'lift', reason: 'it is over' }],
    ['status', { kind: 'status' }],
    ['for', { kind: 'unclear', word: '' }],
    ['for ever', { kind: 'unclear', word: 'ever' }],
    ['for 31d', { kind: 'unclear', word: '31d' }],
    ['for 0m', { kind: 'unclear', word: '0m' }],
    ['until 25:00', { kind: 'unclear', word: '25:00' }],
    ['until 2026-11-28T09:00Z', { kind: 'unclear', word: '2026-11-28T09:00Z' }],
  ])('%j', (typed, wish) => {
    expect(
      readFreeze(
        typed.split(/\s+/).filter((word) => word !== ''),
        SEOUL,
      ),
    ).toEqual(wish);
  });

  it('keeps a reason short', () => {
    const wish = readFreeze(['x'.repeat(500)], SEOUL);
    expect(wish.kind === 'freeze' && wish.reason.length).toBe(200);
  });
});
