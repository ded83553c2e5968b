import { nextState, type ChangeEvent } from '../core/change/life.ts';
import { outdated, type RulesNow } from '../core/change/still-true.ts';
import type { Audit } from '../core/domain/audit.ts';
import type { Change } from '../core/domain/change.ts';
import type { ClickOutcome, State } from '../core/domain/ports.ts';
import type { Problem } from '../core/domain/problem.ts';
import { wakeRecorded } from './insist.ts';
import { putOnRecord } from './move-change.ts';

interface VoidContext {
  readonly state: State;
  readonly audit: Audit;
  readonly nowMs: () => number;
  readonly report: (problem: Problem) => void;
}

/** Ends a proposal that is not what it was when it was shown, and says what differs; null when all of it holds. */
export async function voidIfOutdated(
  context: VoidContext,
  change: Change,
  now: RulesNow,
): Promise<ClickOutcome | null> {
  const approvals = change.state.kind === 'proposed' ? change.state.approvals : [];
  const found = outdated(change.plan, approvals, now);
  if (found === null) return null;
  const event: ChangeEvent = { kind: 'void', reason: found.reason, atMs: context.nowMs() };
  const next = nextState(change, event);
  if ('ok' in next) {
    const { moved } = await context.state.changes.move(change.plan.id, change.state, next.ok);
    if (moved) await putOnRecord(context, { ...change, state: next.ok }, event);
    if (moved) await wakeRecorded(context.state, change.plan.requestId);
  }
  return { kind: 'refused', code: found.reason.code, answer: found.answer };
}
