import type { FactGroup } from '../domain/facts.ts';
import type { Localized } from '../domain/locale.ts';
import type { CodeSample, FindingStatus, Mark, Severity } from '../domain/report.ts';
import type { Calculation, Condition } from './condition.ts';
import type { FactRef, ForEach } from './declarations.ts';
import type { Template } from './template.ts';

/** A text with facts in both languages. */
export interface LocalizedTemplate {
  readonly en: Template;
  readonly ko: Template;
}

export type MarkTopic = Mark['topic'];

/** One symptom with its causes and fixes; checked and compiled, ready to be evaluated. */
export interface Playbook {
  /** File it was read from, for messages. */
  readonly path: string;
  readonly id: string;
  readonly version: number;
  readonly title: Localized;
  readonly symptoms: Symptoms;
  readonly forEach: ForEach;
  readonly marks: readonly MarkTopic[];
  readonly requires: readonly FactRef[];
  readonly windowMinMs: number;
  /** Facts of the group `thresholds`. */
  readonly thresholds: FactGroup;
  readonly when: Condition;
  readonly severity: {
    readonly usual: Severity;
    readonly warning: Condition | null;
    readonly critical: Condition | null;
  };
  readonly text: LocalizedTemplate;
  readonly evidence: readonly EvidenceSpec[];
  readonly causes: readonly Cause[];
  /** For when no cause can be told. */
  readonly fix: FixSpec;
  /** Whatever the cause. */
  readonly notAdvised: readonly NotAdvisedSpec[];
  readonly unplaced: Unplaced | null;
  /** What is said of it when it is not so; facts of the host only. */
  readonly cleared: LocalizedTemplate | null;
  readonly explains: readonly Consequence[];
  readonly verify: Verify | null;
  readonly sources: readonly string[];
  readonly tests: readonly PlaybookTest[];
}

export interface Symptoms {
  readonly en: readonly string[];
  readonly ko: readonly string[];
  readonly errors: readonly string[];
}

export interface Cause {
  readonly id: string;
  readonly title: Localized | null;
  readonly when: Condition;
  readonly text: LocalizedTemplate;
  readonly marks: readonly MarkTopic[];
  readonly evidence: readonly EvidenceSpec[];
  /** Null: the playbook's. */
  readonly fix: FixSpec | null;
}

export interface EvidenceSpec {
  readonly fact: FactRef;
  /** Null: whenever the fact is known. */
  readonly when: Condition | null;
  readonly text: LocalizedTemplate;
  readonly command: Template;
}

export interface FixSpec {
  readonly application: readonly AdviceSpec[];
  readonly sysctl: readonly SysctlWish[];
  readonly notAdvised: readonly NotAdvisedSpec[];
}

export interface AdviceSpec {
  /** Null: always. */
  readonly when: Condition | null;
  readonly text: LocalizedTemplate;
  readonly samples: readonly CodeSample[];
}

/** A setting that would help, as long as all of `onlyIf` is true. */
export interface SysctlWish {
  readonly key: string;
  readonly target: Target;
  readonly onlyIf: readonly Proviso[];
  readonly why: LocalizedTemplate;
}

export type Target =
  | { readonly kind: 'literal'; readonly value: string }
  | {
      readonly kind: 'calculated';
      readonly value: Calculation;
      readonly min: number;
      readonly max: number;
    };

export interface Proviso {
  readonly that: Condition;
  readonly otherwise: LocalizedTemplate;
}

export interface NotAdvisedSpec {
  readonly key: string;
  readonly when: Condition | null;
  readonly why: LocalizedTemplate;
}

/** What is said about the host when no subject matches. */
export interface Unplaced {
  readonly when: Condition;
  readonly text: LocalizedTemplate;
  readonly evidence: readonly EvidenceSpec[];
}

/** A finding that this playbook's finding brings about. */
export interface Consequence {
  readonly playbook: string;
  readonly cause: string | null;
}

/** How to see whether a change has helped. */
export interface Verify {
  readonly windowMs: number;
  readonly facts: readonly { readonly fact: FactRef; readonly wanted: 'lower' | 'higher' }[];
  readonly volume: { readonly fact: FactRef; readonly atLeast: number } | null;
}

/** What the playbook must say about a recorded host. */
export interface PlaybookTest {
  /** Folder of the capture, relative to the playbook's file. */
  readonly capture: string;
  readonly expect: {
    readonly status: FindingStatus;
    readonly cause?: string | undefined;
    readonly severity?: Severity | undefined;
    readonly subject?: string | undefined;
    readonly offered?: readonly string[] | undefined;
  };
}

/** Which version of each playbook is known here. */
export const versionsOf = (playbooks: readonly Playbook[]): ReadonlyMap<string, number> =>
  new Map(playbooks.map(({ id, version }) => [id, version]));
