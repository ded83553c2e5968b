import type { Risk, SettingChange, TakesEffect } from './report.ts';
import type { Requester } from './run.ts';

/** A person of one Slack team, or an OS user of the bot's machine. */
export type Person =
  | { readonly kind: 'slack-user'; readonly teamId: string; readonly userId: string }
  | { readonly kind: 'os-user'; readonly name: string };

/**
 * Exactly what would be done; immutable. Its hash stands in the button, so what was shown is what is
 * applied. A signed go covers all of it.
 */
export interface ChangePlan {
  readonly id: string;
  readonly host: string;
  /** SHA256:… of the host key that was verified when the evidence was taken. */
  readonly hostKeyFingerprint: string;
  /** Network namespace the values belong to. */
  readonly netns: string;
  /** In the order they are written. */
  readonly settings: readonly SettingChange[];
  readonly risk: Risk;
  readonly takesEffect: TakesEffect;
  readonly playbook: string;
  readonly playbookVersion: number;
  readonly cause: string;
  readonly subject: string | null;
  readonly requestId: string;
  readonly runId: string;
  readonly requester: Requester;
  readonly proposedAtMs: number;
  readonly expiresAtMs: number;
}

/** What a signed go allows; nothing else is ever executed. */
export type ChangeAction = 'apply' | 'rollback';

/** The bot's signed word that this very plan may be executed now. */
export interface Go {
  readonly action: ChangeAction;
  readonly plan: ChangePlan;
  readonly by: Person;
  readonly issuedAtMs: number;
  readonly validUntilMs: number;
}

/** A go as it travels: the exact signed text and its Ed25519 signature (base64). */
export interface SignedGo {
  readonly payload: string;
  readonly signature: string;
}

/** Value of one key as read back from /proc/sys. */
export interface ReadBack {
  readonly key: string;
  readonly value: string;
}

/** One measured fact before and after, for the thread. */
export interface Comparison {
  readonly fact: string;
  readonly before: string;
  readonly after: string;
}

/** In force on the host. */
export interface AppliedState {
  readonly kind: 'applied';
  readonly by: Person;
  readonly atMs: number;
  readonly readBack: readonly ReadBack[];
  /** Null until the look after the change is done. */
  readonly effect: readonly Comparison[] | null;
  /** Why the last attempt to roll back left it in force; null when there was none. */
  readonly problem: ChangeProblem | null;
}

export interface NeedsHumanState {
  readonly kind: 'needs-human';
  readonly atMs: number;
  readonly reason: ChangeProblem;
}

/**
 * The life of a change. Ends: rejected, expired, void, failed, rolled-back; needs-human is loud and
 * waits for a person. Which follows which is in core/change/life.ts.
 */
export type ChangeState =
  | { readonly kind: 'proposed' }
  | { readonly kind: 'approved'; readonly by: Person; readonly atMs: number }
  | { readonly kind: 'applying'; readonly by: Person; readonly atMs: number }
  | AppliedState
  | {
      readonly kind: 'rolling-back';
      readonly by: Person;
      readonly atMs: number;
      /** Where the change returns to when the host did not even begin to roll back. */
      readonly was: AppliedState | NeedsHumanState;
    }
  | {
      readonly kind: 'rolled-back';
      readonly by: Person;
      readonly atMs: number;
      readonly readBack: readonly ReadBack[];
    }
  | { readonly kind: 'rejected'; readonly by: Person; readonly atMs: number }
  | { readonly kind: 'expired'; readonly atMs: number }
  | { readonly kind: 'void'; readonly atMs: number; readonly reason: ChangeProblem }
  | { readonly kind: 'failed'; readonly atMs: number; readonly reason: ChangeProblem }
  | NeedsHumanState;

/** Why a change did not go as planned, in the words of the error catalogue. */
export interface ChangeProblem {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

export interface Change {
  readonly plan: ChangePlan;
  readonly state: ChangeState;
}
