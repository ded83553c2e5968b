import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CLOCK_SKEW_MS, GO_VALID_MS } from '../../../src/core/change/go.ts';
import { nextState, type ChangeEvent } from '../../../src/core/change/life.ts';
import { problem, type ExecuteOutcome } from '../../../src/core/change/outcome.ts';
import type { AppliedState, Change, ChangeState, NeedsHumanState } from '../../../src/core/domain/change.ts';
import { ALICE, RANGE_PLAN } from './arbitrary-change.ts';

const T0 = RANGE_PLAN.proposedAtMs;
const DEADLINE = RANGE_PLAN.expiresAtMs;
const READ_BACK = [{ key: 'net.ipv4.ip_local_port_range', value: '1024 65535' }];
const OTHER = { key: 'net.ipv4.ip_local_port_range', wanted: '1024 65535', found: '1025 65535' };
const REASON = problem('CHANGE_UNKNOWN', 'web-1: no answer');

const APPLIED: AppliedState = {
  kind: 'applied',
  by: ALICE,
  atMs: T0,
  readBack: READ_BACK,
  effect: null,
  problem: null,
};
const NEEDS_HUMAN: NeedsHumanState = { kind: 'needs-human', atMs: T0, reason: REASON };

const STATES: Readonly<Record<ChangeState['kind'], ChangeState>> = {
  proposed: { kind: 'proposed' },
  approved: { kind: 'approved', by: ALICE, atMs: T0 },
  applying: { kind: 'applying', by: ALICE, atMs: T0 },
  applied: APPLIED,
  'rolling-back': { kind: 'rolling-back', by: ALICE, atMs: T0, was: APPLIED },
  'rolled-back': { kind: 'rolled-back', by: ALICE, atMs: T0, readBack: [] },
  rejected: { kind: 'rejected', by: ALICE, atMs: T0 },
  expired: { kind: 'expired', atMs: T0 },
  void: { kind: 'void', atMs: T0, reason: REASON },
  failed: { kind: 'failed', atMs: T0, reason: REASON },
  'needs-human': NEEDS_HUMAN,
};
const KINDS = Object.values(STATES).map(({ kind }) => kind);
const ENDS = new Set(['rejected', 'expired', 'void', 'failed', 'rolled-back']);

const OUTCOMES: readonly ExecuteOutcome[] = [
  { kind: 'applied', readBack: READ_BACK },
  { kind: 'rolled-back', readBack: READ_BACK },
  { kind: 'already', readBack: READ_BACK },
  { kind: 'stale', ...OTHER },
  { kind: 'busy' },
  { kind: 'refused', code: 'cap', message: 'too many changes' },
  { kind: 'put-back', ...OTHER },
  { kind: 'undo-failed', ...OTHER },
  { kind: 'foreign', ...OTHER },
  { kind: 'unknown', message: 'no answer' },
];

const change = (state: ChangeState): Change => ({ plan: RANGE_PLAN, state });
const next = (state: ChangeState, event: ChangeEvent): string => {
  const result = nextState(change(state), event);
  return 'ok' in result ? result.ok.kind : result.refused.code;
};

const inForce = (state: ChangeState): boolean => state.kind === 'applied' || state.kind === 'needs-human';

