import { describe, expect, it } from 'vitest';
import { freezeAt, windowAt } from '../../../src/core/change/freeze.ts';
import type { Freeze, FreezeWindow } from '../../../src/core/domain/freeze.ts';
import { ALICE } from './arbitrary-change.ts';

const NIGHT: FreezeWindow = { fromMs: 100, toMs: 200, reason: 'night' };
const WEEK: FreezeWindow = { fromMs: 150, toMs: 900, reason: 'release' };
const WINDOWS = [NIGHT, WEEK];
const EMPTIED: Freeze = { kind: 'emptied', fromMs: 0, toMs: null };
const declared = (toMs: number | null): Freeze => ({
  kind: 'person',
  by: ALICE,
  fromMs: 120,
  toMs,
  reason: '',
});

describe('a freeze', () => {
  it.each([
    [99, null],
    [100, NIGHT],
    [149, NIGHT],
    [150, WEEK],
    [200, WEEK],
    [899, WEEK],
    [900, null],
  ])('of the configuration at %d, the one that ends last', (nowMs, window) => {
    expect(windowAt(WINDOWS, nowMs)).toEqual(window);
  });

  it.each([
    ['a person’s until it is lifted', declared(null), 160, declared(null)],
    ['a person’s that lasts longer', declared(901), 160, declared(901)],
    ['the window that lasts longer', declared(899), 160, { kind: 'window', ...WEEK }],
    ['none before it begins', declared(null), 50, null],
    ['none of a person’s that has ended', declared(130), 130, { kind: 'window', ...NIGHT }],
    ['an emptied Redis', EMPTIED, 160, EMPTIED],
    ['nothing', null, 950, null],
  ] as const)('is %s', (_, freeze, nowMs, found) => {
    expect(freezeAt(WINDOWS, freeze, nowMs)).toEqual(found);
  });
});
