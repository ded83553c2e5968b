import { unreachable } from '../domain/errors.ts';
import { say, type Locale } from '../domain/locale.ts';
import type { Block } from '../domain/ports.ts';
import { OVERVIEW, TOPICS } from '../explain/catalogue.ts';
import type { Explained } from '../explain/find-topic.ts';
import type { Part, Topic } from '../explain/topic.ts';
import { context, preformatted, section } from './blocks.ts';
import { bold, code, fillMd, join, line, md, prose, type Markup } from './markup.ts';
import { settingLines } from './setting-lines.ts';
import { EXPLAIN } from './texts/explain.ts';
import { fill } from './texts/text.ts';

const COMMAND = '/tcpcheck explain';
/** No text of ours is longer. */
const MAX_TEXT = 900;
const MAX_BOX = 2000;

/** An explanation as blocks, and the line that stands for it where blocks are not shown. */
export interface SlackExplanation {
  readonly title: Markup;
  readonly blocks: readonly Block[];
}

export function explainInSlack(
  explained: Exclude<Explained, { kind: 'unknown' }>,
  locale: Locale,
): SlackExplanation {
  if (explained.kind === 'setting') {
    const [head = '', ...rest] = settingLines(explained, locale);
    const title = bold(line(head, MAX_TEXT));
    return { title, blocks: [section([title, ...rest.map((text) => prose(text, MAX_TEXT))])] };
  }
  const { topic } = explained;
  const title = bold(line(say(topic.title, locale), 150));
  return {
    title,
    blocks: [
      section([title]),
      ...topic.parts.map((part) => block(part, locale)),
      ...(topic.myths.length === 0 ? [] : [section(myths(topic, locale))]),
      ...(topic.id === OVERVIEW.id ? [section(topicList(locale))] : []),
      ...(topic.see.length === 0 ? [] : [context([seeLine(topic, locale)])]),
    ],
  };
}

function block(part: Part, locale: Locale): Block {
  switch (part.kind) {
    case 'text':
      return section([prose(say(part.text, locale), MAX_TEXT)]);
    case 'list':
      return section(part.items.map((item) => md`• ${prose(say(item, locale), MAX_TEXT)}`));
    case 'diagram':
      return preformatted(say(part.drawing, locale), MAX_BOX);
    case 'code':
      return preformatted(say(part.code, locale), MAX_BOX);
    default:
      return unreachable(part);
  }
}

const myths = ({ myths: all }: Topic, locale: Locale): readonly Markup[] => [
  bold(fillMd(locale, EXPLAIN.myths)),
  ...all.map(({ said, truth }) => {
    const words = { said: line(say(said, locale), 200), truth: line(say(truth, locale), 400) };
    return md`• ${fillMd(locale, EXPLAIN.myth, words)}`;
  }),
];

/** `\`/tcpcheck explain ports\`, \`tw-reuse\`, …`. */
function seeLine({ see }: Topic, locale: Locale): Markup {
  const commands = see.map((id) => code(`${COMMAND} ${id}`, 80));
  return fillMd(locale, EXPLAIN.more, { command: join(commands, ', ') });
}

function topicList(locale: Locale): readonly Markup[] {
  const heading = fill(locale, EXPLAIN.topics, { command: `${COMMAND} NAME` });
  return [
    prose(heading, MAX_TEXT),
    ...TOPICS.filter(({ id }) => id !== OVERVIEW.id).map(
      ({ id, title }) => md`• ${code(id, 40)} ${line(say(title, locale), 150)}`,
    ),
  ];
}
