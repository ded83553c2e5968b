import type { AlertKind, Incident } from '../domain/incident.ts';
import { say, type Locale } from '../domain/locale.ts';
import type { Block, ThreadMessage } from '../domain/ports.ts';
import { button, header, section } from './blocks.ts';
import {
  bold,
  code,
  fillMd,
  join,
  line,
  link,
  lockLine,
  md,
  mention,
  moment,
  type Markup,
} from './markup.ts';
import { ruleWords } from './rule-words.ts';
import { VERDICT_EMOJI } from './texts/common.ts';
import { INCIDENT, LOOK_WORDS } from './texts/incident.ts';
import { fill } from './texts/text.ts';
import type { ThreadView } from './view.ts';
import { duration, quantity } from './words.ts';

/** Kinds of alerts named; the others are counted. */
const MAX_KINDS = 5;

/** Id of the button by which a person takes it on; other programs know it. */
export const ACK = 'run.ack';

/** The heading where the incident says more than the run; null where the run does. */
export function incidentHead({ incident, run }: ThreadView): { emoji: string; text: string } | null {
  if (incident === null) return null;
  const { host, locale, phase, kinds } = incident;
  if (phase.kind === 'closed') return closedHead(incident);
  if (run !== null) return null;
  const alert = kinds[0]?.name ?? '';
  return { emoji: '🔥', text: fill(locale, INCIDENT.headFiring, { host, alert }) };
}

function closedHead(incident: Incident): { emoji: string; text: string } {
  const { host, locale, lastLook } = incident;
  if (!isClosedByLook(incident) || lastLook === null) {
    return { emoji: '⚪', text: fill(locale, INCIDENT.headClosed, { host }) };
  }
  const isResolved = hasResolved(incident);
  if (lastLook.verdict === 'ok') {
    const text = isResolved ? INCIDENT.headResolved : INCIDENT.headClosedHealthy;
    return { emoji: '✅', text: fill(locale, text, { host }) };
  }
  const text = isResolved ? INCIDENT.headResolvedBut : INCIDENT.headClosedBut;
  const verdict = say(LOOK_WORDS[lastLook.verdict], locale);
  return { emoji: emojiOf(lastLook), text: fill(locale, text, { host, verdict }) };
}

/** Closed because its alerts said so; else by silence or on request, and they may still fire. */
const hasResolved = ({ phase }: Incident): boolean => phase.kind === 'closed' && phase.why === 'resolved';

const emojiOf = ({ verdict }: NonNullable<Incident['lastLook']>): string =>
  verdict === 'unreachable' || verdict === 'failed' ? '⛔' : VERDICT_EMOJI[verdict];

/** Whether its last word is that of a look that was made to close it. */
export const isClosedByLook = ({ phase, lastLook }: Incident): boolean =>
  phase.kind === 'closed' && lastLook !== null && phase.atMs === lastLook.atMs;

/** What its alerts say, who is on it, and how it ended. */
export function incidentBlocks({ incident }: ThreadView): readonly Block[] {
  if (incident === null) return [];
  const { kinds, locale, ack, flaps } = incident;
  const hidden = kinds.length - MAX_KINDS;
  return [
    section([
      ...kinds.slice(0, MAX_KINDS).map((kind) => kindLine(kind, locale)),
      ...(hidden > 0 ? [fillMd(locale, INCIDENT.moreKinds, { count: hidden })] : []),
      ...merged(incident),
      ...(flaps === 0 ? [] : [fillMd(locale, INCIDENT.flaps, { count: flaps })]),
      ...(ack === null ? [] : [onIt(ack, incident.phase.kind === 'closed', locale)]),
      ...phaseLine(incident),
    ]),
  ];
}

export const onIt = (ack: NonNullable<Incident['ack']>, isOver: boolean, locale: Locale): Markup =>
  fillMd(locale, isOver ? INCIDENT.wasOnIt : INCIDENT.onIt, {
    who: mention(ack.userId) ?? code(ack.userId, 40),
    when: moment(ack.atMs, locale),
  });

function kindLine(kind: AlertKind, locale: Locale): Markup {
  const isFiring = kind.firing > 0;
  const severity = kind.severity === null ? '' : md` (${line(kind.severity, 30)})`;
  const state = isFiring
    ? fillMd(locale, INCIDENT.firing, { when: moment(kind.sinceMs, locale) })
    : fillMd(locale, INCIDENT.resolved);
  const parts = [
    md`${isFiring ? '🔥' : '✅'} ${bold(line(kind.name, 100))}${severity}`,
    state,
    ...(kind.firing > 1 ? [fillMd(locale, INCIDENT.several, { count: quantity(kind.firing) })] : []),
    link(kind.alertUrl, say(INCIDENT.openAlert, locale)),
    isFiring ? link(kind.silenceUrl, say(INCIDENT.silence, locale)) : null,
  ];
  return join(
    parts.filter((part) => part !== null),
    ' · ',
  );
}

