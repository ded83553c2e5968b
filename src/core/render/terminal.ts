import { say, type Locale } from '../domain/locale.ts';
import { elsewhereOf } from '../playbook/elsewhere.ts';
import type { CodeSample, Diagnosis, Finding, Note, Severity, SysctlFix, Verdict } from '../domain/report.ts';
import type { SymptomAnswer } from '../symptom/answer-symptom.ts';
import { cleanLine, cleanText, fit } from './plain.ts';
import { chooseSample } from './samples.ts';
import { COMMON, RISK_WORDS, SEVERITY_WORDS, TAKES_EFFECT, VERDICT_WORDS } from './texts/common.ts';
import { FINDING } from './texts/finding.ts';
import { ROOT } from './texts/root.ts';
import { SYMPTOM } from './texts/symptom.ts';
import { TERMINAL } from './texts/terminal.ts';
import { fill } from './texts/text.ts';
import { markLine, quantity, seconds } from './words.ts';
import { wrap } from './wrap.ts';

export interface TerminalStyle {
  readonly colour: boolean;
  /** Columns; commands and code are never broken, so that they can be copied. */
  readonly width: number;
}

/** Enough to know one's own words again. */
const MAX_WORDS_CHARS = 100;

interface Page {
  readonly locale: Locale;
  readonly style: TerminalStyle;
  readonly out: string[];
}

/** A diagnosis for a person at a terminal: the verdict first, then findings, then what was not seen. */
export function renderTerminal(
  diagnosis: Diagnosis,
  locale: Locale,
  style: TerminalStyle,
  answer: SymptomAnswer | null = null,
): string {
  const page: Page = { locale, style, out: [] };
  const matched = diagnosis.findings.filter((finding) => finding.status === 'matched');
  verdict(page, diagnosis);
  if (answer !== null) answered(page, answer);
  if (diagnosis.error === null) {
    for (const [index, finding] of matched.entries()) findingText(page, finding, { index, diagnosis });
  }
  footer(page, diagnosis);
  return `${page.out.join('\n')}\n`;
}

const SGR: Readonly<Record<Verdict | 'info' | 'bold' | 'faint', string>> = {
  critical: '1;31',
  warning: '1;33',
  ok: '1;32',
  unknown: '1;35',
  info: '1;36',
  bold: '1',
  faint: '2',
};

const ESCAPE = String.fromCodePoint(0x1b);

const paint = ({ style }: Page, kind: keyof typeof SGR, text: string): string =>
  style.colour ? `${ESCAPE}[${SGR[kind]}m${text}${ESCAPE}[0m` : text;

function verdict(page: Page, diagnosis: Diagnosis): void {
  const { locale } = page;
  const host = cleanLine(diagnosis.host);
  if (diagnosis.error !== null) {
    page.out.push(`${paint(page, 'unknown', upper(say(VERDICT_WORDS.unknown, locale)))}  ${host}`);
    paragraph(page, 2, `${diagnosis.error.code}: ${diagnosis.error.message}`);
    paragraph(page, 2, fill(locale, COMMON.nextStep, { hint: diagnosis.error.hint }));
    return;
  }
  const quiet = diagnosis.quiet ? ` (${say(COMMON.quiet, locale)})` : '';
  const word = upper(say(VERDICT_WORDS[diagnosis.verdict], locale));
  page.out.push(`${paint(page, diagnosis.verdict, word)}  ${paint(page, 'bold', host)}${quiet}`);
  if (diagnosis.marks.length > 0) page.out.push(`  ${markLine(diagnosis.marks, locale)}`);
  if (diagnosis.inside !== null) {
    const { target, netns } = diagnosis.inside;
    paragraph(page, 2, fill(locale, ROOT.inside, { target, netns }));
  }
  if (diagnosis.verdict === 'ok') paragraph(page, 2, allClear(diagnosis, locale));
  if (diagnosis.verdict === 'unknown') paragraph(page, 2, say(ROOT.noVerdict, locale));
  for (const note of diagnosis.notes) bullet(page, 2, noteText(note, locale));
}

/** A terminal tells no reader's time zone. */
const noteText = (note: Note, locale: Locale): string =>
  note.atMs === undefined
    ? say(note, locale)
    : say(note, locale).replace(
        '{at}',
        `${new Date(note.atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`,
      );

/** The words that were given with --symptom, and what the diagnosis says to them. */
function answered(page: Page, { words, lines }: SymptomAnswer): void {
  const { locale } = page;
  page.out.push('');
  paragraph(page, 2, fill(locale, SYMPTOM.said, { words: fit(cleanLine(words), MAX_WORDS_CHARS) }));
  for (const each of lines) bullet(page, 4, say(each, locale));
}

/** Sockets nobody looked at must not pass as ok. */
function allClear({ facts }: Diagnosis, locale: Locale): string {
  const others = elsewhereOf(facts);
  if (others === null) return say(ROOT.allClear, locale);
  const { sockets, namespaces } = others;
  return fill(locale, ROOT.allClearHere, { sockets: quantity(sockets), namespaces: quantity(namespaces) });
}

interface Place {
  readonly index: number;
  readonly diagnosis: Diagnosis;
}

