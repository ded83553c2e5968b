import { byId, h } from './dom.js';
import { isObject } from './model.js';
import { textObject } from './text-view.js';
import { word } from './words.js';

/**
 * Asks the person before a button does something; Escape and a click beside the dialog mean no.
 *
 * @param {import('./model.js').Json} confirm Block Kit's confirm object
 * @returns {Promise<boolean>}
 */
export function ask(confirm) {
  return new Promise((resolve) => {
    const before = document.activeElement;
    const answer = (/** @type {boolean} */ said) => {
      curtain.remove();
      if (before instanceof HTMLElement) before.focus();
      resolve(said);
    };
    const style = confirm['style'] === 'danger' ? 'danger' : 'primary';
    const deny = h(
      'button',
      {
        class: 'button',
        attrs: { type: 'button' },
        data: { confirm: 'no' },
        on: { click: () => answer(false) },
      },
      isObject(confirm['deny']) ? textObject(confirm['deny']) : word('cancel'),
    );
    const agree = h(
      'button',
      {
        class: `button ${style}`,
        attrs: { type: 'button' },
        data: { confirm: 'yes' },
        on: { click: () => answer(true) },
      },
      textObject(confirm['confirm']),
    );
    const dialog = h(
      'div',
      { class: 'dialog small', attrs: { role: 'alertdialog', 'aria-modal': 'true' } },
      h('h2', null, textObject(confirm['title'])),
      h('div', { class: 'dialog-body' }, textObject(confirm['text'])),
      h('div', { class: 'dialog-foot' }, deny, agree),
    );
    const curtain = h('div', { class: 'curtain' }, dialog);
    curtain.addEventListener('click', (event) => {
      if (event.target === curtain) answer(false);
    });
    curtain.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') answer(false);
      if (event.key === 'Tab') {
        event.preventDefault();
        (document.activeElement === agree ? deny : agree).focus();
      }
    });
    byId('dialogs').append(curtain);
    agree.focus();
  });
}
