import { unreachable } from '../domain/errors.ts';
import { say, type Locale } from '../domain/locale.ts';
import { OVERVIEW, TOPICS } from '../explain/catalogue.ts';
import type { Explained } from '../explain/find-topic.ts';
import type { Part, Topic } from '../explain/topic.ts';
import type { TerminalStyle } from './terminal.ts';
import { EXPLAIN } from './texts/explain.ts';
import { fill } from './texts/text.ts';
import { columns } from './table.ts';
import { settingLines } from './setting-lines.ts';
import { wrap } from './wrap.ts';

/** Longer lines are hard to read, however wide the terminal is. */
const MAX_WIDTH = 100;
export const EXPLAIN_COMMAND = 'tcpcheck explain';

interface Page {
  readonly locale: Locale;
  readonly width: number;
  readonly bold: (text: string) => string;
  readonly out: string[];
}

/** An explanation for a person at a terminal; the overview lists the topics as well. */
export function renderExplanation(
  explained: Exclude<Explained, { kind: 'unknown' }>,
  locale: Locale,
  style: TerminalStyle,
): string {
  const page: Page = {
    locale,
    width: Math.min(style.width, MAX_WIDTH),
    bold: (text) => (style.colour ? `\u001B[1m${text}\u001B[0m` : text),
    out: [],
  };
  if (explained.kind === 'setting') {
    const [head = '', ...rest] = settingLines(explained, locale);
    page.out.push(page.bold(head));
    for (const line of rest) hanging(page, '  ', line);
  } else topicText(page, explained.topic);
  return `${page.out.join('\n')}\n`;
}

function topicText(page: Page, topic: Topic): void {
  page.out.push(page.bold(say(topic.title, page.locale)), '');
  for (const [index, part] of topic.parts.entries()) partText(page, part, topic.parts[index - 1]);
  if (topic.myths.length > 0) {
    page.out.push('', `  ${page.bold(say(EXPLAIN.myths, page.locale))}`);
    for (const { said, truth } of topic.myths) {
      const words = { said: say(said, page.locale), truth: say(truth, page.locale) };
      hanging(page, '  • ', fill(page.locale, EXPLAIN.myth, words));
    }
  }
  if (topic.id === OVERVIEW.id) topicList(page);
  if (topic.see.length > 0) {
    const command = `${EXPLAIN_COMMAND} ${topic.see.join(' | ')}`;
    page.out.push('');
    hanging(page, '  ', fill(page.locale, EXPLAIN.more, { command }));
  }
}

function partText(page: Page, part: Part, before: Part | undefined): void {
  // A list belongs to the sentence before it.
  const apart = before !== undefined && !(part.kind === 'list' && before.kind === 'text');
  if (apart) page.out.push('');
  switch (part.kind) {
    case 'text':
      hanging(page, '  ', say(part.text, page.locale));
      return;
    case 'list':
      for (const item of part.items) hanging(page, '  • ', say(item, page.locale));
      return;
    case 'diagram':
      verbatim(page, '  ', say(part.drawing, page.locale));
      return;
    case 'code':
      verbatim(page, '    ', say(part.code, page.locale));
      return;
    default:
      unreachable(part);
  }
}

function topicList(page: Page): void {
  const heading = fill(page.locale, EXPLAIN.topics, { command: `${EXPLAIN_COMMAND} NAME` });
  page.out.push('', `  ${page.bold(heading.replaceAll('`', ''))}`);
  const rows = TOPICS.filter(({ id }) => id !== OVERVIEW.id).map((topic) => ({
    name: listedName(topic, page.locale),
    title: say(topic.title, page.locale),
  }));
  const width = Math.max(...rows.map(({ name }) => columns(name)));
  for (const { name, title } of rows) {
    hanging(page, `    ${name}${' '.repeat(width - columns(name))}  `, title);
  }
}

/** The id, and for a Korean reader its first name in Korean. */
function listedName({ id, names }: Topic, locale: Locale): string {
  const korean = names.find((name) => /[가-힣]/.test(name));
  return locale === 'ko' && korean !== undefined ? `${id}, ${korean}` : id;
}

function hanging({ width, out }: Page, lead: string, text: string): void {
  const [first = '', ...rest] = wrap(text, width - columns(lead));
  out.push(lead + first, ...rest.map((row) => ' '.repeat(columns(lead)) + row));
}

function verbatim({ out }: Page, lead: string, text: string): void {
  for (const row of text.split('\n')) out.push(`${lead}${row}`.trimEnd());
}
