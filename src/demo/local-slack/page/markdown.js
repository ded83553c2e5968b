/** The markdown block: the standard kind, as far as messages use it. */
import { h } from './dom.js';
import { link, withEmoji } from './text-view.js';

/**
 * @typedef {import('./dom.js').Child} Child
 */

/** A pair of signs further apart than that is none. */
const MAX_SPAN = 2_000;

/**
 * @param {string} text
 * @returns {HTMLElement}
 */
export function markdown(text) {
  const lines = text.split('\n');
  /** @type {HTMLElement[]} */
  const parts = [];
  for (let at = 0; at < lines.length;) {
    const { part, next } = partAt(lines, at);
    if (part !== null) parts.push(part);
    at = next;
  }
  return h('div', { class: 'rich-text' }, ...parts);
}

/**
 * @param {readonly string[]} lines
 * @param {number} at
 * @returns {{ part: HTMLElement | null, next: number }}
 */
function partAt(lines, at) {
  const line = lines[at] ?? '';
  if (line.trim() === '') return { part: null, next: at + 1 };
  if (line.startsWith('```')) {
    const end = lines.findIndex((one, index) => index > at && one.startsWith('```'));
    const last = end === -1 ? lines.length : end;
    return { part: h('pre', null, lines.slice(at + 1, last).join('\n')), next: last + 1 };
  }
  const heading = /^#{1,6} (.*)$/.exec(line);
  if (heading !== null)
    return { part: h('div', { class: 'heading' }, ...inline(heading[1] ?? '')), next: at + 1 };
  if (/^(-{3,}|\*{3,})$/.test(line)) return { part: h('hr', null), next: at + 1 };
  for (const [pattern, tag] of RUNS) {
    const until = runEnd(lines, at, pattern);
    if (until > at) return { part: run(lines.slice(at, until), pattern, tag), next: until };
  }
  const until = Math.max(runEnd(lines, at, /^(?!```|#{1,6} |[-*] |\d+\. |> )\s*\S.*$/), at + 1);
  return { part: h('div', null, ...inline(lines.slice(at, until).join('\n'))), next: until };
}

const RUNS = /** @type {const} */ ([
  [/^[-*] (.*)$/, 'ul'],
  [/^\d+\. (.*)$/, 'ol'],
  [/^> ?(.*)$/, 'blockquote'],
]);

/**
 * @param {readonly string[]} lines
 * @param {number} at
 * @param {RegExp} pattern
 * @returns {number}
 */
function runEnd(lines, at, pattern) {
  let end = at;
  while (end < lines.length && pattern.test(lines[end] ?? '')) end += 1;
  return end;
}

/**
 * @param {readonly string[]} lines
 * @param {RegExp} pattern
 * @param {'ul' | 'ol' | 'blockquote'} tag
 * @returns {HTMLElement}
 */
function run(lines, pattern, tag) {
  const texts = lines.map((line) => pattern.exec(line)?.[1] ?? '');
  if (tag === 'blockquote') return h('blockquote', null, ...inline(texts.join('\n')));
  return h(tag, null, ...texts.map((text) => h('li', null, ...inline(text))));
}

const INLINE = new RegExp(
  [
    '`([^`\\n]+)`',
    `\\*\\*(.{1,${String(MAX_SPAN)}}?)\\*\\*`,
    `~~(.{1,${String(MAX_SPAN)}}?)~~`,
    '\\*([^*\\s][^*\\n]*)\\*',
    '_([^_\\s][^_\\n]*)_(?![\\p{L}\\p{N}])',
    '\\[([^\\]\\n]+)\\]\\(([^)\\s]+)\\)',
  ].join('|'),
  'gu',
);

/**
 * @param {string} text
 * @returns {readonly Child[]}
 */
function inline(text) {
  /** @type {Child[]} */
  const children = [];
  let at = 0;
  for (const match of text.matchAll(INLINE)) {
    children.push(withEmoji(text.slice(at, match.index)));
    const [all, code, bold, strike, star, score, label, url] = match;
    const italic = star ?? score;
    if (code !== undefined) children.push(h('code', null, code));
    else if (bold !== undefined) children.push(h('strong', null, ...inline(bold)));
    else if (strike !== undefined) children.push(h('s', null, ...inline(strike)));
    else if (italic !== undefined) children.push(h('em', null, ...inline(italic)));
    else children.push(link(url ?? '', label ?? ''));
    at = match.index + all.length;
  }
  children.push(withEmoji(text.slice(at)));
  return children;
}
