import type { Person } from './change.ts';
import type { Mark } from './report.ts';
import type { Diagnosis } from './report.ts';
import type { Locale } from './locale.ts';

/** A person or a program that asked: in Slack, in a terminal, by an alert. */
export type Requester =
  Person | { readonly kind: 'alert'; readonly source: string; readonly alertName: string };

/**
 * One accepted question about one host, answered in its own thread. Several requests can be answered by
 * one run.
 */
export interface DiagnosisRequest {
  readonly id: string;
  readonly host: string;
  /** The user's own words, raw; escaped wherever they are shown. */
  readonly symptom: string;
  readonly channel: string;
  readonly locale: Locale;
  readonly requester: Requester;
  readonly createdAtMs: number;
  /** Whom the last reply mentions; empty for nobody. */
  readonly mentions: readonly string[];
  /** When its thread was brought back into a Redis that had been emptied. */
  readonly restoredAtMs?: number | undefined;
  /** The question about a group that it is a part of. */
  readonly questionId?: string | undefined;
  /** The one setting whose change was asked for; absent: whatever the findings offer. */
  readonly onlySetting?: string | undefined;
  /** How long to measure; absent: as configured. */
  readonly windowMs?: number | undefined;
}

export type RunPhase = 'connecting' | 'sampling' | 'done' | 'failed';

/** One look at one host. `attempt` is the fence: a result of an older attempt is discarded. */
export interface Run {
  readonly id: string;
  readonly host: string;
  readonly phase: RunPhase;
  readonly attempt: number;
  readonly startedAtMs: number;
  readonly finishedAtMs: number | null;
  readonly windowMs: number;
  /** State facts of the first sample: no finding, no button. */
  readonly firstMarks: readonly Mark[] | null;
  readonly firstFacts: FirstFacts | null;
  readonly diagnosis: Diagnosis | null;
  /** SHA256:… of the host key that was verified for this run; null until then. */
  readonly hostKeyFingerprint: string | null;
}

/** What the root message can already say after the first sample. */
export interface FirstFacts {
  readonly established: number | null;
  readonly timeWait: number | null;
  readonly fullListeners: readonly string[];
}
