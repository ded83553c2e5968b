import { createHash } from 'node:crypto';
import type { GroupPlan } from '../domain/group.ts';
import { canonicalJson } from './canonical-json.ts';

const sha256 = (value: unknown): string =>
  createHash('sha256').update(canonicalJson(value), 'utf8').digest('hex');

/** SHA-256 (hex) of the whole group plan, and with it of the plan of every host, in their order. */
export const groupHash = (plan: GroupPlan): string => sha256(plan);

/** What going on past a host is decided about; never the same as the approval of the plan. */
export const passHash = (plan: GroupPlan, changeId: string): string =>
  sha256({ plan: groupHash(plan), pass: changeId });

/** What the buttons of a group's card carry: which group plan, and exactly what its card showed. */
export const groupValue = (plan: GroupPlan): string => `${plan.id}.${groupHash(plan)}`;

/** What the button carries that goes on past this host. */
export const passValue = (plan: GroupPlan, changeId: string): string =>
  `${plan.id}.${passHash(plan, changeId)}`;
