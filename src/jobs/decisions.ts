import type { ChangeEvent } from '../core/change/life.ts';
import {
  mayApprove,
  mayDecide,
  mayRollBack,
  mayStop,
  type ApprovalRules,
  type Permission,
} from '../core/change/policy.ts';
import type { Change, ChangeAction, Person } from '../core/domain/change.ts';

/** What people decide about changes. */
export type DecisionKind = 'approve' | 'reject' | 'keep' | 'roll-back';

/** The same, and what only goes with a reason. */
type Recorded = DecisionKind | 'break-glass';

/** How each decision is judged, told to the change, and ordered. */
export interface Decision {
  readonly kind: Recorded;
  readonly allowed: (person: Person, rules: ApprovalRules, change: Change) => Permission;
  readonly event: (by: Person, atMs: number) => ChangeEvent;
  readonly orders: ChangeAction | null;
  /** Why it may be taken in a freeze and by one person; null for all that needs no such reason. */
  readonly breakGlass: string | null;
}

/** One approver goes on without the second person or in a freeze: whoever asked for the diagnosis may, too. */
export const breakingGlass = (reason: string): Decision => ({
  kind: 'break-glass',
  allowed: mayDecide,
  event: (by, atMs) => ({ kind: 'approve', by, atMs, breakGlass: reason }),
  orders: 'apply',
  breakGlass: reason,
});

export const DECISIONS: Readonly<Record<DecisionKind, Decision>> = {
  /** Recorded, signed, and ordered from a worker. */
  approve: {
    allowed: (person, rules, { plan }) => mayApprove(person, rules, plan),
    kind: 'approve',
    event: (by, atMs) => ({ kind: 'approve', by, atMs }),
    orders: 'apply',
    breakGlass: null,
  },
  reject: {
    allowed: mayStop,
    kind: 'reject',
    event: (by, atMs) => ({ kind: 'reject', by, atMs }),
    orders: null,
    breakGlass: null,
  },
  /** Outlives the next boot. */
  keep: {
    allowed: mayDecide,
    kind: 'keep',
    event: (by, atMs) => ({ kind: 'keep', by, atMs }),
    orders: 'keep',
    breakGlass: null,
  },
  /** Expiry never stops this. */
  'roll-back': {
    allowed: (person, rules, change) => mayRollBack(person, rules, change.plan.requester),
    kind: 'roll-back',
    event: (by, atMs) => ({ kind: 'roll-back', by, atMs }),
    orders: 'rollback',
    breakGlass: null,
  },
};
