import type { Change, ChangeProblem, ChangeState, Comparison, Person } from '../domain/change.ts';
import type { ErrorCode } from '../domain/error-catalogue.ts';
import { unreachable } from '../domain/errors.ts';
import type { Localized } from '../domain/locale.ts';
import { CLOCK_SKEW_MS, GO_VALID_MS } from './go.ts';
import { problem, problemOf, type ExecuteOutcome } from './outcome.ts';

/** Everything that can happen to a change. */
export type ChangeEvent =
  | { readonly kind: 'approve'; readonly by: Person; readonly atMs: number }
  | { readonly kind: 'reject'; readonly by: Person; readonly atMs: number }
  /** Time passed; the change says whether it was enough. */
  | { readonly kind: 'expire'; readonly atMs: number }
  /** What was shown is known to be no longer true. */
  | { readonly kind: 'void'; readonly reason: ChangeProblem; readonly atMs: number }
  /** A worker is about to execute the go; the state is moved first, so that only one can. */
  | { readonly kind: 'begin'; readonly atMs: number }
  | { readonly kind: 'apply-ended'; readonly outcome: ExecuteOutcome; readonly atMs: number }
  /** The look after the change is done. */
  | { readonly kind: 'measured'; readonly effect: readonly Comparison[] }
  | { readonly kind: 'roll-back'; readonly by: Person; readonly atMs: number }
  | { readonly kind: 'roll-back-ended'; readonly outcome: ExecuteOutcome; readonly atMs: number };

/** Why an event changes nothing, with the sentence for the person who caused it. */
interface Refusal extends ChangeProblem {
  readonly answer: Localized;
}

type NextState = { readonly ok: ChangeState } | { readonly refused: Refusal };

/** The state after the event, or why there is none: the whole life of a change in one place. */
export function nextState(change: Change, event: ChangeEvent): NextState {
  const { plan, state } = change;
  switch (event.kind) {
    case 'approve':
    case 'reject': {
      if (state.kind !== 'proposed') return refuse(change, event);
      if (event.atMs >= plan.expiresAtMs) return refuse(change, event, 'CHANGE_EXPIRED');
      const kind = event.kind === 'approve' ? 'approved' : 'rejected';
      return { ok: { kind, by: event.by, atMs: event.atMs } };
    }
    case 'expire':
      return hasExpired(change, event.atMs)
        ? { ok: { kind: 'expired', atMs: event.atMs } }
        : refuse(change, event);
    case 'void':
      return state.kind === 'proposed' || state.kind === 'approved'
        ? { ok: { kind: 'void', atMs: event.atMs, reason: event.reason } }
        : refuse(change, event);
    case 'begin':
      return state.kind === 'approved'
        ? { ok: { kind: 'applying', by: state.by, atMs: event.atMs } }
        : refuse(change, event);
    case 'apply-ended':
      return state.kind === 'applying' ? { ok: afterApply(change, state.by, event) } : refuse(change, event);
    case 'measured':
      return state.kind === 'applied' && state.effect === null
        ? { ok: { ...state, effect: event.effect } }
        : refuse(change, event);
    case 'roll-back':
      // No look at the clock: taking back is never stopped by expiry.
      return state.kind === 'applied' || state.kind === 'needs-human'
        ? { ok: { kind: 'rolling-back', by: event.by, atMs: event.atMs, was: state } }
        : refuse(change, event);
    case 'roll-back-ended':
      return state.kind === 'rolling-back'
        ? { ok: afterRollBack(change, state, event) }
        : refuse(change, event);
    default:
      return unreachable(event);
  }
}

/** An approved change that no worker began within the life of its go can never be begun any more. */
function hasExpired({ plan, state }: Change, nowMs: number): boolean {
  if (state.kind === 'proposed') return nowMs >= plan.expiresAtMs;
  return state.kind === 'approved' && nowMs > state.atMs + GO_VALID_MS + CLOCK_SKEW_MS;
}

interface Ended {
  readonly outcome: ExecuteOutcome;
  readonly atMs: number;
}

