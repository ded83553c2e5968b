import { act } from './api.js';
import { wentWell } from './acts.js';
import { avatar } from './avatar.js';
import { renderBlocks } from './blocks.js';
import { dayOf, formatDate, shortTimeOf, timeOf } from './dates.js';
import { h, syncList } from './dom.js';
import { toEnd } from './stick.js';
import { go, repliesTo, state, user } from './store.js';
import { mrkdwn } from './text-view.js';
import { word } from './words.js';

/**
 * @typedef {import('./model.js').Message} Message
 *
 * @typedef {{ readonly kind: 'message', readonly message: Message, readonly compact: boolean, readonly inThread: boolean } |
 *           { readonly kind: 'day', readonly day: string } |
 *           { readonly kind: 'rule', readonly text: string }} Item
 */

/** Messages of one person within that time stand together under one name. */
const TOGETHER_SECONDS = 300;

/**
 * Draws messages, oldest first, with a line for each day, and stays at the end when the reader is there.
 *
 * @param {HTMLElement} container
 * @param {readonly Message[]} messages
 * @param {{ inThread: boolean, jump: boolean }} how
 */
export function showMessages(container, messages, { inThread, jump }) {
  const edits = new Map(
    [...container.querySelectorAll('[data-edits]')].map((one) => [tsOf(one), one.getAttribute('data-edits')]),
  );
  syncList(container, items(messages, inThread), { key, version, render });
  for (const one of container.querySelectorAll('[data-edits]')) {
    const before = edits.get(tsOf(one));
    if (before !== undefined && before !== one.getAttribute('data-edits')) one.classList.add('changed');
  }
  toEnd(container, { jump });
}

/** @param {Element} row */
function tsOf(row) {
  return row.getAttribute('data-message-ts');
}

/**
 * @param {readonly Message[]} messages
 * @param {boolean} inThread
 * @returns {readonly Item[]}
 */
function items(messages, inThread) {
  return messages.flatMap((message, index) => {
    const before = messages[index - 1];
    const newDay = !inThread && (before === undefined || dayOf(before.ts) !== dayOf(message.ts));
    const close =
      before !== undefined &&
      before.userId === message.userId &&
      before.ephemeralTo === message.ephemeralTo &&
      Number(message.ts) - Number(before.ts) < TOGETHER_SECONDS;
    const rule = inThread && index === 0 && messages.length > 1;
    /** @type {Item[]} */
    const list = newDay ? [{ kind: 'day', day: dayOf(message.ts) }] : [];
    const compact =
      close && !newDay && !(inThread && index === 1) && (inThread || repliesTo(before).length === 0);
    list.push({ kind: 'message', message, compact, inThread });
    if (rule) list.push({ kind: 'rule', text: countWords(messages.length - 1) });
    return list;
  });
}

/** @param {Item} item */
function key(item) {
  if (item.kind === 'day') return `day ${item.day}`;
  return item.kind === 'rule' ? 'rule' : item.message.ts;
}

/** @param {Item} item */
function version(item) {
  if (item.kind === 'day') return item.day;
  if (item.kind === 'rule') return item.text;
  const replies = item.inThread ? [] : repliesTo(item.message);
  const last = replies.at(-1);
  const when = last === undefined ? '' : formatDate(Number(last.ts), '{ago}');
  return [item.message.edits, item.compact, replies.length, last?.ts, when, state().me].map(String).join(' ');
}

/**
 * @param {Item} item
 * @returns {HTMLElement}
 */
function render(item) {
  if (item.kind === 'day') return h('div', { class: 'day' }, h('span', null, item.day));
  if (item.kind === 'rule') return h('div', { class: 'day count' }, h('span', null, item.text));
  return messageRow(item);
}

