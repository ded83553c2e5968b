import { hasSecondLook, isStanding } from '../change/life.ts';
import type { Change, Comparison } from '../domain/change.ts';
import { say, type Locale, type Localized } from '../domain/locale.ts';
import type { Block, ThreadMessage } from '../domain/ports.ts';
import type { SettingChange } from '../domain/report.ts';
import { context, preformatted, section } from './blocks.ts';
import { brokenGlassLines } from './break-glass.ts';
import { cardButtons } from './change-buttons.ts';
import { MAX_SETTINGS, settingsWords, stateLines } from './change-words.ts';
import { freezeLine } from './freeze-words.ts';
import { comparedFact } from './judgement.ts';
import { mentions } from './mentions.ts';
import { listenAnewLines } from './listen-anew.ts';
import { ownerLines } from './owner-lines.ts';
import {
  bold,
  code,
  fillMd,
  join,
  line,
  lockLine,
  LOCK_LINE_CHARS,
  moment,
  type Markup,
  link,
  md,
} from './markup.ts';
import { cleanLine } from './plain.ts';
import { columns, fitColumns, table } from './table.ts';
import { CHANGE } from './texts/change.ts';
import { FRESH } from './texts/fresh.ts';
import { FREEZE } from './texts/freeze.ts';
import { RISK_WORDS, TAKES_EFFECT } from './texts/common.ts';
import { GROUP } from './texts/group.ts';
import type { ShownChange, ThreadView } from './view.ts';

/** Characters of each part of a card; see the sum in finding.ts. */
const ROOM = { settings: 900, state: 900, owners: 500, fresh: 400, effect: 700, undo: 900 } as const;

const MAX_COMPARISONS = 8;
const MAX_COMMAND = 750;

/** A change as it stands: what, what became of it, what can be done about it. */
export function cardBlocks(shown: ShownChange, locale: Locale): readonly Block[] {
  const { change } = shown;
  const state = [
    ...stateLines(change, locale),
    ...brokenGlassLines('approvals' in change.state ? change.state.approvals : [], locale),
    ...(change.state.kind === 'proposed' ? waitingLines(shown, locale) : []),
    ...groupLines(shown, locale),
    ...listenAnewLines(shown, locale),
  ];
  const owners = ownerLines(shown, locale);
  const buttons = cardButtons(shown, locale);
  return [
    section(what(change, locale), ROOM.settings),
    ...(state.length === 0 ? [] : [section(state, ROOM.state)]),
    ...effectBlocks(effectOf(change), locale),
    ...(owners.length === 0 ? [] : [context(owners, ROOM.owners)]),
    ...(buttons === null ? [] : [buttons]),
    ...(NOTHING_TO_UNDO.has(change.state.kind)
      ? []
      : [context([undo(shown, locale), ...record(change, locale)], ROOM.undo)]),
  ];
}

/** Why nobody may approve it now, and whose business it is where that is a user group: named, never pinged. */
function waitingLines({ card }: ShownChange, locale: Locale): readonly Markup[] {
  const { people, groups } = card.approvers;
  const names = join(
    groups.slice(0, MAX_GROUPS).map((id) => code(id, 40)),
    ', ',
  );
  const text = people === 0 ? FREEZE.groupApproves : FREEZE.groupAndPeopleApprove;
  return [
    ...(card.freeze === null ? [] : [md`🧊 ${freezeLine(card.freeze, locale)}`]),
    ...(groups.length === 0 ? [] : [fillMd(locale, text, { groups: names, people })]),
  ];
}

const MAX_GROUPS = 5;

/** The same setting on several hosts is decided about on one card; this is its part. */
function groupLines({ change: { state }, card }: ShownChange, locale: Locale): readonly Markup[] {
  const group = card.group ?? null;
  if (group === null || (NOTHING_TO_UNDO.has(state.kind) && state.kind !== 'void')) return [];
  const to = link(group.url, say(GROUP.card, locale));
  return to === null ? [] : [md`🔗 ${fillMd(locale, GROUP.partOf, { count: group.hosts, link: to })}`];
}

/** Never a part of the command: whoever copies it would leave the rest undone. */
function undo({ change: { plan }, card }: ShownChange, locale: Locale): Markup {
  // Not bold: Slack wants a blank or a dot behind bold words, and in Korean a particle follows.
  const host = line(plan.host, 63);
  const command = code(card.undoCommand, MAX_COMMAND);
  if (command.mrkdwn.endsWith('…`')) return fillMd(locale, CHANGE.undoLong, { host, id: line(plan.id, 63) });
  return fillMd(locale, CHANGE.undo, { host, command });
}

