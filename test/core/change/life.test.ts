import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CLOCK_SKEW_MS, GO_VALID_MS } from '../../../src/core/change/go.ts';
import { isStanding, nextState, type ChangeEvent } from '../../../src/core/change/life.ts';
import { problem, type ExecuteOutcome } from '../../../src/core/change/outcome.ts';
import { areEnough } from '../../../src/core/change/people.ts';
import { NOT_THE_REQUESTER } from '../../../src/core/change/policy.ts';
import type { Change, ChangePlan, ChangeState, Judgement, Person } from '../../../src/core/domain/change.ts';
import { unreachable } from '../../../src/core/domain/errors.ts';
import { ALICE, RANGE_PLAN } from './arbitrary-change.ts';
import { HELPED, humanAt, inForceAt, judgedAt, SIGNED, statesAt } from './example-states.ts';

const T0 = RANGE_PLAN.proposedAtMs;
const DEADLINE = RANGE_PLAN.expiresAtMs;
const BOB: Person = { kind: 'os-user', name: 'bob' };
const ASKED: Person = { kind: 'slack-user', teamId: 'T1', userId: 'U1' };
const READ_BACK = [{ key: 'net.ipv4.ip_local_port_range', value: '1024 65535' }];
const OTHER = { key: 'net.ipv4.ip_local_port_range', wanted: '1024 65535', found: '1025 65535' };
const REASON = problem('CHANGE_UNKNOWN', 'web-1: no answer');
const AT = { by: ALICE, atMs: T0 };
const STATES = statesAt(AT);
const KINDS = Object.values(STATES).map(({ kind }) => kind);
const ENDS = new Set(['rejected', 'expired', 'void', 'failed', 'rolled-back', 'reverted']);
const STANDING = ['applied', 'confirmed', 'judged', 'left-until-reboot', 'kept'] as const;
const JUDGED: Judgement = { ...HELPED, atMs: T0 + 70_000 };

const OUTCOMES: readonly ExecuteOutcome[] = [
  { kind: 'applied', readBack: READ_BACK },
  { kind: 'confirmed', readBack: READ_BACK },
  { kind: 'kept', file: '/etc/sysctl.d/99-tcpcheck.conf', readBack: READ_BACK },
  { kind: 'rolled-back', readBack: READ_BACK },
  { kind: 'reverted', why: 'timer' },
  { kind: 'reverted', why: 'reboot' },
  { kind: 'already', readBack: READ_BACK },
  { kind: 'stale', ...OTHER },
  { kind: 'busy' },
  { kind: 'refused', code: 'cap', message: 'too many changes' },
  { kind: 'put-back', ...OTHER },
  { kind: 'undo-failed', ...OTHER },
  { kind: 'foreign', ...OTHER },
  { kind: 'unknown', message: 'no answer' },
];

const change = (state: ChangeState, plan: ChangePlan = RANGE_PLAN): Change => ({ plan, state });
const next = (state: ChangeState, event: ChangeEvent): string => {
  const result = nextState(change(state), event);
  return 'ok' in result ? result.ok.kind : result.refused.code;
};

const judgedAs = (verdict: Judgement['verdict'], outcome: ExecuteOutcome): string =>
  next(STATES.confirmed, { kind: 'judged', judgement: { ...JUDGED, verdict }, outcome });

