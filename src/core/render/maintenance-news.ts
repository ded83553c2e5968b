import { say, type Locale } from '../domain/locale.ts';
import type { HeldBack, MaintenanceWindow } from '../domain/maintenance.ts';
import type { ThreadMessage } from '../domain/ports.ts';
import { section } from './blocks.ts';
import { bold, fillMd, line, lockLine, md, moment, sentence, type Markup } from './markup.ts';
import { fit } from './plain.ts';
import { MAINTENANCE } from './texts/maintenance.ts';
import { fill } from './texts/text.ts';

/** A headline; a window may name hundreds. */
const MAX_WHAT = 80;
const MAX_REASON = 200;
/** Hosts named in one line; the others are counted. */
const MAX_NAMES = 20;
const MAX_NAMES_CHARS = 1_000;

/** What a window covers: `group web, db-1`. */
export const maintained = ({ hosts, groups }: MaintenanceWindow, locale: Locale): string =>
  fit([...groups.map((name) => fill(locale, MAINTENANCE.group, { name })), ...hosts].join(', '), MAX_WHAT);

/** That alerts start nothing from now on. */
export function maintenanceBegins(key: string, window: MaintenanceWindow, locale: Locale): ThreadMessage {
  const reason = sentence(window.reason, MAX_REASON);
  return message(key, '🔧', fill(locale, MAINTENANCE.begins, { what: maintained(window, locale) }), [
    fillMd(locale, MAINTENANCE.until, { until: moment(window.toMs, locale) }),
    ...(reason.mrkdwn === '' ? [] : [fillMd(locale, MAINTENANCE.reason, { reason })]),
  ]);
}

/** That it is over, and what it has held back. */
export const maintenanceOver = (
  key: string,
  { window, held }: { readonly window: MaintenanceWindow; readonly held: HeldBack | null },
  locale: Locale,
): ThreadMessage =>
  message(
    key,
    '✅',
    fill(locale, MAINTENANCE.over, { what: maintained(window, locale) }),
    held === null ? [fillMd(locale, MAINTENANCE.none)] : heldLines(held, locale),
  );

function heldLines({ alerts, hosts, beyond }: HeldBack, locale: Locale): readonly Markup[] {
  const names = Object.keys(hosts).toSorted();
  const firing = names.filter((name) => (hosts[name] ?? []).length > 0);
  const listed = fillMd(locale, MAINTENANCE.hostsOf, { count: names.length, names: list(names, locale) });
  return [
    fillMd(locale, MAINTENANCE.held, { alerts, hosts: listed }),
    ...(firing.length > 0 ? [fillMd(locale, MAINTENANCE.firing, { names: list(firing, locale) })] : []),
    ...(beyond > 0 ? [fillMd(locale, MAINTENANCE.beyond, { count: beyond })] : []),
    ...(firing.length + beyond === 0 ? [md`${say(MAINTENANCE.resolved, locale)}`] : []),
  ];
}

function list(names: readonly string[], locale: Locale): Markup {
  const shown = line(names.slice(0, MAX_NAMES).join(', '), MAX_NAMES_CHARS);
  if (names.length <= MAX_NAMES) return shown;
  return fillMd(locale, MAINTENANCE.more, { names: shown, count: names.length - MAX_NAMES });
}

const message = (key: string, sign: string, head: string, lines: readonly Markup[]): ThreadMessage => ({
  key,
  text: lockLine(head),
  blocks: [section([md`${sign} ${bold(line(head, 120))}`, ...lines])],
});
