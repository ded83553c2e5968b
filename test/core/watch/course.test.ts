import { describe, expect, it } from 'vitest';
import type { LineId } from '../../../src/core/watch/course.ts';
import { summarise, summaries } from '../../../src/core/watch/summary.ts';
import { courseOf } from './samples.ts';

const values = (
  course: ReturnType<typeof courseOf>,
  id: LineId,
): readonly (number | undefined)[] | undefined => course.lines.find((line) => line.id === id)?.values;

describe('the course of a watch', () => {
  it('has counts per look and rates by the host’s own clock', () => {
    const course = courseOf([
      { at: 10, states: { ESTAB: 5 }, counters: { ActiveOpens: 100 } },
      { at: 11, states: { ESTAB: 7 }, counters: { ActiveOpens: 130 } },
      { at: 13, states: { ESTAB: 6 }, counters: { ActiveOpens: 150 } },
    ]);
    expect([course.seconds, course.looks, course.walks]).toEqual([3, 3, 3]);
    expect(values(course, 'ESTAB')).toEqual([5, 7, 6]);
    expect(values(course, 'CLOSE-WAIT')).toEqual([0, 0, 0]);
    expect(values(course, 'opens-out')).toEqual([undefined, 30, 10]);
    expect(values(course, 'retransmits')).toEqual([undefined, undefined, undefined]);
  });

  it('has no rate over a counter that went backwards', () => {
    const course = courseOf([
      { at: 10, counters: { OutRsts: 100 } },
      { at: 11, counters: { OutRsts: 3 } },
      { at: 12, counters: { OutRsts: 5 } },
    ]);
    expect(values(course, 'resets-sent')).toEqual([undefined, undefined, 2]);
  });

  it('keeps the last table where one look was without a walk, and leaves a gap', () => {
    const course = courseOf([
      { at: 1, states: { ESTAB: 4 }, more: { queue: { port: 80, waiting: 1, limit: 9 } } },
      { at: 2, states: null, tally: { established: 99, timeWait: 9 } },
    ]);
    expect(values(course, 'ESTAB')).toEqual([4, undefined]);
    expect([course.walks, course.sockets?.queue?.port]).toEqual([1, 80]);
  });

  it('makes do with the kernel’s tallies where the table is never walked', () => {
    const looks = [{ at: 1, states: null, tally: { established: 60_000, timeWait: 7 } }] as const;
    expect(values(courseOf(looks), 'ESTAB')).toEqual([60_000]);
    expect(values(courseOf(looks), 'TIME-WAIT')).toEqual([7]);
    expect(values(courseOf(looks), 'CLOSE-WAIT')).toEqual([undefined]);
    // They know nothing of ports.
    expect(values(courseOf(looks, 8080), 'ESTAB')).toEqual([undefined]);
  });
});

describe('the summary of a line', () => {
  it('tells first, last, least, mean and most of what was known', () => {
    expect(summarise({ id: 'ESTAB', values: [undefined, 4, 10, undefined, 1] })).toEqual({
      id: 'ESTAB',
      first: 4,
      last: 1,
      min: 1,
      mean: 5,
      max: 10,
      grew: false,
    });
  });

  it('is none where nothing was ever known', () => {
    expect(summarise({ id: 'ESTAB', values: [undefined, undefined] })).toBeNull();
    expect(summaries(courseOf([{ at: 1, states: null }]))).toEqual([]);
  });

  it.each([
    ['rose', [10, 12, 20, 30, 40, 50, 60, 70], true],
    ['rose from none', [0, 0, 0, 0, 20, 30, 40, 50], true],
    ['rose by a handful', [1, 1, 2, 2, 3, 4, 5, 6], false],
    ['rose a little', [100, 101, 104, 106, 108, 110, 112, 114], false],
    ['had one odd second', [10, 10, 10, 10, 10, 900, 10, 10], false],
    ['fell', [90, 80, 70, 60, 50, 40, 30, 20], false],
    ['was seen too briefly', [10, 50, 90, 400], false],
  ])('grew when it %s: %j is %s', (_, line, grew) => {
    expect(summarise({ id: 'CLOSE-WAIT', values: line })?.grew).toBe(grew);
  });
});
