/** Every block Slack knows, drawn. */
import { button, feedback, overflow } from './button.js';
import { chart } from './charts.js';
import { h } from './dom.js';
import { field } from './inputs.js';
import { markdown } from './markdown.js';
import { isObject, objectsIn, textOf } from './model.js';
import { richText } from './rich-text.js';
import { dataTable, table } from './tables.js';
import { link, textObject, withEmoji } from './text-view.js';

/**
 * @typedef {import('./model.js').Json} Json
 * @typedef {import('./acts.js').Stage} Stage
 * @typedef {import('./button.js').Spot} Spot
 * @typedef {import('./inputs.js').Field} Field
 *
 * Told of each field of a modal, so that it can be read at the end.
 * @typedef {(actionId: string, blockId: string, field: Field) => void} Collect
 */

/**
 * @param {readonly Json[]} blocks
 * @param {Stage} stage
 * @param {Collect} [collect]
 * @returns {readonly HTMLElement[]}
 */
export function renderBlocks(blocks, stage, collect) {
  return blocks.map((block) => {
    const spot = { blockId: textOf(block['block_id']), stage };
    const type = textOf(block['type']);
    const drawn =
      type === 'input' ? input(block, spot, collect) : (DRAW[type]?.(block, spot) ?? unknown(type));
    drawn.classList.add('block', `block-${type.replaceAll('_', '-')}`);
    if (spot.blockId !== '') drawn.setAttribute('data-block', spot.blockId);
    return drawn;
  });
}

/**
 * @param {Json} element
 * @param {Spot} spot
 * @returns {HTMLElement}
 */
function element(element, spot) {
  switch (element['type']) {
    case 'button':
    case 'icon_button':
    case 'workflow_button':
      return button(element, spot);
    case 'overflow':
      return overflow(element, spot);
    case 'feedback_buttons':
      return feedback(element, spot);
    case 'image':
      return picture(element);
    case 'mrkdwn':
    case 'plain_text':
      return textObject(element);
    default:
      return field(element, spot, true)?.shown ?? unknown(textOf(element['type']));
  }
}

/**
 * Files of this Slack are shown; nothing is ever fetched from elsewhere, so other pictures are told of.
 *
 * @param {Json} image
 * @returns {HTMLElement}
 */
function picture(image) {
  const alt = textOf(image['alt_text']);
  const file = isObject(image['slack_file']) ? textOf(image['slack_file']['id']) : '';
  if (file !== '') return h('img', { attrs: { src: `/files/${encodeURIComponent(file)}`, alt } });
  return h(
    'span',
    { class: 'picture', attrs: { role: 'img', 'aria-label': alt, title: textOf(image['image_url']) } },
    `🖼 ${alt}`,
  );
}

/** @type {Readonly<Record<string, (block: Json, spot: Spot) => HTMLElement>>} */
const DRAW = {
  section,
  header: (block) => h('h3', null, textObject(block['text'])),
  divider: () => h('div', null, h('hr', null)),
  context: (block, spot) => h('div', null, ...objectsIn(block['elements']).map((one) => element(one, spot))),
  actions: (block, spot) =>
    h('div', { class: 'row' }, ...objectsIn(block['elements']).map((one) => element(one, spot))),
  context_actions: (block, spot) =>
    h('div', { class: 'row' }, ...objectsIn(block['elements']).map((one) => element(one, spot))),
  image: (block) =>
    h(
      'figure',
      null,
      block['title'] === undefined ? null : h('figcaption', null, textObject(block['title'])),
      picture(block),
    ),
  rich_text: (block) => richText(block),
  markdown: (block) => markdown(textOf(block['text'])),
  table: (block) => table(block),
  data_table: (block) => dataTable(block),
  data_visualization: (block) => chart(block),
  alert: (block) =>
    h('div', { class: `level-${textOf(block['level']) || 'default'}` }, textObject(block['text'])),
  plan: (block, spot) =>
    h(
      'div',
      null,
      h('strong', null, withEmoji(textOf(block['title']))),
      ...objectsIn(block['tasks']).map((one) => task(one, spot)),
    ),
  task_card: task,
  card,
  carousel: (block, spot) => h('div', null, ...objectsIn(block['elements']).map((one) => card(one, spot))),
  container,
  video: (block) =>
    h(
      'figure',
      null,
      h('figcaption', null, link(textOf(block['title_url']), textObject(block['title']))),
      h('span', { class: 'picture' }, `🎬 ${textOf(block['alt_text'])}`),
    ),
};

