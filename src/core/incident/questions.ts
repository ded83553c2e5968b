import { createHash } from 'node:crypto';
import type { AlertNotice, AlertTarget } from '../domain/alert.ts';
import type { HostChoice, UnknownHosts } from '../domain/incident.ts';
import type { Locale } from '../domain/locale.ts';

/** A menu of Slack holds so many (docs.slack.dev/reference/block-kit/block-elements/select-menu-element). */
const MAX_CANDIDATES = 100;
/** What alerts call a host may be anything; a note shows this much. */
const MAX_NAMED_CHARS = 100;
const MAX_NAMES = 20;
/** One note a day and channel, edited as names come. */
const NOTE_MS = 24 * 3_600_000;

type Ambiguous = Extract<AlertTarget, { readonly kind: 'choice' }>;

const hashed = (parts: readonly string[]): string =>
  createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 20);

/** The same question for the same name and candidates, whoever alerts. */
export const choiceId = (channel: string, { named, candidates }: Ambiguous): string =>
  `choice:${hashed([channel, named, ...candidates])}`;

export const newChoice = (
  notice: AlertNotice,
  { named, candidates }: Ambiguous,
  locale: Locale,
  nowMs: number,
): HostChoice => ({
  id: choiceId(notice.route.channel, { kind: 'choice', named, candidates }),
  channel: notice.route.channel,
  locale,
  named: named.slice(0, MAX_NAMED_CHARS),
  candidates: candidates.slice(0, MAX_CANDIDATES),
  alertName: notice.name,
  askedAtMs: nowMs,
  alerts: 1,
  chosen: null,
});

export const askedAgain = (choice: HostChoice): HostChoice => ({ ...choice, alerts: choice.alerts + 1 });

/** What was chosen holds for later alerts under the same name, as long as the question is remembered. */
export const chosenHost = ({ chosen }: HostChoice): string | null => chosen?.host ?? null;

export const noteId = (channel: string, nowMs: number): string =>
  `note:${channel}:${Math.floor(nowMs / NOTE_MS)}`;

/** A name that no host has joins the note of the day. */
export function noted(
  note: UnknownHosts | undefined,
  one: Pick<UnknownHosts, 'id' | 'channel' | 'locale'> & { readonly named: string; readonly nowMs: number },
): UnknownHosts {
  const { id, channel, locale, nowMs } = one;
  const named = one.named.slice(0, MAX_NAMED_CHARS);
  const before = note ?? { id, channel, locale, sinceMs: nowMs, alerts: 0, named: [], beyond: 0 };
  const counted = { ...before, alerts: before.alerts + 1 };
  if (before.named.includes(named)) return counted;
  if (before.named.length >= MAX_NAMES) return { ...counted, beyond: before.beyond + 1 };
  return { ...counted, named: [...before.named, named] };
}
