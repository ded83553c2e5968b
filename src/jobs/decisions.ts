import type { ChangeEvent } from '../core/change/life.ts';
import {
  mayApprove,
  mayDecide,
  mayRollBack,
  type ApprovalRules,
  type Permission,
} from '../core/change/policy.ts';
import type { Change, ChangeAction, Person } from '../core/domain/change.ts';

/** What people decide about changes. */
export type DecisionKind = 'approve' | 'reject' | 'keep' | 'roll-back';

/** How each decision is judged, told to the change, and ordered. */
export interface Decision {
  readonly kind: DecisionKind;
  readonly allowed: (person: Person, rules: ApprovalRules, change: Change) => Permission;
  readonly event: (by: Person, atMs: number) => ChangeEvent;
  readonly orders: ChangeAction | null;
}

export const DECISIONS: Readonly<Record<DecisionKind, Decision>> = {
  /** Recorded, signed, and ordered from a worker. */
  approve: {
    allowed: (person, rules, { plan }) => mayApprove(person, rules, plan),
    kind: 'approve',
    event: (by, atMs) => ({ kind: 'approve', by, atMs }),
    orders: 'apply',
  },
  reject: {
    allowed: mayDecide,
    kind: 'reject',
    event: (by, atMs) => ({ kind: 'reject', by, atMs }),
    orders: null,
  },
  /** Outlives the next boot. */
  keep: {
    allowed: mayDecide,
    kind: 'keep',
    event: (by, atMs) => ({ kind: 'keep', by, atMs }),
    orders: 'keep',
  },
  /** Expiry never stops this. */
  'roll-back': {
    allowed: (person, rules, change) => mayRollBack(person, rules, change.plan.requester),
    kind: 'roll-back',
    event: (by, atMs) => ({ kind: 'roll-back', by, atMs }),
    orders: 'rollback',
  },
};