describe('the events of people and of time', () => {
  const atMs = T0 + 1_000;
  const late = DEADLINE + GO_VALID_MS + CLOCK_SKEW_MS + 1;
  const busy = {
    queued: 'CHANGE_BUSY',
    approved: 'CHANGE_BUSY',
    applying: 'CHANGE_BUSY',
    'rolling-back': 'CHANGE_BUSY',
  } as const;
  const nothing = {
    proposed: 'CHANGE_NOT_APPLIED',
    rejected: 'CHANGE_NOT_APPLIED',
    void: 'CHANGE_NOT_APPLIED',
    failed: 'CHANGE_NOT_APPLIED',
  } as const;
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
    ['expire too early', { kind: 'expire', atMs: DEADLINE - 1 }, { approved: 'expired', queued: 'expired' }],
    ['expire at once', { kind: 'expire', atMs }, {}],
    [
      'expire',
      { kind: 'expire', atMs: late },
      { proposed: 'expired', queued: 'expired', approved: 'expired' },
    ],
    ['void', { kind: 'void', reason: REASON, atMs }, { proposed: 'void', queued: 'void', approved: 'void' }],
    [
      'queue',
      { kind: 'queue', approvals: [AT], group: 'group-1', untilMs: late, atMs },
      { proposed: 'queued' },
    ],
    ['queue without a yes', { kind: 'queue', approvals: [], group: 'group-1', untilMs: late, atMs }, {}],
    ['turn', { kind: 'turn', atMs }, { queued: 'approved' }],
    ['turn too late', { kind: 'turn', atMs: late }, {}],
    ['begin', { kind: 'begin', go: SIGNED, atMs: late }, { approved: 'applying' }],
    [
      'second look',
      { kind: 'second-look', judgement: JUDGED },
      { judged: 'judged', kept: 'kept', 'left-until-reboot': 'CHANGE_DECIDED' },
    ],
    [
      'lost sight',
      { kind: 'lost-sight', reason: REASON, atMs },
      { applied: 'needs-human', confirmed: 'needs-human' },
    ],
    ['leave', { kind: 'leave', atMs: late }, { judged: 'left-until-reboot' }],
    [
      'keep',
      { kind: 'keep', by: ALICE, atMs: late },
      {
        judged: 'keeping',
        'left-until-reboot': 'keeping',
        applied: 'CHANGE_BUSY',
        confirmed: 'CHANGE_BUSY',
        keeping: 'CHANGE_BUSY',
        'needs-human': 'CHANGE_NOT_APPLIED',
        ...busy,
        ...nothing,
      },
    ],
    [
      'roll back, however late',
      { kind: 'roll-back', by: ALICE, atMs: late },
      {
        ...Object.fromEntries([...STANDING, 'needs-human'].map((kind) => [kind, 'rolling-back'])),
        keeping: 'CHANGE_BUSY',
        ...busy,
        ...nothing,
      },
    ],
    [
      'the host says that it is gone',
      { kind: 'host-said', outcome: { kind: 'reverted', why: 'reboot' }, atMs },
      Object.fromEntries(STANDING.map((kind) => [kind, 'reverted'])),
    ],
    [
      'the host says that it stands',
      { kind: 'host-said', outcome: { kind: 'already', readBack: [] }, atMs },
      Object.fromEntries(STANDING.map((kind) => [kind, kind])),
    ],
    [
      'the host says that it was taken back',
      { kind: 'host-said', outcome: { kind: 'refused', code: 'taken-back', message: '' }, atMs },
      Object.fromEntries(STANDING.map((kind) => [kind, 'reverted'])),
    ],
    [
      'the host says that somebody else has changed the value',
      { kind: 'host-said', outcome: { kind: 'foreign', ...OTHER }, atMs },
      Object.fromEntries(STANDING.map((kind) => [kind, 'needs-human'])),
    ],
    [
      'the host was looked at again',
      { kind: 'looked-anew', fresh: { kind: 'gone', atMs } },
      { void: 'void' },
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
    const approved: ChangeState = { kind: 'approved', approvals: [], atMs: DEADLINE - 1 };
    const lastMs = DEADLINE - 1 + GO_VALID_MS + CLOCK_SKEW_MS;
    expect(next(approved, { kind: 'expire', atMs: lastMs })).toBe('CHANGE_DECIDED');
    expect(next(approved, { kind: 'expire', atMs: lastMs + 1 })).toBe('expired');
  });

  it('a plan that needs two people takes two, neither of whom asked for the diagnosis', () => {
    const plan: ChangePlan = { ...RANGE_PLAN, approvalsNeeded: 2 };
    const first = nextState(change(STATES.proposed, plan), { kind: 'approve', by: ALICE, atMs });
    expect(first).toEqual({ ok: { kind: 'proposed', approvals: [{ by: ALICE, atMs }] } });
    const once = 'ok' in first ? first.ok : STATES.void;
    const again = nextState(change(once, plan), { kind: 'approve', by: { ...ALICE }, atMs });
    expect(again).toMatchObject({ refused: { code: 'CHANGE_SECOND_PERSON' } });
    const asked = nextState(change(once, plan), { kind: 'approve', by: ASKED, atMs });
    expect(asked).toMatchObject({ refused: { code: 'CHANGE_SECOND_PERSON', answer: NOT_THE_REQUESTER } });
    const second = nextState(change(once, plan), { kind: 'approve', by: BOB, atMs: atMs + 1 });
    expect(second).toMatchObject({
      ok: { kind: 'approved', approvals: [{ by: ALICE }, { by: BOB, atMs: atMs + 1 }] },
    });
  });
});

