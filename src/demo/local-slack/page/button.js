import { press } from './acts.js';
import { ask } from './confirm.js';
import { h } from './dom.js';
import { isObject, objectsIn, textOf } from './model.js';
import { textObject, withEmoji } from './text-view.js';
import { word } from './words.js';

/**
 * @typedef {import('./model.js').Json} Json
 * @typedef {import('./acts.js').Stage} Stage
 *
 * Everything an element needs to know about where it stands.
 * @typedef {{ readonly blockId: string, readonly stage: Stage }} Spot
 */

/**
 * Asks first where the element wants that, then tells the app. The element waits meanwhile, and shows when
 * the app did not take it.
 *
 * @param {Json} element
 * @param {Spot} spot
 * @param {{ shown: HTMLElement, value?: string }} used
 */
export async function use(element, spot, { shown, value }) {
  const confirm = element['confirm'];
  const confirmed = isObject(confirm) ? await ask(confirm) : false;
  if (isObject(confirm) && !confirmed) return;
  shown.classList.add('waiting');
  shown.setAttribute('aria-busy', 'true');
  const taken = await press(spot.stage, {
    actionId: textOf(element['action_id']),
    blockId: spot.blockId,
    ...(value === undefined ? {} : { value }),
    confirmed,
  });
  shown.classList.remove('waiting');
  shown.removeAttribute('aria-busy');
  shown.classList.toggle('failed', !taken);
}

/**
 * @param {Json} element
 * @param {Spot} spot
 * @returns {HTMLElement}
 */
export function button(element, spot) {
  const style = element['style'] === 'primary' || element['style'] === 'danger' ? ` ${element['style']}` : '';
  const value = typeof element['value'] === 'string' ? element['value'] : undefined;
  const shown = h(
    'button',
    {
      class: `button${style}`,
      attrs: { type: 'button', 'aria-label': textOf(element['accessibility_label']) || null },
      data: { 'action-id': textOf(element['action_id']), 'block-id': spot.blockId, value: value ?? null },
      on: {
        click: () => {
          const url = textOf(element['url']);
          if (/^https?:\/\//i.test(url)) window.open(url, '_blank', 'noopener,noreferrer');
          void use(element, spot, value === undefined ? { shown } : { shown, value });
        },
      },
    },
    element['type'] === 'icon_button' ? (ICONS[textOf(element['icon'])] ?? '•') : textObject(element['text']),
  );
  return shown;
}

/** @type {Readonly<Record<string, string>>} */
const ICONS = { trash: '🗑️' };

/**
 * @param {Json} element
 * @param {Spot} spot
 * @returns {HTMLElement}
 */
export function overflow(element, spot) {
  const summary = h('summary', { class: 'button', attrs: { 'aria-label': word('more') } }, '⋯');
  const menu = h('details', {
    class: 'overflow',
    data: { 'action-id': textOf(element['action_id']), 'block-id': spot.blockId },
  });
  const options = objectsIn(element['options']).map((option) => {
    const value = textOf(option['value']);
    const choose = () => {
      menu.open = false;
      void use(element, spot, { shown: summary, value });
    };
    const attrs = { type: 'button' };
    return h('button', { attrs, data: { option: value }, on: { click: choose } }, textObject(option['text']));
  });
  menu.append(summary, h('div', { class: 'menu' }, ...options));
  return menu;
}

/**
 * @param {Json} element
 * @param {Spot} spot
 * @returns {HTMLElement}
 */
export function feedback(element, spot) {
  const one = (/** @type {unknown} */ side, /** @type {string} */ sign) => {
    const given = isObject(side) ? side : {};
    const shown = h(
      'button',
      {
        class: 'button',
        attrs: { type: 'button', title: withEmoji(textOf(given['text'])) },
        data: {
          'action-id': textOf(element['action_id']),
          'block-id': spot.blockId,
          value: textOf(given['value']),
        },
        on: { click: () => void use(element, spot, { shown, value: textOf(given['value']) }) },
      },
      sign,
    );
    return shown;
  };
  const { positive_button: positive, negative_button: negative } = element;
  return h('span', { class: 'row' }, one(positive, '👍'), one(negative, '👎'));
}
