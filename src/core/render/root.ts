import { say, type Locale } from '../domain/locale.ts';
import type { Block, ThreadMessage } from '../domain/ports.ts';
import type { Diagnosis, Finding, Note, RunError } from '../domain/report.ts';
import type { FirstFacts, Run } from '../domain/run.ts';
import { elsewhereOf } from '../playbook/elsewhere.ts';
import { asker, type Asked } from './asker.ts';
import { actions, button, context, header, section } from './blocks.ts';
import { ackButton, incidentBlocks, incidentHead, threadLink } from './incident.ts';
import {
  bold,
  code,
  fillMd,
  join,
  line,
  lockLine,
  md,
  moment,
  prose,
  sentence,
  type Markup,
} from './markup.ts';
import { COMMON, SEVERITY_EMOJI, VERDICT_EMOJI, VERDICT_WORDS } from './texts/common.ts';
import { ROOT } from './texts/root.ts';
import { INCIDENT } from './texts/incident.ts';
import { SYMPTOM } from './texts/symptom.ts';
import { fill } from './texts/text.ts';
import { isAnswered, matchedFindings, shownFindings, withResult, type ThreadView } from './view.ts';
import { duration, markLine, marksAll, quantity, seconds } from './words.ts';

/** Findings named in the root; the thread has the rest. */
const MAX_HEADLINES = 5;
const MAX_NOTES = 5;
/** Parts of a note around its moment. */
const MAX_MOMENTS = 2;
const MAX_UNJUDGED = 6;
const MAX_UNSEEN = 6;
/** Enough to know one's own words again; the small print has all of them. */
const MAX_WORDS_CHARS = 100;

/** The head of the thread, edited in place from queued to done. */
export function rootMessage(view: ThreadView): ThreadMessage {
  const { run } = view;
  const head = headline(view);
  const lines = [...story(view), ...besides(view)];
  return {
    key: 'root',
    text: lockLine(head.text),
    blocks: [
      header(`${head.emoji} ${head.text}`),
      ...incidentBlocks(view),
      ...(lines.length === 0 ? [] : [section(lines)]),
      ...answer(view),
      ...(run?.diagnosis?.error && !isAgain(view) ? [] : [section([line(marks(view), 300)])]),
      ...smallPrint(view),
      ...buttons(view),
    ],
  };
}

/** Taking it on, and one more look once the last has ended. */
function buttons(view: ThreadView): readonly Block[] {
  const { locale, id } = view.request;
  const { incident } = view;
  const isOver = incident === null || incident.phase.kind === 'closed';
  const all = [
    ...ackButton({ id, locale, ack: incident?.ack ?? null, isOver }),
    ...(isAnswered(view) ? [button({ actionId: RECHECK, label: say(ROOT.recheck, locale), value: id })] : []),
  ];
  return all.length === 0 ? [] : [actions(all)];
}

/** Id of the button for a further look; other programs know it. */
export const RECHECK = 'run.recheck';

function headline(view: ThreadView): { readonly emoji: string; readonly text: string } {
  const { request, run } = view;
  const { host, locale } = request;
  const diagnosis = run?.diagnosis ?? null;
  const ofIncident = incidentHead(view);
  if (ofIncident !== null) return ofIncident;
  if (isAgain(view)) return { emoji: '🔍', text: fill(locale, ROOT.headAgain, { host }) };
  if (run === null) return { emoji: '⏳', text: fill(locale, ROOT.headQueued, { host }) };
  if (diagnosis === null) {
    const text = run.phase === 'connecting' ? ROOT.headConnecting : ROOT.headMeasuring;
    return { emoji: '🔍', text: fill(locale, text, { host }) };
  }
  if (diagnosis.error !== null) return { emoji: '⛔', text: fill(locale, ROOT.headFailed, { host }) };
  const word = say(VERDICT_WORDS[diagnosis.verdict], locale);
  const verdict = diagnosis.quiet ? `${word} (${say(COMMON.quiet, locale)})` : word;
  return { emoji: VERDICT_EMOJI[diagnosis.verdict], text: fill(locale, ROOT.headDone, { host, verdict }) };
}

/** Whoever asks for a host that has an incident reads where that is told. */
function besides({ besides: other, request: { locale } }: ThreadView): readonly Markup[] {
  if (other === null) return [];
  return [fillMd(locale, INCIDENT.elsewhere, { link: threadLink(other.url, locale) })];
}