describe('the answers of the host', () => {
  const human = 'needs-human';
  /** By outcome: after apply, confirm, keep and roll back. */
  const after: Readonly<Record<ExecuteOutcome['kind'], readonly [string, string, string, string]>> = {
    applied: ['applied', human, human, human],
    confirmed: [human, 'confirmed', human, human],
    kept: [human, human, 'kept', human],
    'rolled-back': [human, human, human, 'rolled-back'],
    reverted: ['reverted', 'reverted', 'reverted', 'reverted'],
    already: ['applied', human, human, 'rolled-back'],
    stale: ['void', 'same', 'judged', 'judged'],
    busy: ['failed', 'same', 'judged', 'judged'],
    refused: ['failed', 'same', 'judged', 'judged'],
    'put-back': ['failed', human, human, human],
    'undo-failed': [human, human, human, human],
    foreign: [human, human, human, human],
    unknown: [human, 'same', 'judged', human],
  };

  it.each(OUTCOMES.map((outcome) => [outcome.kind, outcome] as const))('%s', (kind, outcome) => {
    const [apply, confirm, keep, rollBack] = after[kind];
    const timed = { outcome, atMs: T0, revertsAtMs: T0 + 1 };
    for (const state of Object.values(STATES)) {
      const refused = state.kind === 'expired' ? 'CHANGE_EXPIRED' : 'CHANGE_DECIDED';
      const waits = state.kind === 'applied' || state.kind === 'confirmed';
      expect(next(state, { kind: 'apply-ended', audit: null, ...timed })).toBe(
        state.kind === 'applying' ? apply : refused,
      );
      expect(next(state, { kind: 'confirm-ended', ...timed })).toBe(
        waits ? (confirm === 'same' ? state.kind : confirm) : refused,
      );
      expect(next(state, { kind: 'keep-ended', outcome, atMs: T0 })).toBe(
        state.kind === 'keeping' ? keep : refused,
      );
      expect(next(state, { kind: 'roll-back-ended', outcome, atMs: T0 })).toBe(
        state.kind === 'rolling-back' ? rollBack : refused,
      );
    }
  });

  it('decide what a verdict leads to', () => {
    const confirmed: ExecuteOutcome = { kind: 'confirmed', readBack: READ_BACK };
    for (const verdict of ['verified', 'no-effect', 'unknown'] as const) {
      expect(judgedAs(verdict, confirmed)).toBe('judged');
      // The host was not told that it may stay: its timer goes on, and the change is met again.
      expect(judgedAs(verdict, { kind: 'unknown', message: 'no answer' })).toBe('confirmed');
      expect(judgedAs(verdict, { kind: 'reverted', why: 'timer' })).toBe('reverted');
    }
    expect(judgedAs('worse', { kind: 'rolled-back', readBack: READ_BACK })).toBe('reverted');
    expect(judgedAs('worse', { kind: 'reverted', why: 'timer' })).toBe('reverted');
    expect(judgedAs('worse', { kind: 'busy' })).toBe('confirmed');
    expect(judgedAs('worse', { kind: 'foreign', ...OTHER })).toBe('needs-human');
    for (const kind of KINDS.filter((one) => one !== 'confirmed')) {
      const event: ChangeEvent = { kind: 'judged', judgement: JUDGED, outcome: confirmed };
      expect(nextState(change(STATES[kind]), event)).toHaveProperty('refused');
    }
  });

  it('keep what was known when a roll back did not begin, and say why', () => {
    const was = judgedAt(AT);
    const busy: ChangeEvent = { kind: 'roll-back-ended', outcome: { kind: 'busy' }, atMs: T0 + 5 };
    const rolling = { kind: 'rolling-back', by: ALICE, atMs: T0, was } as const;
    const reason = {
      code: 'CHANGE_BUSY',
      message: 'web-1: another change holds the lock; nothing was written',
      hint: 'Wait until it is done, then press again.',
    };
    expect(nextState(change(rolling), busy)).toEqual({ ok: { ...was, problem: reason } });
    const lost = humanAt(AT);
    expect(nextState(change({ ...rolling, was: lost }), busy)).toEqual({
      ok: { kind: 'needs-human', atMs: T0 + 5, reason, last: lost.last },
    });
  });

  it('forget the trouble of an earlier try once it is kept', () => {
    const was = { ...judgedAt(AT), problem: REASON };
    const event: ChangeEvent = {
      kind: 'keep-ended',
      outcome: { kind: 'kept', file: '/etc/sysctl.d/99-tcpcheck.conf', readBack: READ_BACK },
      atMs: T0 + 9,
    };
    expect(nextState(change({ kind: 'keeping', by: BOB, atMs: T0, was }), event)).toEqual({
      ok: {
        ...inForceAt(AT),
        kind: 'kept',
        judgement: was.judgement,
        secondLook: null,
        by: BOB,
        atMs: T0 + 9,
        file: '/etc/sysctl.d/99-tcpcheck.conf',
      },
    });
  });

  it('name key, wanted and found value', () => {
    const event: ChangeEvent = {
      kind: 'apply-ended',
      audit: null,
      outcome: { kind: 'stale', ...OTHER },
      atMs: T0,
      revertsAtMs: T0,
    };
    expect(nextState(change(STATES.applying), event)).toEqual({
      ok: {
        kind: 'void',
        atMs: T0,
        reason: {
          code: 'CHANGE_STALE',
          message:
            'web-1: net.ipv4.ip_local_port_range should be "1024 65535" and is "1025 65535"; nothing was written',
          hint: 'Nothing was changed. The host is looked at again, and a fresh card follows where the finding still stands.',
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
  type EventAt = (atMs: number, state: ChangeState) => ChangeEvent;
  const outcome = fc.constantFrom(...OUTCOMES);
  const verdict = fc.constantFrom(
    'verified' as const,
    'no-effect' as const,
    'worse' as const,
    'unknown' as const,
  );
  const rare: fc.Arbitrary<EventAt> = fc.constantFrom<EventAt>(
    (atMs) => ({ kind: 'reject', by: ALICE, atMs }),
    (atMs) => ({ kind: 'expire', atMs }),
    (atMs) => ({ kind: 'void', reason: REASON, atMs }),
    (atMs) => ({ kind: 'queue', approvals: [AT], group: 'group-1', untilMs: atMs + 60_000, atMs }),
    (atMs) => ({ kind: 'leave', atMs }),
    () => ({ kind: 'second-look', judgement: JUDGED }),
    (atMs) => ({ kind: 'looked-anew', fresh: { kind: 'gone', atMs } }),
  );
  const common: fc.Arbitrary<EventAt> = fc.oneof(
    fc.constantFrom(ALICE, BOB, ASKED).map((by): EventAt => (atMs) => ({ kind: 'approve', by, atMs })),
    fc.constant<EventAt>((atMs) => ({ kind: 'begin', go: SIGNED, atMs })),
    fc.constant<EventAt>((atMs) => ({ kind: 'roll-back', by: ALICE, atMs })),
    fc.constant<EventAt>((atMs) => ({ kind: 'keep', by: ALICE, atMs })),
    outcome.map((one): EventAt => (atMs) => ({
      kind: 'apply-ended',
      audit: null,
      outcome: one,
      atMs,
      revertsAtMs: atMs,
    })),
    outcome.map((one): EventAt => (atMs) => ({
      kind: 'confirm-ended',
      outcome: one,
      atMs,
      revertsAtMs: atMs,
    })),
    outcome.map((one): EventAt => (atMs) => ({ kind: 'host-said', outcome: one, atMs })),
    outcome.map((one): EventAt => (atMs) => ({ kind: 'keep-ended', outcome: one, atMs })),
    outcome.map((one): EventAt => (atMs) => ({ kind: 'roll-back-ended', outcome: one, atMs })),
    fc.tuple(outcome, verdict).map(([one, said]): EventAt => (atMs) => ({
      kind: 'judged',
      judgement: { ...JUDGED, verdict: said, atMs },
      outcome: one,
    })),
  );
  // What people and hosts mostly do; without it hardly any walk would get beyond the first steps.
  const usual = fc.boolean().map(
    (keeps): EventAt =>
      (atMs, state) =>
        usualEvent(state, atMs, keeps),
  );
  const anyEvent = fc.oneof(
    { weight: 1, arbitrary: rare },
    { weight: 3, arbitrary: common },
    { weight: 12, arbitrary: usual },
  );
  const passed = fc.oneof(
    { weight: 30, arbitrary: fc.nat(20_000) },
    { weight: 1, arbitrary: fc.constant(1_000_000) },
  );
  const anyWalk = fc.array(fc.tuple(anyEvent, passed), { maxLength: 90, size: 'max' });

  it('begins at most once, never leaves an end, and can be taken back whenever it is in force', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(anyWalk, fc.constantFrom<1 | 2>(1, 2), (walk, approvalsNeeded) => {
        const plan = { ...RANGE_PLAN, approvalsNeeded };
        let state: ChangeState = { kind: 'proposed', approvals: [] };
        let atMs = T0;
        const path: ChangeState[] = [state];
        for (const [eventAt, passedMs] of walk) {
          atMs += passedMs;
          const result = nextState(change(state, plan), eventAt(atMs, state));
          if ('refused' in result) continue;
          // A void may still learn what the look after it has found.
          expect(ENDS.has(state.kind) && state.kind !== result.ok.kind).toBe(false);
          state = result.ok;
          path.push(state);
          const canRollBack =
            next(state, { kind: 'roll-back', by: ALICE, atMs: DEADLINE * 2 }) === 'rolling-back';
          expect(canRollBack).toBe(isStanding(state) || state.kind === 'needs-human');
        }
        path.forEach(({ kind }) => seen.add(kind));
        expect(path.filter(({ kind }) => kind === 'applying').length).toBeLessThanOrEqual(1);
        // Nothing reaches the host before as many people as the plan needs have approved it.
        const began = path.findIndex(({ kind }) => kind === 'applying');
        const before = began === -1 ? undefined : path[began - 1];
        const people = before?.kind === 'approved' ? before.approvals.map(({ by }) => by) : [];
        expect(people).toHaveLength(began === -1 ? 0 : approvalsNeeded);
        expect(areEnough(people, plan)).toBe(began !== -1);
      }),
      { numRuns: 3_000, endOnFailure: true },
    );
    expect([...seen].sort()).toEqual([...KINDS].sort());
  });

  it('changes nothing by itself: the same change and event give the same state', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(STATES)), anyEvent, (state, eventAt) => {
        const before = structuredClone(state);
        const event = eventAt(T0, state);
        expect(nextState(change(state), event)).toEqual(nextState(change(state), event));
        expect(state).toEqual(before);
      }),
    );
  });
});

