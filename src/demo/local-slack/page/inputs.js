/** Menus, pickers and text fields; in a message they act at once, in a modal they wait for the submit. */
import { use } from './button.js';
import { h } from './dom.js';
import { isObject, objectsIn, textOf } from './model.js';
import { state } from './store.js';
import { textObject, withEmoji } from './text-view.js';
import { word } from './words.js';

/**
 * @typedef {import('./model.js').Json} Json
 * @typedef {import('./button.js').Spot} Spot
 *
 * An element and the way to read what was chosen in it.
 * @typedef {{ readonly shown: HTMLElement, readonly read: () => string | readonly string[] }} Field
 */

/** @type {Readonly<Record<string, string>>} */
const KINDS = {
  datepicker: 'date',
  timepicker: 'time',
  datetimepicker: 'datetime-local',
  email_text_input: 'email',
  url_text_input: 'url',
  number_input: 'number',
  plain_text_input: 'text',
};

/**
 * Null for what is no input.
 *
 * @param {Json} element
 * @param {Spot} spot
 * @param {boolean} acts whether each change tells the app
 * @returns {Field | null}
 */
export function field(element, spot, acts) {
  const type = textOf(element['type']);
  const made = make(element, type);
  if (made === null) return null;
  made.shown.setAttribute('data-action-id', textOf(element['action_id']));
  made.shown.setAttribute('data-block-id', spot.blockId);
  if (acts) {
    made.shown.addEventListener('change', () => {
      const chosen = made.read();
      const value = typeof chosen === 'string' ? chosen : chosen.at(-1);
      if (value !== undefined) void use(element, spot, { shown: made.shown, value });
    });
  }
  return made;
}

/**
 * @param {Json} element
 * @param {string} type
 * @returns {Field | null}
 */
function make(element, type) {
  if (type === 'checkboxes' || type === 'radio_buttons') return boxes(element, type);
  if (type.endsWith('_select')) return select(element, type);
  const kind = KINDS[type];
  return kind === undefined ? null : textField(element, kind);
}

/**
 * @param {Json} element
 * @param {string} kind
 * @returns {Field}
 */
function textField(element, kind) {
  const attrs = { placeholder: withEmoji(textOf(element['placeholder'])) };
  const long = element['multiline'] === true;
  const shown = long
    ? h('textarea', { attrs: { ...attrs, rows: '4' } })
    : h('input', { attrs: { ...attrs, type: kind } });
  const initial = element['initial_value'] ?? element['initial_date'] ?? element['initial_time'];
  shown.value = textOf(initial);
  return { shown, read: () => shown.value };
}

/**
 * @param {Json} element
 * @param {string} type
 * @returns {Field}
 */
function boxes(element, type) {
  const name = `choice-${textOf(element['action_id'])}`;
  const initial = [element['initial_option'], ...objectsIn(element['initial_options'])].filter(isObject);
  const chosen = new Set(initial.map((one) => textOf(one['value'])));
  const inputs = objectsIn(element['options']).map((option) => {
    const value = textOf(option['value']);
    const kind = type === 'checkboxes' ? 'checkbox' : 'radio';
    const box = h('input', { attrs: { type: kind, name, value, checked: chosen.has(value) } });
    const more = option['description'];
    const row = h(
      'label',
      null,
      box,
      textObject(option['text']),
      more === undefined ? null : h('small', null, textObject(more)),
    );
    return { box, row };
  });
  const shown = h('fieldset', null, ...inputs.map(({ row }) => row));
  const read = () => inputs.filter(({ box }) => box.checked).map(({ box }) => box.value);
  return { shown, read: () => (type === 'checkboxes' ? read() : (read()[0] ?? '')) };
}

/**
 * @param {Json} element
 * @param {string} type
 * @returns {Field}
 */
function select(element, type) {
  const many = type.startsWith('multi_');
  const shown = h('select', { attrs: { multiple: many } });
  const hint = withEmoji(textOf(element['placeholder'])) || word('choose');
  if (!many) shown.append(h('option', { attrs: { value: '' } }, hint));
  shown.append(...options(element, type));
  for (const option of shown.options) option.selected = initialValues(element).includes(option.value);
  if (!many && shown.selectedIndex === -1) shown.selectedIndex = 0;
  const read = () => [...shown.selectedOptions].map((option) => option.value).filter((value) => value !== '');
  return { shown, read: () => (many ? read() : (read()[0] ?? '')) };
}

/**
 * @param {Json} element
 * @returns {readonly string[]}
 */
function initialValues(element) {
  const initial = Object.entries(element).filter(([name]) => name.startsWith('initial_'));
  return initial.flatMap(([, value]) => {
    /** @type {readonly unknown[]} */
    const values = Array.isArray(value) ? value : [value];
    return values.map((one) => (isObject(one) ? textOf(one['value']) : textOf(one)));
  });
}

/**
 * @param {Json} element
 * @param {string} type
 * @returns {readonly HTMLElement[]}
 */
function options(element, type) {
  const { users, channels } = state();
  if (type.includes('users')) return users.map((user) => one(user.id, `@${user.name}`));
  if (type.includes('channels') || type.includes('conversations')) {
    return channels.filter(({ kind }) => kind !== 'dm').map((channel) => one(channel.id, `#${channel.name}`));
  }
  const groups = objectsIn(element['option_groups']).map((group) =>
    h('optgroup', { attrs: { label: withEmoji(textOf(group['label'])) } }, ...plainOptions(group['options'])),
  );
  return [...plainOptions(element['options']), ...groups];
}

/** @param {unknown} list */
function plainOptions(list) {
  return objectsIn(list).map((option) => one(textOf(option['value']), withEmoji(textOf(option['text']))));
}

/**
 * @param {string} value
 * @param {string} label
 */
function one(value, label) {
  return h('option', { attrs: { value } }, label);
}
