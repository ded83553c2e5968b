import type { ThreadMessage } from '../../../src/core/domain/ports.ts';

type Json = Readonly<Record<string, unknown>>;
const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const list = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.filter(isJson) : []);
const word = (value: unknown): string => (typeof value === 'string' ? value : '');
const text = (value: unknown): string => (isJson(value) ? word(value['text']) : '');

/** A message as a person would read it, for golden tests: one line of text per line shown. */
export function asText(message: ThreadMessage): string {
  return [`[${message.key}] ${message.text}`, ...message.blocks.flatMap(blockText)].join('\n');
}

function blockText(block: Json): readonly string[] {
  switch (block['type']) {
    case 'header':
      return [`# ${text(block['text'])}`];
    case 'section':
      return text(block['text']).split('\n');
    case 'context':
      return list(block['elements'])
        .flatMap((element) => text(element).split('\n'))
        .map((row) => `~ ${row}`);
    case 'divider':
      return ['---'];
    case 'rich_text':
      return list(block['elements'])
        .flatMap((part) => list(part['elements']).flatMap((leaf) => text(leaf).split('\n')))
        .map((row) => `| ${row}`);
    case 'actions':
      return list(block['elements']).flatMap(buttonText);
    case 'table':
      return (Array.isArray(block['rows']) ? block['rows'] : []).map((row) =>
        list(row)
          .map((cell) => word(cell['text']))
          .join(' | '),
      );
    default:
      return [`unexpected ${word(block['type'])}`];
  }
}

function buttonText(button: Json): readonly string[] {
  const confirm = button['confirm'];
  const style = button['style'] === undefined ? '' : ` ${word(button['style'])}`;
  const label = `(${text(button['text'])})${style} ${word(button['action_id'])}=${word(button['value'])}`;
  if (!isJson(confirm)) return [label];
  const said = ['title', 'text', 'confirm', 'deny'].map((part) => text(confirm[part])).join(' / ');
  return [label, `    ? ${said}`];
}
