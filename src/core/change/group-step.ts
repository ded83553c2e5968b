import type { Change, ChangeState } from '../domain/change.ts';
import { unreachable } from '../domain/errors.ts';
import type { GroupChange, GroupStop, RunningGroup } from '../domain/group.ts';
import { beginsUntilMs, type GroupEvent } from './group-life.ts';
import { hasSecondLook, isStanding } from './life.ts';
import { problem } from './outcome.ts';

/** What is to be done for a group plan by whoever finds it like this. */
export type GroupStep =
  /** Somebody has it in hand, or nothing is due. */
  | { readonly kind: 'wait' }
  | { readonly kind: 'move'; readonly event: GroupEvent }
  /** The host's change is taken out of the hands of others until its turn. */
  | { readonly kind: 'queue'; readonly change: Change }
  | { readonly kind: 'start'; readonly change: Change }
  /** Its turn will not come. */
  | { readonly kind: 'release'; readonly change: Change }
  | { readonly kind: 'keep'; readonly change: Change }
  | { readonly kind: 'roll-back'; readonly change: Change };

/** Changes in the order of the plan; null where one is not known any more, or is not the one that was shown. */
export type Members = readonly (Change | null)[];

const WAIT: GroupStep = { kind: 'wait' };

/** The next thing to do: a function of what is recorded, so that whoever comes next goes on or stops the same way. */
export function nextGroupStep(group: GroupChange, members: Members, nowMs: number): GroupStep {
  const { state } = group;
  switch (state.kind) {
    case 'proposed':
      return proposed(group, members, nowMs);
    case 'running':
      return running({ ...group, state }, members, nowMs);
    case 'stopped':
      return mayBePassed(group, members, nowMs) ? WAIT : (released(group, members) ?? WAIT);
    case 'keeping':
      return undertaken(state, members, { moving: 'keeping', may: mayBeKept, kind: 'keep' });
    case 'rolling-back':
      return (
        released(group, members) ??
        undertaken(state, members.toReversed(), {
          moving: 'rolling-back',
          may: mayBeTakenBack,
          kind: 'roll-back',
        })
      );
    case 'done':
    case 'kept':
    case 'rolled-back':
    case 'rejected':
    case 'expired':
    case 'void':
      return WAIT;
    default:
      return unreachable(state);
  }
}

function proposed({ plan }: GroupChange, members: Members, nowMs: number): GroupStep {
  if (nowMs >= plan.expiresAtMs) return { kind: 'move', event: { kind: 'expire', atMs: nowMs } };
  const at = members.findIndex((change) => change?.state.kind !== 'proposed');
  if (at === -1) return WAIT;
  const host = plan.members[at]?.host ?? '';
  const reason = problem(
    'CHANGE_STALE',
    `the change of ${host} was decided by itself, or is no longer known`,
  );
  return { kind: 'move', event: { kind: 'void', reason, atMs: nowMs } };
}

type Running = GroupChange & { readonly state: RunningGroup };

/** First all hosts are taken, then each in its turn. */
function running(group: Running, members: Members, nowMs: number): GroupStep {
  const { plan, state } = group;
  const isLate = nowMs >= beginsUntilMs(group, state);
  for (const [index, change] of members.entries()) {
    const changeId = plan.members[index]?.changeId ?? '';
    if (state.begun.includes(changeId)) continue;
    const taken = take(plan.id, changeId, change);
    if (taken === 'taken') continue;
    if (taken !== 'free') return stop(isLate ? { kind: 'out-of-time' } : taken, nowMs);
    if (isLate || change === null) return stop({ kind: 'out-of-time' }, nowMs);
    return { kind: 'queue', change };
  }
  for (const change of members) {
    const step = change === null ? WAIT : turn(group, change, { nowMs, isLate });
    if (step !== null) return step;
  }
  return { kind: 'move', event: { kind: 'finish', atMs: nowMs } };
}

function take(groupId: string, changeId: string, change: Change | null): 'free' | 'taken' | GroupStop {
  if (change === null) {
    return { kind: 'untrue', reason: problem('CHANGE_STALE', `the change ${changeId} is no longer known`) };
  }
  if (change.state.kind === 'proposed') return 'free';
  const isOurs = change.state.kind === 'queued' && change.state.group === groupId;
  return isOurs ? 'taken' : { kind: 'decided-apart', changeId };
}

