import type { AuditMark } from './audit.ts';
import type { Risk, SettingChange, TakesEffect } from './report.ts';
import type { Requester } from './run.ts';

/** A person of one Slack team, or an OS user of the bot's machine. */
export type Person =
  | { readonly kind: 'slack-user'; readonly teamId: string; readonly userId: string }
  | {
      readonly kind: 'os-user';
      readonly name: string;
      /** Who this is in Slack, as `approvals.operators` says; a team that nobody knows here is null. */
      readonly slack?: { readonly teamId: string | null; readonly userId: string };
    };

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
  /** Distinct people who must say yes; resolved when the plan was made, so that a change of policy voids it. */
  readonly approvalsNeeded: 1 | 2;
  readonly proposedAtMs: number;
  readonly expiresAtMs: number;
}

/** What a signed go allows; nothing else is ever executed. */
export type ChangeAction = 'apply' | 'keep' | 'rollback';

/** One person's yes to exactly this plan. */
export interface Approval {
  readonly by: Person;
  readonly atMs: number;
  /** The bot's signature over it, while it waits in the store for a second person's. */
  readonly proof?: string | undefined;
  /** Why this one person did without the second, or did not wait for the end of a freeze. */
  readonly breakGlass?: string | undefined;
}

/** The plan for several hosts that a go is a part of. */
export interface GroupPart {
  readonly id: string;
  /** Of the group plan, with the plan of every host in it. */
  readonly hash: string;
  /** Its hosts have their turn one after the other, so it says itself how late one may begin. */
  readonly beginsUntilMs: number;
}