/** A change that no finding's message carries, as a message of its own. */
export function cardMessage(view: ThreadView, shown: ShownChange): ThreadMessage {
  const { locale } = view.request;
  const { plan } = shown.change;
  return {
    key: `card:${plan.id}`,
    text: lockLine(`${plan.host}: ${settingsWords(plan.settings, locale, LOCK_LINE_CHARS)}`),
    blocks: [...freshNote(view, shown), ...cardBlocks(shown, locale)],
  };
}

/** Whoever waits for a decision hears of it: an edit of the card that was overtaken notifies nobody. */
function freshNote(view: ThreadView, { change: { plan, state } }: ShownChange): readonly Block[] {
  const follows = view.changes.some(
    ({ change: { state: other } }) =>
      other.kind === 'void' && other.fresh?.kind === 'proposed' && other.fresh.runId === plan.runId,
  );
  if (!follows || state.kind !== 'proposed') return [];
  const { locale } = view.request;
  return [section([join([...mentions(view), fillMd(locale, FRESH.card)], ' ')], ROOM.fresh)];
}

/** Ends in which nothing of the change is, or may be, in force. */
const NOTHING_TO_UNDO: ReadonlySet<Change['state']['kind']> = new Set([
  'rolled-back',
  'reverted',
  'rejected',
  'expired',
  'void',
  'failed',
]);

function what({ plan, state }: Change, locale: Locale): readonly Markup[] {
  const host = line(plan.host, 63);
  const hidden = plan.settings.length - MAX_SETTINGS;
  const settings = [
    ...plan.settings.slice(0, MAX_SETTINGS).map((setting) => settingLine(setting, locale)),
    ...(hidden > 0 ? [fillMd(locale, CHANGE.more, { count: hidden })] : []),
  ];
  if (state.kind !== 'proposed') return [bold(fillMd(locale, headingOf(state), { host })), ...settings];
  const terms = fillMd(locale, CHANGE.terms, {
    effect: say(TAKES_EFFECT[plan.takesEffect], locale),
    risk: say(RISK_WORDS[plan.risk], locale),
    when: moment(plan.expiresAtMs, locale),
  });
  return [bold(fillMd(locale, CHANGE.proposed, { host })), ...settings, terms];
}

/** How long it lasts is worth saying only while it does. */
function headingOf(state: Change['state']): Localized {
  if (state.kind === 'kept') return CHANGE.headingKept;
  return state.kind === 'needs-human' || state.kind === 'rolling-back' || NOTHING_TO_UNDO.has(state.kind)
    ? CHANGE.headingEnded
    : CHANGE.heading;
}

/** Where `audit verify` finds the order. */
function record({ state }: Change, locale: Locale): readonly Markup[] {
  const known = state.kind === 'needs-human' ? state.last : isStanding(state) ? state : null;
  if (known === null || known.audit === null) return [];
  const { log, seq, hash } = known.audit;
  return [fillMd(locale, CHANGE.onRecord, { mark: code(`${log}#${seq}:${hash.slice(0, 12)}`, 60) })];
}

const settingLine = (setting: SettingChange, locale: Locale): Markup =>
  fillMd(locale, CHANGE.setting, {
    key: code(setting.key, 70),
    from: code(setting.from, 60),
    to: code(setting.to, 60),
  });

/** What the last look measured. */
export function effectOf({ state }: Change): readonly Comparison[] {
  if (hasSecondLook(state)) return (state.secondLook ?? state.judgement).effect;
  return state.kind === 'reverted' ? (state.judgement?.effect ?? []) : [];
}

/** The facts before and after, one below the other, no wider than a narrow thread. */
export function effectBlocks(effect: readonly Comparison[], locale: Locale): readonly Block[] {
  if (effect.length === 0) return [];
  const shown = effect.slice(0, MAX_COMPARISONS);
  const heading: readonly string[] = [say(CHANGE.before, locale), say(CHANGE.after, locale)];
  const values = [heading, ...shown.map(({ before, after }) => [value(before), value(after)])];
  const room = [0, 1].reduce(
    (left, at) => left - GAP - Math.max(...values.map((row) => columns(row[at] ?? ''))),
    TABLE_COLUMNS,
  );
  const names = [say(CHANGE.fact, locale), ...shown.map(({ fact }) => comparedFact(fact, locale))];
  const rows = values.map((row, index) => [fitColumns(names[index] ?? '', room), ...row]);
  return [preformatted(table(rows), ROOM.effect)];
}

/** What Slack's thread pane shows of fixed-width text before it wraps, at the usual width of a laptop. */
const TABLE_COLUMNS = 42;
/** Blanks between two columns of a table. */
const GAP = 2;
const MAX_VALUE = 10;

/** What was not measured is a dash, never a zero. */
const value = (raw: string | null): string => fitColumns(cleanLine(raw ?? '–'), MAX_VALUE);
