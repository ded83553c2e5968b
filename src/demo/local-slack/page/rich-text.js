import { h } from './dom.js';
import { isObject, objectsIn, textOf } from './model.js';
import { dateMark, emojiMark, link, mention } from './text-view.js';

/**
 * @typedef {import('./model.js').Json} Json
 * @typedef {import('./dom.js').Child} Child
 */

/**
 * @param {Json} block a rich_text block
 * @returns {HTMLElement}
 */
export function richText(block) {
  return h('div', { class: 'rich-text' }, ...parts(objectsIn(block['elements'])));
}

/**
 * Neighbouring lists belong together: their indents make one tree for the eye.
 *
 * @param {readonly Json[]} elements
 * @returns {readonly HTMLElement[]}
 */
function parts(elements) {
  return elements.map((part) => {
    const inside = objectsIn(part['elements']);
    switch (part['type']) {
      case 'rich_text_preformatted':
        return h('pre', null, ...inside.map((one) => textOf(one) || textOf(one['url'])));
      case 'rich_text_quote':
        return h('blockquote', null, ...inside.map(inline));
      case 'rich_text_list':
        return list(part, inside);
      default:
        return h('div', null, ...inside.map(inline));
    }
  });
}

/**
 * @param {Json} part
 * @param {readonly Json[]} items
 * @returns {HTMLElement}
 */
function list(part, items) {
  const indent = typeof part['indent'] === 'number' ? part['indent'] : 0;
  const start = typeof part['offset'] === 'number' ? String(part['offset'] + 1) : null;
  const rows = items.map((item) => h('li', null, ...objectsIn(item['elements']).map(inline)));
  const props = { class: `indent-${String(indent)}`, attrs: { start } };
  return part['style'] === 'ordered' ? h('ol', props, ...rows) : h('ul', props, ...rows);
}

/**
 * @param {Json} element
 * @returns {Child}
 */
function inline(element) {
  return styled(plainInline(element), element['style']);
}

/**
 * @param {Json} element
 * @returns {Child}
 */
function plainInline(element) {
  const field = (/** @type {string} */ name) => textOf(element[name]);
  switch (element['type']) {
    case 'link':
      return link(field('url'), field('text') || field('url'));
    case 'user':
      return mention('user', field('user_id'));
    case 'channel':
      return mention('channel', field('channel_id'));
    case 'usergroup':
      return mention('group', field('usergroup_id'));
    case 'broadcast':
      return mention('broadcast', field('range'));
    case 'emoji':
      return emojiMark(field('name'));
    case 'date':
      return dateMark({
        seconds: Number(element['timestamp']),
        format: field('format'),
        url: field('url'),
        fallback: field('fallback'),
      });
    case 'color':
      return field('value');
    default:
      return field('text');
  }
}

/**
 * @param {Child} child
 * @param {unknown} style
 * @returns {Child}
 */
function styled(child, style) {
  if (!isObject(style)) return child;
  const tags = /** @type {const} */ ([
    ['code', 'code'],
    ['strike', 's'],
    ['underline', 'u'],
    ['italic', 'em'],
    ['bold', 'strong'],
  ]);
  /** @type {Child} */
  let dressed = child;
  for (const [name, tag] of tags) if (style[name] === true) dressed = h(tag, null, dressed);
  return dressed;
}