/** A further look waits or is under way, and the thread has a result already. */
const isAgain = (view: ThreadView): boolean => !isAnswered(view) && withResult(view) !== null;

/** The words of the request are answered by themselves, below what was found, whatever that is. */
function answer({ request, answer: given }: ThreadView): readonly Block[] {
  if (given === null) return [];
  const { locale, requester } = request;
  const said = requester.kind === 'alert' ? SYMPTOM.alertSaid : SYMPTOM.said;
  return [
    section([
      fillMd(locale, said, { words: line(given.words, MAX_WORDS_CHARS) }),
      ...given.lines.map((each) => md`• ${prose(say(each, locale), 400)}`),
    ]),
  ];
}

/** What is going on, or what came out. */
function story(view: ThreadView): readonly Markup[] {
  const { request, run } = view;
  const { locale } = request;
  if (isAgain(view))
    return [...beforeThat(view), ...(view.waitsAgain ? [queued(view)] : goingOn(run, locale))];
  if (run === null) return [queued(view)];
  if (run.diagnosis === null) return underWay(run, locale);
  if (run.diagnosis.error !== null) return errorLines(run.diagnosis.error, locale);
  return outcome(view, run.diagnosis);
}

function queued({ request: { locale }, queuedBehind, zoneWithoutWorker: zone }: ThreadView): Markup {
  if (zone === 'default') return fillMd(locale, ROOT.noWorker);
  if (zone !== null) return fillMd(locale, ROOT.noWorkerInZone, { zone });
  return fillMd(locale, queuedBehind ? ROOT.queuedBehind : ROOT.queued);
}

const goingOn = (run: Run | null, locale: Locale): readonly Markup[] =>
  run === null ? [] : underWay(run, locale);

/** The last result stays in sight while it is looked at again. */
function beforeThat(view: ThreadView): readonly Markup[] {
  const { locale } = view.request;
  const diagnosis = withResult(view)?.run?.diagnosis ?? null;
  if (diagnosis === null) return [];
  const verdict =
    diagnosis.error === null
      ? md`${VERDICT_EMOJI[diagnosis.verdict]} ${say(VERDICT_WORDS[diagnosis.verdict], locale)}`
      : code(diagnosis.error.code, 60);
  return [fillMd(locale, ROOT.before, { verdict })];
}

function underWay(run: Run, locale: Locale): readonly Markup[] {
  if (run.phase === 'connecting') {
    if (run.attempt <= 1) return [fillMd(locale, ROOT.connecting)];
    return [fillMd(locale, ROOT.retrying, { attempt: run.attempt })];
  }
  const facts = run.firstFacts === null ? [] : firstFacts(run.firstFacts, locale);
  return [
    ...(facts.length === 0 ? [] : [fillMd(locale, ROOT.firstLook, { facts: join(facts, ' · ') })]),
    fillMd(locale, ROOT.measuring, { seconds: seconds(run.windowMs) }),
  ];
}

function firstFacts(facts: FirstFacts, locale: Locale): readonly Markup[] {
  const full = facts.fullListeners.slice(0, 5).map((listener) => code(listener, 80));
  return [
    ...(facts.established === null
      ? []
      : [fillMd(locale, ROOT.established, { count: quantity(facts.established) })]),
    ...(facts.timeWait === null ? [] : [fillMd(locale, ROOT.timeWait, { count: quantity(facts.timeWait) })]),
    ...(full.length === 0 ? [] : [fillMd(locale, ROOT.fullQueues, { listeners: join(full, ', ') })]),
  ];
}

/** What went wrong and what to do next; the words of the error catalogue are English. */
export const errorLines = (error: RunError, locale: Locale): readonly Markup[] => [
  md`${sentence(error.message, 1200)} ${code(error.code, 60)}`,
  fillMd(locale, COMMON.nextStep, { hint: line(error.hint, 600) }),
];

function outcome(view: ThreadView, diagnosis: Diagnosis): readonly Markup[] {
  const { locale, host } = view.request;
  const matched = matchedFindings(view.run);
  const unshown = matched.length - shownFindings(view).filter(({ goneAtMs }) => goneAtMs === null).length;
  const headlines = matched.slice(0, MAX_HEADLINES).map((finding) => headlineOf(finding, locale));
  const hidden = matched.length - headlines.length;
  const more =
    unshown > 0
      ? [fillMd(locale, ROOT.moreFindings, { count: unshown, host })]
      : hidden > 0
        ? [fillMd(locale, COMMON.more, { count: hidden })]
        : [];
  return [
    ...(diagnosis.verdict === 'ok' ? [allClear(diagnosis, locale)] : []),
    ...(diagnosis.verdict === 'unknown' ? [fillMd(locale, ROOT.noVerdict)] : []),
    ...headlines,
    ...more,
    ...diagnosis.notes.slice(0, MAX_NOTES).map((note) => md`• ${noteMd(note, locale)}`),
    ...(matched.length > 0 ? [fillMd(locale, ROOT.inThread)] : []),
  ];
}

