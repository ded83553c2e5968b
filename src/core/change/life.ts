import type { AuditMark } from '../domain/audit.ts';
import type {
  Approval,
  Change,
  ChangeProblem,
  ChangeState,
  FreshLook,
  InForce,
  Judgement,
  Person,
  SignedGo,
  StandingState,
} from '../domain/change.ts';
import { unreachable } from '../domain/errors.ts';
import {
  afterApply,
  afterConfirm,
  afterKeep,
  afterRollBack,
  misfit,
  notTakenBack,
  takenBack,
} from './aftermath.ts';
import { CLOCK_SKEW_MS, GO_VALID_MS } from './go.ts';
import { problemOf, saysTakenBack, type ExecuteOutcome } from './outcome.ts';
import { refuse, type Refusal } from './refusals.ts';
import { areEnough, countsFor, samePerson } from './people.ts';

interface ApproveEvent {
  readonly kind: 'approve';
  readonly by: Person;
  readonly atMs: number;
  /** Their reason for doing without a second person, or in a freeze. */
  readonly breakGlass?: string;
}

/** Everything that can happen to a change. */
export type ChangeEvent =
  | ApproveEvent
  | { readonly kind: 'reject'; readonly by: Person; readonly atMs: number }
  /** Time passed; the change says whether it was enough. */
  | { readonly kind: 'expire'; readonly atMs: number }
  /** What was shown is known to be no longer true. */
  | { readonly kind: 'void'; readonly reason: ChangeProblem; readonly atMs: number }
  /** The host was looked at again, since what was shown is no longer true. */
  | { readonly kind: 'looked-anew'; readonly fresh: FreshLook }
  /** Approved with a plan for several hosts: nobody else decides about it until its turn has come. */
  | {
      readonly kind: 'queue';
      readonly approvals: readonly Approval[];
      readonly group: string;
      readonly untilMs: number;
      readonly atMs: number;
    }
  /** The hosts before it are verified. */
  | { readonly kind: 'turn'; readonly atMs: number }
  /** A worker is about to execute the go; the state is moved first, so that only one can. */
  | { readonly kind: 'begin'; readonly go: SignedGo; readonly atMs: number }
  | {
      readonly kind: 'apply-ended';
      readonly outcome: ExecuteOutcome;
      readonly audit: AuditMark | null;
      readonly atMs: number;
      readonly revertsAtMs: number;
    }
  /** Somebody logged in anew and told the host that it can be reached. */
  | {
      readonly kind: 'confirm-ended';
      readonly outcome: ExecuteOutcome;
      readonly atMs: number;
      readonly revertsAtMs: number;
    }
  /** The look after the change is done, and the host was told what follows from it. */
  | { readonly kind: 'judged'; readonly judgement: Judgement; readonly outcome: ExecuteOutcome }
  | { readonly kind: 'second-look'; readonly judgement: Judgement }
  /** Nobody could ask the host, long after its timer must have taken the change back. */
  | { readonly kind: 'lost-sight'; readonly reason: ChangeProblem; readonly atMs: number }
  /** A day without a decision: it ends with the boot. */
  | { readonly kind: 'leave'; readonly atMs: number }
  | { readonly kind: 'keep'; readonly by: Person; readonly atMs: number }
  | { readonly kind: 'keep-ended'; readonly outcome: ExecuteOutcome; readonly atMs: number }
  | { readonly kind: 'roll-back'; readonly by: Person; readonly atMs: number }
  | { readonly kind: 'roll-back-ended'; readonly outcome: ExecuteOutcome; readonly atMs: number }
  /** The host's journal was asked about a change that stands here. */
  | { readonly kind: 'host-said'; readonly outcome: ExecuteOutcome; readonly atMs: number };

export type NextState = { readonly ok: ChangeState } | { readonly refused: Refusal };

const ok = (state: ChangeState): NextState => ({ ok: state });

