import type { Incident, LookResult, Storm } from '../domain/incident.ts';
import { say, type Locale } from '../domain/locale.ts';
import type { Block, ThreadMessage } from '../domain/ports.ts';
import { actions, context, header, section, tableBlock } from './blocks.ts';
import { ackButton, lookWords, onIt } from './incident.ts';
import { bold, code, fillMd, join, line, lockLine, md, mention, type Markup } from './markup.ts';
import { LOOK_WORDS, STORM } from './texts/incident.ts';
import { fill } from './texts/text.ts';
import { duration, quantity } from './words.ts';

/** A storm with the incidents of its hosts and where those stand. */
export interface StormView {
  readonly storm: Storm;
  readonly incidents: readonly Incident[];
  readonly groupOf: (host: string) => string;
}

/** Rows of the table; the groups with most hosts come first. */
const MAX_GROUPS = 20;
const MAX_NAMED = 3;
const MAX_ALERTS = 4;
const MAX_WORTH = 5;
const MAX_MENTIONS = 10;
/** For so many of the hosts the looks must say that they are out of reach before it is called network or power. */
const DARK_RATIO = 0.7;

/** The whole thread of a storm: a root that is edited, one reply when the looks are in, one when it is over. */
export function stormThread(view: StormView): readonly ThreadMessage[] {
  return [root(view), ...lookedMessage(view), ...overMessage(view)];
}

const countOf = ({ storm, incidents }: StormView): number => incidents.length + storm.beyond;

function root(view: StormView): ThreadMessage {
  const { storm, incidents } = view;
  const { locale, ended, id, ack } = storm;
  const text = headline(view);
  const buttons = ackButton({ id, locale, ack, isOver: ended !== null });
  return {
    key: 'root',
    text: lockLine(text),
    blocks: [
      header(`${ended?.why === 'resolved' ? '🌤️' : '🌩️'} ${text}`),
      section([
        ruleLine(storm),
        ...(ended === null ? [] : [bold(over(view))]),
        ...conclusion(view),
        ...(ack === null ? [] : [onIt(ack, ended !== null, locale)]),
      ]),
      tableBlock(rows(view)),
      context([
        fillMd(locale, STORM.counted, {
          alerts: quantity(
            sum(incidents, ({ kinds, beyond }) => beyond + sum(kinds, ({ firings }) => firings)),
          ),
          repeats: quantity(sum(incidents, ({ repeats }) => repeats)),
        }),
        ...(ended === null ? [fillMd(locale, STORM.joining)] : []),
        ...(storm.beyond === 0 ? [] : [fillMd(locale, STORM.beyond, { count: quantity(storm.beyond) })]),
        fillMd(locale, STORM.noButtons, { command: code('/tcpcheck HOST', 40) }),
      ]),
      ...(buttons.length === 0 ? [] : [actions(buttons)]),
    ],
  };
}

function headline(view: StormView): string {
  const { locale, ended } = view.storm;
  const count = quantity(countOf(view));
  if (ended === null) return fill(locale, STORM.head, { count });
  if (ended.why === 'resolved') return fill(locale, STORM.headOver, { count });
  return fill(locale, STORM.headQuiet, { count, firing: quantity(view.incidents.filter(isFiring).length) });
}

const sum = <T>(all: readonly T[], value: (one: T) => number): number =>
  all.reduce((total, one) => total + value(one), 0);

function ruleLine({ rule, locale }: Storm): Markup {
  if (rule.kind === 'jump') return fillMd(locale, STORM.jump, { jump: code(rule.jump, 66) });
  if (rule.kind === 'zone') return fillMd(locale, STORM.zone, { zone: code(rule.zone, 66) });
  return fillMd(locale, STORM.many, { limit: rule.hosts, duration: duration(rule.withinMs, locale) });
}

function over(view: StormView): Markup {
  const { startedAtMs, ended, locale } = view.storm;
  const took = duration((ended?.atMs ?? startedAtMs) - startedAtMs, locale);
  if (ended?.why === 'resolved') return fillMd(locale, STORM.overResolved, { duration: took });
  return fillMd(locale, STORM.overQuiet, { duration: took });
}

const isFiring = ({ kinds }: Incident): boolean => kinds.some(({ firing }) => firing > 0);

/** What the looks say together. */
function conclusion(view: StormView): readonly Markup[] {
  const { storm, incidents } = view;
  const { locale } = storm;
  const looks = looksOf(incidents);
  if (looks.length === 0) return storm.ended === null ? [fillMd(locale, STORM.looking)] : [];
  const worth = incidents
    .filter(({ lastLook }) => lastLook?.verdict === 'critical' || lastLook?.verdict === 'warning')
    .slice(0, MAX_WORTH)
    .map((one) => md`${code(`/tcpcheck ${one.host}`, 80)} (${line(lookWords(one, locale), 100)})`);
  return [
    fillMd(locale, STORM.looked, { done: quantity(looks.length), results: results(looks, locale) }),
    ...(isDark(view) ? [bold(fillMd(locale, STORM.network))] : []),
    ...(worth.length === 0 ? [] : [fillMd(locale, STORM.worth, { hosts: join(worth, ', ') })]),
  ];
}

