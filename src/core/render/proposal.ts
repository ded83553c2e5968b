import type { NotProposed } from '../change/why-not-proposed.ts';
import { nameOf } from '../change/explain-policy.ts';
import type { Counted } from '../change/who-may-approve.ts';
import { say, type Locale } from '../domain/locale.ts';
import type { Diagnosis, Finding, Risk, SettingChange, TakesEffect } from '../domain/report.ts';
import { unreachable } from '../domain/errors.ts';
import { cleanLine } from './plain.ts';
import { RISK_WORDS, SEVERITY_WORDS, TAKES_EFFECT, VERDICT_WORDS } from './texts/common.ts';
import { FINDING } from './texts/finding.ts';
import { POLICY } from './texts/policy.ts';
import { NOT_PROPOSED, PROPOSE } from './texts/propose.ts';
import { fill } from './texts/text.ts';

/** The verdict, and each finding on one line with the number that made it. */
export function findingsInShort(diagnosis: Diagnosis, locale: Locale): readonly string[] {
  const matched = diagnosis.findings.filter(({ status }) => status === 'matched');
  return [
    `${cleanLine(diagnosis.host)}: ${say(VERDICT_WORDS[diagnosis.verdict], locale)}`,
    ...matched.map((finding) => `  ${findingLine(finding, locale)}`),
  ];
}

function findingLine(finding: Finding, locale: Locale): string {
  const head = `${say(SEVERITY_WORDS[finding.severity], locale)}: ${say(finding.title, locale)}`;
  const subject = finding.subject === null ? '' : ` ${finding.subject}`;
  const cause = finding.cause === null ? '' : ` (${finding.cause})`;
  const [evidence] = finding.evidence;
  const number = evidence === undefined ? '' : `: ${say(evidence.text, locale)}`;
  return cleanLine(`${head}${subject}${cause}${number}`);
}

/** What is, or would be, proposed. */
export interface ProposedTerms {
  readonly settings: readonly SettingChange[];
  readonly risk: Risk;
  readonly takesEffect: TakesEffect;
  readonly approvalsNeeded: 1 | 2;
}

/** The settings in the order they are written, and who decides about them. */
export function termsLines(terms: ProposedTerms, who: Counted, locale: Locale): readonly string[] {
  const { settings, risk, takesEffect, approvalsNeeded } = terms;
  const effect = say(TAKES_EFFECT[takesEffect], locale);
  return [
    ...settings.map(({ key, from, to }) => cleanLine(`${key}: ${from === '' ? '–' : from} → ${to}`)),
    fill(locale, FINDING.effectAndRisk, { effect, risk: say(RISK_WORDS[risk], locale) }),
    ...approverLines(who, approvalsNeeded, locale),
  ];
}

function approverLines(
  { users, groups, operators }: Counted,
  needed: 1 | 2,
  locale: Locale,
): readonly string[] {
  const named = [
    ...users.map(nameOf),
    ...groups.map((group) => fill(locale, PROPOSE.membersOf, { group: nameOf(group) })),
  ];
  const who = named.length === 0 ? say(POLICY.nobody, locale) : named.join(', ');
  const here = operators.map(({ user, slack }) =>
    slack === null ? user : fill(locale, POLICY.operatorIs, { user, slack: nameOf(slack) }),
  );
  return [
    fill(locale, needed === 1 ? PROPOSE.one : PROPOSE.two, { who }),
    ...(here.length === 0 ? [] : [fill(locale, POLICY.operators, { who: here.join(', ') })]),
  ];
}

/** Settings that findings name and do not offer, for somebody who asked for none in particular. */
export const unofferedLines = (diagnosis: Diagnosis, locale: Locale): readonly string[] =>
  diagnosis.findings.flatMap(({ status, fixes }) =>
    status === 'matched'
      ? fixes.flatMap((fix) =>
          fix.kind === 'sysctl' && !fix.offered ? [cleanLine(`${fix.key}: ${say(fix.why, locale)}`)] : [],
        )
      : [],
  );

/** Why the setting is not proposed, as a sentence. */
export function notProposedText(
  reason: NotProposed,
  { key, host }: { readonly key: string; readonly host: string },
  locale: Locale,
): string {
  switch (reason.kind) {
    case 'not-in-catalogue':
      return fill(locale, NOT_PROPOSED['not-in-catalogue'], { key });
    case 'never':
    case 'not-advised':
    case 'not-offered':
      return cleanLine(fill(locale, NOT_PROPOSED[reason.kind], { key, why: say(reason.why, locale) }));
    case 'already':
      return cleanLine(fill(locale, NOT_PROPOSED.already, { key, value: reason.value }));
    case 'not-read': {
      const facts = reason.facts.length === 0 ? key : reason.facts.join(', ');
      return cleanLine(fill(locale, NOT_PROPOSED['not-read'], { key, facts }));
    }
    case 'goes-with':
      return fill(locale, NOT_PROPOSED['goes-with'], { key, other: reason.key });
    case 'not-judged': {
      const titles = reason.titles.map((title) => say(title, locale)).join('; ');
      return cleanLine(fill(locale, NOT_PROPOSED['not-judged'], { key, titles }));
    }
    case 'no-finding': {
      const { value } = reason;
      if (value === null) return fill(locale, NOT_PROPOSED['no-finding'], { key, host });
      return cleanLine(fill(locale, NOT_PROPOSED['no-finding-now'], { key, host, value }));
    }
    default:
      return unreachable(reason);
  }
}
