import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ssTimer } from '../../../src/core/checklist/ss-timer.ts';

describe('a timer of ss -o', () => {
  it.each([
    ['timer:(keepalive,119min,0)', { kind: 'keepalive', leftS: 7140, tries: 0 }],
    ['timer:(keepalive,9min59sec,0)', { kind: 'keepalive', leftS: 599, tries: 0 }],
    ['timer:(on,12sec,6)', { kind: 'on', leftS: 12, tries: 6 }],
    // Seconds, in spite of the unit.
    ['timer:(on,4.876ms,5)', { kind: 'on', leftS: 4.876, tries: 5 }],
    ['timer:(on,204ms,0)', { kind: 'on', leftS: 0.204, tries: 0 }],
    ['timer:(persist,,0)', { kind: 'persist', leftS: 0, tries: 0 }],
    ['timer:(persist,1.140ms,13)', { kind: 'persist', leftS: 1.14, tries: 13 }],
    ['timer:(timewait,59sec,0)', { kind: 'timewait', leftS: 59, tries: 0 }],
  ])('%s', (text, timer) => {
    expect(ssTimer(text)).toEqual(timer);
  });

  it.each([
    '',
    'timer:(unknown,1sec,0)',
    'timer:(on,1sec)',
    'timer:(on,1sec,x)',
    '(on,1sec,0)',
    'timer:(off,1sec,0)',
  ])('none in %j', (text) => {
    expect(ssTimer(text)).toBeNull();
  });
  it('whose rest is odd has fired as often', () => {
    expect(ssTimer('timer:(on,soon,3)')).toEqual({ kind: 'on', leftS: undefined, tries: 3 });
  });
  it('is never read wrong', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (left, tries) => {
        const timer = ssTimer(`timer:(on,${left},${tries})`);
        expect(timer === null || (Number.isFinite(timer.tries) && (timer.leftS ?? 0) >= 0)).toBe(true);
      }),
    );
  });
});