const looksOf = (incidents: readonly Incident[]): readonly LookResult[] =>
  incidents.flatMap(({ lastLook }) => lastLook ?? []);

/** The looks at a few hosts of a group speak for all of it: one sick host beside a dark rack is one of many. */
function isDark(view: StormView): boolean {
  if (view.storm.rule.kind !== 'many') return true;
  const groups = groupsOf(view).map(([, members]) => ({ hosts: members.length, looks: looksOf(members) }));
  const known = groups.filter(({ looks }) => looks.length > 0);
  const dark = sum(known, ({ hosts, looks }) => {
    return (hosts * looks.filter(({ verdict }) => verdict === 'unreachable').length) / looks.length;
  });
  return dark / sum(known, ({ hosts }) => hosts) >= DARK_RATIO;
}

function groupsOf({ incidents, groupOf }: StormView): readonly (readonly [string, readonly Incident[]])[] {
  const groups = new Map<string, Incident[]>();
  for (const incident of incidents) {
    const group = groupOf(incident.host);
    groups.set(group, [...(groups.get(group) ?? []), incident]);
  }
  return [...groups].sort(([, one], [, other]) => other.length - one.length);
}

const ORDER = ['unreachable', 'failed', 'critical', 'warning', 'unknown', 'ok'] as const;

function results(looks: readonly LookResult[], locale: Locale): string {
  return ORDER.flatMap((verdict) => {
    const count = looks.filter((look) => look.verdict === verdict).length;
    if (count === 0) return [];
    return [
      fill(locale, STORM.result, { count: quantity(count), verdict: say(LOOK_WORDS[verdict], locale) }),
    ];
  }).join(', ');
}

/** A narrow pane shows the first columns and hides the others. */
const COLUMNS = [STORM.group, STORM.hosts, STORM.samples, STORM.firing, STORM.alerts] as const;

function rows(view: StormView): readonly (readonly string[])[] {
  const { locale } = view.storm;
  return [
    COLUMNS.map((title) => say(title, locale)),
    ...groupsOf(view)
      .slice(0, MAX_GROUPS)
      .map(([group, members]) => [
        group,
        named(members.map(({ host }) => host)),
        results(looksOf(members), locale) || say(STORM.none, locale),
        quantity(members.filter(isFiring).length),
        kindsOf(members),
      ]),
  ];
}

function named(hosts: readonly string[]): string {
  const more = hosts.length - MAX_NAMED;
  const shown = hosts.slice(0, MAX_NAMED).join(', ');
  return `${quantity(hosts.length)}: ${shown}${more > 0 ? ', …' : ''}`;
}

function kindsOf(members: readonly Incident[]): string {
  const counts = new Map<string, number>();
  for (const { name } of members.flatMap(({ kinds }) => kinds)) counts.set(name, (counts.get(name) ?? 0) + 1);
  const all = [...counts].sort(([, one], [, other]) => other - one);
  const shown = all.slice(0, MAX_ALERTS).map(([name, count]) => `${name} ${quantity(count)}`);
  return [...shown, ...(all.length > MAX_ALERTS ? ['…'] : [])].join(', ');
}

/** The one reply that notifies, when all looks that were asked for are in. */
function lookedMessage(view: StormView): readonly ThreadMessage[] {
  const { storm, incidents } = view;
  const { locale, ack } = storm;
  const looks = looksOf(incidents);
  const isOut = incidents.some(
    ({ wantsLook, looks: asked, lastLook }) => wantsLook || (asked > 0 && lastLook === null),
  );
  if (looks.length === 0 || isOut) return [];
  const words = {
    count: quantity(countOf(view)),
    done: quantity(looks.length),
    results: results(looks, locale),
  };
  const text = fill(locale, STORM.newsLooked, words);
  const lock = isDark(view) ? fill(locale, STORM.newsDark, words) : text;
  const whom = ack === null ? storm.mentions : [ack.userId];
  const pings = whom
    .slice(0, MAX_MENTIONS)
    .map(mention)
    .filter((one) => one !== null);
  const lines = [join([...pings, bold(line(text, 300))], ' '), ...conclusion(view).slice(1)];
  return [{ key: 'end', text: lockLine(lock), blocks: [section(lines)] }];
}

function overMessage(view: StormView): readonly ThreadMessage[] {
  const { storm } = view;
  if (storm.ended === null) return [];
  const text = headline(view);
  const block: Block = section([bold(line(text, 300)), over(view)]);
  return [{ key: 'over', text: lockLine(text), blocks: [block] }];
}
