import type { AuditStep } from '../domain/audit.ts';
import type { Person } from '../domain/change.ts';
import type { GroupChange, GroupPlan } from '../domain/group.ts';
import { groupHash } from '../change/group-hash.ts';
import type { GroupEvent } from '../change/group-life.ts';
import { personId } from './steps.ts';

/** Somebody has decided about several hosts, or it is the turn of one of them; nothing has happened yet. */
export const groupStep = (
  plan: GroupPlan,
  {
    step,
    by,
    member,
  }: { readonly step: string; readonly by: readonly Person[]; readonly member: string | null },
): AuditStep => ({
  step: `group-${step}`,
  change: plan.id,
  host: plan.group,
  by: by.map(personId),
  detail: {
    plan: groupHash(plan),
    members: plan.members.map(({ changeId }) => changeId),
    ...(member === null ? {} : { member }),
  },
});

/** Something has happened to a group plan, and this is what it is now. */
export const groupEventStep = ({ plan, state }: GroupChange, event: GroupEvent): AuditStep => ({
  step: `group-${event.kind}`,
  change: plan.id,
  host: plan.group,
  by: 'by' in event ? [personId(event.by)] : 'decision' in event ? [personId(event.decision.by)] : [],
  detail: {
    state: state.kind,
    ...('changeId' in event ? { member: event.changeId } : {}),
    ...('stop' in event ? { stop: event.stop } : {}),
    ...('reason' in event ? { reason: event.reason } : {}),
  },
});