describe('the events of people and of time', () => {
  const atMs = T0 + 1_000;
  const late = DEADLINE + GO_VALID_MS + CLOCK_SKEW_MS + 1;
  const events: readonly [string, ChangeEvent, Partial<Record<ChangeState['kind'], string>>][] = [
    ['approve', { kind: 'approve', by: ALICE, atMs }, { proposed: 'approved' }],
    [
      'approve at the last moment',
      { kind: 'approve', by: ALICE, atMs: DEADLINE - 1 },
      { proposed: 'approved' },
    ],
    ['approve too late', { kind: 'approve', by: ALICE, atMs: DEADLINE }, { proposed: 'CHANGE_EXPIRED' }],
    ['reject', { kind: 'reject', by: ALICE, atMs }, { proposed: 'rejected' }],
    ['reject too late', { kind: 'reject', by: ALICE, atMs: DEADLINE }, { proposed: 'CHANGE_EXPIRED' }],
    ['expire too early', { kind: 'expire', atMs: DEADLINE - 1 }, { approved: 'expired' }],
    ['expire at once', { kind: 'expire', atMs }, {}],
    ['expire', { kind: 'expire', atMs: late }, { proposed: 'expired', approved: 'expired' }],
    ['void', { kind: 'void', reason: REASON, atMs }, { proposed: 'void', approved: 'void' }],
    ['begin', { kind: 'begin', atMs: late }, { approved: 'applying' }],
    ['measured', { kind: 'measured', effect: [] }, { applied: 'applied' }],
    [
      'roll back, however late',
      { kind: 'roll-back', by: ALICE, atMs: late },
      {
        applied: 'rolling-back',
        'needs-human': 'rolling-back',
        approved: 'CHANGE_BUSY',
        applying: 'CHANGE_BUSY',
        'rolling-back': 'CHANGE_BUSY',
        proposed: 'CHANGE_NOT_APPLIED',
        rejected: 'CHANGE_NOT_APPLIED',
        void: 'CHANGE_NOT_APPLIED',
        failed: 'CHANGE_NOT_APPLIED',
      },
    ],
  ];

  it.each(events)('%s', (_, event, expected) => {
    const all = Object.fromEntries(KINDS.map((kind) => [kind, next(STATES[kind], event)]));
    const rest = Object.fromEntries(
      KINDS.map((kind) => [kind, kind === 'expired' ? 'CHANGE_EXPIRED' : 'CHANGE_DECIDED']),
    );
    expect(all).toEqual({ ...rest, ...expected });
  });

  it('an approved change expires only after its go has run out everywhere', () => {
    const approved: ChangeState = { kind: 'approved', by: ALICE, atMs: DEADLINE - 1 };
    const lastMs = DEADLINE - 1 + GO_VALID_MS + CLOCK_SKEW_MS;
    expect(next(approved, { kind: 'expire', atMs: lastMs })).toBe('CHANGE_DECIDED');
    expect(next(approved, { kind: 'expire', atMs: lastMs + 1 })).toBe('expired');
  });
});

describe('the answers of the host', () => {
  const afterApply = {
    applied: 'applied',
    already: 'applied',
    stale: 'void',
    busy: 'failed',
    refused: 'failed',
    'put-back': 'failed',
    'undo-failed': 'needs-human',
    foreign: 'needs-human',
    unknown: 'needs-human',
    'rolled-back': 'needs-human',
  };
  const afterRollBack = {
    'rolled-back': 'rolled-back',
    already: 'rolled-back',
    stale: 'applied',
    busy: 'applied',
    refused: 'applied',
    'undo-failed': 'needs-human',
    foreign: 'needs-human',
    unknown: 'needs-human',
    applied: 'needs-human',
    'put-back': 'needs-human',
  };

  it.each(OUTCOMES.map((outcome) => [outcome.kind, outcome] as const))('%s', (kind, outcome) => {
    for (const state of Object.values(STATES)) {
      const applied = next(state, { kind: 'apply-ended', outcome, atMs: T0 });
      const rolledBack = next(state, { kind: 'roll-back-ended', outcome, atMs: T0 });
      const refused = state.kind === 'expired' ? 'CHANGE_EXPIRED' : 'CHANGE_DECIDED';
      expect(applied).toBe(state.kind === 'applying' ? afterApply[kind] : refused);
      expect(rolledBack).toBe(state.kind === 'rolling-back' ? afterRollBack[kind] : refused);
    }
  });

  it('keep what was known when a roll back did not begin, and say why', () => {
    const effect = [{ fact: 'counters.listen_overflows_per_s', before: '33.2', after: '0' }];
    const was = { ...APPLIED, effect };
    const busy: ChangeEvent = { kind: 'roll-back-ended', outcome: { kind: 'busy' }, atMs: T0 + 5 };
    const rolling: ChangeState = { kind: 'rolling-back', by: ALICE, atMs: T0, was };
    const reason = {
      code: 'CHANGE_BUSY',
      message: 'web-1: another change holds the lock; nothing was written',
      hint: 'Wait until it is done, then press again.',
    };
    expect(nextState(change(rolling), busy)).toEqual({ ok: { ...was, problem: reason } });
    expect(nextState(change({ ...rolling, was: NEEDS_HUMAN }), busy)).toEqual({
      ok: { kind: 'needs-human', atMs: T0 + 5, reason },
    });
  });

  it('name key, wanted and found value', () => {
    const event: ChangeEvent = { kind: 'apply-ended', outcome: { kind: 'stale', ...OTHER }, atMs: T0 };
    expect(nextState(change(STATES.applying), event)).toEqual({
      ok: {
        kind: 'void',
        atMs: T0,
        reason: {
          code: 'CHANGE_STALE',
          message:
            'web-1: net.ipv4.ip_local_port_range should be "1024 65535" and is "1025 65535"; nothing was written',
          hint: 'Nothing was changed. Run the diagnosis again for a current proposal.',
        },
      },
    });
  });
});