function usualEvent({ kind }: ChangeState, atMs: number, keeps: boolean): ChangeEvent {
  const confirmed: ExecuteOutcome = { kind: 'confirmed', readBack: READ_BACK };
  switch (kind) {
    case 'proposed':
      return { kind: 'approve', by: keeps ? ALICE : BOB, atMs };
    case 'approved':
      return { kind: 'begin', go: SIGNED, atMs };
    case 'applying':
      return {
        kind: 'apply-ended',
        outcome: { kind: 'applied', readBack: READ_BACK },
        audit: null,
        atMs,
        revertsAtMs: atMs,
      };
    case 'applied':
      return { kind: 'confirm-ended', outcome: confirmed, atMs, revertsAtMs: atMs };
    case 'confirmed':
      return { kind: 'judged', judgement: { ...JUDGED, atMs }, outcome: confirmed };
    case 'judged':
    case 'left-until-reboot':
      return keeps ? { kind: 'keep', by: ALICE, atMs } : { kind: 'leave', atMs };
    case 'keeping':
      return {
        kind: 'keep-ended',
        outcome: { kind: 'kept', file: '/etc/sysctl.d/99-tcpcheck.conf', readBack: READ_BACK },
        atMs,
      };
    case 'queued':
      return { kind: 'turn', atMs };
    case 'expired':
    case 'failed':
    case 'kept':
    case 'needs-human':
    case 'rejected':
    case 'reverted':
    case 'rolled-back':
    case 'rolling-back':
    case 'void':
      return { kind: 'roll-back', by: ALICE, atMs };
    default:
      return unreachable(kind);
  }
}
