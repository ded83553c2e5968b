import { isMessage, isPanel, isSnapshot, isViews } from './model.js';

/**
 * What this person sees, kept up to date by the stream, and what the page itself remembers: the open
 * channel, the open thread.
 *
 * @typedef {import('./model.js').Snapshot} Snapshot
 * @typedef {import('./model.js').Message} Message
 * @typedef {import('./model.js').Channel} Channel
 * @typedef {import('./model.js').User} User
 *
 * @typedef {object} Place
 * @property {string} channel a channel's id
 * @property {'messages' | 'home'} tab
 * @property {string | null} threadTs
 */

/** @type {Snapshot | null} */
let snapshot = null;

/** @type {Map<string, Message>} */
let messages = new Map();

/** @type {Place} */
let place = { channel: '', tab: 'messages', threadTs: null };

/** @type {Set<string>} */
let unread = new Set();

/**
 * Replies that everybody sees, by the thread they are in; made anew after each change.
 *
 * @type {Map<string, Message[]> | null}
 */
let threads = null;

/** @type {Set<() => void>} */
const listeners = new Set();

/** @param {() => void} listener */
export function onChange(listener) {
  listeners.add(listener);
}

function changed() {
  threads = null;
  for (const listener of listeners) listener();
}

/** @returns {Snapshot} */
export function state() {
  if (snapshot === null) throw new Error('bug: nothing has arrived yet');
  return snapshot;
}

export function isReady() {
  return snapshot !== null;
}

/**
 * @param {string} name of the event
 * @param {unknown} data
 */
export function receive(name, data) {
  if (name === 'state' && isSnapshot(data)) start(data);
  else if (snapshot === null) return;
  else if (name === 'message' && isMessage(data)) {
    messages.set(keyOf(data), data);
    if (data.channel !== place.channel && data.edits === 0) unread.add(data.channel);
  } else if (name === 'deleted' && isMessage(data)) messages.delete(keyOf(data));
  else if (name === 'views' && isViews(data)) snapshot = { ...snapshot, views: data };
  else if (name === 'panel' && isPanel(data)) snapshot = { ...snapshot, panel: data };
  changed();
}

/** @param {Snapshot} fresh */
function start(fresh) {
  const samePerson = snapshot?.me === fresh.me;
  snapshot = fresh;
  messages = new Map(fresh.messages.map((message) => [keyOf(message), message]));
  if (!samePerson) unread = new Set();
  const visible = fresh.channels.some(({ id }) => id === place.channel);
  const first = fresh.channels.find(
    ({ kind, members }) => kind !== 'dm' && members.includes(fresh.bot.userId),
  );
  if (!visible) place = { channel: (first ?? fresh.channels[0])?.id ?? '', tab: 'messages', threadTs: null };
}

/** @returns {Place} */
export function where() {
  return place;
}

/** @param {Partial<Place>} change */
export function go(change) {
  const moved = change.channel !== undefined && change.channel !== place.channel;
  place = { ...place, ...(moved ? { threadTs: null, tab: 'messages' } : {}), ...change };
  unread.delete(place.channel);
  changed();
}

/** @param {string} channel */
export function isUnread(channel) {
  return unread.has(channel);
}

/**
 * What stands in the channel, oldest first.
 *
 * @param {string} channel
 * @returns {readonly Message[]}
 */
export function channelMessages(channel) {
  return sorted((message) => message.channel === channel && (message.threadTs === null || message.broadcast));
}

/**
 * The first message and its replies.
 *
 * @param {string} channel
 * @param {string} ts
 * @returns {readonly Message[]}
 */
export function threadMessages(channel, ts) {
  return sorted((message) => message.channel === channel && (message.ts === ts || message.threadTs === ts));
}

/**
 * @param {Message} message
 * @returns {readonly Message[]}
 */
export function repliesTo(message) {
  threads ??= Map.groupBy(
    sorted((one) => one.threadTs !== null && one.ephemeralTo === null),
    (one) => `${one.channel} ${one.threadTs ?? ''}`,
  );
  return threads.get(keyOf(message)) ?? [];
}

/** @returns {User} */
export function me() {
  return user(state().me);
}

/**
 * Slack itself and people of elsewhere have a name too.
 *
 * @param {string} id
 * @returns {User}
 */
export function user(id) {
  const known = state().users.find((one) => one.id === id);
  const name = id === 'USLACKBOT' ? 'Slackbot' : id;
  const stranger = { isBot: false, deleted: false, isStranger: false, isRestricted: false };
  return known ?? { id, name, locale: 'en-US', teamId: '', ...stranger };
}

/**
 * @param {string} id
 * @returns {Channel | null}
 */
export function channel(id) {
  return state().channels.find((one) => one.id === id) ?? null;
}

/**
 * @param {(message: Message) => boolean} wanted
 * @returns {readonly Message[]}
 */
function sorted(wanted) {
  return [...messages.values()].filter(wanted).sort((a, b) => (a.ts < b.ts ? -1 : 1));
}

/** @param {Message} message */
function keyOf(message) {
  return `${message.channel} ${message.ts}`;
}
