/**
 * Slack's mrkdwn, read into a tree; nothing here touches the document.
 *
 * @typedef {{ readonly kind: 'text', readonly text: string }} Plain
 * @typedef {{ readonly kind: 'code', readonly text: string }} Code
 * @typedef {{ readonly kind: 'pre', readonly text: string }} Pre
 * @typedef {{ readonly kind: 'bold' | 'italic' | 'strike' | 'quote', readonly children: readonly Mark[] }} Branch
 * @typedef {{ readonly kind: 'link', readonly url: string, readonly text: string }} Link
 * @typedef {{ readonly kind: 'user' | 'channel' | 'group' | 'broadcast', readonly id: string }} Mention
 * @typedef {{ readonly kind: 'date', readonly seconds: number, readonly format: string, readonly url: string, readonly fallback: string }} DateMark
 * @typedef {{ readonly kind: 'emoji', readonly name: string }} EmojiMark
 * @typedef {{ readonly kind: 'break' }} Break
 * @typedef {Plain | Code | Pre | Branch | Link | Mention | DateMark | EmojiMark | Break} Mark
 */

/** Bold, italic and struck-out text ends within that many characters or is none. */
const MAX_SPAN = 3_000;

/** @type {ReadonlyMap<string, 'bold' | 'italic' | 'strike'>} */
const STYLES = new Map([
  ['*', 'bold'],
  ['_', 'italic'],
  ['~', 'strike'],
]);

const EMOJI = /:([a-z0-9_+-]+):/y;
const ENTITY = /&(amp|lt|gt);/y;
const WORD = /[\p{L}\p{N}]/u;

/**
 * @param {string} text
 * @returns {readonly Mark[]}
 */
export function parseMrkdwn(text) {
  /** @type {Mark[]} */
  const marks = [];
  let quoted = '';
  let plain = '';
  const flush = () => {
    if (quoted !== '') marks.push({ kind: 'quote', children: parseInline(quoted.replace(/\n$/, '')) });
    if (plain !== '') marks.push(...parseInline(plain));
    quoted = '';
    plain = '';
  };
  for (const line of linesOutsidePre(text)) {
    const quote = /^(?:&gt;|>) ?(.*)$/s.exec(line);
    if (quote === null && quoted !== '') flush();
    if (quote !== null && plain !== '') flush();
    if (quote === null) plain += line;
    else quoted += quote[1] ?? '';
  }
  flush();
  return marks;
}

/**
 * Lines with their line ends; a preformatted part is one line, whatever is in it.
 *
 * @param {string} text
 * @returns {readonly string[]}
 */
function linesOutsidePre(text) {
  return text.match(/(?:```[\s\S]*?```|[^\n])*\n|(?:```[\s\S]*?```|[^\n])+/g) ?? [];
}

/**
 * @param {string} text
 * @returns {readonly Mark[]}
 */
function parseInline(text) {
  /** @type {Mark[]} */
  const marks = [];
  let plain = '';
  let at = 0;
  while (at < text.length) {
    const found = markAt(text, at);
    if (found === null) {
      plain += text[at] ?? '';
      at += 1;
    } else {
      if (found.mark.kind === 'text') plain += found.mark.text;
      else {
        if (plain !== '') marks.push({ kind: 'text', text: plain });
        plain = '';
        marks.push(found.mark);
      }
      at = found.end;
    }
  }
  if (plain !== '') marks.push({ kind: 'text', text: plain });
  return marks;
}

/**
 * @typedef {{ readonly mark: Mark, readonly end: number }} Found
 * @param {string} text
 * @param {number} at
 * @returns {Found | null}
 */
function markAt(text, at) {
  switch (text.charAt(at)) {
    case '\n':
      return { mark: { kind: 'break' }, end: at + 1 };
    case '`':
      return preAt(text, at) ?? codeAt(text, at);
    case '<':
      return tokenAt(text, at);
    case ':':
      return emojiAt(text, at);
    case '&':
      return entityAt(text, at);
    case '*':
    case '_':
    case '~':
      return styledAt(text, at);
    default:
      return null;
  }
}

/**
 * @param {string} text
 * @param {number} at
 * @returns {Found | null}
 */
