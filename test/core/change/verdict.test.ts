import { describe, expect, it } from 'vitest';
import { judge, type Expected, type Look } from '../../../src/core/change/verdict.ts';
import type { FactValue } from '../../../src/core/domain/facts.ts';
import type { TakesEffect } from '../../../src/core/domain/report.ts';
import { declareFacts, findFactByName } from '../../../src/core/playbook/declarations.ts';

const SUBJECT = '0.0.0.0:8080';
const refOf = (id: string) => {
  const found = findFactByName(declareFacts('listeners', []), id);
  if (found.kind === 'wrong') throw new Error(found.message);
  return found.fact;
};
const EXPECTED: Expected = {
  facts: [
    { fact: refOf('listener.overflows_per_s'), wanted: 'lower' },
    { fact: refOf('listener.backlog'), wanted: 'higher' },
  ],
  volume: { fact: refOf('counters.passive_opens_per_s'), atLeast: 1 },
};

type Numbers = { readonly overflows?: number; readonly backlog?: number; readonly opens?: number };
const look = ({ overflows, backlog, opens = 50 }: Numbers, finding: Look['finding']): Look => {
  const facts: Record<string, FactValue> = { 'counters.passive_opens_per_s': opens };
  if (overflows !== undefined) facts[`listener.overflows_per_s[${SUBJECT}]`] = overflows;
  if (backlog !== undefined) facts[`listener.backlog[${SUBJECT}]`] = backlog;
  return { facts, finding };
};
const judged = (before: Look, after: Look, takesEffect: TakesEffect = 'now') =>
  judge({ expected: EXPECTED, takesEffect, subject: SUBJECT, before, after, atMs: 7 });
const SICK = look({ overflows: 33.2, backlog: 128 }, 'matched');

describe('the verdict about a change', () => {
  const cases: readonly [string, Look, string][] = [
    ['the finding is gone', look({ overflows: 0, backlog: 4096 }, 'cleared'), 'verified'],
    ['it stands, but far less', look({ overflows: 9, backlog: 4096 }, 'matched'), 'verified'],
    ['nothing has moved', look({ overflows: 33.9, backlog: 128 }, 'matched'), 'no-effect'],
    [
      'it moved no more than two looks differ by anyway',
      look({ overflows: 31, backlog: 128 }, 'matched'),
      'no-effect',
    ],
    ['it is worse', look({ overflows: 80, backlog: 128 }, 'matched'), 'worse'],
    ['the first fact weighs most', look({ overflows: 80, backlog: 4096 }, 'matched'), 'worse'],
    ['the subject is gone with its finding', look({}, 'cleared'), 'verified'],
    ['nothing was measured', look({}, 'unknown'), 'unknown'],
  ];
  it.each(cases)('%s', (_, after, verdict) => {
    expect(judged(SICK, after).verdict).toBe(verdict);
  });

  it('shows both numbers of every fact, and a missing one as missing', () => {
    expect(judged(SICK, look({ overflows: 0 }, 'cleared'))).toEqual({
      verdict: 'verified',
      effect: [
        { fact: 'listener.overflows_per_s', before: '33.2', after: '0', moved: 'better' },
        { fact: 'listener.backlog', before: '128', after: null, moved: 'unknown' },
      ],
      finding: 'cleared',
      reason: null,
      atMs: 7,
    });
  });

  it('is not given where too little went on: an idle host overflows nowhere', () => {
    expect(judged(SICK, look({ overflows: 0, backlog: 128, opens: 0.2 }, 'cleared'))).toMatchObject({
      verdict: 'unknown',
      reason: { kind: 'little-traffic', fact: 'counters.passive_opens_per_s', atLeast: 1, found: 0.2 },
    });
    const unseen = { facts: { [`listener.overflows_per_s[${SUBJECT}]`]: 0 }, finding: 'cleared' as const };
    expect(judged(SICK, unseen)).toMatchObject({ verdict: 'unknown', reason: { kind: 'not-measured' } });
  });

  it('waits for the listener where the setting acts on those that listen anew', () => {
    const still = look({ overflows: 33, backlog: 128 }, 'matched');
    expect(judged(SICK, still, 'relisten')).toMatchObject({
      verdict: 'unknown',
      reason: { kind: 'not-listened-anew' },
    });
    const anew = look({ overflows: 0, backlog: 4096 }, 'cleared');
    expect(judged(SICK, anew, 'relisten')).toMatchObject({ verdict: 'verified', reason: null });
    const worse = look({ overflows: 90, backlog: 128 }, 'matched');
    expect(judged(SICK, worse, 'relisten').verdict).toBe('worse');
  });

  it('says so where the playbook names nothing', () => {
    const nothing = { facts: [], volume: null };
    const given = { expected: nothing, takesEffect: 'now' as const, subject: null, atMs: 1 };
    expect(judge({ ...given, before: SICK, after: SICK })).toMatchObject({
      verdict: 'unknown',
      reason: { kind: 'nothing-to-compare' },
    });
  });
});
