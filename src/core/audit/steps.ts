import type { ChangeEvent } from '../change/life.ts';
import type { AuditStep } from '../domain/audit.ts';
import type { Change, ChangePlan, Go, Person } from '../domain/change.ts';
import type { Declaration } from '../domain/freeze.ts';
import { planHash } from '../change/plan-hash.ts';

/** How a person stands in the log: ids only, bound to their team. */
export const personId = (person: Person): string =>
  person.kind === 'os-user' ? `os:${person.name}` : `${person.teamId}/${person.userId}`;

/** A person has decided; nothing has happened yet. */
export const decisionStep = (
  plan: ChangePlan,
  step: 'approve' | 'reject' | 'keep' | 'roll-back' | 'break-glass',
  { by, reason }: { readonly by: Person; readonly reason: string | null },
): AuditStep => ({
  step,
  change: plan.id,
  host: plan.host,
  by: [personId(by)],
  detail: { plan: planHash(plan), ...(reason === null ? {} : { reason }) },
});

/** Whether changes are frozen is about no single change. */
export const freezeStep = (
  { freeze, by, channel }: Omit<Declaration, 'seq' | 'atMs'>,
  reason: string,
): AuditStep => ({
  step: freeze === null ? 'freeze-lifted' : 'freeze',
  change: '',
  host: '',
  by: by === null ? [] : [personId(by)],
  detail: { freeze, channel, reason },
});

/** The host is about to be asked: the whole plan, since the order proves nothing without it. */
export const orderStep = ({ action, plan, by, breakGlass }: Go): AuditStep => ({
  step: `${action}-begins`,
  change: plan.id,
  host: plan.host,
  by: by.map(personId),
  detail: { plan, hash: planHash(plan), ...(breakGlass === undefined ? {} : { breakGlass }) },
});

/** Something has happened to a change, and this is what it is now. */
export const eventStep = ({ plan, state }: Change, event: ChangeEvent): AuditStep => ({
  step: event.kind,
  change: plan.id,
  host: plan.host,
  by: 'by' in event ? [personId(event.by)] : [],
  detail: {
    state: state.kind,
    ...('outcome' in event ? { outcome: event.outcome } : {}),
    ...('judgement' in event ? { judgement: event.judgement } : {}),
    ...('fresh' in event ? { fresh: event.fresh } : {}),
    ...('reason' in event ? { reason: event.reason } : {}),
  },
});
