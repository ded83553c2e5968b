import { nearestNames } from '../config/nearest-names.ts';
import { TcpcheckError } from '../core/domain/errors.ts';
import { OVERVIEW } from '../core/explain/catalogue.ts';
import { findTopic, TOPIC_NAMES } from '../core/explain/find-topic.ts';
import { EXPLAIN_COMMAND, renderExplanation } from '../core/render/explain-terminal.ts';
import { EXPLAIN } from '../core/render/texts/explain.ts';
import { fill } from '../core/render/texts/text.ts';
import { EXIT, type Terminal } from './terminal.ts';

/** `explain [TOPIC]`: background, from the program alone. */
export function explain(typed: string | null, terminal: Terminal): number {
  const { locale } = terminal;
  const explained = typed === null ? { kind: 'topic' as const, topic: OVERVIEW } : findTopic(typed);
  if (explained.kind === 'unknown') {
    const names = nearestNames(typed ?? '', TOPIC_NAMES).join(', ');
    const hint =
      names === ''
        ? fill(locale, EXPLAIN.all, { command: EXPLAIN_COMMAND })
        : fill(locale, EXPLAIN.near, { names, command: EXPLAIN_COMMAND });
    throw new TcpcheckError('USAGE', fill(locale, EXPLAIN.unknown, { typed: typed ?? '' }), { hint });
  }
  terminal.out(renderExplanation(explained, locale, terminal));
  return EXIT.ok;
}
