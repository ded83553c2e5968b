/** Block Kit's elements, and which of them each block takes. */
import {
  all,
  boolean,
  byType,
  finite,
  integer,
  list,
  object,
  oneOf,
  pattern,
  string,
  type,
} from './check.ts';
import type { Check, Fields } from './check.ts';
import {
  choiceOption,
  confirmDialog,
  eitherOptionsOrGroups,
  eitherUrlOrFile,
  imageSource,
  initialIsOnOffer,
  menuOption,
  menuOptions,
  overflowOption,
  plainText,
} from './composition.ts';
import { LIMITS } from './limits.ts';
import { richText } from './rich-text.ts';

const actionable = { action_id: string({ min: 1, max: LIMITS.actionId }) };
const confirmable = { confirm: confirmDialog };
const focusable = { focus_on_load: boolean };
const placeholder = { placeholder: plainText(LIMITS.placeholder) };
const menu = { ...actionable, ...confirmable, ...focusable, ...placeholder };
const many = { max_selected_items: integer({ min: 1 }) };
const ids = list(string({ min: 1 }));
const dispatch = {
  dispatch_action_config: object({
    optional: {
      trigger_actions_on: list(oneOf('on_enter_pressed', 'on_character_entered'), { min: 1, max: 2 }),
    },
  }),
};

const element = (name: string, { required = {}, optional = {} }: Fields): Check =>
  object({ required: { ...type(name), ...required }, optional: { ...actionable, ...optional } });

const button = element('button', {
  required: { text: plainText(LIMITS.buttonText) },
  optional: {
    ...confirmable,
    value: string({ max: LIMITS.buttonValue }),
    url: string({ max: LIMITS.url }),
    style: oneOf('primary', 'danger'),
    accessibility_label: string({ max: LIMITS.accessibilityLabel }),
  },
});

const workflowButton = element('workflow_button', {
  required: {
    text: plainText(LIMITS.buttonText),
    workflow: object({
      required: {
        trigger: object({
          required: { url: string({ min: 1, max: LIMITS.url }) },
          optional: {
            customizable_input_parameters: list(object({ required: { name: string(), value: string() } })),
          },
        }),
      },
    }),
  },
  optional: { ...confirmable, style: oneOf('primary', 'danger'), accessibility_label: string({ max: 75 }) },
});

const overflow = element('overflow', {
  required: { options: list(overflowOption, { min: 1, max: LIMITS.overflowOptions }) },
  optional: confirmable,
});

const choice = (name: string, initial: Fields['optional']): Check =>
  all(
    element(name, {
      required: { options: list(choiceOption, { min: 1, max: LIMITS.choiceOptions }) },
      optional: { ...confirmable, ...focusable, ...initial },
    }),
    initialIsOnOffer,
  );
const checkboxes = choice('checkboxes', { initial_options: list(choiceOption, { min: 1 }) });
const radioButtons = choice('radio_buttons', { initial_option: choiceOption });

const conversationFilter = object({
  optional: {
    include: list(oneOf('im', 'mpim', 'private', 'public'), { min: 1 }),
    exclude_external_shared_channels: boolean,
    exclude_bot_users: boolean,
  },
});

/** Every select, single and multiple, by name. */
const selects: Readonly<Record<string, Check>> = {
  static_select: all(
    element('static_select', { optional: { ...menu, ...menuOptions, initial_option: menuOption } }),
    eitherOptionsOrGroups,
    initialIsOnOffer,
  ),
  multi_static_select: all(
    element('multi_static_select', {
      optional: { ...menu, ...many, ...menuOptions, initial_options: list(menuOption, { min: 1 }) },
    }),
    eitherOptionsOrGroups,
    initialIsOnOffer,
  ),
  external_select: element('external_select', {
    optional: { ...menu, min_query_length: integer({ min: 0 }), initial_option: menuOption },
  }),
  multi_external_select: element('multi_external_select', {
    optional: { ...menu, ...many, min_query_length: integer({ min: 0 }), initial_options: list(menuOption) },
  }),
  users_select: element('users_select', { optional: { ...menu, initial_user: string({ min: 1 }) } }),
  multi_users_select: element('multi_users_select', { optional: { ...menu, ...many, initial_users: ids } }),
  channels_select: element('channels_select', {
    optional: { ...menu, initial_channel: string({ min: 1 }), response_url_enabled: boolean },
  }),
  multi_channels_select: element('multi_channels_select', {
    optional: { ...menu, ...many, initial_channels: ids },
  }),
  conversations_select: element('conversations_select', {
    optional: {
      ...menu,
      initial_conversation: string({ min: 1 }),
      default_to_current_conversation: boolean,
      filter: conversationFilter,
      response_url_enabled: boolean,
    },
  }),
  multi_conversations_select: element('multi_conversations_select', {
    optional: {
      ...menu,
      ...many,
      initial_conversations: ids,
      default_to_current_conversation: boolean,
      filter: conversationFilter,
    },
  }),
};

