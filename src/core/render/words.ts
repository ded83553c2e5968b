import type { FactValue } from '../domain/facts.ts';
import { say, type Locale } from '../domain/locale.ts';
import type { Mark } from '../domain/report.ts';
import { cleanLine, fit } from './plain.ts';
import { COMMON, MARK_SIGNS, MARK_TOPICS } from './texts/common.ts';
import { FACT_WORDS } from './texts/fact.ts';
import { fill } from './texts/text.ts';

const WHOLE = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const TENTHS = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 });
const HUNDREDTHS = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });

/** A number as people say it: thousands grouped, three meaningful digits at most behind the point. */
export function quantity(value: number): string {
  if (!Number.isFinite(value)) return '?';
  const size = Math.abs(value);
  if (size >= 100) return WHOLE.format(value);
  return (size >= 10 ? TENTHS : HUNDREDTHS).format(value);
}

/** The value of a fact with the unit its name ends in. */
export function measured(fact: string, value: FactValue, locale: Locale): string {
  if (typeof value === 'boolean') return say(value ? COMMON.yes : COMMON.no, locale);
  if (typeof value === 'string') return fit(cleanLine(value), 40);
  if (fact.endsWith('_per_s')) return `${quantity(value)}/s`;
  if (fact.endsWith('_ratio')) return `${quantity(value * 100)}%`;
  if (fact.endsWith('_ms')) return `${quantity(value)} ms`;
  return fact.endsWith('_s') ? `${quantity(value)} s` : quantity(value);
}

/** What a fact measures, in a few words and without its unit; the last part of its name where there are none. */
export function factWords(fact: string, locale: Locale): string {
  const known = new Map(Object.entries(FACT_WORDS)).get(fact);
  if (known !== undefined) return say(known, locale);
  const name = fact.split('.').at(-1) ?? fact;
  return cleanLine(name.replace(/_(?:per_s|ratio|ms|s)$/, '').replaceAll('_', ' '));
}

/** A window or other short time in seconds, without its unit. */
export const seconds = (ms: number): string => quantity(Math.round(ms / 100) / 10);

/** How long something took. */
export function duration(ms: number, locale: Locale): string {
  const total = Math.max(0, ms);
  if (total < 60_000) return fill(locale, COMMON.seconds, { seconds: seconds(total) });
  const whole = Math.floor(total / 1000);
  const minutes = Math.floor(whole / 60);
  if (minutes >= 60) {
    return fill(locale, COMMON.hours, {
      hours: String(Math.floor(minutes / 60)),
      minutes: String(minutes % 60),
    });
  }
  if (whole % 60 === 0) return fill(locale, COMMON.wholeMinutes, { minutes: String(minutes) });
  return fill(locale, COMMON.minutes, { minutes: String(minutes), seconds: String(whole % 60) });
}

/** The checklist in one line: `TIME_WAIT ✓ · accept queue ✗ · …`. */
export const markLine = (marks: readonly Mark[], locale: Locale): string =>
  marks.map((mark) => `${say(MARK_TOPICS[mark.topic], locale)} ${MARK_SIGNS[mark.state]}`).join(' · ');

/** The checklist before anything is known. */
export const marksAll = (state: Mark['state']): readonly Mark[] => [
  { topic: 'time-wait', state },
  { topic: 'accept-queue', state },
  { topic: 'descriptors', state },
  { topic: 'connections', state },
];
