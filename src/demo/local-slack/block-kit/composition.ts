/** Block Kit's composition objects: texts, options, confirm dialogs. */
import { all, boolean, byType, list, object, oneOf, rule, string, type, type Check } from './check.ts';
import { isList, isObject } from '../json.ts';
import { LIMITS } from './limits.ts';

export const plainText = (max: number = LIMITS.text): Check =>
  object({
    required: { ...type('plain_text'), text: string({ min: 1, max }) },
    optional: { emoji: boolean },
  });

const mrkdwn = (max: number): Check =>
  object({ required: { ...type('mrkdwn'), text: string({ min: 1, max }) }, optional: { verbatim: boolean } });

export const mrkdwnText = (max: number = LIMITS.text): Check => mrkdwn(max);

export const anyText = (max: number = LIMITS.text): Check =>
  byType({ plain_text: plainText(max), mrkdwn: mrkdwn(max) });

export const confirmDialog: Check = object({
  required: {
    title: plainText(LIMITS.confirmTitle),
    text: anyText(LIMITS.confirmText),
    confirm: plainText(LIMITS.confirmButton),
    deny: plainText(LIMITS.confirmButton),
  },
  optional: { style: oneOf('primary', 'danger') },
});

const optionFields = {
  value: string({ min: 1, max: LIMITS.optionValue }),
  description: plainText(LIMITS.optionText),
};

/** Menus take plain text only. */
export const menuOption: Check = object({
  required: { text: plainText(LIMITS.optionText), value: optionFields.value },
  optional: { description: optionFields.description },
});

export const overflowOption: Check = object({
  required: { text: plainText(LIMITS.optionText), value: optionFields.value },
  optional: { description: optionFields.description, url: string({ max: LIMITS.url }) },
});

/** Radio buttons and checkboxes may also use mrkdwn. */
export const choiceOption: Check = object({
  required: { text: anyText(LIMITS.optionText), value: optionFields.value },
  optional: { description: anyText(LIMITS.optionText) },
});

const optionGroup: Check = object({
  required: {
    label: plainText(LIMITS.optionText),
    options: list(menuOption, { min: 1, max: LIMITS.options }),
  },
});

export const menuOptions = {
  options: list(menuOption, { min: 1, max: LIMITS.options }),
  option_groups: list(optionGroup, { min: 1, max: LIMITS.optionGroups }),
};

export const eitherOptionsOrGroups: Check = rule((value) =>
  (value['options'] === undefined) === (value['option_groups'] === undefined)
    ? 'must define either `options` or `option_groups`'
    : null,
);

const slackFile: Check = all(
  object({ optional: { id: string({ min: 1 }), url: string({ min: 1, max: LIMITS.url }) } }),
  rule((value) =>
    (value['id'] === undefined) === (value['url'] === undefined) ? 'must define either `id` or `url`' : null,
  ),
);

/** Where an image comes from. */
export const imageSource = { image_url: string({ min: 1, max: LIMITS.url }), slack_file: slackFile };

export const eitherUrlOrFile: Check = rule((value) =>
  (value['image_url'] === undefined) === (value['slack_file'] === undefined)
    ? 'must define either `image_url` or `slack_file`'
    : null,
);

/** `initial_option` must be one of those on offer, `initial_options` all of them. */
export const initialIsOnOffer: Check = (value, pointer, problems) => {
  if (!isObject(value)) return;
  const groups = isList(value['option_groups']) ? value['option_groups'].filter(isObject) : [];
  const offered = [value['options'], ...groups.map((group) => group['options'])].flatMap((options) =>
    isList(options) ? options.map((option) => JSON.stringify(option)) : [],
  );
  const many = value['initial_options'];
  const initial = [value['initial_option'], ...(isList(many) ? many : [])].filter((one) => one !== undefined);
  if (initial.some((one) => !offered.includes(JSON.stringify(one)))) {
    problems.add(pointer, 'initial option must exactly match one of the options');
  }
};
