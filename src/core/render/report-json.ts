import type { CheckResult } from '../domain/capture.ts';
import { flattenFacts, type FactValue } from '../domain/facts.ts';
import { say, type Locale } from '../domain/locale.ts';
import type { Inside } from '../domain/place.ts';
import {
  REPORT_SCHEMA,
  type Diagnosis,
  type Finding,
  type Fix,
  type Risk,
  type RunError,
  type TakesEffect,
  type Verdict,
} from '../domain/report.ts';

/** `check --json`: the names are a contract with other programs, so every field is written out here. */
export interface Report {
  readonly schema: typeof REPORT_SCHEMA;
  readonly host: string;
  readonly verdict: Verdict;
  readonly quiet: boolean;
  readonly window_ms: number;
  readonly error: RunError | null;
  /** The network namespace that was looked into; null for the one the account logs into. */
  readonly inside: Inside | null;
  readonly coverage: { readonly seen: number; readonly of: number; readonly why: readonly string[] };
  readonly findings: readonly ReportFinding[];
  readonly checks: readonly CheckResult[];
  readonly facts: Readonly<Record<string, FactValue>>;
}

interface ReportFinding {
  readonly playbook: string;
  readonly status: Finding['status'];
  readonly severity: Finding['severity'];
  readonly cause: string | null;
  readonly subject: string | null;
  readonly explained_by: string | null;
  readonly title: string;
  readonly summary: string;
  readonly evidence: readonly {
    readonly fact: string;
    readonly value: FactValue;
    readonly text: string;
    readonly command: string;
  }[];
  readonly missing: readonly string[];
  readonly fixes: readonly ReportFix[];
  readonly not_advised: readonly { readonly key: string; readonly why: string }[];
}

type ReportFix =
  | { readonly kind: 'advice'; readonly text: string }
  | {
      readonly kind: 'sysctl';
      readonly key: string;
      readonly from: string;
      readonly to: string;
      readonly takes_effect: TakesEffect;
      readonly risk: Risk;
      readonly offered: boolean;
    };

/** The report of one host in one language. */
export function renderReport(diagnosis: Diagnosis, locale: Locale): Report {
  const { error, coverage, inside } = diagnosis;
  return {
    schema: REPORT_SCHEMA,
    host: diagnosis.host,
    verdict: diagnosis.verdict,
    quiet: diagnosis.quiet,
    window_ms: diagnosis.windowMs,
    error: error === null ? null : { code: error.code, message: error.message, hint: error.hint },
    inside,
    coverage: { seen: coverage.seen, of: coverage.of, why: coverage.why.map((why) => say(why, locale)) },
    findings: diagnosis.findings.map((finding) => reportFinding(finding, locale)),
    checks: diagnosis.checks.map(({ id, status, ms }) => ({ id, status, ms })),
    facts: diagnosis.facts === null ? {} : flattenFacts(diagnosis.facts),
  };
}

function reportFinding(finding: Finding, locale: Locale): ReportFinding {
  return {
    playbook: finding.playbook,
    status: finding.status,
    severity: finding.severity,
    cause: finding.cause,
    subject: finding.subject,
    explained_by: finding.explainedBy,
    title: say(finding.title, locale),
    summary: say(finding.summary, locale),
    evidence: finding.evidence.map(({ fact, value, text, command }) => ({
      fact,
      value,
      text: say(text, locale),
      command,
    })),
    missing: finding.missing,
    fixes: finding.fixes.map((fix) => reportFix(fix, locale)),
    not_advised: finding.notAdvised.map(({ key, why }) => ({ key, why: say(why, locale) })),
  };
}

function reportFix(fix: Fix, locale: Locale): ReportFix {
  if (fix.kind === 'advice') return { kind: 'advice', text: say(fix.text, locale) };
  return {
    kind: 'sysctl',
    key: fix.key,
    from: fix.from,
    to: fix.to,
    takes_effect: fix.takesEffect,
    risk: fix.risk,
    offered: fix.offered,
  };
}