/** The bot's signed word that this very plan may be executed now. */
export interface Go {
  readonly action: ChangeAction;
  readonly plan: ChangePlan;
  readonly group?: GroupPart | undefined;
  /** Everybody whose yes it took, in the order they said it. */
  readonly by: readonly Person[];
  /** The reason of whoever broke the glass: then one person is enough, and a freeze does not stop it. */
  readonly breakGlass?: string | undefined;
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

/** One measured fact before and after, for the thread; what was not measured is null. */
export interface Comparison {
  readonly fact: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly moved: 'better' | 'worse' | 'same' | 'unknown';
}

/** What the look after a change says of it. */
export type Verdict = 'verified' | 'no-effect' | 'worse' | 'unknown';

/** Why a verdict could not be better than it is; the words are in core/render. */
export type VerdictReason =
  /** Less went on than it takes to tell. */
  | {
      readonly kind: 'little-traffic';
      readonly fact: string;
      readonly atLeast: number;
      readonly found: number;
    }
  /** The setting acts on sockets that listen anew; nothing has yet. */
  | { readonly kind: 'not-listened-anew' }
  | { readonly kind: 'not-measured'; readonly said: string }
  /** The playbook does not say what should move. */
  | { readonly kind: 'nothing-to-compare' };

export interface Judgement {
  readonly verdict: Verdict;
  readonly effect: readonly Comparison[];
  /** Whether the finding that led to the change still stands. */
  readonly finding: 'matched' | 'cleared' | 'unknown';
  readonly reason: VerdictReason | null;
  readonly atMs: number;
}

/** What is known of a change while it is in force on the host. */
export interface InForce {
  readonly approvals: readonly Approval[];
  /** The order to apply it: who looks after the change proves with it that people wanted it. */
  readonly go: SignedGo;
  readonly appliedAtMs: number;
  readonly readBack: readonly ReadBack[];
  /** Where the order is on record; null where only the host's journal knows of it. */
  readonly audit: AuditMark | null;
  /** Why the last attempt to roll back or to keep left it as it is; null when there was none. */
  readonly problem: ChangeProblem | null;
  /** Came back from the bot's disk after Redis was emptied, and its host has not been asked since. */
  readonly restoredAtMs?: number | undefined;
}

/** Written and read back; the host takes it back at that time unless somebody confirms over a new login. */
export interface AppliedState extends InForce {
  readonly kind: 'applied';
  readonly revertsAtMs: number;
}

/** The host can still be reached; the timer runs until there is a verdict. */
export interface ConfirmedState extends InForce {
  readonly kind: 'confirmed';
  readonly confirmedAtMs: number;
  readonly revertsAtMs: number;
}

/** The effect is known; in force until the next boot unless somebody decides otherwise. */
export interface JudgedState extends InForce {
  readonly kind: 'judged';
  readonly judgement: Judgement;
  /** The second look, a quarter of an hour later. */
  readonly secondLook: Judgement | null;
}

/** Nobody decided to keep it for a day: it ends with the boot. May still be kept or rolled back. */
export interface LeftState extends InForce {
  readonly kind: 'left-until-reboot';
  readonly judgement: Judgement;
  readonly secondLook: Judgement | null;
  readonly atMs: number;
}

/** Outlives the next boot. */
export interface KeptState extends InForce {
  readonly kind: 'kept';
  readonly judgement: Judgement;
  readonly secondLook: Judgement | null;
  readonly by: Person;
  readonly atMs: number;
  readonly file: string;
}

export interface NeedsHumanState {
  readonly kind: 'needs-human';
  readonly atMs: number;
  readonly reason: ChangeProblem;
  /** What was known of it while it was in force; null when it may never have been. */
  readonly last: InForce | null;
}

/** What the look at the host has found that follows on a card which was no longer true. */
export type FreshLook =
  /** The finding still stands, and the setting would still help: that run proposes it anew. */
  | { readonly kind: 'proposed'; readonly runId: string; readonly atMs: number }
  | { readonly kind: 'gone'; readonly atMs: number }
  /** The finding stands, but the setting has the value or a better one by now. */
  | { readonly kind: 'not-offered'; readonly atMs: number }
  | { readonly kind: 'not-looked'; readonly said: string; readonly atMs: number }
  /** No worker came while the incident lasted. */
  | { readonly kind: 'too-late'; readonly atMs: number }
  /** The setting was written by somebody else again and again. */
  | { readonly kind: 'too-often'; readonly times: number; readonly atMs: number };

/** What was shown is no longer true, or no longer needed. */
export interface VoidState {
  readonly kind: 'void';
  readonly atMs: number;
  readonly reason: ChangeProblem;
  /** Absent until the host has been looked at again; for ever where that is not called for. */
  readonly fresh?: FreshLook | undefined;
}

/** States in which the host has the new values. */
export type StandingState = AppliedState | ConfirmedState | JudgedState | LeftState | KeptState;

/**
 * The life of a change. Ends: rejected, expired, void, failed, rolled-back, reverted; kept and left-until-reboot
 * can still be taken back; needs-human is loud and waits for a person. Which follows which is in core/change/life.ts.
 */
export type ChangeState =
  /** Fewer approvals than the plan needs. */
  | { readonly kind: 'proposed'; readonly approvals: readonly Approval[] }
  /** Approved with a plan for several hosts; it waits for its turn. */
  | {
      readonly kind: 'queued';
      readonly approvals: readonly Approval[];
      /** Id of the group plan. */
      readonly group: string;
      readonly atMs: number;
      readonly untilMs: number;
    }
  | { readonly kind: 'approved'; readonly approvals: readonly Approval[]; readonly atMs: number }
  | {
      readonly kind: 'applying';
      readonly approvals: readonly Approval[];
      readonly go: SignedGo;
      readonly atMs: number;
    }
  | StandingState
  | {
      readonly kind: 'keeping';
      readonly by: Person;
      readonly atMs: number;
      /** Where the change returns to when the host did not write the file. */
      readonly was: JudgedState | LeftState;
    }
  | {
      readonly kind: 'rolling-back';
      readonly by: Person;
      readonly atMs: number;
      /** Where the change returns to when the host did not even begin to roll back. */
      readonly was: StandingState | NeedsHumanState;
    }
  | {
      readonly kind: 'rolled-back';
      readonly by: Person;
      readonly atMs: number;
      readonly readBack: readonly ReadBack[];
    }
  /** Taken back without anybody asking here: by the host's timer, for a bad verdict, by a reboot, or as its journal says. */
  | {
      readonly kind: 'reverted';
      readonly why: 'timer' | 'worse' | 'reboot' | 'journal';
      readonly judgement: Judgement | null;
      readonly atMs: number;
    }
  | { readonly kind: 'rejected'; readonly by: Person; readonly atMs: number }
  | { readonly kind: 'expired'; readonly atMs: number }
  | VoidState
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
