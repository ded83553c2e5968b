import { say, type Locale } from '../domain/locale.ts';
import type { ThreadMessage } from '../domain/ports.ts';
import type { Diagnosis, Finding } from '../domain/report.ts';
import { section } from './blocks.ts';
import { mentions } from './mentions.ts';
import { settingsWords } from './change-words.ts';
import { elsewhereOf } from '../playbook/elsewhere.ts';
import { closingLine } from './incident.ts';
import { bold, fillMd, join, line, lockLine, LOCK_LINE_CHARS, md, type Markup } from './markup.ts';
import { cleanLine, fit } from './plain.ts';
import { errorLines } from './root.ts';
import { VERDICT_EMOJI, VERDICT_WORDS } from './texts/common.ts';
import { END } from './texts/root.ts';
import { fill } from './texts/text.ts';
import { matchedFindings, type ShownChange, type ThreadView } from './view.ts';
import { factWords, measured, quantity } from './words.ts';

/** The one reply that notifies: host, verdict, cause and the number, on one line. */
export function endMessage(view: ThreadView, diagnosis: Diagnosis): ThreadMessage {
  const text = lockText(view, diagnosis);
  const emoji = diagnosis.error === null ? VERDICT_EMOJI[diagnosis.verdict] : '⛔';
  // Good news wakes nobody.
  const isHealthyAgain = closingLine(view) !== null && diagnosis.verdict === 'ok';
  const head = [...(isHealthyAgain ? [] : mentions(view)), md`${emoji} ${bold(line(text, 300))}`];
  return {
    key: endKey(view),
    text: lockLine(text),
    blocks: [section([join(head, ' '), ...rest(view, diagnosis)])],
  };
}

/** Each run has its own, so that a further one notifies too. */
const endKey = ({ earlier }: ThreadView): string =>
  earlier.length === 0 ? 'end' : `end:${earlier.length + 1}`;

function rest(view: ThreadView, diagnosis: Diagnosis): readonly Markup[] {
  const { locale } = view.request;
  if (diagnosis.error !== null) return errorLines(diagnosis.error, locale);
  const found = matchedFindings(view.run).length;
  const wanted = view.changes.filter(({ change }) => change.state.kind === 'proposed');
  return [
    ...(found > 1 ? [fillMd(locale, END.findings, { count: found })] : []),
    ...(wanted.length === 0 ? [] : [fillMd(locale, END.approvalWanted, { what: awaited(wanted, locale) })]),
  ];
}

/** A finding offers one or two; the cards above tell all of them in full. */
const MAX_AWAITED = 3;

function awaited(wanted: readonly ShownChange[], locale: Locale): Markup {
  const settings = wanted.map(({ change }) => line(settingsWords(change.plan.settings, locale, 120), 150));
  return join(
    [...settings.slice(0, MAX_AWAITED), ...(wanted.length > MAX_AWAITED ? [line('…', 1)] : [])],
    '; ',
  );
}

function lockText(view: ThreadView, diagnosis: Diagnosis): string {
  const { host, locale } = view.request;
  const closing = closingLine(view);
  if (closing !== null) return closing;
  if (diagnosis.error !== null) return fill(locale, END.failed, { host, code: diagnosis.error.code });
  if (diagnosis.verdict === 'ok') return okText(view, diagnosis);
  if (diagnosis.verdict === 'unknown') return unknownText(view, diagnosis);
  const verdict = say(VERDICT_WORDS[diagnosis.verdict], locale);
  const [worst] = [...matchedFindings(view.run)].sort((a, b) => rank(a) - rank(b));
  const frame = fill(locale, END.done, { host, verdict, what: '' });
  const what = worst === undefined ? '' : within(worst, locale, LOCK_LINE_CHARS - frame.length);
  return fill(locale, END.done, { host, verdict, what });
}

function okText({ request: { host, locale } }: ThreadView, { facts, quiet }: Diagnosis): string {
  const others = elsewhereOf(facts);
  if (others === null) return fill(locale, quiet ? END.quiet : END.ok, { host });
  const { sockets, namespaces } = others;
  const numbers = { sockets: quantity(sockets), namespaces: quantity(namespaces) };
  return fill(locale, END.okHere, { host, ...numbers });
}

function unknownText({ request: { host, locale } }: ThreadView, { facts }: Diagnosis): string {
  const trouble = elsewhereOf(facts)?.trouble ?? null;
  if (trouble === null) return fill(locale, END.unknown, { host });
  const { where, what, perS } = trouble;
  const count = quantity(perS);
  return fill(locale, END.elsewhere, { host, where: cleanLine(where), what: say(what, locale), count });
}

const SEVERITIES = ['critical', 'warning', 'info'];

/** Causes stand before their consequences in a diagnosis; a sort by rank keeps that order among equals. */
const rank = (finding: Finding): number =>
  SEVERITIES.indexOf(finding.severity) + (finding.explainedBy === null ? 0 : 0.5);

/**
 * Title, cause and number in so many characters. The number is told in a sentence, else with what it is of,
 * else by its name alone; where even that is too long, the title gives way.
 */
function within(finding: Finding, locale: Locale, room: number): string {
  const title = cleanLine(say(finding.title, locale));
  const cause = finding.cause === null ? '' : ` (${finding.cause})`;
  const [first] = finding.evidence;
  if (first === undefined) return `${fit(title, Math.max(20, room - cause.length))}${cause}`;
  const said = `, ${cleanLine(say(first.text, locale)).replace(/[.。]$/, '')}`;
  const named = `${factWords(first.fact, locale)} ${measured(first.fact, first.value, locale)}`;
  const subject = finding.subject === null ? '' : `${cleanLine(finding.subject)}: `;
  const number = `, ${named}`;
  const fitting = [said, `, ${subject}${named}`, number]
    .map((ending) => `${title}${cause}${ending}`)
    .find((whole) => whole.length <= room);
  if (fitting !== undefined) return fitting;
  return `${fit(title, Math.max(15, room - cause.length - number.length))}${cause}${number}`;
}