function preAt(text, at) {
  if (!text.startsWith('```', at)) return null;
  const end = text.indexOf('```', at + 3);
  if (end <= at + 3) return null;
  const inside = text
    .slice(at + 3, end)
    .replace(/^\n/, '')
    .replace(/\n$/, '');
  const after = text[end + 3] === '\n' ? end + 4 : end + 3;
  return { mark: { kind: 'pre', text: unescape(inside) }, end: after };
}

/**
 * @param {string} text
 * @param {number} at
 * @returns {Found | null}
 */
function codeAt(text, at) {
  const end = text.indexOf('`', at + 1);
  const inside = text.slice(at + 1, end);
  if (end <= at + 1 || inside.includes('\n')) return null;
  return { mark: { kind: 'code', text: unescape(inside) }, end: end + 1 };
}

/**
 * @param {string} text
 * @param {number} at
 * @returns {Found | null}
 */
function emojiAt(text, at) {
  EMOJI.lastIndex = at;
  const match = EMOJI.exec(text);
  return match === null ? null : { mark: { kind: 'emoji', name: match[1] ?? '' }, end: EMOJI.lastIndex };
}

/**
 * @param {string} text
 * @param {number} at
 * @returns {Found | null}
 */
function entityAt(text, at) {
  ENTITY.lastIndex = at;
  const match = ENTITY.exec(text);
  return match === null ? null : { mark: { kind: 'text', text: unescape(match[0]) }, end: ENTITY.lastIndex };
}

/**
 * A style opens and closes at the edge of a word. Letters of every script count: a Korean particle right
 * after the closing sign keeps it from closing, as in Slack.
 *
 * @param {string} text
 * @param {number} at
 * @returns {Found | null}
 */
function styledAt(text, at) {
  const sign = text[at] ?? '';
  const kind = STYLES.get(sign);
  const before = text[at - 1] ?? ' ';
  const first = text[at + 1] ?? ' ';
  if (kind === undefined || WORD.test(before) || /\s/.test(first) || first === sign) return null;
  const last = Math.min(text.length, at + MAX_SPAN);
  for (let end = at + 2; end < last; end += 1) {
    const here = text[end];
    if (here === '\n') return null;
    if (here === '`' || here === '<')
      end = (codeAt(text, end) ?? tokenAt(text, end) ?? { end: end + 1 }).end - 1;
    else if (here === sign && !/\s/.test(text[end - 1] ?? ' ') && !WORD.test(text[end + 1] ?? ' ')) {
      return { mark: { kind, children: parseInline(text.slice(at + 1, end)) }, end: end + 1 };
    }
  }
  return null;
}

/**
 * `<url|text>`, `<@U1>`, `<#C1>`, `<!here>`, `<!subteam^S1>`, `<!date^…>`.
 *
 * @param {string} text
 * @param {number} at
 * @returns {Found | null}
 */
function tokenAt(text, at) {
  const match = /^<([^<>\n]+)>/.exec(text.slice(at, at + MAX_SPAN));
  if (match === null) return null;
  const [inside = ''] = [match[1]];
  const bar = inside.indexOf('|');
  const what = bar === -1 ? inside : inside.slice(0, bar);
  const label = unescape(bar === -1 ? '' : inside.slice(bar + 1));
  const end = at + match[0].length;
  return { mark: tokenMark(what, label), end };
}

/**
 * @param {string} what
 * @param {string} label
 * @returns {Mark}
 */
function tokenMark(what, label) {
  if (what.startsWith('@')) return { kind: 'user', id: what.slice(1) };
  if (what.startsWith('#')) return { kind: 'channel', id: what.slice(1) };
  if (what.startsWith('!subteam^')) return { kind: 'group', id: what.slice(9) };
  if (what.startsWith('!date^')) {
    const [, seconds = '', format = '', url = ''] = what.split('^');
    return { kind: 'date', seconds: Number(seconds), format, url, fallback: label };
  }
  if (what.startsWith('!')) return { kind: 'broadcast', id: what.slice(1) };
  const url = unescape(what);
  return { kind: 'link', url, text: label === '' ? url.replace(/^mailto:/, '') : label };
}

/**
 * @param {string} text
 * @returns {string}
 */
function unescape(text) {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
