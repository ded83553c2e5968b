import type { Block, ThreadMessage } from '../core/domain/ports.ts';

/** A message of this many sections still says all that ours ever do. */
const MAX_SECTIONS = 12;
const SECTION_CHARS = 3000;

/**
 * The same message in the plainest blocks there are, for a workspace that refuses a newer kind: all text
 * as plain text, the buttons as they were.
 */
export function plainMessage(message: ThreadMessage): ThreadMessage {
  const blocks = message.blocks.flatMap((block) =>
    block.type === 'actions' ? [block] : textSections(block),
  );
  const fallback: Block = { type: 'section', text: { type: 'plain_text', text: message.text } };
  return { ...message, blocks: blocks.length === 0 ? [fallback] : blocks.slice(0, MAX_SECTIONS) };
}

function textSections(block: Block): readonly Block[] {
  const text = textsIn(block).join('\n').slice(0, SECTION_CHARS);
  if (text.trim() === '') return [];
  return [{ type: 'section', text: { type: 'plain_text', text } }];
}

function textsIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (typeof value !== 'object' || value === null) return [];
  if ('text' in value && typeof value.text === 'string') return [value.text];
  return Object.values(value).flatMap(textsIn);
}
