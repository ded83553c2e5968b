import type { ChangeProblem, Person } from '../domain/change.ts';
import { unreachable } from '../domain/errors.ts';
import type { ApprovedGroup, GroupChange, GroupDecision, GroupState, GroupStop } from '../domain/group.ts';
import { refuseGroup } from './group-refusals.ts';
import type { Refusal } from './refusals.ts';
import { countsFor, samePerson } from './people.ts';

/** Everything that can happen to a group plan; what happens to each host happens to its own change. */
export type GroupEvent =
  | { readonly kind: 'approve'; readonly decision: GroupDecision }
  /** Before it runs: nothing is done. While it runs: no further host is begun. */
  | { readonly kind: 'reject'; readonly by: Person; readonly atMs: number }
  | { readonly kind: 'expire'; readonly atMs: number }
  /** What was shown is known to be no longer true. */
  | { readonly kind: 'void'; readonly reason: ChangeProblem; readonly atMs: number }
  /** It is the host's turn; marked before anything is ordered. */
  | { readonly kind: 'begin'; readonly changeId: string }
  | { readonly kind: 'stop'; readonly stop: GroupStop; readonly atMs: number }
  /** Nobody knows whether it helped on that host, and somebody decided to go on. */
  | { readonly kind: 'pass'; readonly changeId: string; readonly decision: GroupDecision }
  | { readonly kind: 'finish'; readonly atMs: number }
  | { readonly kind: 'keep'; readonly decision: GroupDecision }
  | { readonly kind: 'roll-back'; readonly decision: GroupDecision }
  /** The host was told to keep it or take it back. */
  | { readonly kind: 'try'; readonly changeId: string }
  /** Every host was told, and has answered. */
  | { readonly kind: 'settle' };

export type NextGroupState = { readonly ok: GroupState } | { readonly refused: Refusal };

const ok = (state: GroupState): NextGroupState => ({ ok: state });

/** The moment until which a host may begin: each go is signed when its turn has come. */
export const beginsUntilMs = ({ plan }: GroupChange, { approvals }: ApprovedGroup): number =>
  (approvals.at(-1)?.atMs ?? 0) + plan.runForMs;

/** The state after the event, or why there is none: the whole life of a group plan in one place. */
export function nextGroupState(group: GroupChange, event: GroupEvent): NextGroupState {
  const { plan, state } = group;
  switch (event.kind) {
    case 'approve':
      return approve(group, event.decision);
    case 'reject':
      return reject(group, event);
    case 'expire':
      return state.kind === 'proposed' && event.atMs >= plan.expiresAtMs
        ? ok({ kind: 'expired', atMs: event.atMs })
        : refuseGroup(group, event.kind);
    case 'void':
      return state.kind === 'proposed'
        ? ok({ kind: 'void', reason: event.reason, atMs: event.atMs })
        : refuseGroup(group, event.kind);
    case 'begin':
      return state.kind === 'running' && !state.begun.includes(event.changeId)
        ? ok({ ...state, begun: [...state.begun, event.changeId] })
        : refuseGroup(group, event.kind);
    case 'stop':
      return state.kind === 'running' || state.kind === 'keeping' || state.kind === 'rolling-back'
        ? ok({ ...known(state), kind: 'stopped', stop: event.stop, atMs: event.atMs })
        : refuseGroup(group, event.kind);
    case 'pass':
      return pass(group, event);
    case 'finish':
      return state.kind === 'running'
        ? ok({ ...known(state), kind: 'done', atMs: event.atMs })
        : refuseGroup(group, event.kind);
    case 'keep':
      // What was kept on some hosts only may be asked for again.
      return state.kind === 'done' || state.kind === 'kept'
        ? ok({ ...known(state), kind: 'keeping', decision: event.decision, tried: [] })
        : refuseGroup(group, event.kind);
    case 'roll-back':
      return hasBegun(state) && state.kind !== 'rolling-back'
        ? ok({ ...known(state), kind: 'rolling-back', decision: event.decision, tried: [] })
        : refuseGroup(group, event.kind);
    case 'try':
      return (state.kind === 'keeping' || state.kind === 'rolling-back') &&
        !state.tried.includes(event.changeId)
        ? ok({ ...state, tried: [...state.tried, event.changeId] })
        : refuseGroup(group, event.kind);
    case 'settle':
      if (state.kind === 'keeping') return ok({ ...state, kind: 'kept' });
      return state.kind === 'rolling-back'
        ? ok({ ...state, kind: 'rolled-back' })
        : refuseGroup(group, event.kind);
    default:
      return unreachable(event);
  }
}

function approve(group: GroupChange, decision: GroupDecision): NextGroupState {
  const { plan, state } = group;
  if (state.kind !== 'proposed') return refuseGroup(group, 'approve');
  if (decision.atMs >= plan.expiresAtMs) return refuseGroup(group, 'approve', 'CHANGE_EXPIRED');
  if (!countsFor(decision.by, plan)) return refuseGroup(group, 'approve', 'CHANGE_SECOND_PERSON');
  if (state.approvals.some(({ by }) => samePerson(by, decision.by))) {
    return refuseGroup(group, 'approve', 'CHANGE_SECOND_PERSON');
  }
  const approvals = [...state.approvals, decision];
  return ok(
    approvals.length < plan.approvalsNeeded
      ? { kind: 'proposed', approvals }
      : { kind: 'running', approvals, begun: [], passed: [] },
  );
}

function reject(
  group: GroupChange,
  { by, atMs }: { readonly by: Person; readonly atMs: number },
): NextGroupState {
  const { plan, state } = group;
  if (state.kind === 'running') {
    return ok({ ...known(state), kind: 'stopped', stop: { kind: 'person', by }, atMs });
  }
  if (state.kind !== 'proposed') return refuseGroup(group, 'reject');
  return atMs >= plan.expiresAtMs
    ? refuseGroup(group, 'reject', 'CHANGE_EXPIRED')
    : ok({ kind: 'rejected', by, atMs });
}

/** Where it takes two people, going on into the unknown takes a new plan. */
function pass(
  group: GroupChange,
  { changeId, decision }: { readonly changeId: string; readonly decision: GroupDecision },
): NextGroupState {
  const { plan, state } = group;
  const isThere =
    state.kind === 'stopped' && state.stop.kind === 'not-verified' && state.stop.changeId === changeId;
  if (!isThere || plan.approvalsNeeded > 1) return refuseGroup(group, 'pass');
  if (decision.atMs >= beginsUntilMs(group, state)) return refuseGroup(group, 'pass', 'CHANGE_EXPIRED');
  const passed = [...state.passed, { changeId, decision }];
  return ok({ ...known(state), kind: 'running', passed });
}

type BegunState = Extract<GroupState, ApprovedGroup>;

/** Enough people have approved it, so hosts may have it. */
export const hasBegun = (state: GroupState): state is BegunState => 'begun' in state;

const known = ({ approvals, begun, passed }: ApprovedGroup): ApprovedGroup => ({ approvals, begun, passed });
