import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextGroupState, beginsUntilMs } from '../../../src/core/change/group-life.ts';
import { mayBePassed, nextGroupStep, standOf, type GroupStep } from '../../../src/core/change/group-step.ts';
import { nextState, type ChangeEvent } from '../../../src/core/change/life.ts';
import type { Change, ChangeState, Verdict } from '../../../src/core/domain/change.ts';
import type { GroupChange, RunningGroup } from '../../../src/core/domain/group.ts';
import { unreachable } from '../../../src/core/domain/errors.ts';
import { ALICE } from './arbitrary-change.ts';
import { HELPED, judgedAt, SIGNED, statesAt } from './example-states.ts';
import { decided, group, GROUP_PLAN, GROUP_STATES, members, T0 } from './group-examples.ts';

const AT = { by: ALICE, atMs: T0 + 1_000 };
const ONE = statesAt(AT);
const QUEUED: ChangeState = {
  kind: 'queued',
  approvals: [AT],
  group: GROUP_PLAN.id,
  atMs: T0 + 1_000,
  untilMs: T0 + 601_000,
};
const judged = (verdict: Verdict): ChangeState => judgedAt(AT, { ...HELPED, verdict });

interface Course {
  readonly states: readonly ChangeState[];
  readonly nowMs: number;
}

/** The step in a word: what, and for which host. */
function told(step: GroupStep): string {
  if ('change' in step) return `${step.kind} ${step.change.plan.id}`;
  if (step.kind === 'wait') return 'wait';
  const { event } = step;
  if (event.kind !== 'stop') return event.kind;
  return 'changeId' in event.stop ? `${event.stop.kind} ${event.stop.changeId}` : event.stop.kind;
}
const running = (begun: readonly string[] = [], passed: RunningGroup['passed'] = []): GroupChange =>
  group({ ...GROUP_STATES.running, begun, passed });
const step = (on: GroupChange, states: readonly ChangeState[], nowMs = T0 + 2_000): string =>
  told(nextGroupStep(on, members(...states), nowMs));

describe('the next step of a plan for several hosts', () => {
  const { proposed } = ONE;
  const verified = judged('verified');
  const unknown = judged('unknown');
  const passed = [{ changeId: 'c1', decision: decided('pass:c1', T0 + 90_000) }];
  const late = T0 + 601_000;
  const late3 = group(GROUP_STATES.proposed);

  it.each<[string, GroupChange, Course, string]>([
    ['waits for people', group(GROUP_STATES.proposed), { states: [], nowMs: T0 }, 'wait'],
    ['runs out', late3, { states: [], nowMs: GROUP_PLAN.expiresAtMs }, 'expire'],
    [
      'is void when one host was decided by itself',
      late3,
      { states: [proposed, ONE.approved], nowMs: T0 },
      'void',
    ],
    [
      'takes every host before the first begins',
      running(),
      { states: [QUEUED, proposed], nowMs: T0 },
      'queue c2',
    ],
    ['begins with the first', running(), { states: [QUEUED, QUEUED, QUEUED], nowMs: T0 }, 'start c1'],
    [
      'begins it after a crash between mark and order',
      running(['c1']),
      { states: [QUEUED, QUEUED, QUEUED], nowMs: T0 },
      'start c1',
    ],
    [
      'stops when a host was decided by itself',
      running(),
      { states: [QUEUED, ONE.applied, QUEUED], nowMs: T0 },
      'decided-apart c2',
    ],
    [
      'waits while a host is ordered',
      running(['c1']),
      { states: [ONE.approved, QUEUED, QUEUED], nowMs: T0 },
      'wait',
    ],
    [
      'waits while a host is measured',
      running(['c1']),
      { states: [ONE.confirmed, QUEUED, QUEUED], nowMs: T0 },
      'wait',
    ],
    [
      'goes on when it helped',
      running(['c1']),
      { states: [verified, QUEUED, QUEUED], nowMs: T0 },
      'start c2',
    ],
    [
      'stops where it did not help',
      running(['c1']),
      { states: [judged('no-effect'), QUEUED, QUEUED], nowMs: T0 },
      'not-verified c1',
    ],
    [
      'stops where nobody knows',
      running(['c1']),
      { states: [unknown, QUEUED, QUEUED], nowMs: T0 },
      'not-verified c1',
    ],
    [
      'goes on where somebody said so',
      running(['c1'], passed),
      { states: [unknown, QUEUED, QUEUED], nowMs: T0 },
      'start c2',
    ],
    [
      'stops where it got worse',
      running(['c1']),
      { states: [ONE.reverted, QUEUED, QUEUED], nowMs: T0 },
      'not-verified c1',
    ],
    [
      'stops at the second',
      running(['c1', 'c2']),
      { states: [verified, ONE.failed, QUEUED], nowMs: T0 },
      'not-verified c2',
    ],
    [
      'stops when an earlier one is taken back',
      running(['c1', 'c2']),
      { states: [ONE['rolled-back'], verified, QUEUED], nowMs: T0 },
      'not-verified c1',
    ],
    [
      'begins nothing too late',
      running(['c1']),
      { states: [verified, QUEUED, QUEUED], nowMs: late },
      'out-of-time',
    ],
    [
      'says so when the wait ran out first',
      running(['c1']),
      { states: [verified, ONE.expired, QUEUED], nowMs: late },
      'out-of-time',
    ],
    ['ends', running(['c1', 'c2', 'c3']), { states: [verified, verified, verified], nowMs: late }, 'finish'],
    [
      'waits for a word where nobody knows',
      group(GROUP_STATES.stopped),
      { states: [unknown, QUEUED, QUEUED], nowMs: T0 },
      'wait',
    ],
    [
      'lets the others go when it is too late',
      group(GROUP_STATES.stopped),
      { states: [unknown, QUEUED, QUEUED], nowMs: late },
      'release c2',
    ],
    [
      'lets the others go',
      group(GROUP_STATES.stopped),
      { states: [judged('no-effect'), ONE.void, QUEUED], nowMs: T0 },
      'release c3',
    ],
    [
      'keeps the first first',
      group(GROUP_STATES.keeping),
      { states: [verified, verified, verified], nowMs: T0 },
      'keep c1',
    ],
    [
      'keeps one at a time',
      group(GROUP_STATES.keeping),
      { states: [ONE.keeping, verified, verified], nowMs: T0 },
      'wait',
    ],
    [
      'takes back the last first',
      group(GROUP_STATES['rolling-back']),
      { states: [verified, verified, ONE.applied], nowMs: T0 },
      'roll-back c3',
    ],
    [
      'takes back one at a time',
      group(GROUP_STATES['rolling-back']),
      { states: [verified, verified, ONE['rolling-back']], nowMs: T0 },
      'wait',
    ],
    [
      'waits for one that is being applied',
      group(GROUP_STATES['rolling-back']),
      { states: [ONE['rolled-back'], ONE.void, ONE.applying], nowMs: T0 },
      'wait',
    ],
    [
      'is through',
      group(GROUP_STATES['rolling-back']),
      { states: [ONE['rolled-back'], ONE.failed, ONE.reverted], nowMs: T0 },
      'settle',
    ],
  ])('%s', (_, on, { states, nowMs }, expected) => {
    expect(step(on, states, nowMs)).toBe(expected);
  });

  it('never touches again what was taken back by somebody, and tries each host once', () => {
    const back = group({ ...GROUP_STATES['rolling-back'], tried: ['c3'] });
    expect(step(back, [verified, ONE['rolled-back'], verified])).toBe('roll-back c1');
    expect(step(group({ ...GROUP_STATES['rolling-back'], begun: ['c1'] }), [verified, verified])).toBe(
      'roll-back c1',
    );
  });

  it('does not begin what it does not know', () => {
    const [first, , third] = members(QUEUED, QUEUED, QUEUED);
    const gone = [first ?? null, null, third ?? null];
    expect(told(nextGroupStep(running(), gone, T0))).toBe('untrue');
  });
});

