import { problem } from '../core/change/outcome.ts';
import { isGone } from '../core/change/still-true.ts';
import type { Change, ChangeProblem } from '../core/domain/change.ts';
import type { Freezes } from '../core/domain/freeze.ts';
import { approversNow, type RulesContext } from './rules-now.ts';

/** Between the signature and the worker there is a minute at most; Slack allows twenty questions in it. */
const AT_SWEEP_MS = 15_000;

/** Why an approved change that no worker has begun must not be begun any more; null while nothing is known. */
export async function doubtAbout(
  context: RulesContext & { readonly freezes: Freezes },
  { state }: Change,
): Promise<ChangeProblem | null> {
  if (state.kind !== 'approved') return null;
  const { approvals } = state;
  const isBroken = approvals.some(({ breakGlass }) => breakGlass !== undefined);
  if (!isBroken && (await context.freezes.now()) !== null) {
    return problem('CHANGE_FROZEN', 'changes were frozen before a worker began it');
  }
  const people = approvals.map(({ by }) => by);
  const approvers = await approversNow(context, people, AT_SWEEP_MS);
  return people.some((person) => isGone(person, approvers))
    ? problem('CHANGE_STALE', 'somebody who approved it is no approver any more')
    : null;
}
