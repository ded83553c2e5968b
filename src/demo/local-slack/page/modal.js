import { act } from './api.js';
import { wentWell } from './acts.js';
import { renderBlocks } from './blocks.js';
import { byId, h } from './dom.js';
import { isObject, objectsIn, textOf } from './model.js';
import { state } from './store.js';
import { textObject } from './text-view.js';
import { word } from './words.js';

/**
 * @typedef {import('./model.js').View} View
 * @typedef {import('./inputs.js').Field} Field
 */

/** @type {{ hash: string, curtain: HTMLElement } | null} */
let open = null;

/** Shows the modal the person has open, if any; the same view is left alone while something is typed in it. */
export function showModal() {
  const view = state().views.modal;
  if (view?.hash === open?.hash) return;
  open?.curtain.remove();
  open = view === null ? null : { hash: view.hash, curtain: draw(view) };
  if (open === null) return;
  byId('dialogs').append(open.curtain);
  const [first] = open.curtain.querySelectorAll('input, textarea, select, [data-submit]');
  if (first instanceof HTMLElement) first.focus();
}

/** @param {View} view */
function draw({ id, view }) {
  /** @type {Map<string, Field>} */
  const fields = new Map();
  const blocks = renderBlocks(
    objectsIn(view['blocks']),
    { kind: 'view', viewId: id },
    (actionId, _, field) => {
      fields.set(actionId, field);
    },
  );
  const close = () => void act('close-modal', { userId: state().me, viewId: id });
  const submit = async () => {
    const values = Object.fromEntries([...fields].map(([actionId, field]) => [actionId, field.read()]));
    const acted = await act('submit', { userId: state().me, viewId: id, values: withoutEmpty(values) });
    const taken = wentWell(acted);
    tellErrors(dialog, acted.ok && isObject(acted.body) ? acted.body : {});
    if (!taken && acted.ok) dialog.querySelector('.dialog-trouble')?.removeAttribute('hidden');
  };
  const dialog = h(
    'div',
    { class: 'dialog', attrs: { role: 'dialog', 'aria-modal': 'true' }, data: { 'view-id': id } },
    h(
      'div',
      { class: 'dialog-head' },
      h('h2', null, textObject(view['title'])),
      h(
        'button',
        { class: 'bare', attrs: { type: 'button', 'aria-label': word('close') }, on: { click: close } },
        '✕',
      ),
    ),
    h('div', { class: 'dialog-trouble', attrs: { hidden: true } }, word('trouble')),
    h('div', { class: 'dialog-body content' }, ...blocks),
    h(
      'div',
      { class: 'dialog-foot' },
      h(
        'button',
        { class: 'button', attrs: { type: 'button' }, data: { close: id }, on: { click: close } },
        view['close'] === undefined ? word('cancel') : textObject(view['close']),
      ),
      view['submit'] === undefined
        ? null
        : h(
            'button',
            {
              class: 'button primary',
              attrs: { type: 'button' },
              data: { submit: id },
              on: { click: () => void submit() },
            },
            textObject(view['submit']),
          ),
    ),
  );
  const curtain = h('div', { class: 'curtain' }, dialog);
  curtain.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') close();
  });
  return curtain;
}

/** @param {Readonly<Record<string, string | readonly string[]>>} values */
function withoutEmpty(values) {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value.length > 0));
}

/**
 * @param {HTMLElement} dialog
 * @param {import('./model.js').Json} body
 */
function tellErrors(dialog, body) {
  const errors = isObject(body['errors']) ? body['errors'] : {};
  for (const place of dialog.querySelectorAll('[data-error-of]')) {
    place.textContent = textOf(errors[place.getAttribute('data-error-of') ?? '']);
  }
}
