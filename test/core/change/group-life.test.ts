import { describe, expect, it } from 'vitest';
import { makeKeyPair } from '../../../src/config/keys.ts';
import { groupHash, groupValue, passHash } from '../../../src/core/change/group-hash.ts';
import { beginsUntilMs, nextGroupState, type GroupEvent } from '../../../src/core/change/group-life.ts';
import { isGenuine } from '../../../src/core/change/group-proof.ts';
import type { Person } from '../../../src/core/domain/change.ts';
import type { GroupPlan, GroupState } from '../../../src/core/domain/group.ts';
import { ALICE } from './arbitrary-change.ts';
import { decided, group, GROUP_PLAN, GROUP_STATES, SIGNING_KEY, T0 } from './group-examples.ts';

const STATES = Object.values(GROUP_STATES);
const BOB: Person = { kind: 'os-user', name: 'bob' };
const REASON = { code: 'CHANGE_STALE', message: 'm', hint: 'h' };
const END = GROUP_PLAN.expiresAtMs;

const next = (state: GroupState, event: GroupEvent, plan: GroupPlan = GROUP_PLAN): string => {
  const result = nextGroupState(group(state, plan), event);
  return 'ok' in result ? result.ok.kind : result.refused.code;
};

const to = (kinds: readonly string[], kind: string): Readonly<Record<string, string>> =>
  Object.fromEntries(kinds.map((one) => [one, kind]));

describe('the life of a plan for several hosts', () => {
  const begun = ['stopped', 'done', 'keeping', 'kept', 'rolled-back', 'running'];
  const nothing = to(['proposed', 'rejected', 'void'], 'CHANGE_NOT_APPLIED');
  const events: readonly [string, GroupEvent, Readonly<Record<string, string>>][] = [
    ['approve', { kind: 'approve', decision: decided('approve', T0 + 5) }, { proposed: 'running' }],
    [
      'approve too late',
      { kind: 'approve', decision: decided('approve', END) },
      { proposed: 'CHANGE_EXPIRED' },
    ],
    ['reject', { kind: 'reject', by: BOB, atMs: T0 + 5 }, { proposed: 'rejected', running: 'stopped' }],
    [
      'reject too late',
      { kind: 'reject', by: BOB, atMs: END },
      { proposed: 'CHANGE_EXPIRED', running: 'stopped' },
    ],
    ['expire too early', { kind: 'expire', atMs: END - 1 }, {}],
    ['expire', { kind: 'expire', atMs: END }, { proposed: 'expired' }],
    ['void', { kind: 'void', reason: REASON, atMs: T0 }, { proposed: 'void' }],
    ['begin', { kind: 'begin', changeId: 'c1' }, { running: 'running' }],
    [
      'stop',
      { kind: 'stop', stop: { kind: 'out-of-time' }, atMs: T0 },
      to(['running', 'keeping', 'rolling-back'], 'stopped'),
    ],
    [
      'pass',
      { kind: 'pass', changeId: 'c1', decision: decided('pass:c1', T0 + 90_000) },
      { stopped: 'running' },
    ],
    [
      'pass where it has not stopped',
      { kind: 'pass', changeId: 'c2', decision: decided('pass:c2', T0 + 90_000) },
      {},
    ],
    [
      'pass too late',
      { kind: 'pass', changeId: 'c1', decision: decided('pass:c1', T0 + 601_000) },
      { stopped: 'CHANGE_EXPIRED' },
    ],
    ['finish', { kind: 'finish', atMs: T0 }, { running: 'done' }],
    [
      'keep',
      { kind: 'keep', decision: decided('keep', END * 2) },
      {
        ...nothing,
        ...to(['done', 'kept'], 'keeping'),
        running: 'CHANGE_BUSY',
        'rolling-back': 'CHANGE_BUSY',
      },
    ],
    [
      'roll back, however late',
      { kind: 'roll-back', decision: decided('roll-back', END * 2) },
      { ...nothing, ...to(begun, 'rolling-back'), 'rolling-back': 'CHANGE_BUSY' },
    ],
    ['try', { kind: 'try', changeId: 'c1' }, { keeping: 'keeping', 'rolling-back': 'rolling-back' }],
    ['settle', { kind: 'settle' }, { keeping: 'kept', 'rolling-back': 'rolled-back' }],
  ];

  it.each(events)('%s', (_, event, expected) => {
    const rest = Object.fromEntries(
      STATES.map(({ kind }) => [kind, kind === 'expired' ? 'CHANGE_EXPIRED' : 'CHANGE_DECIDED']),
    );
    expect(Object.fromEntries(STATES.map((state) => [state.kind, next(state, event)]))).toEqual({
      ...rest,
      ...expected,
    });
  });

  it('marks a host once, and goes on from where it had stopped', () => {
    const { running, stopped } = GROUP_STATES;
    const marked = nextGroupState(group(running), { kind: 'begin', changeId: 'c1' });
    expect(marked).toMatchObject({ ok: { begun: ['c1'] } });
    const again = 'ok' in marked ? marked.ok : running;
    expect(next(again, { kind: 'begin', changeId: 'c1' })).toBe('CHANGE_DECIDED');
    const decision = decided('pass:c1', T0 + 90_000);
    expect(nextGroupState(group(stopped), { kind: 'pass', changeId: 'c1', decision })).toEqual({
      ok: { ...running, begun: ['c1'], passed: [{ changeId: 'c1', decision }] },
    });
    expect(beginsUntilMs(group(running), running)).toBe(T0 + 601_000);
  });

  it('takes two people where one of its hosts does, and none of them goes on into the unknown', () => {
    const plan: GroupPlan = { ...GROUP_PLAN, approvalsNeeded: 2 };
    const first = { kind: 'approve', decision: decided('approve', T0, { plan }) } as const;
    const once = nextGroupState(group(GROUP_STATES.proposed, plan), first);
    if (!('ok' in once)) throw new Error('refused');
    expect(once.ok).toMatchObject({ kind: 'proposed', approvals: [{ by: ALICE }] });
    expect(next(once.ok, first, plan)).toBe('CHANGE_SECOND_PERSON');
    const asked: Person = { kind: 'slack-user', teamId: 'T1', userId: 'U1' };
    const byAsker = { kind: 'approve', decision: decided('approve', T0, { plan, by: asked }) } as const;
    expect(next(once.ok, byAsker, plan)).toBe('CHANGE_SECOND_PERSON');
    const byBob = { kind: 'approve', decision: decided('approve', T0, { plan, by: BOB }) } as const;
    expect(next(once.ok, byBob, plan)).toBe('running');
    const past = { kind: 'pass', changeId: 'c1', decision: decided('pass:c1', T0, { plan }) } as const;
    expect(next(GROUP_STATES.stopped, past, plan)).toBe('CHANGE_DECIDED');
  });
});

