/** What the person in front of the page does. */
import { act } from './api.js';
import { h, byId } from './dom.js';
import { state } from './store.js';
import { word } from './words.js';

/**
 * @typedef {import('./api.js').Acted} Acted
 *
 * Where a block stands: in a message or in a view.
 * @typedef {{ readonly kind: 'message', readonly channel: string, readonly ts: string } |
 *           { readonly kind: 'view', readonly viewId: string }} Stage
 *
 * @typedef {object} Press
 * @property {string} actionId
 * @property {string} blockId
 * @property {string} [value]
 * @property {boolean} confirmed
 */

/** How long a note stays in sight. */
const TOAST_MS = 6_000;

/**
 * @param {Stage} stage
 * @param {Press} press
 * @returns {Promise<boolean>} whether the app took it
 */
export async function press(stage, press) {
  const who = { userId: state().me };
  const acted =
    stage.kind === 'message'
      ? await act('click', { ...who, channel: stage.channel, ts: stage.ts, ...press })
      : await act('view-click', { ...who, viewId: stage.viewId, ...press });
  return wentWell(acted);
}

/**
 * Slack's three characters that mean something, and names people type, become what the app will read.
 *
 * @param {string} typed
 * @returns {string}
 */
export function encode(typed) {
  const { users, bot, channels } = state();
  const escaped = typed.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const people = [{ id: bot.userId, name: bot.name }, ...users];
  return escaped
    .replaceAll(/@([\p{L}\p{N}._-]+)/gu, (all, name) => {
      const found = people.find((one) => one.name === name);
      return found === undefined ? all : `<@${found.id}>`;
    })
    .replaceAll(/#([\p{L}\p{N}_-]+)/gu, (all, name) => {
      const found = channels.find((one) => one.name === name);
      return found === undefined ? all : `<#${found.id}|${found.name}>`;
    });
}

/**
 * A line that starts with a slash is a command, as in Slack; in a thread there are none.
 *
 * @param {string} typed
 * @param {string} channel
 * @param {string | null} threadTs
 * @returns {Promise<boolean>}
 */
export async function send(typed, channel, threadTs) {
  const userId = state().me;
  const command = /^(\/[a-z0-9_-]+)(?:\s+([\s\S]*))?$/i.exec(typed.trim());
  if (command === null) {
    const thread = threadTs === null ? {} : { threadTs };
    return wentWell(await act('say', { userId, channel, text: encode(typed.trim()), ...thread }));
  }
  const [, name = '', text = ''] = command;
  if (threadTs !== null) {
    toast(word('threadCommand', { command: name }));
    return false;
  }
  return wentWell(await act('command', { userId, channel, command: name, text: text.trim() }));
}

/**
 * @param {Acted} acted
 * @returns {boolean}
 */
export function wentWell(acted) {
  if (!acted.ok) toast(acted.error);
  return acted.ok && !failed(acted.body);
}

/**
 * @param {unknown} body
 * @returns {boolean}
 */
function failed(body) {
  return typeof body === 'object' && body !== null && 'kind' in body && body.kind === 'failed';
}

/** @param {string} text */
export function toast(text) {
  const note = h('div', { class: 'toast' }, text);
  byId('toasts').append(note);
  setTimeout(() => note.remove(), TOAST_MS);
}
