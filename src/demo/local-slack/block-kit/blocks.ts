/** Every block Slack knows, and on which surface it may stand. */
import { all, boolean, byType, list, object, oneOf, rule, string, type } from './check.ts';
import type { Check, Fields } from './check.ts';
import { anyText, eitherUrlOrFile, imageSource, mrkdwnText, plainText } from './composition.ts';
import {
  actionsElement,
  cardButton,
  contextAction,
  imageElement,
  inputElement,
  sectionAccessory,
} from './elements.ts';
import { LIMITS } from './limits.ts';
import { richText } from './rich-text.ts';
import { dataTable, dataVisualization, table } from './tables.ts';

/** Where a block is shown. */
export type Surface = 'message' | 'modal' | 'home';

const block = (name: string, { required = {}, optional = {} }: Fields): Check =>
  object({
    required: { ...type(name), ...required },
    optional: { block_id: string({ min: 1, max: LIMITS.blockId }), ...optional },
  });

const section = all(
  block('section', {
    optional: {
      text: anyText(LIMITS.text),
      fields: list(anyText(LIMITS.field), { min: 1, max: LIMITS.fields }),
      accessory: sectionAccessory,
      expand: boolean,
    },
  }),
  rule((value) =>
    value['text'] === undefined && value['fields'] === undefined
      ? 'must define either `text` or `fields`'
      : null,
  ),
);

const contextElement = byType({
  image: imageElement,
  plain_text: plainText(),
  mrkdwn: mrkdwnText(),
});

const image = all(
  block('image', {
    required: { alt_text: string({ min: 1, max: LIMITS.altText }) },
    optional: { ...imageSource, title: plainText(LIMITS.imageTitle) },
  }),
  eitherUrlOrFile,
);

const taskCard = block('task_card', {
  required: {
    task_id: string({ min: 1 }),
    title: string({ min: 1 }),
    status: oneOf('pending', 'in_progress', 'complete', 'error'),
  },
  optional: {
    details: richText,
    output: richText,
    sources: list(
      object({
        required: { ...type('url'), url: string({ min: 1, max: LIMITS.url }), text: string({ min: 1 }) },
      }),
    ),
  },
});

const card = all(
  block('card', {
    optional: {
      hero_image: imageElement,
      icon: imageElement,
      title: mrkdwnText(LIMITS.cardTitle),
      subtitle: mrkdwnText(LIMITS.cardTitle),
      body: mrkdwnText(LIMITS.cardBody),
      actions: list(cardButton, { min: 1 }),
    },
  }),
  rule((value) =>
    ['hero_image', 'title', 'actions', 'body'].every((name) => value[name] === undefined)
      ? 'must define one of `hero_image`, `title`, `actions`, `body`'
      : null,
  ),
);

const header = block('header', { required: { text: plainText(LIMITS.header) } });
const divider = block('divider', {});
const context = block('context', {
  required: { elements: list(contextElement, { min: 1, max: LIMITS.contextElements }) },
});
const actions = block('actions', {
  required: { elements: list(actionsElement, { min: 1, max: LIMITS.actionsElements }) },
});
const video = block('video', {
  required: {
    alt_text: string({ min: 1 }),
    title: plainText(200),
    thumbnail_url: string({ min: 1 }),
    video_url: string({ min: 1 }),
  },
  optional: {
    title_url: string(),
    author_name: string({ max: 49 }),
    provider_name: string(),
    provider_icon_url: string(),
    description: plainText(),
  },
});
const alert = block('alert', {
  required: { text: anyText() },
  optional: { level: oneOf('default', 'info', 'warning', 'error', 'success') },
});
const input = block('input', {
  required: { label: plainText(LIMITS.inputLabel), element: inputElement },
  optional: { hint: plainText(LIMITS.inputLabel), optional: boolean, dispatch_action: boolean },
});

const container = all(
  block('container', {
    required: {
      child_blocks: list(
        byType({ actions, context, divider, header, image, rich_text: richText, section, table, video }),
        { min: 1, max: LIMITS.childBlocks },
      ),
    },
    optional: {
      title: plainText(LIMITS.cardTitle),
      rich_text_title: richText,
      subtitle: anyText(LIMITS.cardTitle),
      width: oneOf('narrow', 'standard', 'wide', 'full'),
      icon: imageElement,
      is_collapsible: boolean,
      default_collapsed: boolean,
      has_header_divider: boolean,
    },
  }),
  rule((value) =>
    value['title'] === undefined && value['rich_text_title'] === undefined
      ? 'must define either `title` or `rich_text_title`'
      : null,
  ),
);

const everywhere = { section, header, divider, context, actions, image, rich_text: richText, video };

/**
 * `file` may not be sent by apps at all, `alert` is for modals only, and what shows figures or progress is
 * for messages only.
 */
export const BLOCKS: Readonly<Record<Surface, Check>> = {
  message: byType({
    ...everywhere,
    markdown: block('markdown', { required: { text: string({ min: 1, max: LIMITS.markdown }) } }),
    table,
    data_table: dataTable,
    data_visualization: dataVisualization,
    task_card: taskCard,
    plan: block('plan', { required: { title: string({ min: 1 }) }, optional: { tasks: list(taskCard) } }),
    context_actions: block('context_actions', {
      required: { elements: list(contextAction, { min: 1, max: LIMITS.contextActions }) },
    }),
    card,
    carousel: block('carousel', {
      required: { elements: list(card, { min: 1, max: LIMITS.cards }) },
    }),
    container,
  }),
  modal: byType({ ...everywhere, input, alert }),
  home: byType({ ...everywhere, input }),
};
