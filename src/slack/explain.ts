import { nearestNames } from '../config/nearest-names.ts';
import type { Locale } from '../core/domain/locale.ts';
import type { Block } from '../core/domain/ports.ts';
import { OVERVIEW, TOPICS } from '../core/explain/catalogue.ts';
import { findTopic, TOPIC_NAMES } from '../core/explain/find-topic.ts';
import { explainInSlack } from '../core/render/explain-slack.ts';
import { code, fillMd, join, type Markup } from '../core/render/markup.ts';
import { BOT } from '../core/render/texts/bot.ts';

/** Of the topics that exist, where none is near to what was typed. */
const MAX_NAMED = 12;

/** `/tcpcheck explain [TOPIC]`, for the asker alone. */
export function explainTopic(
  typed: string,
  locale: Locale,
): { readonly lines: readonly Markup[]; readonly blocks?: readonly Block[] } {
  const explained = typed === '' ? { kind: 'topic' as const, topic: OVERVIEW } : findTopic(typed);
  if (explained.kind !== 'unknown') {
    const { title, blocks } = explainInSlack(explained, locale);
    return { lines: [title], blocks };
  }
  const near = nearestNames(typed, TOPIC_NAMES);
  const ids = TOPICS.slice(0, MAX_NAMED).map(({ id }) => id);
  const names = (near.length === 0 ? ids : near).map((name) => code(name, 60));
  return {
    lines: [fillMd(locale, BOT.unknownTopic, { typed: typed.slice(0, 60), names: join(names, ', ') })],
  };
}
