/** The rich_text block: sections, lists, quotes and preformatted text. */
import { boolean, byType, integer, list, object, oneOf, pattern, string, type, type Check } from './check.ts';
import { LIMITS } from './limits.ts';

const styled = {
  style: object({
    optional: { bold: boolean, italic: boolean, strike: boolean, code: boolean, underline: boolean },
  }),
};
const id = string({ min: 1 });

const text: Check = object({
  required: { ...type('text'), text: string({ min: 1, max: LIMITS.text }) },
  optional: styled,
});
const link: Check = object({
  required: { ...type('link'), url: string({ min: 1, max: LIMITS.url }) },
  optional: { text: string({ min: 1 }), unsafe: boolean, ...styled },
});

const inline: Check = byType({
  text,
  link,
  broadcast: object({
    required: { ...type('broadcast'), range: oneOf('here', 'channel', 'everyone') },
    optional: styled,
  }),
  channel: object({ required: { ...type('channel'), channel_id: id }, optional: styled }),
  color: object({
    required: { ...type('color'), value: pattern(/^#[0-9a-fA-F]{6}$/, 'a hex colour') },
    optional: styled,
  }),
  date: object({
    required: { ...type('date'), timestamp: integer({ min: 0 }), format: id },
    optional: { url: string({ max: LIMITS.url }), fallback: string(), ...styled },
  }),
  emoji: object({ required: { ...type('emoji'), name: id }, optional: { unicode: id, url: id, ...styled } }),
  team: object({ required: { ...type('team'), team_id: id }, optional: styled }),
  user: object({ required: { ...type('user'), user_id: id }, optional: styled }),
  usergroup: object({ required: { ...type('usergroup'), usergroup_id: id }, optional: styled }),
});

const border = { border: oneOf(0, 1) };

const section: Check = object({
  required: { ...type('rich_text_section'), elements: list(inline, { min: 1 }) },
});

const part: Check = byType({
  rich_text_section: section,
  rich_text_list: object({
    required: {
      ...type('rich_text_list'),
      style: oneOf('bullet', 'ordered'),
      elements: list(byType({ rich_text_section: section }), { min: 1 }),
    },
    optional: { ...border, indent: integer({ min: 0, max: 8 }), offset: integer({ min: 0 }) },
  }),
  rich_text_quote: object({
    required: { ...type('rich_text_quote'), elements: list(inline, { min: 1 }) },
    optional: border,
  }),
  rich_text_preformatted: object({
    required: { ...type('rich_text_preformatted'), elements: list(byType({ text, link }), { min: 1 }) },
    optional: border,
  }),
});

/** A whole rich_text block; also a table cell, a task's details, an input's initial value. */
export const richText: Check = object({
  required: { ...type('rich_text'), elements: list(part, { min: 1 }) },
  optional: { block_id: string({ min: 1, max: LIMITS.blockId }) },
});