/** What was merged, and by which rule; nothing where there was only one. */
function merged({ kinds, beyond, repeats, rule, locale }: Incident): readonly Markup[] {
  const alerts = kinds.reduce((sum, { firings }) => sum + firings, beyond);
  if (alerts < 2 && repeats === 0) return [];
  const counts = {
    alerts: quantity(alerts),
    repeats: quantity(repeats),
    rule: line(ruleWords(rule, locale), 100),
  };
  return [fillMd(locale, INCIDENT.merged, counts)];
}

const RECHECKS = {
  resolved: INCIDENT.recheckResolved,
  quiet: INCIDENT.recheckQuiet,
  person: INCIDENT.recheckPerson,
} as const;

const HEALTHY = {
  resolved: INCIDENT.healthy,
  quiet: INCIDENT.quietHealthy,
  person: INCIDENT.personHealthy,
  // Whoever ends a storm asks for no look; one that came in just then closes it like every other look.
  'storm-over': INCIDENT.healthy,
} as const;

function phaseLine(incident: Incident): readonly Markup[] {
  const { phase, locale, lastLook } = incident;
  if (phase.kind === 'open') return [];
  if (phase.kind === 'rechecking') return [fillMd(locale, RECHECKS[phase.why])];
  if (!isClosedByLook(incident) || lastLook === null) {
    return [bold(fillMd(locale, INCIDENT.notLooked, { duration: lasted(incident) }))];
  }
  if (lastLook.verdict === 'ok')
    return [bold(fillMd(locale, HEALTHY[phase.why], { duration: lasted(incident) }))];
  const what = line(lookWords(incident, locale), 200);
  if (phase.why === 'quiet') return [bold(fillMd(locale, INCIDENT.quietBut, { what }))];
  return [bold(fillMd(locale, INCIDENT.but, { duration: lasted(incident), what }))];
}

const lasted = ({ phase, openedAtMs, locale }: Incident): string =>
  duration((phase.kind === 'closed' ? phase.atMs : openedAtMs) - openedAtMs, locale);

/** The last look in a few words: verdict, and the worst finding or why there is none. */
export function lookWords({ lastLook }: Pick<Incident, 'lastLook'>, locale: Locale): string {
  if (lastLook === null) return '';
  const more = lastLook.what === null ? lastLook.code : say(lastLook.what, locale);
  return [say(LOOK_WORDS[lastLook.verdict], locale), ...(more === null ? [] : [more])].join(', ');
}

/** The lock-screen line of a look that has closed the incident; null for any other. */
export function closingLine({ incident, run }: ThreadView): string | null {
  if (incident === null || !isClosedByLook(incident) || run?.finishedAtMs !== incident.lastLook?.atMs)
    return null;
  const { host, locale, lastLook } = incident;
  const isResolved = hasResolved(incident);
  if (lastLook?.verdict === 'ok') {
    const text = isResolved ? INCIDENT.endHealthy : INCIDENT.endClosedHealthy;
    return fill(locale, text, { host, duration: lasted(incident) });
  }
  const text = isResolved ? INCIDENT.endBut : INCIDENT.endClosedBut;
  return fill(locale, text, { host, what: lookWords(incident, locale) });
}

/** [I'm on it], while nobody is and there is something to be on. */
export function ackButton({
  id,
  locale,
  ack,
  isOver,
}: {
  readonly id: string;
  readonly locale: Locale;
  readonly ack: unknown;
  readonly isOver: boolean;
}): readonly Block[] {
  if (ack !== null || isOver) return [];
  return [button({ actionId: ACK, label: say(INCIDENT.ack, locale), value: id, style: 'primary' })];
}

/** Where it goes on, or a dash where Slack gave no address. */
export const threadLink = (url: string | null, locale: Locale): Markup =>
  link(url, say(INCIDENT.thread, locale)) ?? line('–', 1);

/** The root message of an incident that was told before a storm took it over. */
export function mergedMessage({ host, locale, kinds }: Incident, stormUrl: string | null): ThreadMessage {
  const text = fill(locale, INCIDENT.headMerged, { host });
  const to = link(stormUrl, say(INCIDENT.thread, locale));
  return {
    key: 'root',
    text: lockLine(text),
    blocks: [
      header(`🌩️ ${text}`),
      section([
        ...kinds.slice(0, MAX_KINDS).map((kind) => kindLine(kind, locale)),
        join([fillMd(locale, INCIDENT.inStorm), ...(to === null ? [] : [to])], ' '),
      ]),
    ],
  };
}
