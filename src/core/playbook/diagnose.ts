import { readFacts } from '../checklist/read-facts.ts';
import type { Capture, CheckResult } from '../domain/capture.ts';
import type { Facts } from '../domain/facts.ts';
import type { LastLook } from '../domain/last-look.ts';
import type { Localized } from '../domain/locale.ts';
import type { Inside } from '../domain/place.ts';
import type { Coverage, Diagnosis, Finding, Verdict } from '../domain/report.ts';
import { elsewhereNotes, elsewhereOf } from './elsewhere.ts';
import { evaluateAll, type EvaluateOptions, type LeftOut } from './evaluate.ts';
import { marksOf } from './marks.ts';
import type { Playbook } from './playbook.ts';
import { whoseTurn } from './whose-turn.ts';
import { quietNotes } from './quiet.ts';

/** What was read off a host. */
export interface Looked {
  readonly host: string;
  readonly windowMs: number;
  readonly facts: Facts;
  readonly checks: readonly CheckResult[];
  readonly coverage: Coverage;
  /** Listeners, sockets and counters were read in both samples: without them nothing is ever called ok. */
  readonly coreSeen: boolean;
  /** The namespace that was looked into; null for that of the account itself. */
  readonly inside?: Inside | null;
}

export interface DiagnoseOptions extends EvaluateOptions {
  /** Counters of the run before; an input like the capture, so that a replay gives the same. */
  readonly lastLook?: LastLook | null;
}

/** Everything a recorded host tells; the same capture always gives the same diagnosis. */
export function diagnoseCapture(
  capture: Capture,
  playbooks: readonly Playbook[],
  options: DiagnoseOptions = {},
): Diagnosis {
  const { facts, checks, coverage, coreComplete } = readFacts(capture);
  const { host, windowMs } = capture;
  const inside = capture.inside ?? null;
  return diagnoseFacts(
    { host, windowMs, facts, checks, coverage, coreSeen: coreComplete, inside },
    playbooks,
    options,
  );
}

/** Facts to findings, and findings to a verdict. */
export function diagnoseFacts(
  looked: Looked,
  playbooks: readonly Playbook[],
  options: DiagnoseOptions = {},
): Diagnosis {
  const { facts, checks } = looked;
  const inside = looked.inside ?? null;
  const { findings, leftOut } = evaluateAll(facts, checks, playbooks, { ...options, inside });
  // Trouble in a namespace nobody looked into must not pass as ok.
  const seen = looked.coreSeen && (elsewhereOf(facts)?.trouble ?? null) === null;
  const verdict = verdictOf(findings, seen);
  const quiet = quietNotes(facts, options.lastLook ?? null);
  return {
    host: looked.host,
    verdict,
    quiet: verdict === 'ok' && quiet.length > 0,
    windowMs: looked.windowMs,
    error: null,
    coverage: looked.coverage,
    findings,
    checks,
    marks: marksOf(findings, playbooks, { facts, checks }),
    facts,
    inside,
    notes: [
      ...[whoseTurn(findings)].flatMap((answer) => answer ?? []),
      ...elsewhereNotes(facts, looked.host),
      ...quiet,
      ...leftOut.map(moreOf),
    ],
  };
}

/** The worst of what matched; without a finding "ok" only when it was really looked. */
function verdictOf(findings: readonly Finding[], coreSeen: boolean): Verdict {
  const matched = findings.filter(({ status }) => status === 'matched');
  if (matched.some(({ severity }) => severity === 'critical')) return 'critical';
  if (matched.some(({ severity }) => severity === 'warning')) return 'warning';
  return coreSeen ? 'ok' : 'unknown';
}

const moreOf = ({ playbook, count }: LeftOut): Localized => ({
  en: `${playbook.title.en}: ${count} more that are not shown.`,
  ko: `${playbook.title.ko}: 표시하지 않은 대상이 ${count}개 더 있습니다.`,
});
