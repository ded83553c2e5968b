import { send } from './acts.js';
import { h } from './dom.js';
import { state } from './store.js';
import { word } from './words.js';

/** As many lines as the field grows to. */
const MAX_HEIGHT_PX = 200;

/**
 * A field to write in: Enter sends, Shift+Enter starts a line, a slash offers the commands.
 *
 * @param {string} id
 * @param {() => { channel: string, threadTs: string | null }} where
 * @returns {{ shown: HTMLElement, label: (text: string) => void, put: (text: string) => void }}
 */
export function composer(id, where) {
  const text = h('textarea', { attrs: { id, rows: '1', autocomplete: 'off', spellcheck: 'false' } });
  const offers = h('div', { class: 'offers', attrs: { hidden: true } });
  const button = h(
    'button',
    {
      class: 'send',
      attrs: { type: 'button', 'aria-label': word('send'), title: word('send') },
      data: { send: id },
    },
    '➤',
  );
  const grow = () => {
    text.style.height = 'auto';
    text.style.height = `${String(Math.min(text.scrollHeight, MAX_HEIGHT_PX))}px`;
    button.classList.toggle('ready', text.value.trim() !== '');
    offer(offers, text, where().threadTs === null, put);
  };
  const put = (/** @type {string} */ typed) => {
    text.value = typed;
    text.focus();
    grow();
  };
  const submit = async () => {
    const typed = text.value;
    if (typed.trim() === '') return;
    const { channel, threadTs } = where();
    put('');
    const sent = await send(typed, channel, threadTs);
    // What the app did not take comes back into the empty field, as in Slack.
    if (!sent && text.value === '') put(typed);
  };
  text.addEventListener('input', grow);
  text.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    void submit();
  });
  button.addEventListener('click', () => void submit());
  const shown = h('div', { class: 'composer' }, offers, text, h('div', { class: 'composer-foot' }, button));
  return { shown, label: (label) => text.setAttribute('placeholder', label), put };
}

/**
 * @param {HTMLElement} offers
 * @param {HTMLTextAreaElement} text
 * @param {boolean} allowed
 * @param {(typed: string) => void} put
 */
function offer(offers, text, allowed, put) {
  const typed = text.value;
  const matching = state().commands.filter(({ command }) => command.startsWith(typed));
  const wanted = allowed && typed.startsWith('/') && !typed.includes(' ') && matching.length > 0;
  offers.hidden = !wanted;
  if (!wanted) return;
  offers.replaceChildren(
    ...matching.map(({ command, description }) =>
      h(
        'button',
        { attrs: { type: 'button' }, data: { offer: command }, on: { click: () => put(`${command} `) } },
        h('strong', null, command),
        h('span', null, description),
      ),
    ),
  );
}