function findingText(page: Page, finding: Finding, { index, diagnosis }: Place): void {
  const { locale } = page;
  const word = upper(say(SEVERITY_WORDS[finding.severity], locale));
  const subject = finding.subject === null ? '' : `  ${cleanLine(finding.subject)}`;
  const title = cleanLine(say(finding.title, locale));
  page.out.push(
    '',
    `${index + 1}. ${severity(page, finding.severity, word)}  ${paint(page, 'bold', title)}${subject}`,
  );
  paragraph(page, 3, say(finding.summary, locale));
  if (finding.cause !== null) paragraph(page, 3, fill(locale, FINDING.cause, { cause: finding.cause }));
  const because = diagnosis.findings.find(
    (other) => other.status === 'matched' && other.playbook === finding.explainedBy,
  );
  if (because !== undefined) {
    paragraph(page, 3, fill(locale, FINDING.consequence, { title: say(because.title, locale) }));
  }
  evidence(page, finding, diagnosis.windowMs);
  fixes(page, finding);
  if (finding.notAdvised.length > 0) heading(page, say(FINDING.doNotChange, locale));
  for (const { key, why } of finding.notAdvised) bullet(page, 5, `${key}: ${say(why, locale)}`);
}

const severity = (page: Page, kind: Severity, text: string): string => paint(page, kind, text);

function evidence(page: Page, finding: Finding, windowMs: number): void {
  const { locale } = page;
  if (finding.evidence.length > 0) {
    heading(page, fill(locale, FINDING.evidence, { seconds: seconds(windowMs) }));
  }
  for (const item of finding.evidence) {
    bullet(page, 5, say(item.text, locale));
    const command = cleanLine(item.command);
    if (command !== '') page.out.push(paint(page, 'faint', `       $ ${command}`));
  }
  if (finding.missing.length > 0) {
    paragraph(page, 5, fill(locale, FINDING.missing, { facts: finding.missing.join(', ') }));
  }
}

function fixes(page: Page, { fixes: all, playbook }: Finding): void {
  const { locale } = page;
  const advice = all.filter((fix) => fix.kind === 'advice');
  if (advice.length > 0) heading(page, say(FINDING.application, locale));
  for (const fix of advice) {
    bullet(page, 5, say(fix.text, locale));
    sample(page, fix.samples, playbook);
  }
  const settings = all.filter((fix) => fix.kind === 'sysctl');
  if (settings.length > 0) heading(page, say(FINDING.sysctl, locale));
  for (const fix of settings) setting(page, fix);
}

/** One language is enough to see the idea; two screens of code would hide what follows. */
function sample(page: Page, samples: readonly CodeSample[], playbook: string): void {
  const chosen = chooseSample(samples);
  if (chosen === null) return;
  const { language, code } = chosen.shown;
  const others = chosen.others.join(', ');
  const text = others === '' ? FINDING.sample : FINDING.moreSamples;
  paragraph(page, 7, cleanLine(fill(page.locale, text, { language, others, playbook })));
  for (const row of cleanText(code).split('\n')) page.out.push(`         ${row}`.trimEnd());
}

function setting(page: Page, fix: SysctlFix): void {
  const { locale } = page;
  for (const { key, from, to } of [fix, ...fix.companions]) bullet(page, 5, `${key}: ${from} → ${to}`);
  const effect = say(TAKES_EFFECT[fix.takesEffect], locale);
  const terms = fill(locale, FINDING.effectAndRisk, { effect, risk: say(RISK_WORDS[fix.risk], locale) });
  const offer = say(fix.offered ? TERMINAL.offered : TERMINAL.notOffered, locale);
  paragraph(page, 7, `${terms} · ${offer}`);
  paragraph(page, 7, say(fix.why, locale));
}

function footer(page: Page, diagnosis: Diagnosis): void {
  const { locale } = page;
  if (diagnosis.error !== null) return;
  const { seen, of, why } = diagnosis.coverage;
  const window = fill(locale, COMMON.window, { seconds: seconds(diagnosis.windowMs) });
  page.out.push('');
  paragraph(page, 0, `${fill(locale, COMMON.coverage, { seen: String(seen), of: String(of) })} · ${window}`);
  if (why.length > 0) {
    const what = why.map((reason) => say(reason, locale)).join('; ');
    paragraph(page, 0, fill(locale, COMMON.notSeen, { what }));
  }
  const unknown = titlesOf(diagnosis, 'unknown', locale);
  if (unknown !== '') paragraph(page, 0, fill(locale, COMMON.notJudged, { what: unknown }));
  const cleared = titlesOf(diagnosis, 'cleared', locale);
  if (cleared !== '') paragraph(page, 0, fill(locale, TERMINAL.cleared, { what: cleared }));
}

/**
 * Titles of playbooks with that status for some subject, and a more telling one for none. One that only
 * reassures ("many TIME_WAIT, nothing wrong") is no trouble to rule out, nor missed.
 */
function titlesOf({ findings }: Diagnosis, status: 'unknown' | 'cleared', locale: Locale): string {
  const telling = new Set(
    findings
      .filter((f) => f.status === 'matched' || (status === 'cleared' && f.status === 'unknown'))
      .map((f) => f.playbook),
  );
  const titles = findings
    .filter((f) => f.status === status && f.severity !== 'info' && !telling.has(f.playbook))
    .map((finding) => say(finding.title, locale));
  return [...new Set(titles)].join('; ');
}

function heading(page: Page, text: string): void {
  page.out.push(paint(page, 'bold', `   ${text}`));
}

function bullet(page: Page, indent: number, raw: string): void {
  hanging(page, `${' '.repeat(indent)}• `, raw);
}

function paragraph(page: Page, indent: number, raw: string): void {
  hanging(page, ' '.repeat(indent), raw);
}

function hanging({ style, out }: Page, lead: string, raw: string): void {
  const text = cleanText(raw);
  if (text === '') return;
  const [first = '', ...rest] = wrap(text, style.width - lead.length);
  out.push(lead + first, ...rest.map((row) => ' '.repeat(lead.length) + row));
}

/** Korean has no capitals and stays as it is. */
const upper = (text: string): string => text.toUpperCase();