function afterApply({ plan }: Change, by: Person, { outcome, atMs }: Ended): ChangeState {
  switch (outcome.kind) {
    case 'applied':
    case 'already':
      return { kind: 'applied', by, atMs, readBack: outcome.readBack, effect: null, problem: null };
    case 'stale':
      return { kind: 'void', atMs, reason: problemOf(outcome, plan) };
    case 'busy': {
      const hint = 'Wait until it is done, then ask for a new diagnosis.';
      return { kind: 'failed', atMs, reason: { ...problemOf(outcome, plan), hint } };
    }
    case 'refused':
    case 'put-back':
      return { kind: 'failed', atMs, reason: problemOf(outcome, plan) };
    case 'undo-failed':
    case 'foreign':
    case 'unknown':
      return { kind: 'needs-human', atMs, reason: problemOf(outcome, plan) };
    case 'rolled-back':
      return { kind: 'needs-human', atMs, reason: misfit(plan.host, 'apply', outcome.kind) };
    default:
      return unreachable(outcome);
  }
}

type RollingBack = Extract<ChangeState, { kind: 'rolling-back' }>;

function afterRollBack({ plan }: Change, state: RollingBack, { outcome, atMs }: Ended): ChangeState {
  switch (outcome.kind) {
    case 'rolled-back':
    case 'already':
      return { kind: 'rolled-back', by: state.by, atMs, readBack: outcome.readBack };
    case 'stale':
    case 'busy':
    case 'refused': {
      // The host did not begin: the change stands as before, and the card says why.
      const reason = problemOf(outcome, plan);
      return state.was.kind === 'applied'
        ? { ...state.was, problem: reason }
        : { kind: 'needs-human', atMs, reason };
    }
    case 'undo-failed':
    case 'foreign':
    case 'unknown':
      return { kind: 'needs-human', atMs, reason: problemOf(outcome, plan) };
    case 'applied':
    case 'put-back':
      return { kind: 'needs-human', atMs, reason: misfit(plan.host, 'roll back', outcome.kind) };
    default:
      return unreachable(outcome);
  }
}

const misfit = (host: string, action: string, answer: string): ChangeProblem =>
  problem('CHANGE_UNKNOWN', `${host}: asked to ${action}, the host answered "${answer}"`);

function refuse({ plan, state }: Change, event: ChangeEvent, code = refusalCode(state, event)): NextState {
  const message = `change ${plan.id} of ${plan.host} is ${state.kind}: ${event.kind} is not possible`;
  return {
    refused: {
      ...problem(code, message),
      answer: code === 'CHANGE_EXPIRED' ? ANSWERS.expired : ANSWERS[state.kind],
    },
  };
}

function refusalCode(state: ChangeState, event: ChangeEvent): ErrorCode {
  if (state.kind === 'expired') return 'CHANGE_EXPIRED';
  if (event.kind !== 'roll-back') return 'CHANGE_DECIDED';
  if (state.kind === 'rolled-back') return 'CHANGE_DECIDED';
  const moving = state.kind === 'approved' || state.kind === 'applying' || state.kind === 'rolling-back';
  return moving ? 'CHANGE_BUSY' : 'CHANGE_NOT_APPLIED';
}

const ANSWERS: Readonly<Record<ChangeState['kind'], Localized>> = {
  proposed: { en: 'Nothing has been decided yet.', ko: '아직 결정되지 않은 변경입니다.' },
  approved: { en: 'This was approved already.', ko: '이미 승인된 변경입니다.' },
  applying: { en: 'This is being applied right now.', ko: '지금 적용하는 중입니다.' },
  applied: { en: 'This was applied already.', ko: '이미 적용된 변경입니다.' },
  'rolling-back': { en: 'This is being rolled back right now.', ko: '지금 되돌리는 중입니다.' },
  'rolled-back': { en: 'This was rolled back already.', ko: '이미 되돌린 변경입니다.' },
  rejected: { en: 'This was rejected; nothing was changed.', ko: '거절된 변경입니다. 바뀐 것은 없습니다.' },
  expired: {
    en: 'This proposal is too old. Ask for a new diagnosis.',
    ko: '제안이 만료되었습니다. 진단을 다시 요청해 주세요.',
  },
  void: {
    en: 'What was shown is no longer true, so nothing was changed. Ask for a new diagnosis.',
    ko: '제안할 때와 현재 상태가 달라 아무것도 바꾸지 않았습니다. 진단을 다시 요청해 주세요.',
  },
  failed: {
    en: 'This was tried and failed; nothing is left changed.',
    ko: '적용에 실패했으며, 남아 있는 변경은 없습니다.',
  },
  'needs-human': {
    en: 'A person must look at the host first.',
    ko: '먼저 담당자가 호스트를 직접 확인해야 합니다.',
  },
};