const datepicker = element('datepicker', {
  optional: { ...menu, initial_date: pattern(/^\d{4}-\d{2}-\d{2}$/, 'a date like 2026-01-31') },
});
const timepicker = element('timepicker', {
  optional: {
    ...menu,
    initial_time: pattern(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time like 22:25'),
    timezone: string(),
  },
});
const datetimepicker = element('datetimepicker', {
  optional: { ...actionable, ...confirmable, ...focusable, initial_date_time: integer({ min: 0 }) },
});

const textInput = (name: string, extra: Fields['optional'] = {}): Check =>
  element(name, {
    optional: {
      ...focusable,
      ...placeholder,
      ...dispatch,
      initial_value: string({ max: LIMITS.inputText }),
      ...extra,
    },
  });

const inputs: Readonly<Record<string, Check>> = {
  plain_text_input: textInput('plain_text_input', {
    multiline: boolean,
    min_length: integer({ min: 0, max: LIMITS.inputText }),
    max_length: integer({ min: 1, max: LIMITS.inputText }),
  }),
  email_text_input: textInput('email_text_input'),
  url_text_input: textInput('url_text_input'),
  number_input: element('number_input', {
    required: { is_decimal_allowed: boolean },
    optional: {
      ...focusable,
      ...placeholder,
      ...dispatch,
      initial_value: string(),
      min_value: string(),
      max_value: string(),
    },
  }),
  rich_text_input: element('rich_text_input', {
    optional: {
      ...focusable,
      ...placeholder,
      ...dispatch,
      initial_value: richText,
      min_lines: integer({ min: 1, max: 100 }),
      max_lines: integer({ min: 1, max: 100 }),
    },
  }),
  file_input: element('file_input', {
    optional: { filetypes: list(string({ min: 1 })), max_files: integer({ min: 1, max: 10 }) },
  }),
};

/** A picture inside a section or a context. */
export const imageElement: Check = all(
  object({
    required: { ...type('image'), alt_text: string({ min: 1, max: LIMITS.altText }) },
    optional: imageSource,
  }),
  eitherUrlOrFile,
);

const feedbackButton = object({
  required: { text: plainText(LIMITS.buttonText), value: string({ max: LIMITS.buttonValue }) },
  optional: { accessibility_label: string({ max: LIMITS.accessibilityLabel }) },
});

const pickers = { datepicker, timepicker, datetimepicker };
const pressable = { button, workflow_button: workflowButton, overflow };

export const contextAction: Check = byType({
  feedback_buttons: element('feedback_buttons', {
    required: { positive_button: feedbackButton, negative_button: feedbackButton },
  }),
  icon_button: element('icon_button', {
    required: { icon: string({ min: 1 }), text: plainText(LIMITS.buttonText) },
    optional: {
      ...confirmable,
      value: string({ max: LIMITS.buttonValue }),
      accessibility_label: string({ max: LIMITS.accessibilityLabel }),
      visible_to_user_ids: ids,
    },
  }),
});

export const sectionAccessory: Check = byType({
  ...pressable,
  ...selects,
  ...pickers,
  checkboxes,
  radio_buttons: radioButtons,
  image: imageElement,
});

export const actionsElement: Check = byType({
  ...pressable,
  ...selects,
  ...pickers,
  checkboxes,
  radio_buttons: radioButtons,
  rich_text_input: inputs['rich_text_input'] ?? object({}),
});

export const inputElement: Check = byType({
  ...selects,
  ...pickers,
  ...inputs,
  checkboxes,
  radio_buttons: radioButtons,
});

export const cardButton: Check = button;

export const rawNumber: Check = object({
  required: { ...type('raw_number'), value: finite, text: string({ min: 1 }) },
});
export const rawText: Check = object({ required: { ...type('raw_text'), text: string({ min: 1 }) } });
