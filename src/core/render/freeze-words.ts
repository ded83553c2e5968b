import type { Freeze } from '../domain/freeze.ts';
import type { Locale, Localized } from '../domain/locale.ts';
import { cleanLine, fit } from './plain.ts';
import { FREEZE } from './texts/freeze.ts';
import { fill } from './texts/text.ts';

/** Reasons come from people; so much of one is shown. */
const MAX_REASON = 200;

/** Why nothing may be changed and until when, in plain words. */
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
export function frozenAnswer(freeze: Freeze): Localized {
  const inWords = (locale: Locale): string => `${freezeText(freeze, locale)} ${fill(locale, FREEZE.refused)}`;
  return { en: inWords('en'), ko: inWords('ko') };
}
