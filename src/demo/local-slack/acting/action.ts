/** What a person chose, as a block_actions payload and a view's state say it. */
import { isList, objectsIn, textField, type JsonObject } from '../json.ts';
import { LocalSlackError } from './actor.ts';

/** A text, an option's value, or several of those. */
export type Chosen = string | readonly string[];

const TEXTS = ['plain_text_input', 'email_text_input', 'url_text_input', 'number_input'];

const PLAIN: Readonly<Record<string, string>> = {
  users_select: 'selected_user',
  channels_select: 'selected_channel',
  conversations_select: 'selected_conversation',
  datepicker: 'selected_date',
  timepicker: 'selected_time',
};

const PLAIN_LISTS: Readonly<Record<string, string>> = {
  multi_users_select: 'selected_users',
  multi_channels_select: 'selected_channels',
  multi_conversations_select: 'selected_conversations',
};

/** The fields that tell what was chosen; nothing for a button. */
export function choice(element: JsonObject, chosen: Chosen | undefined): JsonObject {
  const type = textField(element, 'type') ?? '';
  const one = isList(chosen) ? chosen[0] : chosen;
  const many = isList(chosen) ? chosen : chosen === undefined ? [] : [chosen];
  if (type === 'button' || type === 'workflow_button' || type === 'icon_button') return {};
  if (type === 'feedback_buttons') return { value: one };
  if (TEXTS.includes(type)) return { value: one ?? null };
  const plain = PLAIN[type];
  if (plain !== undefined) return { [plain]: one ?? null };
  const plainList = PLAIN_LISTS[type];
  if (plainList !== undefined) return { [plainList]: many };
  if (type === 'datetimepicker') return { selected_date_time: one === undefined ? null : Number(one) };
  if (['static_select', 'external_select', 'radio_buttons', 'overflow'].includes(type)) {
    return { selected_option: one === undefined ? null : option(element, one) };
  }
  if (['checkboxes', 'multi_static_select', 'multi_external_select'].includes(type)) {
    return { selected_options: many.map((value) => option(element, value)) };
  }
  throw new LocalSlackError(`an element of type ${type} cannot be used here`);
}

function option(element: JsonObject, value: string): JsonObject {
  const groups = objectsIn(element['option_groups']).flatMap((group) => objectsIn(group['options']));
  const found = [...objectsIn(element['options']), ...groups].find((one) => one['value'] === value);
  if (found === undefined) throw new LocalSlackError(`there is no option ${value}`);
  return found;
}

/** What stands in the element before anybody touches it. */
export function initialChoice(element: JsonObject): Chosen | undefined {
  const initial = Object.entries(element).find(([name]) => name.startsWith('initial_'))?.[1];
  if (typeof initial === 'string' || typeof initial === 'number') return String(initial);
  if (isList(initial)) {
    return initial.flatMap((one) => (typeof one === 'string' ? [one] : valuesOf([one])));
  }
  return valuesOf([initial])[0];
}

function valuesOf(options: readonly unknown[]): readonly string[] {
  return objectsIn(options).flatMap((one) => textField(one, 'value') ?? []);
}
