import { avatar } from './avatar.js';
import { act } from './api.js';
import { h } from './dom.js';
import { go, isUnread, state, where } from './store.js';
import { word } from './words.js';

/** @typedef {import('./model.js').Channel} Channel */

/** @param {HTMLElement} sidebar */
export function showSidebar(sidebar) {
  const { channels, bot, me } = state();
  const rows = channels.filter(({ kind }) => kind !== 'dm').map(channelRow);
  const direct = channels.find(({ kind, members }) => kind === 'dm' && members.includes(me));
  const app = direct === undefined ? [] : [appRow(direct, bot.userId, bot.name)];
  sidebar.replaceChildren(h('h2', null, word('channels')), ...rows, h('h2', null, word('apps')), ...app);
}

/** @param {Channel} channel */
function channelRow({ id, name, kind }) {
  return row(id, h('span', { class: 'hash' }, kind === 'private' ? '🔒' : '#'), name, () =>
    go({ channel: id }),
  );
}

/**
 * @param {Channel} channel
 * @param {string} userId
 * @param {string} name
 */
function appRow({ id }, userId, name) {
  return row(id, avatar(userId), name, () => openHome(id));
}

/**
 * Slack tells the app that its Home is looked at, so that it can fill it.
 *
 * @param {string} channel
 */
export function openHome(channel) {
  go({ channel, tab: 'home' });
  void act('home', { userId: state().me });
}

/**
 * @param {string} id
 * @param {HTMLElement} sign
 * @param {string} name
 * @param {() => void} open
 */
function row(id, sign, name, open) {
  const here = where().channel === id;
  return h(
    'button',
    {
      class: ['channel-row', here ? 'here' : '', isUnread(id) ? 'unread' : ''].join(' ').trim(),
      attrs: { type: 'button', 'aria-current': here ? 'page' : null },
      data: { channel: id },
      on: { click: open },
    },
    sign,
    h('span', null, name),
  );
}
