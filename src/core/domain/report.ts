import type { CheckResult } from './capture.ts';
import type { Facts, FactValue } from './facts.ts';
import type { Localized } from './locale.ts';
import type { Inside } from './place.ts';

export const REPORT_SCHEMA = 'tcpcheck/report/v1';

export type Severity = 'critical' | 'warning' | 'info';
export type Verdict = 'critical' | 'warning' | 'ok' | 'unknown';
export type FindingStatus = 'matched' | 'cleared' | 'unknown';
export type Risk = 'low' | 'medium' | 'high';

/** When a setting reaches the sockets it is meant for. */
export type TakesEffect = 'now' | 'new-sockets' | 'relisten';

/** One measured number that made the finding, with the command a person would type to see it. */
export interface Evidence {
  readonly fact: string;
  readonly value: FactValue;
  readonly text: Localized;
  readonly command: string;
}

export interface CodeSample {
  readonly language: string;
  readonly code: string;
}

/** Something people do: to the application first. */
export interface Advice {
  readonly kind: 'advice';
  readonly text: Localized;
  readonly samples: readonly CodeSample[];
}

/** One key of a plan, values normalised to single blanks. */
export interface SettingChange {
  readonly key: string;
  readonly from: string;
  readonly to: string;
}

/** A kernel setting that would help, as a stopgap. */
export interface SysctlFix {
  readonly kind: 'sysctl';
  readonly key: string;
  readonly from: string;
  readonly to: string;
  readonly takesEffect: TakesEffect;
  readonly risk: Risk;
  /** Evidence and catalogue allow it, whoever may approve. */
  readonly offered: boolean;
  /** Why it helps here, or why it is not offered; with the arithmetic where there is one. */
  readonly why: Localized;
  /** Keys that must be written before it in the same plan (reserved ports before a wider range). */
  readonly companions: readonly SettingChange[];
}

export type Fix = Advice | SysctlFix;

/** A popular setting that would not help here, and why. */
export interface NotAdvised {
  readonly key: string;
  readonly why: Localized;
}

export interface Finding {
  readonly playbook: string;
  readonly playbookVersion: number;
  readonly status: FindingStatus;
  readonly severity: Severity;
  readonly cause: string | null;
  readonly subject: string | null;
  /** Playbook id of the finding that this one is a consequence of. */
  readonly explainedBy: string | null;
  readonly title: Localized;
  /** What is wrong and why, in two or three sentences. */
  readonly summary: Localized;
  readonly evidence: readonly Evidence[];
  /** Facts that were wanted and could not be had. */
  readonly missing: readonly string[];
  readonly fixes: readonly Fix[];
  readonly notAdvised: readonly NotAdvised[];
}

export interface Coverage {
  readonly seen: number;
  readonly of: number;
  readonly why: readonly Localized[];
}

/** One mark of the root message's checklist line. */
export interface Mark {
  readonly topic: 'time-wait' | 'accept-queue' | 'descriptors' | 'connections';
  readonly state: 'good' | 'bad' | 'unknown' | 'pending';
}

/** Why a host could not be looked at, in the words of the error catalogue. */
export interface RunError {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** A short sentence; `{at}` in it stands for the moment `atMs`, which each reader sees in the own time zone. */
export interface Note extends Localized {
  readonly atMs?: number;
}

/** Everything a run found out; the report of the contract is its JSON form in one language. */
export interface Diagnosis {
  readonly host: string;
  readonly verdict: Verdict;
  readonly quiet: boolean;
  readonly windowMs: number;
  readonly error: RunError | null;
  readonly coverage: Coverage;
  /** Matched first; causes before their consequences, then worst first. */
  readonly findings: readonly Finding[];
  readonly checks: readonly CheckResult[];
  readonly marks: readonly Mark[];
  readonly facts: Facts | null;
  /** The network namespace that was looked into; null for the one the account logs into. */
  readonly inside: Inside | null;
  /** Short sentences for the head of the thread: facts worth knowing that are no finding ("quiet now; …"). */
  readonly notes: readonly Note[];
}