describe('refusals', () => {
  it('answer the person in both languages', () => {
    const click: ChangeEvent = { kind: 'approve', by: ALICE, atMs: DEADLINE };
    expect(nextState(change(STATES.proposed), click)).toEqual({
      refused: {
        code: 'CHANGE_EXPIRED',
        message: 'change c0ffee0123456789 of web-1 is proposed: approve is not possible',
        hint: 'Ask for a new diagnosis; a current proposal comes with it.',
        answer: {
          en: 'This proposal is too old. Ask for a new diagnosis.',
          ko: '제안이 만료되었습니다. 진단을 다시 요청해 주세요.',
        },
      },
    });
  });
});

describe('any life', () => {
  type EventAt = (atMs: number) => ChangeEvent;
  const outcome = fc.constantFrom(...OUTCOMES);
  const rare: fc.Arbitrary<EventAt> = fc.constantFrom<EventAt[]>(
    (atMs) => ({ kind: 'reject', by: ALICE, atMs }),
    (atMs) => ({ kind: 'expire', atMs }),
    (atMs) => ({ kind: 'void', reason: REASON, atMs }),
    () => ({ kind: 'measured', effect: [] }),
  );
  const common: fc.Arbitrary<EventAt> = fc.oneof(
    fc.constant<EventAt>((atMs) => ({ kind: 'approve', by: ALICE, atMs })),
    fc.constant<EventAt>((atMs) => ({ kind: 'begin', atMs })),
    fc.constant<EventAt>((atMs) => ({ kind: 'roll-back', by: ALICE, atMs })),
    outcome.map((one): EventAt => (atMs) => ({ kind: 'apply-ended', outcome: one, atMs })),
    outcome.map((one): EventAt => (atMs) => ({ kind: 'roll-back-ended', outcome: one, atMs })),
  );
  const anyEvent = fc.oneof({ weight: 1, arbitrary: rare }, { weight: 9, arbitrary: common });
  const anyWalk = fc.array(fc.tuple(anyEvent, fc.nat(60_000)), { maxLength: 60, size: 'max' });

  it('begins at most once, never leaves an end, and can be taken back whenever it is in force', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(anyWalk, (walk) => {
        let state: ChangeState = { kind: 'proposed' };
        let atMs = T0;
        const path: string[] = ['proposed'];
        for (const [eventAt, passedMs] of walk) {
          atMs += passedMs;
          const result = nextState(change(state), eventAt(atMs));
          if ('refused' in result) continue;
          expect(ENDS.has(state.kind)).toBe(false);
          state = result.ok;
          path.push(state.kind);
          const canRollBack =
            next(state, { kind: 'roll-back', by: ALICE, atMs: DEADLINE * 2 }) === 'rolling-back';
          expect(canRollBack).toBe(inForce(state));
        }
        path.forEach((kind) => seen.add(kind));
        expect(path.filter((kind) => kind === 'applying').length).toBeLessThanOrEqual(1);
        // Nothing reaches the host before a person has approved it.
        const began = path.indexOf('applying');
        expect(began === -1 || path[began - 1] === 'approved').toBe(true);
      }),
      { numRuns: 3_000 },
    );
    expect([...seen].sort()).toEqual([...KINDS].sort());
  });

  it('changes nothing by itself: the same change and event give the same state', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(STATES)), anyEvent, (state, eventAt) => {
        const before = structuredClone(state);
        const event = eventAt(T0);
        expect(nextState(change(state), event)).toEqual(nextState(change(state), event));
        expect(state).toEqual(before);
      }),
    );
  });
});
