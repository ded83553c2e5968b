/**
 * Block Kit's limits as documented, written down a second time and apart from the renderer: what our
 * messages are held against. Nothing here knows how they are built.
 */

type Json = Readonly<Record<string, unknown>>;

const MAX_BLOCKS = 50;
/** Slack refuses somewhere above 13,000 characters over all blocks (msg_blocks_too_long). */
const MAX_MESSAGE_CHARS = 12_000;

const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const word = (value: unknown): string => (typeof value === 'string' ? value : typeof value);

const listOf = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.filter(isJson) : []);

class Report {
  readonly problems: string[] = [];

  say(where: string, what: string): void {
    this.problems.push(`${where}: ${what}`);
  }

  string(where: string, value: unknown, max: number): string {
    if (typeof value !== 'string') this.say(where, `${typeof value} where a string belongs`);
    const text = typeof value === 'string' ? value : '';
    if (text.length < 1) this.say(where, 'empty');
    if (text.length > max) this.say(where, `${text.length} characters, at most ${max}`);
    return text;
  }

  count(where: string, value: unknown, range: { min: number; max: number }): readonly Json[] {
    const list = listOf(value);
    if (!Array.isArray(value) || list.length !== value.length) this.say(where, 'not a list of objects');
    if (list.length < range.min || list.length > range.max) {
      this.say(where, `${list.length} elements, ${range.min} to ${range.max} allowed`);
    }
    return list;
  }

  fields(where: string, value: Json, allowed: readonly string[]): void {
    for (const name of Object.keys(value))
      if (!allowed.includes(name)) this.say(where, `unknown field ${name}`);
  }
}

function textObject(
  report: Report,
  where: string,
  value: unknown,
  rule: { max: number; plain: boolean },
): void {
  if (!isJson(value)) {
    report.say(where, 'no text object');
    return;
  }
  const type = value['type'];
  if (type === 'plain_text') report.fields(where, value, ['type', 'text', 'emoji']);
  else if (type === 'mrkdwn' && !rule.plain) report.fields(where, value, ['type', 'text', 'verbatim']);
  else report.say(where, `text of type ${word(type)}`);
  report.string(`${where}.text`, value['text'], rule.max);
}

function confirm(report: Report, where: string, value: Json): void {
  report.fields(where, value, ['title', 'text', 'confirm', 'deny', 'style']);
  textObject(report, `${where}.title`, value['title'], { max: 100, plain: true });
  textObject(report, `${where}.text`, value['text'], { max: 300, plain: false });
  textObject(report, `${where}.confirm`, value['confirm'], { max: 30, plain: true });
  textObject(report, `${where}.deny`, value['deny'], { max: 30, plain: true });
}

function button(report: Report, where: string, value: Json): void {
  report.fields(where, value, [
    'type',
    'text',
    'action_id',
    'value',
    'style',
    'confirm',
    'url',
    'accessibility_label',
  ]);
  textObject(report, `${where}.text`, value['text'], { max: 75, plain: true });
  report.string(`${where}.action_id`, value['action_id'], 255);
  if (value['value'] !== undefined) report.string(`${where}.value`, value['value'], 2000);
  if (value['style'] !== undefined && value['style'] !== 'primary' && value['style'] !== 'danger') {
    report.say(where, `style ${word(value['style'])}`);
  }
  if (isJson(value['confirm'])) confirm(report, `${where}.confirm`, value['confirm']);
}

function menu(report: Report, where: string, value: Json): void {
  report.fields(where, value, ['type', 'action_id', 'placeholder', 'options', 'initial_option', 'confirm']);
  textObject(report, `${where}.placeholder`, value['placeholder'], { max: 150, plain: true });
  report.string(`${where}.action_id`, value['action_id'], 255);
  for (const option of report.count(`${where}.options`, value['options'], { min: 1, max: 100 })) {
    textObject(report, `${where}.option`, option['text'], { max: 75, plain: true });
    report.string(`${where}.option.value`, option['value'], 150);
  }
}

function table(report: Report, where: string, value: Json): void {
  report.fields(where, value, ['type', 'block_id', 'rows', 'column_settings']);
  const rows: readonly unknown[] = Array.isArray(value['rows']) ? value['rows'] : [];
  if (rows.length < 1 || rows.length > 100) report.say(where, `${rows.length} rows`);
  for (const row of rows) {
    for (const cell of report.count(where, row, { min: 1, max: 20 })) {
      if (cell['type'] !== 'raw_text') report.say(where, `cell of type ${word(cell['type'])}`);
      report.string(where, cell['text'], 3000);
    }
  }
}

