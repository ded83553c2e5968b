import type { AuditMark } from '../domain/audit.ts';
import type {
  Change,
  ChangeProblem,
  ChangeState,
  InForce,
  Judgement,
  StandingState,
} from '../domain/change.ts';
import { unreachable } from '../domain/errors.ts';
import { problem, problemOf, saysTakenBack, type ExecuteOutcome } from './outcome.ts';

interface Ended {
  readonly outcome: ExecuteOutcome;
  readonly atMs: number;
}

interface TimedEnd extends Ended {
  /** When the host's timer takes the change back. */
  readonly revertsAtMs: number;
}

type In<K extends ChangeState['kind']> = Extract<ChangeState, { kind: K }>;

/** What a change is after the host was asked to apply it. */
export function afterApply(
  { plan }: Change,
  { approvals, go }: In<'applying'>,
  { outcome, atMs, revertsAtMs, audit }: TimedEnd & { readonly audit: AuditMark | null },
): ChangeState {
  // Somebody has taken it back since, whose word of it was lost.
  if (outcome.kind === 'refused' && outcome.code === 'taken-back') return takenBack(atMs, null);
  switch (outcome.kind) {
    case 'applied':
    case 'already': {
      const { readBack } = outcome;
      const known = { approvals, go, appliedAtMs: atMs, readBack, audit, problem: null };
      return { kind: 'applied', ...known, revertsAtMs };
    }
    case 'stale':
      return { kind: 'void', atMs, reason: problemOf(outcome, plan) };
    case 'busy': {
      const hint = 'Wait until it is done, then ask for a new diagnosis.';
      return { kind: 'failed', atMs, reason: { ...problemOf(outcome, plan), hint } };
    }
    case 'refused':
    case 'put-back':
      return { kind: 'failed', atMs, reason: problemOf(outcome, plan) };
    case 'reverted':
      return { kind: 'reverted', why: outcome.why, judgement: null, atMs };
    case 'undo-failed':
    case 'foreign':
    case 'unknown':
      return human(problemOf(outcome, plan), atMs, null);
    case 'rolled-back':
    case 'confirmed':
    case 'kept':
      return human(misfit(plan.host, 'apply', outcome.kind), atMs, null);
    default:
      return unreachable(outcome);
  }
}

/** What a change is after a new login told the host to hold it longer. */
export function afterConfirm(
  { plan }: Change,
  state: In<'applied' | 'confirmed'>,
  { outcome, atMs, revertsAtMs }: TimedEnd,
): ChangeState {
  const known = inForce(state);
  if (saysTakenBack(outcome)) return takenBack(atMs, null);
  switch (outcome.kind) {
    case 'confirmed':
      return {
        ...known,
        kind: 'confirmed',
        readBack: outcome.readBack,
        problem: null,
        confirmedAtMs: atMs,
        revertsAtMs,
      };
    case 'reverted':
      return { kind: 'reverted', why: outcome.why, judgement: null, atMs };
    case 'busy':
    case 'stale':
    case 'refused':
    case 'unknown':
      // The host was not told, so its timer decides; it is asked about that when it has run out.
      return { ...state, problem: problemOf(outcome, plan) };
    case 'undo-failed':
    case 'foreign':
    case 'put-back':
      return human(problemOf(outcome, plan), atMs, known);
    case 'applied':
    case 'already':
    case 'kept':
    case 'rolled-back':
      return human(misfit(plan.host, 'confirm', outcome.kind), atMs, known);
    default:
      return unreachable(outcome);
  }
}

/** What a change is after the host was asked to keep it. */
export function afterKeep({ plan }: Change, state: In<'keeping'>, { outcome, atMs }: Ended): ChangeState {
  const { kind: _kind, ...known } = state.was;
  if (saysTakenBack(outcome)) return takenBack(atMs, state.was.judgement);
  switch (outcome.kind) {
    case 'kept': {
      const { approvals, go, appliedAtMs, readBack, audit, judgement, secondLook } = known;
      const standing = { approvals, go, appliedAtMs, readBack, audit, problem: null };
      return { ...standing, kind: 'kept', judgement, secondLook, by: state.by, atMs, file: outcome.file };
    }
    case 'reverted':
      return { kind: 'reverted', why: outcome.why, judgement: state.was.judgement, atMs };
    case 'busy':
    case 'stale':
    case 'refused':
    case 'unknown':
      return { ...state.was, problem: problemOf(outcome, plan) };
    case 'undo-failed':
    case 'foreign':
    case 'put-back':
      return human(problemOf(outcome, plan), atMs, known);
    case 'already':
    case 'applied':
    case 'confirmed':
    case 'rolled-back':
      return human(misfit(plan.host, 'keep', outcome.kind), atMs, known);
    default:
      return unreachable(outcome);
  }
}

/** What a change is after the host was asked to take it back. */
export function afterRollBack(
  change: Change,
  { was, by }: In<'rolling-back'>,
  { outcome, atMs }: Ended,
): ChangeState {
  if (outcome.kind === 'rolled-back' || outcome.kind === 'already') {
    return { kind: 'rolled-back', by, atMs, readBack: outcome.readBack };
  }
  return notTakenBack(change, was, { outcome, atMs });
}

/** The host had to take a change back, and did not simply do so. */
export function notTakenBack(
  { plan }: Change,
  was: In<'rolling-back'>['was'],
  { outcome, atMs }: { outcome: Exclude<ExecuteOutcome, { kind: 'rolled-back' | 'already' }>; atMs: number },
): ChangeState {
  const last = was.kind === 'needs-human' ? was.last : inForce(was);
  switch (outcome.kind) {
    case 'reverted':
      return { kind: 'reverted', why: outcome.why, judgement: null, atMs };
    case 'stale':
    case 'busy':
    case 'refused': {
      // The host did not begin: the change stands as before, and the card says why.
      const reason = problemOf(outcome, plan);
      return was.kind === 'needs-human' ? human(reason, atMs, last) : { ...was, problem: reason };
    }
    case 'undo-failed':
    case 'foreign':
    case 'unknown':
      return human(problemOf(outcome, plan), atMs, last);
    case 'applied':
    case 'confirmed':
    case 'kept':
    case 'put-back':
      return human(misfit(plan.host, 'roll back', outcome.kind), atMs, last);
    default:
      return unreachable(outcome);
  }
}

const inForce = ({ approvals, go, appliedAtMs, readBack, audit, problem: last }: StandingState): InForce => ({
  approvals,
  go,
  appliedAtMs,
  readBack,
  audit,
  problem: last,
});

/** The host's journal knows of it, and nobody here does. */
export const takenBack = (atMs: number, judgement: Judgement | null): ChangeState => ({
  kind: 'reverted',
  why: 'journal',
  judgement,
  atMs,
});

const human = (reason: ChangeProblem, atMs: number, last: InForce | null): ChangeState => ({
  kind: 'needs-human',
  atMs,
  reason,
  last,
});

export const misfit = (host: string, action: string, answer: string): ChangeProblem =>
  problem('CHANGE_UNKNOWN', `${host}: asked to ${action}, the host answered "${answer}"`);