/** The state after the event, or why there is none: the whole life of a change in one place. */
export function nextState(change: Change, event: ChangeEvent): NextState {
  const { state } = change;
  switch (event.kind) {
    case 'approve':
      return approve(change, event);
    case 'reject':
      return reject(change, event);
    case 'expire':
      return hasExpired(change, event.atMs)
        ? ok({ kind: 'expired', atMs: event.atMs })
        : refuse(change, event);
    case 'void':
      return state.kind === 'proposed' || state.kind === 'queued' || state.kind === 'approved'
        ? ok({ kind: 'void', atMs: event.atMs, reason: event.reason })
        : refuse(change, event);
    case 'looked-anew':
      return state.kind === 'void' && state.fresh === undefined
        ? ok({ ...state, fresh: event.fresh })
        : refuse(change, event);
    case 'queue':
      return queue(change, event);
    case 'turn':
      return state.kind === 'queued' && event.atMs < state.untilMs
        ? ok({ kind: 'approved', approvals: state.approvals, atMs: event.atMs })
        : refuse(change, event);
    case 'begin':
      return state.kind === 'approved'
        ? ok({ kind: 'applying', approvals: state.approvals, go: event.go, atMs: event.atMs })
        : refuse(change, event);
    case 'apply-ended':
      return state.kind === 'applying' ? ok(afterApply(change, state, event)) : refuse(change, event);
    case 'confirm-ended':
      return state.kind === 'applied' || state.kind === 'confirmed'
        ? ok(afterConfirm(change, state, event))
        : refuse(change, event);
    case 'judged':
      return state.kind === 'confirmed' ? ok(judged(change, state, event)) : refuse(change, event);
    case 'second-look':
      return hasSecondLook(state) && state.secondLook === null
        ? ok({ ...state, secondLook: event.judgement })
        : refuse(change, event);
    case 'lost-sight':
      return state.kind === 'applied' || state.kind === 'confirmed'
        ? ok({ kind: 'needs-human', atMs: event.atMs, reason: event.reason, last: inForce(state) })
        : refuse(change, event);
    case 'leave':
      return state.kind === 'judged'
        ? ok({ ...inForce(state), ...looks(state), kind: 'left-until-reboot', atMs: event.atMs })
        : refuse(change, event);
    case 'keep':
      return state.kind === 'judged' || state.kind === 'left-until-reboot'
        ? ok({ kind: 'keeping', by: event.by, atMs: event.atMs, was: state })
        : refuse(change, event);
    case 'keep-ended':
      return state.kind === 'keeping' ? ok(afterKeep(change, state, event)) : refuse(change, event);
    case 'roll-back':
      // No look at the clock: taking back is never stopped by expiry.
      return isStanding(state) || state.kind === 'needs-human'
        ? ok({ kind: 'rolling-back', by: event.by, atMs: event.atMs, was: state })
        : refuse(change, event);
    case 'roll-back-ended':
      return state.kind === 'rolling-back' ? ok(afterRollBack(change, state, event)) : refuse(change, event);
    case 'host-said':
      return isStanding(state) ? ok(afterAsking(change, state, event)) : refuse(change, event);
    default:
      return unreachable(event);
  }
}

function reject(change: Change, event: Extract<ChangeEvent, { kind: 'reject' }>): NextState {
  if (change.state.kind !== 'proposed') return refuse(change, event);
  if (event.atMs >= change.plan.expiresAtMs) return refuse(change, event, 'CHANGE_EXPIRED');
  return ok({ kind: 'rejected', by: event.by, atMs: event.atMs });
}

/** One approval of a plan for several hosts is an approval of each, by as many people as each of them takes. */
function queue(change: Change, event: Extract<ChangeEvent, { kind: 'queue' }>): NextState {
  const { approvals, group, atMs, untilMs } = event;
  const people = approvals.map(({ by }) => by);
  if (change.state.kind !== 'proposed' || !areEnough(people, change.plan)) return refuse(change, event);
  return ok({ kind: 'queued', approvals, group, atMs, untilMs });
}

function approve(change: Change, event: ApproveEvent): NextState {
  const { plan, state } = change;
  if (state.kind !== 'proposed') return refuse(change, event);
  if (event.atMs >= plan.expiresAtMs) return refuse(change, event, 'CHANGE_EXPIRED');
  if (event.breakGlass !== undefined)
    return ok(broken(state.approvals, { ...event, breakGlass: event.breakGlass }));
  if (!countsFor(event.by, plan)) return refuse(change, event, 'CHANGE_SECOND_PERSON');
  if (state.approvals.some(({ by }) => samePerson(by, event.by))) {
    return refuse(change, event, 'CHANGE_SECOND_PERSON');
  }
  const approvals: readonly Approval[] = [...state.approvals, { by: event.by, atMs: event.atMs }];
  return ok(
    approvals.length < plan.approvalsNeeded
      ? { kind: 'proposed', approvals }
      : { kind: 'approved', approvals, atMs: event.atMs },
  );
}