describe('any course of a plan for several hosts', () => {
  type Chance = 'host' | 'drive' | 'crash' | 'stop' | 'back' | 'keep' | 'pass' | 'later' | 'apart';
  const chance = fc.oneof(
    { weight: 60, arbitrary: fc.constantFrom<Chance>('host', 'drive') },
    { weight: 6, arbitrary: fc.constantFrom<Chance>('pass', 'keep', 'crash') },
    { weight: 1, arbitrary: fc.constantFrom<Chance>('stop', 'back', 'later', 'apart') },
  );
  const verdict = fc.oneof(
    { weight: 12, arbitrary: fc.constant<Verdict>('verified') },
    { weight: 1, arbitrary: fc.constantFrom<Verdict>('unknown', 'no-effect', 'worse') },
  );

  it('begins one host at a time, each after those before it helped, once, and in time', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.array(fc.tuple(chance, verdict), { minLength: 30, maxLength: 90 }), (course) => {
        const world = new World();
        for (const [what, then] of course) {
          world.live(what, then);
          seen.add(world.group.state.kind);
        }
        expect(world.wrongs).toEqual([]);
      }),
      { numRuns: 600, endOnFailure: true },
    );
    for (const kind of ['running', 'stopped', 'done', 'kept', 'rolled-back']) expect(seen).toContain(kind);
  });

  /** Hosts and a bot that does one step at a time, and may forget everything between any two of them. */
  class World {
    group: GroupChange = group(GROUP_STATES.running);
    changes: Change[] = [...members()];
    nowMs = T0 + 2_000;
    readonly wrongs: string[] = [];
    readonly #started: string[] = [];

    live(what: Chance, then: Verdict): void {
      switch (what) {
        case 'host':
          return this.#host(then);
        case 'drive':
          return this.#perform(nextGroupStep(this.group, this.changes, this.nowMs), false);
        case 'crash':
          // The bot dies after the mark and before the order.
          return this.#perform(nextGroupStep(this.group, this.changes, this.nowMs), true);
        case 'stop':
          return this.#decide({ kind: 'reject', by: ALICE, atMs: this.nowMs });
        case 'back':
          return this.#decide({ kind: 'roll-back', decision: decided('roll-back', this.nowMs) });
        case 'keep':
          return this.#decide({ kind: 'keep', decision: decided('keep', this.nowMs) });
        case 'pass':
          if (!mayBePassed(this.group, this.changes, this.nowMs)) return undefined;
          return this.#decide({
            kind: 'pass',
            changeId: this.#stoppedAt(),
            decision: decided('pass:c1', this.nowMs),
          });
        case 'later':
          this.nowMs += 200_000;
          return undefined;
        case 'apart':
          return this.#move(this.changes[1], { kind: 'approve', by: ALICE, atMs: this.nowMs });
        default:
          return unreachable(what);
      }
    }

    #stoppedAt(): string {
      const { state } = this.group;
      return state.kind === 'stopped' && 'changeId' in state.stop ? state.stop.changeId : '';
    }
    #decide(event: Parameters<typeof nextGroupState>[1]): void {
      const next = nextGroupState(this.group, event);
      if ('ok' in next) this.group = { ...this.group, state: next.ok };
    }
    #move(change: Change | undefined, event: ChangeEvent): void {
      if (change === undefined) return;
      const next = nextState(change, event);
      if (!('ok' in next)) return;
      this.changes = this.changes.map((one) => (one === change ? { ...one, state: next.ok } : one));
    }

    #perform(due: GroupStep, dies: boolean): void {
      const { plan, state } = this.group;
      const atMs = this.nowMs;
      switch (due.kind) {
        case 'wait':
          return undefined;
        case 'move':
          return this.#decide(due.event);
        case 'queue': {
          const approvals = 'approvals' in state ? state.approvals : [];
          const untilMs = state.kind === 'running' ? beginsUntilMs(this.group, state) : 0;
          return this.#move(due.change, { kind: 'queue', approvals, group: plan.id, untilMs, atMs });
        }
        case 'start':
          this.#decide({ kind: 'begin', changeId: due.change.plan.id });
          if (dies) return undefined;
          this.#check(due.change);
          return this.#move(due.change, { kind: 'turn', atMs });
        case 'release':
          return this.#move(due.change, {
            kind: 'void',
            reason: { code: 'x', message: 'x', hint: 'x' },
            atMs,
          });
        case 'keep':
        case 'roll-back':
          this.#decide({ kind: 'try', changeId: due.change.plan.id });
          return dies ? undefined : this.#move(due.change, { kind: due.kind, by: ALICE, atMs });
        default:
          return unreachable(due);
      }
    }

    /** What must hold whenever a host begins. */
    #check({ plan }: Change): void {
      const { state } = this.group;
      const at = this.changes.findIndex((one) => one.plan.id === plan.id);
      const passed = state.kind === 'running' ? state.passed.map(({ changeId }) => changeId) : [];
      for (const before of this.changes.slice(0, at)) {
        const stand = standOf(before.state);
        if (stand !== 'verified' && !(stand === 'unknown' && passed.includes(before.plan.id))) {
          this.wrongs.push(`${plan.id} began while ${before.plan.id} was ${before.state.kind}`);
        }
      }
      if (this.#started.includes(plan.id)) this.wrongs.push(`${plan.id} began twice`);
      if (state.kind !== 'running') this.wrongs.push(`${plan.id} began while it was ${state.kind}`);
      else if (this.nowMs >= beginsUntilMs(this.group, state)) this.wrongs.push(`${plan.id} began too late`);
      this.#started.push(plan.id);
    }

    /** Whichever host has something to do does it. */
    #host(then: Verdict): void {
      for (const change of this.changes) {
        const event = answerOf(change, this.nowMs, then);
        if (event === null) continue;
        this.#move(change, event);
        return;
      }
    }
  }
});

/** What a host answers to what it was asked. */
function answerOf({ state }: Change, atMs: number, then: Verdict): ChangeEvent | null {
  const readBack = [{ key: 'k', value: 'v' }];
  const times = { atMs, revertsAtMs: atMs + 120_000 };
  if (state.kind === 'approved') return { kind: 'begin', go: SIGNED, atMs };
  if (state.kind === 'applying') {
    return { kind: 'apply-ended', outcome: { kind: 'applied', readBack }, audit: null, ...times };
  }
  if (state.kind === 'applied') {
    return { kind: 'confirm-ended', outcome: { kind: 'confirmed', readBack }, ...times };
  }
  if (state.kind === 'confirmed') {
    const outcome = then === 'worse' ? 'rolled-back' : 'confirmed';
    const judgement = { ...HELPED, verdict: then, atMs };
    return { kind: 'judged', judgement, outcome: { kind: outcome, readBack } };
  }
  if (state.kind === 'keeping') {
    return { kind: 'keep-ended', outcome: { kind: 'kept', file: 'f', readBack }, atMs };
  }
  if (state.kind === 'rolling-back') {
    return { kind: 'roll-back-ended', outcome: { kind: 'rolled-back', readBack }, atMs };
  }
  return null;
}
