import type { Block } from '../domain/ports.ts';
import { assert } from '../domain/errors.ts';
import type { Markup } from './markup.ts';
import { cleanLine, cleanText, fit } from './plain.ts';

/**
 * Block Kit's limits. Slack refuses a whole message when one is broken, so every builder here cuts to
 * them. Source: docs.slack.dev/reference/block-kit.
 */
const LIMITS = {
  header: 150,
  section: 3000,
  contextElements: 10,
  buttonLabel: 75,
  buttonValue: 2000,
  confirmTitle: 100,
  confirmText: 300,
  confirmLabel: 30,
  placeholder: 150,
  options: 100,
  option: 75,
  tableRows: 100,
  tableColumns: 20,
  cell: 160,
  /** Slack tells no number; well under what a whole message may hold. */
  tableCharacters: 6000,
} as const;

const plainText = (raw: string, max: number): Block => ({
  type: 'plain_text',
  text: fit(cleanLine(raw), max),
  emoji: true,
});

/** `verbatim` keeps Slack from turning bare words into links, channels and mentions. */
const mrkdwn = (text: Markup): Block => ({ type: 'mrkdwn', text: text.mrkdwn, verbatim: true });

export const header = (raw: string): Block => ({ type: 'header', text: plainText(raw, LIMITS.header) });

export const divider: Block = { type: 'divider' };

/**
 * Lines as one section of at most `max` characters. Whole lines are left out at the end, never cut, since
 * a line may hold markup; the builders keep single lines short.
 */
export function section(lines: readonly Markup[], max: number = LIMITS.section): Block {
  return { type: 'section', text: mrkdwn(packed(lines, max)) };
}

/** Small print: one element with its lines. */
export function context(lines: readonly Markup[], max: number = LIMITS.section): Block {
  return { type: 'context', elements: [mrkdwn(packed(lines, max))] };
}

function packed(lines: readonly Markup[], max: number): Markup {
  const kept: string[] = [];
  let used = 0;
  for (const [index, { mrkdwn: text }] of lines.entries()) {
    const room = index === lines.length - 1 ? max : max - 2;
    if (used + text.length > room) {
      kept.push('…');
      break;
    }
    kept.push(text);
    used += text.length + 1;
  }
  const joined = kept.join('\n');
  assert(joined.length > 0 && joined.length <= max, `a text of ${joined.length} characters for ${max}`);
  return { mrkdwn: joined };
}

/** Text from outside exactly as it is, in a box; nothing in it is read as markup. */
export const preformatted = (raw: string, max: number): Block => ({
  type: 'rich_text',
  elements: [
    {
      type: 'rich_text_preformatted',
      elements: [{ type: 'text', text: fit(cleanText(raw), max) || '–' }],
    },
  ],
});

/** What Slack asks before it sends a click. */
interface Confirmation {
  readonly title: string;
  readonly text: string;
  readonly confirm: string;
  readonly deny: string;
}

export interface Button {
  readonly actionId: string;
  readonly label: string;
  readonly value: string;
  readonly style?: 'primary' | 'danger';
  /** For what cannot be taken back by pressing nothing. */
  readonly confirmation?: Confirmation;
}

export function button(spec: Button): Block {
  assert(spec.value.length > 0 && spec.value.length <= LIMITS.buttonValue, 'a button value Slack refuses');
  const { confirmation } = spec;
  return {
    type: 'button',
    action_id: spec.actionId,
    text: plainText(spec.label, LIMITS.buttonLabel),
    value: spec.value,
    ...(spec.style === undefined ? {} : { style: spec.style }),
    ...(confirmation === undefined ? {} : { confirm: dialog(confirmation, spec.style) }),
  };
}

const dialog = (confirmation: Confirmation, style: Button['style']): Omit<Block, 'type'> => ({
  title: plainText(confirmation.title, LIMITS.confirmTitle),
  text: plainText(confirmation.text, LIMITS.confirmText),
  confirm: plainText(confirmation.confirm, LIMITS.confirmLabel),
  deny: plainText(confirmation.deny, LIMITS.confirmLabel),
  ...(style === undefined ? {} : { style }),
});

/** Buttons and menus in a row; the id comes back with a click. */
export const actions = (elements: readonly Block[], blockId?: string): Block => ({
  type: 'actions',
  ...(blockId === undefined ? {} : { block_id: blockId }),
  elements,
});

interface Menu {
  readonly actionId: string;
  readonly label: string;
  /** Names of hosts: short, and the same to people and to us. */
  readonly options: readonly string[];
}

/** A menu of names, of which one is chosen. */
export const menu = ({ actionId, label, options }: Menu): Block => ({
  type: 'static_select',
  action_id: actionId,
  placeholder: plainText(label, LIMITS.placeholder),
  options: options
    .slice(0, LIMITS.options)
    .map((name) => ({ text: plainText(name, LIMITS.option), value: name })),
});

/** Rows of plain text, the first of which heads the others. */
export function tableBlock(rows: readonly (readonly string[])[]): Block {
  let left: number = LIMITS.tableCharacters;
  const cells = rows.slice(0, LIMITS.tableRows).map((row) =>
    row.slice(0, LIMITS.tableColumns).map((raw) => {
      // An empty cell is refused, and so is a table with more characters in all.
      const text = fit(cleanLine(raw), Math.max(1, Math.min(LIMITS.cell, left))) || '–';
      left -= text.length;
      return { type: 'raw_text', text };
    }),
  );
  return { type: 'table', rows: cells, column_settings: (rows[0] ?? []).map(() => ({ is_wrapped: true })) };
}
