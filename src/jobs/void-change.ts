import { nextState, type ChangeEvent } from '../core/change/life.ts';
import { wantsFreshLook } from '../core/change/fresh.ts';
import { isProven } from '../core/change/approval-proof.ts';
import { decidingKeys } from '../core/change/verify-keys.ts';
import { problem } from '../core/change/outcome.ts';
import { noLongerNeeded, outdated, type Outdated, type RulesNow } from '../core/change/still-true.ts';
import type { Audit } from '../core/domain/audit.ts';
import type { Change } from '../core/domain/change.ts';
import type { ClickOutcome, State } from '../core/domain/ports.ts';
import type { Problem } from '../core/domain/problem.ts';
import { wakeCare, wakeRecorded } from './insist.ts';
import { putOnRecord } from './move-change.ts';

/** Somebody who can write the store must not be able to lend a person's yes. */
const FORGED: Outdated = {
  reason: problem('CHANGE_UNSIGNED', 'an approval that stands there was not taken by this bot'),
  answer: {
    en: 'An approval of this change was not given through me, so nothing was changed. The operators can see it in my log.',
    ko: '이 변경의 승인 기록 중 봇을 거치지 않은 것이 있어 아무것도 변경하지 않았습니다. 운영자는 로그에서 확인할 수 있습니다.',
  },
};

interface VoidContext {
  readonly state: State;
  readonly audit: Audit;
  readonly signingKeyPem: string;
  /** Keys whose approvals count besides, while the one that signs is rotated. */
  readonly verifyKeyPem?: string;
  readonly nowMs: () => number;
  readonly report: (problem: Problem) => void;
}

/** What of a proposal is not as it was shown, or not ours; null when all of it holds. */
export function untrue(
  context: Pick<VoidContext, 'signingKeyPem' | 'verifyKeyPem'>,
  { plan, state }: Change,
  now: RulesNow,
): Outdated | null {
  const approvals = state.kind === 'proposed' ? state.approvals : [];
  const keys = decidingKeys(context);
  if (approvals.some((one) => !isProven(plan, one, keys))) return FORGED;
  return outdated(plan, approvals, now);
}

/** Ends a proposal of which something is untrue, or that nobody needs any more, and says what; null when all of it holds. */
export async function voidIfUntrue(
  context: VoidContext,
  change: Change,
  now: RulesNow,
): Promise<ClickOutcome | null> {
  const { plan } = change;
  const found = untrue(context, change, now) ?? (await needless(context, change));
  if (found === null) return null;
  if (found === FORGED) {
    const fields = { change: plan.id };
    context.report({ what: 'an approval in the store is not ours', code: 'CHANGE_UNSIGNED', fields });
  }
  await withdraw(context, change, found);
  return { kind: 'refused', code: found.reason.code, answer: found.answer };
}

type WithdrawContext = Omit<VoidContext, 'signingKeyPem'>;

/** Ends a proposal whose finding another change has ended; true when it did. */
export async function withdrawIfNeedless(context: WithdrawContext, change: Change): Promise<boolean> {
  const found = change.state.kind === 'proposed' ? await needless(context, change) : null;
  if (found !== null) await withdraw(context, change, found);
  return found !== null;
}

const needless = async ({ state }: WithdrawContext, { plan }: Change): Promise<Outdated | null> =>
  noLongerNeeded(plan, await state.changes.ofRequest(plan.requestId));

/** Ends it, and says why. Where what was shown is no longer true, a worker looks at the host again. */
export async function withdraw(
  context: WithdrawContext,
  change: Change,
  { reason }: Pick<Outdated, 'reason'>,
): Promise<void> {
  const { plan, state } = change;
  const event: ChangeEvent = { kind: 'void', reason, atMs: context.nowMs() };
  const next = nextState(change, event);
  if ('refused' in next) return;
  const { moved } = await context.state.changes.move(plan.id, state, next.ok);
  if (!moved) return;
  const now = { ...change, state: next.ok };
  await putOnRecord(context, now, event);
  await wakeRecorded(context.state, plan.requestId);
  if (wantsFreshLook(next.ok)) await wakeCare(context.state, plan.id);
}
