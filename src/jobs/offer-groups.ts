import type { Config } from '../config/config.ts';
import { formGroups } from '../core/change/form-groups.ts';
import { GO_VALID_MS } from '../core/change/go.ts';
import { MAX_WINDOW_S } from '../core/checklist/compose-script.ts';
import type { GroupQuestion } from '../core/domain/group.ts';
import type { State } from '../core/domain/ports.ts';
import type { HostPart } from '../core/render/question-view.ts';

/** What offering a change on several hosts needs. */
interface OfferContext {
  readonly config: Pick<Config, 'approvals' | 'verifyWindowMs'>;
  readonly state: State;
  readonly nowMs: () => number;
}

/**
 * Makes one plan of every setting that several of these hosts want for the same cause. The id follows from the plans,
 * so doing it again offers nothing new. Tells the requests of the hosts that are offered something.
 */
export async function offerGroups(
  { config, state, nowMs }: OfferContext,
  question: GroupQuestion,
  parts: readonly HostPart[],
): Promise<readonly string[]> {
  const candidates = parts.flatMap(({ run, changes }) =>
    run?.phase === 'done' ? changes.map((change) => ({ run, change })) : [],
  );
  if (candidates.length === 0) return [];
  const earlier = await state.groups.ofQuestion(question.id);
  const { hostsPerApproval, confirmWithinMs } = config.approvals;
  // From its turn to its verdict: the go may wait for a worker, a new login confirms, and the effect is measured.
  const perHostMs = GO_VALID_MS + confirmWithinMs + (config.verifyWindowMs ?? MAX_WINDOW_S * 1000);
  const terms = { nowMs: nowMs(), hostsPerApproval, perHostMs };
  const told: string[] = [];
  for (const plan of formGroups(question, { candidates, earlier }, terms)) {
    if (!(await state.groups.propose(plan))) continue;
    const hosts = new Set(plan.members.map(({ host }) => host));
    told.push(...question.requests.filter(({ host }) => hosts.has(host)).map(({ requestId }) => requestId));
  }
  return told;
}