/** What this host asks for; null when the next one may have its turn. */
function turn(
  { state: { begun, passed } }: Running,
  change: Change,
  { nowMs, isLate }: { readonly nowMs: number; readonly isLate: boolean },
): GroupStep | null {
  const { id } = change.plan;
  const stand = standOf(change.state);
  switch (stand) {
    case 'waits':
      // Marked as begun and still waiting: whoever marked it has died before anything was ordered.
      return isLate ? stop({ kind: 'out-of-time' }, nowMs) : { kind: 'start', change };
    case 'moving':
      return WAIT;
    case 'verified':
      return null;
    case 'unknown':
      return passed.some(({ changeId }) => changeId === id) && begun.includes(id)
        ? null
        : stop({ kind: 'not-verified', changeId: id }, nowMs);
    case 'not-verified':
      return stop({ kind: 'not-verified', changeId: id }, nowMs);
    default:
      return unreachable(stand);
  }
}

const stop = (why: GroupStop, atMs: number): GroupStep => ({
  kind: 'move',
  event: { kind: 'stop', stop: why, atMs },
});

/** How a host's change stands towards the next host. */
export type Stand = 'waits' | 'moving' | 'verified' | 'unknown' | 'not-verified';

export function standOf(state: ChangeState): Stand {
  if (hasSecondLook(state)) {
    const { verdict } = state.secondLook ?? state.judgement;
    return verdict === 'verified' || verdict === 'unknown' ? verdict : 'not-verified';
  }
  if (state.kind === 'keeping') return standOf(state.was);
  if (state.kind === 'queued' || state.kind === 'proposed') return 'waits';
  return MOVING.has(state.kind) ? 'moving' : 'not-verified';
}

const MOVING: ReadonlySet<ChangeState['kind']> = new Set(['approved', 'applying', 'applied', 'confirmed']);

/** Whether an approver may go on past the host where it has stopped: only where nobody knows whether it helped. */
export function mayBePassed(group: GroupChange, members: Members, nowMs: number): boolean {
  const { plan, state } = group;
  if (state.kind !== 'stopped' || state.stop.kind !== 'not-verified' || plan.approvalsNeeded > 1)
    return false;
  const { changeId } = state.stop;
  const there = members.find((change) => change?.plan.id === changeId);
  return (
    nowMs < beginsUntilMs(group, state) &&
    there !== undefined &&
    there !== null &&
    standOf(there.state) === 'unknown' &&
    members.some((change) => change?.state.kind === 'queued' && change.state.group === plan.id)
  );
}

/** The next host whose turn will not come any more; null when there is none. */
function released({ plan }: GroupChange, members: Members): GroupStep | null {
  const waits = members.find((change) => change?.state.kind === 'queued' && change.state.group === plan.id);
  return waits === undefined || waits === null ? null : { kind: 'release', change: waits };
}

interface Undertaking {
  readonly moving: ChangeState['kind'];
  readonly may: (state: ChangeState) => boolean;
  readonly kind: 'keep' | 'roll-back';
}

/** One host after the other, each once; what a host refuses holds up no other. */
function undertaken(
  { begun, tried }: { readonly begun: readonly string[]; readonly tried: readonly string[] },
  members: Members,
  { moving, may, kind }: Undertaking,
): GroupStep {
  const changes = members.filter((change) => change !== null).filter(({ plan }) => begun.includes(plan.id));
  if (changes.some(({ state }) => state.kind === moving)) return WAIT;
  const next = changes.find(({ plan, state }) => may(state) && !tried.includes(plan.id));
  if (next !== undefined) return { kind, change: next };
  // One that a worker has in hand is dealt with when it is out of it.
  const isBusy = changes.some(({ plan, state }) => IN_HAND.has(state.kind) && !tried.includes(plan.id));
  return isBusy ? WAIT : { kind: 'move', event: { kind: 'settle' } };
}

const IN_HAND: ReadonlySet<ChangeState['kind']> = new Set([
  'approved',
  'applying',
  'keeping',
  'rolling-back',
]);

const mayBeKept = (state: ChangeState): boolean =>
  state.kind === 'judged' || state.kind === 'left-until-reboot';

export const mayBeTakenBack = (state: ChangeState): boolean =>
  isStanding(state) || state.kind === 'needs-human';

/** Whether somebody must come back to it though nobody calls. */
export function isDue({ plan, state }: GroupChange, nowMs: number): boolean {
  if (state.kind === 'proposed') return nowMs >= plan.expiresAtMs;
  return state.kind === 'running' || state.kind === 'keeping' || state.kind === 'rolling-back';
}
