import type { Change, ChangeState } from '../domain/change.ts';
import type { Locale } from '../domain/locale.ts';
import { code, fillMd, join, line, link, md, type Markup } from './markup.ts';
import type { QuestionView, ShownGroup } from './question-view.ts';
import { GROUP, NOW } from './texts/group.ts';
import type { Text } from './texts/text.ts';

/** Of a card of twenty hosts, what is left for the settings of one. */
const VALUE_CHARS = 24;
const MAX_COMPANIONS = 2;

/** Old and new value of the setting, and of those that are written before it. */
export function hostSettings({ plan: { settings } }: Change): Markup {
  const companions = settings.slice(0, -1).slice(0, MAX_COMPANIONS);
  const own = settings
    .slice(-1)
    .map(({ from, to }) => md`${code(from, VALUE_CHARS)} → ${code(to, VALUE_CHARS)}`);
  const before = companions.map(
    ({ key, from, to }) => md`${code(key, 50)} ${code(from, VALUE_CHARS)} → ${code(to, VALUE_CHARS)}`,
  );
  return join([...own, ...before], ', ');
}

/** What a host has now. */
export function nowOf(change: Change | null): { readonly emoji: string; readonly words: Text } {
  if (change === null) return { emoji: '❔', words: NOW.gone };
  const { state } = change;
  if (state.kind === 'judged' || state.kind === 'left-until-reboot') {
    const { verdict } = state.secondLook ?? state.judgement;
    return { emoji: VERDICT[verdict], words: NOW[verdict] };
  }
  return { emoji: EMOJI[state.kind], words: NOW[state.kind] };
}

const VERDICT = { verified: '✅', 'no-effect': '⚠️', worse: '🔻', unknown: '❔' } as const;

const EMOJI: Readonly<Record<Exclude<ChangeState['kind'], 'judged' | 'left-until-reboot'>, string>> = {
  proposed: '▫️',
  queued: '▫️',
  approved: '⏳',
  applying: '⏳',
  applied: '⏳',
  confirmed: '⏳',
  keeping: '⏳',
  kept: '📌',
  'rolling-back': '⏳',
  'rolled-back': '↩️',
  reverted: '↩️',
  rejected: '🚫',
  expired: '▫️',
  void: '▫️',
  failed: '❌',
  'needs-human': '🆘',
};

/** One line for each host, in the order of the plan, with the way to its own thread. */
export function hostLines(view: QuestionView, { group, members }: ShownGroup): readonly Markup[] {
  const { locale } = view.question;
  return group.plan.members.map(({ host }, index) => {
    const change = members[index] ?? null;
    const to = hostLink(view, host);
    const settings = change === null ? code('–', 3) : hostSettings(change);
    if (group.state.kind === 'proposed')
      return fillMd(locale, GROUP.host, { at: index + 1, host: to, settings });
    const { emoji, words } = nowOf(change);
    return fillMd(locale, GROUP.hostNow, { emoji, host: to, settings, now: fillMd(locale, words) });
  });
}

export const hostLink = ({ hosts }: QuestionView, name: string): Markup =>
  link(hosts.find(({ host }) => host === name)?.url ?? null, name) ?? line(name, 63);

/** Names of hosts in a row; more than a few are enough to know which. */
export const hostNames = (names: readonly string[]): string => names.join(', ');

/** Hosts of the plan in these states. */
export const hostsIn = (
  { group, members }: ShownGroup,
  isSo: (state: ChangeState) => boolean,
): readonly string[] =>
  group.plan.members
    .map(({ host }) => host)
    .filter((_, index) => {
      const change = members[index] ?? null;
      return change !== null && isSo(change.state);
    });

export const nowWords = (change: Change | null, locale: Locale): Markup =>
  fillMd(locale, nowOf(change).words);
