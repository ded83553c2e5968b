import type { Approval, ChangeProblem, Person } from './change.ts';
import type { Locale } from './locale.ts';
import type { Risk, TakesEffect } from './report.ts';
import type { Requester } from './run.ts';

/** One question about every host of a group: a request for each, and one message that tells of all of them. */
export interface GroupQuestion {
  readonly id: string;
  /** As in the inventory. */
  readonly group: string;
  readonly requests: readonly { readonly host: string; readonly requestId: string }[];
  readonly symptom: string;
  readonly channel: string;
  readonly locale: Locale;
  readonly requester: Requester;
  readonly createdAtMs: number;
  /** Whom news of its changes mentions; empty for nobody. */
  readonly mentions: readonly string[];
}

/** One host of a group plan: its own plan, by id and by hash. */
export interface GroupMember {
  readonly changeId: string;
  readonly host: string;
  readonly planHash: string;
}

/**
 * The same setting on several hosts, one after the other; immutable. Its hash covers the plan of every host, so that
 * one approval of it is an approval of each of exactly these plans, in this order.
 */
export interface GroupPlan {
  readonly id: string;
  readonly questionId: string;
  /** Of the inventory, or what alerts had in common. */
  readonly group: string;
  /** The setting that all of the plans are about. */
  readonly key: string;
  readonly playbook: string;
  readonly cause: string;
  /** In the order they are changed: the first shows whether it helps. */
  readonly members: readonly GroupMember[];
  /** The highest of all. */
  readonly risk: Risk;
  readonly takesEffect: TakesEffect;
  readonly approvalsNeeded: 1 | 2;
  readonly requester: Requester;
  readonly proposedAtMs: number;
  readonly expiresAtMs: number;
  /** How long after the approval a host may still begin. */
  readonly runForMs: number;
}

/** What one person decided about a group plan, with the bot's signature over it: the store proves nothing. */
export interface GroupDecision extends Approval {
  readonly proof: string;
}

/** A host that was passed although nobody knows whether it helped there. */
export interface Passed {
  readonly changeId: string;
  readonly decision: GroupDecision;
}

/** Why no further host is begun. */
export type GroupStop =
  /** The host's own state tells what became of it. */
  | { readonly kind: 'not-verified'; readonly changeId: string }
  /** Somebody decided about the host's change by itself, in between. */
  | { readonly kind: 'decided-apart'; readonly changeId: string }
  | { readonly kind: 'out-of-time' }
  | { readonly kind: 'person'; readonly by: Person }
  /** What the approval rested on is not so any more. */
  | { readonly kind: 'untrue'; readonly reason: ChangeProblem };

/** What is known of a group plan once enough people have approved it. */
export interface ApprovedGroup {
  /** The last of them was enough, and counts as the moment of approval. */
  readonly approvals: readonly GroupDecision[];
  /** Hosts that were given their turn, in this order; each is marked before it is ordered. */
  readonly begun: readonly string[];
  readonly passed: readonly Passed[];
}

/** Each host is asked once per decision, and marked before. */
interface Undertaken extends ApprovedGroup {
  readonly decision: GroupDecision;
  readonly tried: readonly string[];
}

/** One after the other: each verified before the next begins. */
export interface RunningGroup extends ApprovedGroup {
  readonly kind: 'running';
}

/** The life of a group plan; which follows which is in core/change/group-life.ts. What each host has is its own state. */
export type GroupState =
  | { readonly kind: 'proposed'; readonly approvals: readonly GroupDecision[] }
  | RunningGroup
  | (ApprovedGroup & { readonly kind: 'stopped'; readonly stop: GroupStop; readonly atMs: number })
  /** Every host has it, and was verified or passed. */
  | (ApprovedGroup & { readonly kind: 'done'; readonly atMs: number })
  | (Undertaken & { readonly kind: 'keeping' })
  | (Undertaken & { readonly kind: 'kept' })
  | (Undertaken & { readonly kind: 'rolling-back' })
  | (Undertaken & { readonly kind: 'rolled-back' })
  | { readonly kind: 'rejected'; readonly by: Person; readonly atMs: number }
  | { readonly kind: 'expired'; readonly atMs: number }
  | { readonly kind: 'void'; readonly reason: ChangeProblem; readonly atMs: number };

export interface GroupChange {
  readonly plan: GroupPlan;
  readonly state: GroupState;
  /** Counts the moves, so that one that is late changes nothing. */
  readonly version: number;
}
