import { formatDate } from './dates.js';
import { h } from './dom.js';
import { emoji } from './emoji.js';
import { parseMrkdwn } from './mrkdwn.js';
import { channel, go, state, user } from './store.js';
import { isObject, textOf } from './model.js';

/**
 * @typedef {import('./mrkdwn.js').Mark} Mark
 * @typedef {import('./dom.js').Child} Child
 */

const TAGS = /** @type {const} */ ({ bold: 'strong', italic: 'em', strike: 's', quote: 'blockquote' });

/**
 * @param {string} text
 * @returns {HTMLElement}
 */
export function mrkdwn(text) {
  return h('span', { class: 'mrkdwn' }, ...parseMrkdwn(text).map(node));
}

/**
 * A text object: plain text shows its signs, mrkdwn its marks.
 *
 * @param {unknown} text
 * @returns {HTMLElement}
 */
export function textObject(text) {
  if (isObject(text) && text['type'] === 'mrkdwn') return mrkdwn(textOf(text));
  return h('span', { class: 'plain' }, withEmoji(textOf(text)));
}

/**
 * @param {string} text
 * @returns {string}
 */
export function withEmoji(text) {
  return text.replaceAll(/:([a-z0-9_+-]+):/g, (all, name) => emoji(String(name)) ?? all);
}

/**
 * Other schemes (javascript:, data:) stay text.
 *
 * @param {string} url
 * @param {...Child} children
 * @returns {HTMLElement}
 */
export function link(url, ...children) {
  if (!/^(https?:\/\/|mailto:)/i.test(url)) return h('span', null, ...children);
  const attrs = { href: url, target: '_blank', rel: 'noopener noreferrer' };
  return h('a', { attrs, on: { click: (event) => openMessage(event, url) } }, ...children);
}

/**
 * @param {'user' | 'channel' | 'group' | 'broadcast'} kind
 * @param {string} id
 * @returns {HTMLElement}
 */
export function mention(kind, id) {
  if (kind === 'channel') return channelMention(id);
  const mine = kind === 'broadcast' || (kind === 'user' && id === state().me);
  const handle = state().userGroups.find((group) => group.id === id)?.handle;
  const name = kind === 'user' ? user(id).name : (handle ?? id);
  return h('span', { class: mine ? 'mention mine' : 'mention', data: { mention: id } }, `@${name}`);
}

/** @param {string} id */
function channelMention(id) {
  const known = channel(id);
  if (known === null) return h('span', { class: 'mention' }, `#${id}`);
  const open = () => go({ channel: id, tab: 'messages' });
  return h('button', { class: 'mention', attrs: { type: 'button' }, on: { click: open } }, `#${known.name}`);
}

/**
 * @param {{ seconds: number, format: string, url: string, fallback: string }} date
 * @returns {HTMLElement}
 */
export function dateMark({ seconds, format, url, fallback }) {
  const shown = formatDate(seconds, format) ?? fallback;
  const title = formatDate(seconds, '{date_long} {time_secs}') ?? '';
  return h('span', { class: 'date', attrs: { title } }, url === '' ? shown : link(url, shown));
}

/**
 * @param {string} name
 * @returns {HTMLElement}
 */
export function emojiMark(name) {
  const sign = emoji(name);
  if (sign === null) return h('span', null, `:${name}:`);
  return h('span', { class: 'emoji', attrs: { title: `:${name}:` } }, sign);
}

/**
 * @param {Mark} mark
 * @returns {Child}
 */
function node(mark) {
  if ('children' in mark) return h(TAGS[mark.kind], null, ...mark.children.map(node));
  if (mark.kind === 'text') return mark.text;
  if (mark.kind === 'code') return h('code', null, mark.text);
  if (mark.kind === 'pre') return h('pre', null, mark.text);
  if (mark.kind === 'break') return h('br', null);
  if (mark.kind === 'link') return link(mark.url, mark.text);
  if (mark.kind === 'emoji') return emojiMark(mark.name);
  if (mark.kind === 'date') return dateMark(mark);
  return mention(mark.kind, mark.id);
}

/**
 * The address of a message of this workspace opens its thread here, as Slack does it.
 *
 * @param {Event} event
 * @param {string} url
 */
function openMessage(event, url) {
  const found =
    /^https:\/\/local-slack\.invalid\/archives\/(\w+)\/p(\d+)(\d{6})(?:\?thread_ts=([\d.]+))?/.exec(url);
  if (found === null) return;
  event.preventDefault();
  const [, channelId = '', seconds, micros, threadTs] = found;
  go({ channel: channelId, threadTs: threadTs ?? `${seconds}.${micros}` });
}
