import { locale, word } from './words.js';

const DAY_MS = 86_400_000;

/**
 * Slack's date tokens, in the reader's language and time zone.
 *
 * @type {Readonly<Record<string, (date: Date) => string>>}
 */
const TOKENS = {
  date_num: (date) =>
    [date.getFullYear(), pad(date.getMonth() + 1), pad(date.getDate())].map(String).join('-'),
  date_slash: (date) => [pad(date.getMonth() + 1), pad(date.getDate()), String(date.getFullYear())].join('/'),
  date: (date) => format(date, { month: 'long', day: 'numeric', year: 'numeric' }),
  date_long: (date) => format(date, { weekday: 'long', month: 'long', day: 'numeric', year: 'numeric' }),
  date_long_full: (date) => format(date, { month: 'long', day: 'numeric', year: 'numeric' }),
  date_short: (date) => format(date, { month: 'short', day: 'numeric', year: 'numeric' }),
  date_pretty: (date) => nearDay(date) ?? TOKENS['date']?.(date) ?? '',
  date_short_pretty: (date) => nearDay(date) ?? TOKENS['date_short']?.(date) ?? '',
  date_long_pretty: (date) => nearDay(date) ?? TOKENS['date_long']?.(date) ?? '',
  day_divider_pretty: (date) => nearDay(date) ?? TOKENS['date_long']?.(date) ?? '',
  time: (date) => format(date, { hour: 'numeric', minute: '2-digit' }),
  time_secs: (date) => format(date, { hour: 'numeric', minute: '2-digit', second: '2-digit' }),
  ago: (date) => ago(Date.now() - date.getTime()),
};

/**
 * Null when a token is unknown or the time is none: then the fallback is shown, as in Slack.
 *
 * @param {number} seconds
 * @param {string} pattern like `{date_short_pretty} at {time}`
 * @returns {string | null}
 */
export function formatDate(seconds, pattern) {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return null;
  const names = [...pattern.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');
  if (names.some((name) => !Object.hasOwn(TOKENS, name))) return null;
  return pattern.replaceAll(/\{(\w+)\}/g, (_, /** @type {string} */ name, /** @type {number} */ at) => {
    const shown = TOKENS[name]?.(date) ?? '';
    // In the middle of a sentence it is "today", not "Today".
    return at > 0 && shown === nearDay(date) ? shown.toLowerCase() : shown;
  });
}

/**
 * The hour of a message.
 *
 * @param {string} ts
 * @returns {string}
 */
export function timeOf(ts) {
  return formatDate(Number(ts), '{time}') ?? '';
}

/**
 * The same for the narrow margin.
 *
 * @param {string} ts
 * @returns {string}
 */
export function shortTimeOf(ts) {
  return format(new Date(Number(ts) * 1000), { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
}

/**
 * @param {string} ts
 * @returns {string}
 */
export function dayOf(ts) {
  return formatDate(Number(ts), '{day_divider_pretty}') ?? '';
}

/**
 * @param {Date} date
 * @param {Intl.DateTimeFormatOptions} options
 * @returns {string}
 */
function format(date, options) {
  return new Intl.DateTimeFormat(locale(), options).format(date);
}

/**
 * @param {Date} date
 * @returns {string | null}
 */
function nearDay(date) {
  const distance = Math.round((midnight(date) - midnight(new Date())) / DAY_MS);
  if (distance === 0) return word('today');
  if (distance === -1) return word('yesterday');
  return distance === 1 ? word('tomorrow') : null;
}

/**
 * @param {Date} date
 * @returns {number}
 */
function midnight(date) {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

/**
 * @param {number} ms
 * @returns {string}
 */
function ago(ms) {
  const relative = new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' });
  const seconds = Math.round(-ms / 1000);
  if (Math.abs(seconds) < 60) return relative.format(seconds, 'second');
  if (Math.abs(seconds) < 3600) return relative.format(Math.round(seconds / 60), 'minute');
  if (Math.abs(seconds) < 86_400) return relative.format(Math.round(seconds / 3600), 'hour');
  return relative.format(Math.round(seconds / 86_400), 'day');
}

/**
 * @param {number} value
 * @returns {string}
 */
function pad(value) {
  return String(value).padStart(2, '0');
}
