import { describe, expect, it } from 'vitest';
import { CHECKLIST } from '../../../../src/core/checklist/checklist.ts';
import { contributed } from '../material.ts';
import { factsOf } from '../checks/made.ts';
import { FOREIGN } from './foreign.ts';
import { KERNEL_FORMATS } from './kernels.ts';
import { SS_FORMATS } from './versions-of-ss.ts';

describe('made by hand from documented formats', () => {
  it.each([...KERNEL_FORMATS, ...SS_FORMATS])('$check: $from', ({ check: id, text, facts, untold = [] }) => {
    const check = CHECKLIST.find((each) => each.id === id);
    const made = check === undefined ? undefined : factsOf(check, text);
    expect(made).toMatchObject(facts);
    expect(untold.filter((name) => name in (made ?? {}))).toEqual([]);
  });
});

describe.each(CHECKLIST.map((check) => [check.id, check] as const))('%s', (_, check) => {
  it.each(FOREIGN)('makes nothing of $from', ({ text }) => {
    expect(contributed(check, { first: text, second: text }).understood).toBe(false);
  });
});
