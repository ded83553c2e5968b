import type { Localized } from '../domain/locale.ts';
import type { Evidence, Finding } from '../domain/report.ts';
import { formatNumber } from './format-fact.ts';
import { leaveAlone, planFixes, say, type FixContext } from './fixes.ts';
import type { Judgement } from './judge.ts';
import type { EvidenceSpec, Playbook, Unplaced } from './playbook.ts';
import { lookUp, type Scope } from './scope.ts';
import { fillCommand, fillTemplate } from './template.ts';

/** A playbook that matches, with everything a person wants to read about it. */
export function matchedFinding(
  playbook: Playbook,
  subject: string | null,
  judgement: Extract<Judgement, { kind: 'matched' }>,
  context: FixContext,
): Finding {
  const { cause } = judgement;
  const { scope } = context;
  const fix = cause?.fix ?? playbook.fix;
  const { fixes, missing } = planFixes(fix, context);
  return {
    ...blank(playbook),
    status: 'matched',
    severity: judgement.severity,
    cause: cause?.id ?? null,
    subject,
    title: cause?.title ?? playbook.title,
    summary: say(cause?.text ?? playbook.text, scope),
    evidence: [...gather([...playbook.evidence, ...(cause?.evidence ?? [])], scope), ...estimated(scope)],
    missing: [...new Set([...judgement.missing, ...missing])],
    fixes,
    notAdvised: leaveAlone([...fix.notAdvised, ...playbook.notAdvised], scope),
  };
}

/** It happens on the host, but whose it is could not be seen. */
export function unplacedFinding(
  playbook: Playbook,
  unplaced: Unplaced,
  scope: Scope,
  missing: readonly string[],
): Finding {
  return {
    ...blank(playbook),
    status: 'matched',
    severity: playbook.severity.usual,
    summary: say(unplaced.text, scope),
    evidence: gather(unplaced.evidence, scope),
    missing,
    notAdvised: leaveAlone(playbook.notAdvised, scope),
  };
}

/** Of a playbook that has no words of its own for it. */
export const CLEARED: Localized = {
  en: 'Looked, and found no sign of it.',
  ko: '확인했으며 징후가 없습니다.',
};
const UNKNOWN: Localized = {
  en: 'Could not be judged: what it takes was not measured.',
  ko: '판단에 필요한 값을 측정하지 못해 알 수 없습니다.',
};

export const clearedFinding = (playbook: Playbook, scope: Scope): Finding => ({
  ...blank(playbook),
  status: 'cleared',
  summary: clearedWords(playbook, scope) ?? CLEARED,
});

/** Null when a number in them was not measured. */
function clearedWords({ cleared }: Playbook, scope: Scope): Localized | null {
  if (cleared === null) return null;
  const [en, ko] = [fillTemplate(cleared.en, scope, 'en'), fillTemplate(cleared.ko, scope, 'ko')];
  return en.missing.length + ko.missing.length > 0 ? null : { en: en.text, ko: ko.text };
}

export const unknownFinding = (
  playbook: Playbook,
  subject: string | null,
  missing: readonly string[],
): Finding => ({ ...blank(playbook), status: 'unknown', subject, summary: UNKNOWN, missing });

function blank(playbook: Playbook): Omit<Finding, 'status' | 'summary'> {
  return {
    playbook: playbook.id,
    playbookVersion: playbook.version,
    severity: 'info',
    cause: null,
    subject: null,
    explainedBy: null,
    title: playbook.title,
    evidence: [],
    missing: [],
    fixes: [],
    notAdvised: [],
  };
}

/** Numbers of a subject that was seen in part say so beside themselves. */
function estimated({ subject, groups }: Scope): readonly Evidence[] {
  const { rows_read: read, rows_there: there } = groups['sockets'] ?? {};
  const seen = subject?.facts['rows_seen'];
  if (subject === undefined || typeof seen !== 'number') return [];
  if (typeof read !== 'number' || typeof there !== 'number') return [];
  const [mine, n, m] = [formatNumber(seen), formatNumber(read), formatNumber(there)];
  return [
    {
      fact: `${subject.group}.rows_seen`,
      value: seen,
      text: {
        en: `Estimated from ${n} of ${m} sockets, ${mine} of them of this one`,
        ko: `소켓 ${m}개 중 ${n}개로 추정한 값입니다(그중 이 대상은 ${mine}개)`,
      },
      command: 'ss -s',
    },
  ];
}

/** A number that was not measured is no evidence: its line is left out, and the list of what is missing names it. */
function gather(specs: readonly EvidenceSpec[], scope: Scope): readonly Evidence[] {
  return specs.flatMap(({ fact, when, text, command }) => {
    if (when !== null && when.test(scope) !== true) return [];
    const value = lookUp(scope, fact);
    const [en, ko] = [fillTemplate(text.en, scope, 'en'), fillTemplate(text.ko, scope, 'ko')];
    const typed = fillCommand(command, scope);
    const missing = en.missing.length + ko.missing.length + typed.missing.length;
    if (value === undefined || missing > 0) return [];
    return [{ fact: fact.id, value, text: { en: en.text, ko: ko.text }, command: typed.text }];
  });
}
