import { groupEventStep } from '../core/audit/group-steps.ts';
import { nextGroupState, type GroupEvent } from '../core/change/group-life.ts';
import type { Members } from '../core/change/group-step.ts';
import { planHash } from '../core/change/plan-hash.ts';
import type { Audit } from '../core/domain/audit.ts';
import { TcpcheckError } from '../core/domain/errors.ts';
import type { GroupChange } from '../core/domain/group.ts';
import type { State } from '../core/domain/ports.ts';
import type { Problem } from '../core/domain/problem.ts';

/** The change of every host, where it is exactly the one that the group plan lists. */
export async function membersOf(state: State, { plan }: GroupChange): Promise<Members> {
  return Promise.all(
    plan.members.map(async ({ changeId, planHash: listed }) => {
      const change = await state.changes.get(changeId);
      return change !== null && planHash(change.plan) === listed ? change : null;
    }),
  );
}

interface MoveContext {
  readonly state: State;
  readonly audit: Audit;
  readonly report: (problem: Problem) => void;
}

/** Moves the group plan on, which its thread owes news of then; null when something else moved it first. */
export async function moveGroup(
  { state, audit, report }: MoveContext,
  group: GroupChange,
  event: GroupEvent,
): Promise<GroupChange | null> {
  const next = nextGroupState(group, event);
  if ('refused' in next) {
    const fields = { said: next.refused.message };
    report({ what: 'a group plan was elsewhere already', code: next.refused.code, fields });
    return null;
  }
  const { moved, group: now } = await state.groups.move(group, next.ok);
  if (!moved) return null;
  try {
    await audit.record(groupEventStep(now, event));
  } catch (error) {
    if (!(error instanceof TcpcheckError)) throw error;
    const fields = { change: group.plan.id, step: event.kind, said: error.message };
    report({ what: 'a step of a group plan is not on record', code: error.code, fields });
  }
  return now;
}