/**
 * @param {Json} block
 * @param {Spot} spot
 */
function section(block, spot) {
  const { text, accessory } = block;
  const fields = objectsIn(block['fields']);
  const words = h(
    'div',
    { class: 'section-text' },
    text === undefined ? null : h('div', null, textObject(text)),
    fields.length > 0 &&
      h('div', { class: 'fields' }, ...fields.map((one) => h('div', null, textObject(one)))),
  );
  return h(
    'div',
    null,
    words,
    isObject(accessory) ? h('div', { class: 'accessory' }, element(accessory, spot)) : null,
  );
}

const TASK_SIGNS = new Map([
  ['pending', '○'],
  ['in_progress', '◐'],
  ['complete', '✓'],
  ['error', '✕'],
]);

/** @param {Json} block */
function task(block, _spot = {}) {
  const status = textOf(block['status']);
  const { details, output } = block;
  return h(
    'div',
    { class: `task task-${status}` },
    h('span', { class: 'task-sign', attrs: { 'aria-label': status } }, TASK_SIGNS.get(status) ?? ''),
    h(
      'div',
      null,
      withEmoji(textOf(block['title'])),
      isObject(details) ? richText(details) : null,
      isObject(output) ? richText(output) : null,
      ...objectsIn(block['sources']).map((one) => link(textOf(one['url']), textOf(one['text']))),
    ),
  );
}

/**
 * @param {unknown} text
 * @param {string} name
 */
function part(text, name) {
  return text === undefined ? null : h('div', { class: name }, textObject(text));
}

/**
 * @param {Json} block
 * @param {Spot} spot
 */
function card(block, spot) {
  const { hero_image: hero, title, subtitle, body } = block;
  return h(
    'div',
    { class: 'card' },
    isObject(hero) ? picture(hero) : null,
    part(title, 'card-title'),
    part(subtitle, 'card-subtitle'),
    part(body, 'card-body'),
    h('div', { class: 'row' }, ...objectsIn(block['actions']).map((one) => element(one, spot))),
  );
}

/**
 * @param {Json} block
 * @param {Spot} spot
 */
function container(block, spot) {
  const { rich_text_title: rich, title, subtitle } = block;
  const head = isObject(rich) ? richText(rich) : textObject(title);
  const inside = renderBlocks(objectsIn(block['child_blocks']), spot.stage);
  const more = subtitle === undefined ? null : h('div', { class: 'card-subtitle' }, textObject(subtitle));
  if (block['is_collapsible'] !== true)
    return h('div', { class: 'card' }, h('div', { class: 'card-title' }, head), more, ...inside);
  const open = block['default_collapsed'] !== true;
  return h(
    'details',
    { class: 'card', attrs: { open } },
    h('summary', { class: 'card-title' }, head, more),
    ...inside,
  );
}

/**
 * @param {Json} block
 * @param {Spot} spot
 * @param {Collect | undefined} collect
 */
function input(block, spot, collect) {
  const inner = isObject(block['element']) ? block['element'] : {};
  const made = field(inner, spot, block['dispatch_action'] === true);
  if (made !== null) collect?.(textOf(inner['action_id']), spot.blockId, made);
  return h(
    'div',
    null,
    h('div', { class: 'label' }, textObject(block['label'])),
    made?.shown ?? unknown(textOf(inner['type'])),
    block['hint'] === undefined ? null : h('div', { class: 'hint' }, textObject(block['hint'])),
    h('div', { class: 'input-error', data: { 'error-of': spot.blockId } }),
  );
}

/** @param {string} type */
function unknown(type) {
  return h('span', { class: 'picture' }, type);
}
