import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countFree, formatPortList, parsePortList } from '../../../src/core/sysctl/port-list.ts';

const span = fc
  .tuple(fc.integer({ min: 1, max: 65_535 }), fc.integer({ min: 0, max: 50 }))
  .map(([low, more]) => ({ low, high: Math.min(65_535, low + more) }));

describe('port lists', () => {
  it('reads what it writes', () => {
    fc.assert(
      fc.property(fc.array(span, { maxLength: 20 }), (spans) => {
        const text = formatPortList(spans);
        const read = parsePortList(text);
        expect(read === null ? null : formatPortList(read)).toBe(text);
      }),
    );
  });

  it('counts each free port once, however the list is written', () => {
    fc.assert(
      fc.property(fc.array(span, { maxLength: 10 }), span, (spans, range) => {
        let free = 0;
        for (let port = range.low; port <= range.high; port += 1) {
          if (!spans.some(({ low, high }) => port >= low && port <= high)) free += 1;
        }
        expect(countFree(range, spans)).toBe(free);
      }),
    );
  });

  it.each(['x', '1-', '-1', '1--2', '70000', '5-2', '1;2', '1 2'])('does not read %j', (text) => {
    expect(parsePortList(text)).toBeNull();
  });
});
