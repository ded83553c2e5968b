import type { Understood } from '../core/alert/understand.ts';
import type { AlertNotice } from '../core/domain/alert.ts';
import { say, type Locale } from '../core/domain/locale.ts';
import type { MaintenanceWindow } from '../core/domain/maintenance.ts';
import { maintained } from '../core/render/maintenance-news.ts';
import { cleanLine } from '../core/render/plain.ts';
import { ruleWords } from '../core/render/rule-words.ts';
import { ALERTS } from '../core/render/texts/alerts.ts';
import { fill } from '../core/render/texts/text.ts';

/** A delivery as `alerts test` has understood it. */
export interface TestedDelivery {
  readonly source: string;
  readonly understood: readonly Understood[];
  /** What was no alert, and how often. */
  readonly skipped: ReadonlyMap<string, number>;
  /** The maintenance window in which the host is now. */
  readonly maintenanceOf: (host: string) => MaintenanceWindow | null;
}

/** For people in their language, or for programs. */
export function showAlerts(tested: TestedDelivery, locale: Locale, json: boolean): string {
  if (json) return `${JSON.stringify(asJson(tested), null, 2)}\n`;
  const { source, understood, skipped } = tested;
  const linesOf = (one: Understood): readonly string[] => alertLines(one, heldBy(tested, one), locale);
  return [
    fill(locale, ALERTS.read, { source, count: String(understood.length) }),
    ...understood.flatMap((one) => ['', ...linesOf(one)]),
    ...(skipped.size === 0 ? [] : ['']),
    ...[...skipped].map(([why, times]) =>
      fill(locale, ALERTS.skipped, { why: cleanLine(why), count: String(times) }),
    ),
    '',
  ].join('\n');
}

/** The window because of which the alert would start nothing. */
function heldBy({ maintenanceOf }: TestedDelivery, { notice }: Understood): MaintenanceWindow | null {
  const { target, status, route } = notice;
  return target.kind === 'host' && status === 'firing' && route.starts ? maintenanceOf(target.host) : null;
}

function alertLines(one: Understood, held: MaintenanceWindow | null, locale: Locale): readonly string[] {
  const { status, name, summary, severity, route } = one.notice;
  const head = [
    say(ALERTS[status], locale),
    cleanLine(name),
    ...(severity === null ? [] : [`(${cleanLine(severity)})`]),
  ];
  return [
    head.join(' '),
    ...(summary === '' ? [] : [`  ${cleanLine(summary)}`]),
    `  ${hostLine(one, locale)}`,
    `  ${held === null ? doesLine(one, locale) : heldLine(held, locale)}`,
    ...(status === 'firing' && route.starts ? threadLines(one.notice, locale) : []),
  ];
}

/** What only matters where a thread comes of it. */
function threadLines({ route, alertUrl, silenceUrl }: AlertNotice, locale: Locale): readonly string[] {
  const { channel, mentions, playbooks } = route;
  const links = [alertUrl, silenceUrl].filter((link) => link !== null);
  const who = mentions.join(', ');
  const place =
    who === '' ? fill(locale, ALERTS.channel, { channel }) : fill(locale, ALERTS.mentions, { channel, who });
  const first = playbooks.join(', ');
  return [
    `  ${place}`,
    ...(first === '' ? [] : [`  ${fill(locale, ALERTS.playbooks, { playbooks: first })}`]),
    ...(links.length === 0 ? [] : [`  ${fill(locale, ALERTS.links, { links: links.join(' ') })}`]),
  ];
}

function hostLine({ notice: { target }, by }: Understood, locale: Locale): string {
  const from = by?.from ?? '';
  const words = cleanLine(by?.text ?? '');
  if (target.kind === 'host') return fill(locale, ALERTS.host, { host: target.host, from, words });
  if (target.kind === 'choice')
    return fill(locale, ALERTS.choice, { from, words, candidates: target.candidates.join(', ') });
  const named = target.named === '' ? say(ALERTS.nothing, locale) : cleanLine(target.named);
  return fill(locale, ALERTS.unknown, { named });
}

function doesLine({ notice: { status, target, route } }: Understood, locale: Locale): string {
  const rule = ruleWords(route.rule, locale);
  if (status === 'resolved') return say(ALERTS.ends, locale);
  if (!route.starts) return fill(locale, ALERTS.counted, { rule });
  return fill(locale, target.kind === 'host' ? ALERTS.starts : ALERTS.waits, { rule });
}

const heldLine = (window: MaintenanceWindow, locale: Locale): string =>
  fill(locale, ALERTS.maintenance, { what: maintained(window, locale), until: isoOf(window.toMs) });

const isoOf = (atMs: number): string => new Date(atMs).toISOString();

const asJson = (tested: TestedDelivery): unknown => ({
  schema: 'tcpcheck/alerts-test/v1',
  source: tested.source,
  alerts: tested.understood.map((one) => alertJson(one, heldBy(tested, one))),
  skipped: [...tested.skipped].map(([why, count]) => ({ why, count })),
});

const alertJson = ({ notice, by }: Understood, held: MaintenanceWindow | null): unknown => ({
  status: notice.status,
  name: notice.name,
  summary: notice.summary,
  severity: notice.severity,
  fingerprint: notice.fingerprint,
  started_at: notice.startedAtMs === null ? null : isoOf(notice.startedAtMs),
  host: notice.target.kind === 'host' ? notice.target.host : null,
  candidates: notice.target.kind === 'choice' ? notice.target.candidates : [],
  named_by: by,
  starts: notice.status === 'firing' && notice.route.starts && notice.target.kind === 'host' && held === null,
  maintenance_until: held === null ? null : isoOf(held.toMs),
  rule: ruleWords(notice.route.rule, 'en'),
  channel: notice.route.channel,
  mentions: notice.route.mentions,
  playbooks: notice.route.playbooks,
  alert_url: notice.alertUrl,
  silence_url: notice.silenceUrl,
});
