import type { Freeze } from '../domain/freeze.ts';
import type { Locale, Localized } from '../domain/locale.ts';
import { fillMd, join, moment, person, sentence, type Markup } from './markup.ts';
import { cleanLine, fit } from './plain.ts';
import { FREEZE } from './texts/freeze.ts';
import { fill } from './texts/text.ts';

/** Reasons come from people; so much of one is shown. */
const MAX_REASON = 200;

/** Why nothing may be changed, by whom and until when. */
export function freezeLine(freeze: Freeze, locale: Locale): Markup {
  if (freeze.kind === 'emptied') return fillMd(locale, FREEZE.emptied);
  const reason = sentence(freeze.reason, MAX_REASON);
  return join(
    [
      freeze.toMs === null
        ? fillMd(locale, FREEZE.open)
        : fillMd(locale, FREEZE.until, { until: moment(freeze.toMs, locale) }),
      ...(freeze.kind === 'person' ? [fillMd(locale, FREEZE.by, { who: person(freeze.by) })] : []),
      ...(reason.mrkdwn === '' ? [] : [fillMd(locale, FREEZE.reason, { reason })]),
    ],
    ' ',
  );
}

/** The same in plain words. */
function freezeText(freeze: Freeze, locale: Locale): string {
  if (freeze.kind === 'emptied') return fill(locale, FREEZE.emptied);
  const reason = fit(cleanLine(freeze.reason), MAX_REASON);
  return [
    freeze.toMs === null
      ? fill(locale, FREEZE.open)
      : fill(locale, FREEZE.until, { until: utc(freeze.toMs) }),
    ...(reason === ''
      ? []
      : [fill(locale, FREEZE.reason, { reason: /[.!?。]$/.test(reason) ? reason : `${reason}.` })]),
  ].join(' ');
}

const utc = (atMs: number): string => `${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** What somebody reads whose decision a freeze refuses. */
export const frozenAnswer = (freeze: Freeze): Localized =>
  inBoth({ en: freezeText(freeze, 'en'), ko: freezeText(freeze, 'ko') }, FREEZE.refused);

/** What somebody reads who asks. */
export const freezeStatus = (freeze: Freeze | null): Localized =>
  freeze === null ? FREEZE.notFrozen : { en: freezeText(freeze, 'en'), ko: freezeText(freeze, 'ko') };

export const unclearWish = (word: string): Localized => {
  const shown = { word: fit(cleanLine(word), 40) };
  return { en: fill('en', FREEZE.unclear, shown), ko: fill('ko', FREEZE.unclear, shown) };
};

/** Sentences one after the other. */
export const inBoth = (...parts: readonly Localized[]): Localized => ({
  en: parts.map(({ en }) => en).join(' '),
  ko: parts.map(({ ko }) => ko).join(' '),
});