/** One person is enough now, also one who has said yes before, and the reason stays with their yes. */
function broken(
  before: readonly Approval[],
  { by, atMs, breakGlass }: ApproveEvent & { readonly breakGlass: string },
): ChangeState {
  const others = before.filter((approval) => !samePerson(approval.by, by));
  return { kind: 'approved', approvals: [...others, { by, atMs, breakGlass }], atMs };
}

/** An approved change that no worker began within the life of its go can never be begun any more. */
function hasExpired({ plan, state }: Change, nowMs: number): boolean {
  if (state.kind === 'proposed') return nowMs >= plan.expiresAtMs;
  if (state.kind === 'queued') return nowMs >= state.untilMs;
  return state.kind === 'approved' && nowMs > state.atMs + GO_VALID_MS + CLOCK_SKEW_MS;
}

/** A bad effect has been taken back by then; anything else stands until somebody decides. */
function judged(
  change: Change,
  state: Extract<ChangeState, { kind: 'confirmed' }>,
  { judgement, outcome }: Extract<ChangeEvent, { kind: 'judged' }>,
): ChangeState {
  const { atMs } = judgement;
  if (judgement.verdict !== 'worse') {
    const after = afterConfirm(change, state, { outcome, atMs, revertsAtMs: state.revertsAtMs });
    // Where the host was not told that it may stay, its timer decides, and the change is met again.
    if (outcome.kind !== 'confirmed') return after;
    return { ...inForce(state), kind: 'judged', judgement, secondLook: null };
  }
  if (outcome.kind === 'rolled-back' || outcome.kind === 'already' || outcome.kind === 'reverted') {
    return reverted('worse', atMs, judgement);
  }
  // Its timer still runs on the host, unless that is what went wrong.
  return notTakenBack(change, state, { outcome, atMs });
}

/** What the host's journal says of a change that stands here. */
function afterAsking(
  { plan }: Change,
  state: StandingState,
  { outcome, atMs }: Extract<ChangeEvent, { kind: 'host-said' }>,
): ChangeState {
  if (outcome.kind === 'reverted') return reverted(outcome.why, atMs, judgementOf(state));
  if (saysTakenBack(outcome)) return takenBack(atMs, judgementOf(state));
  switch (outcome.kind) {
    case 'already':
      return { ...state, readBack: outcome.readBack, problem: null, restoredAtMs: undefined };
    case 'busy':
    case 'stale':
    case 'refused':
    case 'unknown':
      return { ...state, problem: problemOf(outcome, plan) };
    case 'put-back':
    case 'undo-failed':
    case 'foreign':
      return { kind: 'needs-human', atMs, reason: problemOf(outcome, plan), last: inForce(state) };
    case 'applied':
    case 'confirmed':
    case 'kept':
    case 'rolled-back':
      return { ...state, problem: misfit(plan.host, 'say how it stands', outcome.kind) };
    default:
      return unreachable(outcome);
  }
}

const reverted = (
  why: 'timer' | 'worse' | 'reboot',
  atMs: number,
  judgement: Judgement | null,
): ChangeState => ({ kind: 'reverted', why, judgement, atMs });

type Looked = Extract<ChangeState, { kind: 'judged' | 'kept' | 'left-until-reboot' }>;

/** The looks at the effect are over, or at least the first. */
export const hasSecondLook = (state: ChangeState): state is Looked =>
  state.kind === 'judged' || state.kind === 'kept' || state.kind === 'left-until-reboot';

const looks = ({ judgement, secondLook }: Looked): Pick<Looked, 'judgement' | 'secondLook'> => ({
  judgement,
  secondLook,
});

/** The host has the new values, as far as is known here. */
export const isStanding = (state: ChangeState): state is StandingState =>
  state.kind === 'applied' || state.kind === 'confirmed' || hasSecondLook(state);

const judgementOf = (state: StandingState): Judgement | null =>
  hasSecondLook(state) ? state.judgement : null;

const inForce = ({ approvals, go, appliedAtMs, readBack, audit, problem }: StandingState): InForce => ({
  approvals,
  go,
  appliedAtMs,
  readBack,
  audit,
  problem,
});
