import { isList, isObject, type JsonObject } from '../json.ts';
import { BLOCK_WEIGHT } from './limits.ts';

/** Sum of all strings named `text` in the tree: what a reader would see of it. */
export function textLength(value: unknown): number {
  if (isList(value)) return value.reduce<number>((sum, one) => sum + textLength(one), 0);
  if (!isObject(value)) return 0;
  return Object.entries(value).reduce(
    (sum, [name, field]) =>
      sum + (name === 'text' && typeof field === 'string' ? field.length : textLength(field)),
    0,
  );
}

/** What Slack seems to add up before it says msg_blocks_too_long. */
export function weight(blocks: readonly JsonObject[]): number {
  return textLength(blocks) + BLOCK_WEIGHT * blocks.length;
}