describe('a decision about several hosts', () => {
  it('stands for exactly this plan, this decision, and this person', () => {
    const { signing: newKey } = makeKeyPair();
    for (const state of STATES) {
      expect(isGenuine(group(state), [SIGNING_KEY])).toBe(true);
      expect(isGenuine(group(state), [newKey, SIGNING_KEY])).toBe(true);
    }
    expect(isGenuine(group(GROUP_STATES.running), [newKey])).toBe(false);
    const { running, stopped, done } = GROUP_STATES;
    const [member] = GROUP_PLAN.members;
    if (member === undefined) throw new Error('the example has members');
    const other: GroupPlan = {
      ...GROUP_PLAN,
      members: [...GROUP_PLAN.members, { ...member, changeId: 'c9' }],
    };
    const [yes] = running.approvals;
    if (yes === undefined) throw new Error('the example is approved');
    const forged: readonly (readonly [GroupState, GroupPlan])[] = [
      [running, other],
      [running, { ...GROUP_PLAN, runForMs: 1_000_000_000 }],
      [{ ...running, approvals: [] }, GROUP_PLAN],
      [{ ...running, approvals: [{ ...yes, by: BOB }] }, GROUP_PLAN],
      [{ ...running, approvals: [{ ...yes, atMs: yes.atMs + 1 }] }, GROUP_PLAN],
      [{ ...running, approvals: [decided('keep', T0)] }, GROUP_PLAN],
      [{ ...stopped, kind: 'running', passed: [{ changeId: 'c1', decision: yes }] }, GROUP_PLAN],
      [{ ...done, kind: 'keeping', decision: yes, tried: [] }, GROUP_PLAN],
      [{ ...done, kind: 'rolling-back', decision: yes, tried: [] }, GROUP_PLAN],
    ];
    expect(forged.filter(([state, plan]) => isGenuine(group(state, plan), [SIGNING_KEY]))).toEqual([]);
  });

  it('to go on is another than the first approval, and another for each host', () => {
    const hashes = [groupHash(GROUP_PLAN), passHash(GROUP_PLAN, 'c1'), passHash(GROUP_PLAN, 'c2')];
    expect(new Set(hashes).size).toBe(3);
    expect(groupValue(GROUP_PLAN)).toBe(`${GROUP_PLAN.id}.${hashes[0]}`);
  });
});
