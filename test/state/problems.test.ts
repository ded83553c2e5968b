import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Problem } from '../../src/core/domain/problem.ts';
import { throttled } from '../../src/state/problems.ts';

const problem = (what: string, said = ''): Problem => ({ what, code: 'REDIS_UNAVAILABLE', fields: { said } });

describe('reported problems', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('come once per kind and quiet time, with the count of what was left out', () => {
    const told: Problem[] = [];
    const report = throttled((each) => told.push(each), 1_000);
    for (let index = 0; index < 12_000; index += 1) report(problem('a', String(index)));
    report(problem('b'));
    vi.advanceTimersByTime(999);
    report(problem('a'));
    vi.advanceTimersByTime(1);
    report(problem('a', 'later'));
    vi.advanceTimersByTime(5_000);
    report(problem('a', 'much later'));
    expect(told).toEqual([
      problem('a', '0'),
      problem('b'),
      { ...problem('a'), fields: { said: 'later', suppressed: 12_000 } },
      problem('a', 'much later'),
    ]);
  });
});
