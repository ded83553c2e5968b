/**
 * Puts the page together: the stream fills the store, the store tells the views.
 *
 * Programs may drive the page by these, which stay: `#act-as`, `#composer`, `#thread-composer`, `[data-send=ID]`,
 * `[data-channel=ID]`, `#messages` and `#replies` with `[data-message-ts]` (`data-user`, `data-edits`,
 * `data-thread-ts`, `data-ephemeral`), `[data-thread=TS]` (the "N replies" button), `#thread[data-open-thread]`,
 * `[data-close-thread]`, `[data-reply-to=TS]`, `[data-shortcut=ID]`, `[data-action-id]` (`data-block-id`,
 * `data-value`, `[data-option]` of an overflow menu), `[data-confirm=yes|no]`, `.dialog[data-view-id]`,
 * `[data-submit]`, `[data-close]`, `[data-error-of=BLOCK]`, `[data-tab=home|messages]`, `[data-mention=ID]`,
 * `#panel [data-card=TITLE][data-status]`, `[data-type=TEXT]` (words of the note), `[data-offer=/COMMAND]`.
 */
import './reload.js';
import { openStream } from './api.js';
import { renderBlocks } from './blocks.js';
import { composer } from './composer.js';
import { byId, fill, h } from './dom.js';
import { showMessages } from './message.js';
import { showModal } from './modal.js';
import { objectsIn } from './model.js';
import { showPanel } from './panel.js';
import { openHome, showSidebar } from './sidebar.js';
import {
  channel,
  channelMessages,
  go,
  isReady,
  me,
  onChange,
  receive,
  state,
  threadMessages,
  user,
  where,
} from './store.js';
import { speak, word } from './words.js';

const inChannel = composer('composer', () => ({ channel: where().channel, threadTs: null }));
const inThread = composer('thread-composer', () => ({
  channel: where().channel,
  threadTs: where().threadTs,
}));
byId('channel-foot').append(inChannel.shown);
byId('thread-foot').append(inThread.shown);

/** What was shown last, to know when to jump to the end. */
let shownChannel = '';
let shownThread = '';
let stop = () => {};

/** @param {string} userId */
function connect(userId) {
  stop();
  stop = openStream(userId, {
    event: receive,
    connected: (is) => {
      byId('connection').hidden = is;
      byId('connection').textContent = word('reconnecting');
    },
  });
}

function show() {
  if (!isReady()) return;
  speak(me().locale);
  showTop();
  showSidebar(byId('sidebar'));
  showChannel();
  showThread();
  showModal();
  showPanel(inChannel.put);
}

function showTop() {
  const { workspace, users } = state();
  byId('workspace-name').textContent = workspace.name;
  document.title = workspace.name;
  const label = byId('act-as-label').querySelector('span');
  if (label !== null) label.textContent = word('actAs');
  const people = users.filter(({ isBot, deleted }) => !isBot && !deleted);
  const select = byId('act-as');
  if (!(select instanceof HTMLSelectElement)) return;
  const options = people.map(({ id, name }) => h('option', { attrs: { value: id } }, name));
  if (select.options.length !== options.length) fill(select, options);
  select.value = state().me;
}

function showChannel() {
  const { tab, channel: id } = where();
  const here = channel(id);
  const isApp = here?.kind === 'dm';
  const name = isApp ? state().bot.name : `${here?.kind === 'private' ? '🔒' : '#'} ${here?.name ?? ''}`;
  const tabs = isApp
    ? h(
        'div',
        { class: 'tabs' },
        tabButton('home', () => openHome(id)),
        tabButton('messages', () => go({ tab: 'messages' })),
      )
    : null;
  byId('channel').setAttribute('data-open-channel', id);
  const people = here === null || isApp ? [] : here.members.map((member) => user(member).name);
  fill(byId('channel-head'), [h('h1', null, name), tabs, h('span', { class: 'members' }, people.join(', '))]);
  const list = byId('messages');
  const jump = shownChannel !== `${id} ${tab} ${state().me}`;
  shownChannel = `${id} ${tab} ${state().me}`;
  byId('channel-foot').hidden = tab === 'home';
  if (tab === 'home') showHome(list, jump);
  else {
    if (jump) list.replaceChildren();
    showMessages(list, channelMessages(id), { inThread: false, jump });
  }
  inChannel.label(word('messageTo', { where: isApp ? state().bot.name : `#${here?.name ?? ''}` }));
}

/**
 * @param {'home' | 'messages'} tab
 * @param {() => void} open
 */
function tabButton(tab, open) {
  const chosen = where().tab === tab ? 'tab chosen' : 'tab';
  return h(
    'button',
    { class: chosen, attrs: { type: 'button' }, data: { tab }, on: { click: open } },
    word(tab),
  );
}

/**
 * @param {HTMLElement} list
 * @param {boolean} anew
 */
function showHome(list, anew) {
  const view = state().views.home;
  const hash = view?.hash ?? '';
  if (!anew && list.firstElementChild?.getAttribute('data-hash') === hash) return;
  if (view === null) return fill(list, [h('p', { class: 'empty', data: { hash } }, word('noHome'))]);
  const blocks = renderBlocks(objectsIn(view.view['blocks']), { kind: 'view', viewId: view.id });
  fill(list, [h('div', { class: 'home content', data: { 'view-id': view.id, hash } }, ...blocks)]);
}

function showThread() {
  const { channel: id, threadTs } = where();
  const pane = byId('thread');
  pane.hidden = threadTs === null;
  document.body.classList.toggle('in-thread', threadTs !== null);
  if (threadTs === null) {
    shownThread = '';
    pane.removeAttribute('data-open-thread');
    return;
  }
  pane.setAttribute('data-open-thread', threadTs);
  const close = h(
    'button',
    {
      class: 'bare',
      attrs: { type: 'button', 'aria-label': word('close') },
      data: { 'close-thread': '' },
      on: { click: () => go({ threadTs: null }) },
    },
    '✕',
  );
  const place = h(
    'span',
    { class: 'members' },
    channel(id)?.kind === 'dm' ? '' : `# ${channel(id)?.name ?? ''}`,
  );
  fill(byId('thread-head'), [h('h1', null, word('thread')), place, close]);
  const jump = shownThread !== threadTs;
  shownThread = threadTs;
  if (jump) byId('replies').replaceChildren();
  showMessages(byId('replies'), threadMessages(id, threadTs), { inThread: true, jump });
  inThread.label(word('reply'));
}

onChange(show);
byId('act-as').addEventListener('change', (event) => {
  if (event.target instanceof HTMLSelectElement) connect(event.target.value);
});
byId('menu').addEventListener('click', () => document.body.classList.toggle('menu-open'));
byId('sidebar').addEventListener('click', () => document.body.classList.remove('menu-open'));
// "3 minutes ago" grows old by itself.
setInterval(show, 30_000);
connect(new URLSearchParams(location.search).get('user') ?? '');