function noteMd(note: Note, locale: Locale): Markup {
  const { atMs } = note;
  if (atMs === undefined) return prose(say(note, locale), 350);
  const parts = say(note, locale).split('{at}', MAX_MOMENTS);
  return join(
    parts.map((part) => prose(part, 250)),
    moment(atMs, locale).mrkdwn,
  );
}

/** Sockets nobody looked at must not pass as ok. */
function allClear({ facts }: Diagnosis, locale: Locale): Markup {
  const others = elsewhereOf(facts);
  if (others === null) return fillMd(locale, ROOT.allClear);
  const { sockets, namespaces } = others;
  return fillMd(locale, ROOT.allClearHere, { sockets: quantity(sockets), namespaces: quantity(namespaces) });
}

function headlineOf(finding: Finding, locale: Locale): Markup {
  const subject = finding.subject === null ? '' : md` ${code(finding.subject, 90)}`;
  const cause = finding.cause === null ? '' : md` (${line(finding.cause, 60)})`;
  const [first] = finding.evidence;
  const number = first === undefined ? '' : md`: ${line(say(first.text, locale), 140)}`;
  const emoji = SEVERITY_EMOJI[finding.severity];
  return md`${emoji} ${bold(line(say(finding.title, locale), 120))}${subject}${cause}${number}`;
}

function marks({ request: { locale }, run }: ThreadView): string {
  const diagnosis = run?.diagnosis ?? null;
  if (diagnosis !== null) {
    return markLine(diagnosis.marks.length > 0 ? diagnosis.marks : marksAll('unknown'), locale);
  }
  return markLine(run?.firstMarks ?? marksAll('pending'), locale);
}

function smallPrint(view: ThreadView): readonly Block[] {
  const { request, run } = view;
  const { locale } = request;
  const diagnosis = run?.diagnosis ?? null;
  const lines = [
    join(
      [...asker({ request: quoted(view), named: run !== null, incident: view.incident }), ...times(view)],
      ' · ',
    ),
    ...(diagnosis === null ? [] : coverage(diagnosis, locale)),
  ].filter((markup) => markup.mrkdwn !== '');
  return lines.length === 0 ? [] : [context(lines)];
}

/** Words that the answer above quotes whole are not repeated. */
const quoted = ({ request, answer: given }: ThreadView): Asked['request'] =>
  given !== null && request.symptom.length <= MAX_WORDS_CHARS ? { ...request, symptom: '' } : request;

function times({ request, run }: ThreadView): readonly Markup[] {
  const { locale } = request;
  if (run === null || run.finishedAtMs === null) return [];
  const took = fillMd(locale, ROOT.took, { duration: duration(run.finishedAtMs - run.startedAtMs, locale) });
  if (run.diagnosis?.error !== null) return [took];
  return [took, fillMd(locale, COMMON.window, { seconds: seconds(run.windowMs) })];
}

function coverage(diagnosis: Diagnosis, locale: Locale): readonly Markup[] {
  if (diagnosis.error !== null) return [];
  const { seen, of, why } = diagnosis.coverage;
  const unseen = why.slice(0, MAX_UNSEEN).map((reason) => line(say(reason, locale), 250));
  const matched = new Set(diagnosis.findings.filter((f) => f.status === 'matched').map((f) => f.playbook));
  const unjudged = new Map(
    diagnosis.findings
      .filter((f) => f.status === 'unknown' && f.severity !== 'info' && !matched.has(f.playbook))
      .map((finding) => [finding.playbook, line(say(finding.title, locale), 100)]),
  );
  const titles = [...unjudged.values()].slice(0, MAX_UNJUDGED);
  return [
    fillMd(locale, COMMON.coverage, { seen, of }),
    ...(unseen.length === 0 ? [] : [fillMd(locale, COMMON.notSeen, { what: join(unseen, '; ') })]),
    ...(titles.length === 0 ? [] : [fillMd(locale, COMMON.notJudged, { what: join(titles, '; ') })]),
  ];
}
