import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EMPTY_TALLY, figuresOf, tallied } from '../../src/demo/lab/figures.ts';
import { parseLine, type Second } from '../../src/demo/lab/program-lines.ts';

const secondOf = fc.record({
  ok: fc.nat(1000),
  failed: fc.nat(1000),
  errors: fc.dictionary(fc.constantFrom('EADDRNOTAVAIL', 'CONNECT_TIMEOUT', 'EMFILE'), fc.nat(1000)),
});

describe('figures', () => {
  it('adds up seconds', () => {
    const seconds: readonly Second[] = [
      { ok: 10, failed: 0, errors: {} },
      { ok: 0, failed: 30, errors: { EADDRNOTAVAIL: 30 } },
    ];
    expect(figuresOf(seconds)).toEqual({
      seconds: 2,
      ok: 10,
      failed: 30,
      okPerSecond: 5,
      failedPerSecond: 15,
      okRatio: 0.25,
      errors: { EADDRNOTAVAIL: 30 },
    });
  });

  it('is never NaN, also where nothing was tried', () => {
    expect(figuresOf([])).toEqual({
      seconds: 0,
      ok: 0,
      failed: 0,
      okPerSecond: 0,
      failedPerSecond: 0,
      okRatio: 1,
      errors: {},
    });
  });

  it('keeps the total of all seconds, and at most 600 one by one', () => {
    fc.assert(
      fc.property(fc.array(secondOf, { maxLength: 50 }), (seconds) => {
        const tally = seconds.reduce(tallied, EMPTY_TALLY);
        expect(tally.total).toEqual(figuresOf(seconds));
        expect(tally.recent).toEqual(seconds);
      }),
    );
    const many = Array.from({ length: 700 }, (_, ok): Second => ({ ok, failed: 0, errors: {} }));
    const { total, recent } = many.reduce(tallied, EMPTY_TALLY);
    expect(total.seconds).toBe(700);
    expect(recent).toEqual(many.slice(-600));
  });
});

describe('lines of a workload', () => {
  it('reads what a workload prints', () => {
    fc.assert(
      fc.property(secondOf, (second) => {
        expect(parseLine(JSON.stringify(second))).toEqual({ kind: 'second', second });
      }),
    );
    expect(parseLine('{"event": "ready", "pid": 7}')).toEqual({ kind: 'event', event: 'ready', pid: 7 });
  });

  it.each([
    '',
    'Traceback (most recent call last):',
    '{}',
    '[]',
    '{"ok": -1, "failed": 0, "errors": {}}',
    '{"event": "x"}',
  ])('takes %j for no line of a workload', (line) => {
    expect(parseLine(line)).toBeNull();
  });
});