function richText(report: Report, where: string, value: Json): void {
  for (const [index, part] of report.count(where, value['elements'], { min: 1, max: 50 }).entries()) {
    const at = `${where}.elements[${index}]`;
    const type = word(part['type']);
    if (!/^rich_text_(section|preformatted|quote|list)$/.test(type)) report.say(at, `type ${type}`);
    for (const leaf of report.count(at, part['elements'], { min: 1, max: 500 })) {
      if (leaf['type'] === 'text') report.string(`${at}.text`, leaf['text'], MAX_MESSAGE_CHARS);
      else report.say(at, `rich text element ${word(leaf['type'])}`);
    }
  }
}

function block(report: Report, where: string, value: Json): void {
  if (value['block_id'] !== undefined) report.string(`${where}.block_id`, value['block_id'], 255);
  switch (value['type']) {
    case 'header':
      report.fields(where, value, ['type', 'text', 'block_id']);
      return textObject(report, where, value['text'], { max: 150, plain: true });
    case 'section':
      report.fields(where, value, ['type', 'text', 'fields', 'block_id', 'accessory', 'expand']);
      for (const [index, field] of listOf(value['fields']).entries()) {
        textObject(report, `${where}.fields[${index}]`, field, { max: 2000, plain: false });
      }
      return textObject(report, where, value['text'], { max: 3000, plain: false });
    case 'context':
      for (const element of report.count(where, value['elements'], { min: 1, max: 10 })) {
        textObject(report, where, element, { max: 3000, plain: false });
      }
      return undefined;
    case 'actions': {
      const elements = report.count(where, value['elements'], { min: 1, max: 25 });
      for (const [index, element] of elements.entries()) {
        if (element['type'] === 'button') button(report, `${where}.elements[${index}]`, element);
        else if (element['type'] === 'static_select') menu(report, `${where}.elements[${index}]`, element);
        else report.say(where, `element ${word(element['type'])}`);
      }
      const ids = elements.map((element) => element['action_id']);
      if (new Set(ids).size !== ids.length) report.say(where, 'an action_id occurs twice');
      return undefined;
    }
    case 'table':
      return table(report, where, value);
    case 'divider':
      return report.fields(where, value, ['type', 'block_id']);
    case 'rich_text':
      return richText(report, where, value);
    default:
      return report.say(where, `block of type ${word(value['type'])}`);
  }
}

/** Every string a reader sees or a parser reads, with the kind of text it stands in. */
export function textsOf(blocks: readonly unknown[]): readonly { kind: string; text: string }[] {
  const texts: { kind: string; text: string }[] = [];
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) walk(item);
    if (!isJson(value)) return;
    if (typeof value['text'] === 'string') texts.push({ kind: word(value['type']), text: value['text'] });
    for (const item of Object.values(value)) walk(item);
  };
  walk(blocks);
  return texts;
}

/** What Slack would refuse about a message; empty when it would take it. */
export function problemsOf(message: {
  readonly text: string;
  readonly blocks: readonly unknown[];
}): readonly string[] {
  const report = new Report();
  report.string('text', message.text, 4000);
  const blocks = report.count('blocks', message.blocks, { min: 1, max: MAX_BLOCKS });
  for (const [index, value] of blocks.entries()) block(report, `blocks[${index}]`, value);
  const chars = textsOf(message.blocks).reduce((sum, { text }) => sum + text.length, 0);
  if (chars > MAX_MESSAGE_CHARS) report.say('message', `${chars} characters, at most ${MAX_MESSAGE_CHARS}`);
  const ids = blocks.map((value) => value['block_id']).filter((id) => id !== undefined);
  if (new Set(ids).size !== ids.length) report.say('blocks', 'a block_id occurs twice');
  return report.problems;
}

/**
 * What Slack reads as mention, link, date or channel in mrkdwn: everything between unescaped angle
 * brackets. Text objects without mrkdwn hold none.
 */
export const entitiesOf = (mrkdwn: string): readonly string[] =>
  [...mrkdwn.matchAll(/<([^<>]*)>/g)].map((match) => match[1] ?? '');
