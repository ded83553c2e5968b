import { h } from './dom.js';
import { objectsIn, textOf } from './model.js';
import { richText } from './rich-text.js';
import { word } from './words.js';

/** @typedef {import('./model.js').Json} Json */

const PAGE_SIZE = 5;

/**
 * @param {Json} block a table block
 * @returns {HTMLElement}
 */
export function table(block) {
  const settings = objectsIn(block['column_settings']);
  const [head, ...body] = rowsOf(block);
  const aligned = (/** @type {number} */ column) => `align-${textOf(settings[column]?.['align']) || 'left'}`;
  return frame(head ?? [], body, aligned);
}

/**
 * @param {Json} block a data_table block
 * @returns {HTMLElement}
 */
export function dataTable(block) {
  const [head = [], ...body] = rowsOf(block);
  const size = typeof block['page_size'] === 'number' ? block['page_size'] : PAGE_SIZE;
  const pages = Math.max(1, Math.ceil(body.length / size));
  const shown = h('div', { class: 'data-table' });
  const show = (/** @type {number} */ page) => {
    const rows = body.slice(page * size, (page + 1) * size);
    const aligned = (/** @type {number} */ column) =>
      body[0]?.[column]?.['type'] === 'raw_number' ? 'align-right' : 'align-left';
    const to = (/** @type {number} */ next, /** @type {string} */ sign) =>
      h(
        'button',
        {
          class: 'button',
          attrs: { type: 'button', disabled: next < 0 || next >= pages },
          on: { click: () => show(next) },
        },
        sign,
      );
    const place = word('page', { n: String(page + 1), of: String(pages) });
    const pager =
      pages === 1 ? null : h('div', { class: 'row' }, to(page - 1, '‹'), place, to(page + 1, '›'));
    shown.replaceChildren(
      h('div', { class: 'caption' }, textOf(block['caption'])),
      frame(head, rows, aligned),
    );
    if (pager !== null) shown.append(pager);
  };
  show(0);
  return shown;
}

/** @param {Json} block */
function rowsOf(block) {
  return Array.isArray(block['rows']) ? block['rows'].map((row) => objectsIn(row)) : [];
}

/**
 * @param {readonly Json[]} head
 * @param {readonly (readonly Json[])[]} body
 * @param {(column: number) => string} aligned
 */
function frame(head, body, aligned) {
  const cell = (/** @type {'th' | 'td'} */ tag) => (/** @type {Json} */ one, /** @type {number} */ column) =>
    h(tag, { class: aligned(column) }, one['type'] === 'rich_text' ? richText(one) : textOf(one['text']));
  return h(
    'div',
    { class: 'table-frame' },
    h(
      'table',
      null,
      h('thead', null, h('tr', null, ...head.map(cell('th')))),
      h('tbody', null, ...body.map((row) => h('tr', null, ...row.map(cell('td'))))),
    ),
  );
}
