import type { Person } from '../domain/change.ts';
import type { Locale, Localized } from '../domain/locale.ts';
import { cleanLine, cleanText, fit } from './plain.ts';
import { pieces, type Text } from './texts/text.ts';

/**
 * Finished Slack mrkdwn. Only the functions of this file make one, and they escape every string they are
 * given, so text from outside can neither ping, link nor format beyond its place.
 */
export interface Markup {
  readonly mrkdwn: string;
}

type Piece = string | number | Markup;

/** Template tag: the literal parts are ours, strings put in are escaped, markup is taken as it is. */
export function md(literals: TemplateStringsArray, ...values: readonly Piece[]): Markup {
  return { mrkdwn: literals.reduce((out, literal, index) => out + show(values[index - 1]) + literal, '') };
}

/** A text of the catalogue as markup, its slots filled. */
export function fillMd(locale: Locale, text: Text): Markup;
export function fillMd<Slot extends string>(
  locale: Locale,
  text: Text<Slot>,
  values: Readonly<Record<Slot, Piece>>,
): Markup;
export function fillMd(
  locale: Locale,
  text: Localized,
  values: Readonly<Record<string, Piece>> = {},
): Markup {
  const parts = pieces(text[locale]).map((piece) =>
    piece.slot ? show(values[piece.text]) : escapeEntities(piece.text),
  );
  return { mrkdwn: parts.join('') };
}

/** Sentences from outside; `code` marked by single pairs of backticks stays code. */
export function prose(raw: string, max: number): Markup {
  const text = cleanText(raw);
  const paired = !text.includes('``') && count(text, '`') % 2 === 0;
  const cut = escapeWithin(paired ? text : neutral(text), max);
  if (count(cut, '`') % 2 === 0) return { mrkdwn: cut };
  const last = cut.lastIndexOf('`');
  return { mrkdwn: `${cut.slice(0, last)}'${cut.slice(last + 1)}` };
}

/** One line from outside without any code in it: titles, the user's words. */
export function line(raw: string, max: number): Markup {
  return { mrkdwn: escapeWithin(neutral(cleanLine(raw)), max) };
}

/** One line from outside that ends like a sentence, so that another can follow. */
export function sentence(raw: string, max: number): Markup {
  const { mrkdwn } = line(raw, max - 1);
  return { mrkdwn: mrkdwn === '' || /[.!?…。]$/.test(mrkdwn) ? mrkdwn : `${mrkdwn}.` };
}

/** Inline code from outside: names, values, commands. */
export function code(raw: string, max: number): Markup {
  const text = escapeWithin(neutral(cleanLine(raw)), max - 2);
  return { mrkdwn: `\`${text === '' ? '–' : text}\`` };
}

export const bold = (inner: Markup): Markup => ({ mrkdwn: `*${inner.mrkdwn}*` });

export const join = (parts: readonly Markup[], separator: string): Markup => ({
  mrkdwn: parts.map((part) => part.mrkdwn).join(separator),
});

const USER_ID = /^[UW][A-Z0-9]{1,30}$/;
const USER_GROUP_ID = /^S[A-Z0-9]{1,30}$/;

/** A mention that pings; null when the id is neither a user's nor a user group's. */
export function mention(id: string): Markup | null {
  if (USER_ID.test(id)) return { mrkdwn: `<@${id}>` };
  return USER_GROUP_ID.test(id) ? { mrkdwn: `<!subteam^${id}>` } : null;
}

/** Longer ones are no addresses that anybody made for people. */
const MAX_URL_CHARS = 1_000;

/** A link of ours to a page that somebody else has named, https only; null when it is none. */
export function link(url: string | null, label: string): Markup | null {
  if (url === null || url.length > MAX_URL_CHARS || !URL.canParse(url)) return null;
  const { protocol, href } = new URL(url);
  if (protocol !== 'https:') return null;
  const safe = href.replaceAll(/[<>|\s]/g, encodeURIComponent);
  return {
    mrkdwn: `<${escapeEntities(safe)}|${escapeEntities(neutral(cleanLine(label)).replaceAll('|', '/'))}>`,
  };
}

/** Who did something. */
export function person(who: Person): Markup {
  if (who.kind === 'os-user') return code(who.name, 64);
  return mention(who.userId) ?? code(who.userId, 64);
}

/**
 * A moment in the reader's own time zone. Slack writes "Today" with a capital where the day comes first, so
 * in an English sentence the hour comes first.
 */
export function moment(atMs: number, locale: Locale): Markup {
  const iso = new Date(atMs).toISOString();
  return {
    mrkdwn: `<!date^${Math.floor(atMs / 1000)}^${MOMENT[locale]}|${iso.slice(0, 16).replace('T', ' ')} UTC>`,
  };
}

const MOMENT: Readonly<Record<Locale, string>> = {
  en: '{time} {date_short_pretty}',
  ko: '{date_short_pretty} {time}',
};

/** What remains of markup for eyes that see no formatting. */
export const wordsOf = ({ mrkdwn }: Markup): string =>
  mrkdwn
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');

/** The lock-screen line of a message: plain words, at most 120 characters, escaped since Slack reads mrkdwn there. */
export const lockLine = (text: string): string => escapeWithin(neutral(cleanLine(text)), LOCK_LINE_CHARS);

/** What a phone shows of a notification. */
export const LOCK_LINE_CHARS = 120;

const show = (piece: Piece | undefined): string => {
  if (piece === undefined) return '';
  if (typeof piece === 'object') return piece.mrkdwn;
  return escapeEntities(neutral(typeof piece === 'number' ? String(piece) : cleanLine(piece)));
};

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

const escapeEntities = (text: string): string => text.replaceAll(/[&<>]/g, (char) => ENTITIES[char] ?? char);

/** Escapes so that the result has at most `max` characters and no entity is cut in two. */
function escapeWithin(text: string, max: number): string {
  const whole = escapeEntities(fit(text, max));
  if (whole.length <= max) return whole;
  let out = '';
  for (const char of text) {
    const escaped = escapeEntities(char);
    if (out.length + escaped.length > max - 1) break;
    out += escaped;
  }
  return `${out}…`;
}

const neutral = (text: string): string => text.replaceAll('`', "'");

const count = (text: string, char: string): number => text.split(char).length - 1;