/** @param {Item & { kind: 'message' }} item */
function messageRow({ message, compact, inThread }) {
  const { ts, channel, userId, ephemeralTo } = message;
  const stage = /** @type {const} */ ({ kind: 'message', channel, ts });
  const side = compact ? h('time', { class: 'side' }, shortTimeOf(ts)) : avatar(userId);
  return h(
    'article',
    {
      class: ['message', compact ? 'compact' : '', ephemeralTo === null ? '' : 'ephemeral'].join(' ').trim(),
      data: {
        'message-ts': ts,
        'thread-ts': message.threadTs,
        user: userId,
        ephemeral: ephemeralTo === null ? null : 'true',
        edits: String(message.edits),
      },
    },
    ephemeralTo === null ? null : h('div', { class: 'only-you' }, `👁 ${word('onlyYou')}`),
    message.broadcast && !inThread ? h('div', { class: 'only-you' }, `↳ ${word('repliedTo')}`) : null,
    side,
    h(
      'div',
      { class: 'body' },
      compact ? null : head(message),
      content(message, stage),
      files(message),
      replyBar(message, inThread),
    ),
    ephemeralTo === null ? tools(message, inThread) : null,
  );
}

/** @param {Message} message */
function head({ userId, ts }) {
  const who = user(userId);
  const isApp = who.isBot || userId === 'USLACKBOT';
  const badge = isApp
    ? word('app')
    : who.isStranger
      ? word('external')
      : who.isRestricted
        ? word('guest')
        : null;
  return h(
    'div',
    { class: 'head' },
    h('strong', null, who.name),
    badge === null ? null : h('span', { class: 'badge' }, badge),
    h('time', { attrs: { title: formatDate(Number(ts), '{date_long} {time_secs}') ?? '' } }, timeOf(ts)),
  );
}

/**
 * @param {Message} message
 * @param {import('./acts.js').Stage} stage
 */
function content(message, stage) {
  const edited = message.editedTs === null ? null : h('span', { class: 'edited' }, ` ${word('edited')}`);
  if (message.blocks.length > 0)
    return h('div', { class: 'content' }, ...renderBlocks(message.blocks, stage), edited);
  return h('div', { class: 'content' }, mrkdwn(message.text), edited);
}

/** @param {Message} message */
function files({ files: shared }) {
  return shared.length === 0 ? null : h('div', { class: 'files' }, ...shared.map(file));
}

/** @param {Message['files'][number]} shared */
function file({ id, title, mimetype, altText }) {
  const src = `/files/${encodeURIComponent(id)}`;
  if (!mimetype.startsWith('image/')) return h('a', { attrs: { href: src, download: title } }, `📄 ${title}`);
  return h('figure', null, h('figcaption', null, title), h('img', { attrs: { src, alt: altText || title } }));
}

/**
 * @param {Message} message
 * @param {boolean} inThread
 */
function replyBar(message, inThread) {
  const replies = inThread || message.threadTs !== null ? [] : repliesTo(message);
  const last = replies.at(-1);
  if (last === undefined) return null;
  const people = [...new Set(replies.map(({ userId }) => userId))].slice(0, 4);
  const when = formatDate(Number(last.ts), '{ago}') ?? '';
  return h(
    'button',
    {
      class: 'reply-bar',
      attrs: { type: 'button' },
      data: { thread: message.ts },
      on: { click: () => go({ threadTs: message.ts }) },
    },
    ...people.map(avatar),
    h('span', { class: 'count' }, countWords(replies.length)),
    h('span', { class: 'when' }, word('lastReply', { when })),
  );
}

/** @param {number} count */
function countWords(count) {
  return count === 1 ? word('oneReply') : word('replies', { n: String(count) });
}

/**
 * What appears when the mouse is over a message.
 *
 * @param {Message} message
 * @param {boolean} inThread
 */
function tools(message, inThread) {
  const root = message.threadTs ?? message.ts;
  const reply = h(
    'button',
    {
      attrs: { type: 'button', title: word('replyInThread'), 'aria-label': word('replyInThread') },
      data: { 'reply-to': root },
      on: { click: () => go({ threadTs: root }) },
    },
    '💬',
  );
  const shortcuts = state().shortcuts.map(({ callbackId, name }) => {
    const use = async () => {
      const { channel, ts } = message;
      wentWell(await act('shortcut', { userId: state().me, channel, ts, callbackId }));
    };
    return h(
      'button',
      { attrs: { type: 'button' }, data: { shortcut: callbackId }, on: { click: () => void use() } },
      name,
    );
  });
  return h('div', { class: 'tools' }, inThread ? null : reply, ...shortcuts);
}
