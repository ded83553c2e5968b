import { say, type Locale } from '../domain/locale.ts';
import type { Explained } from '../explain/find-topic.ts';
import { RISK_WORDS, TAKES_EFFECT } from './texts/common.ts';
import { EXPLAIN } from './texts/explain.ts';
import { fill } from './texts/text.ts';

/** The catalogue's line of a setting in sentences: when it counts, what it does, where that is written. */
export function settingLines(
  { key, spec }: Extract<Explained, { kind: 'setting' }>,
  locale: Locale,
): readonly string[] {
  const effect = say(TAKES_EFFECT[spec.takesEffect], locale);
  return [
    fill(locale, EXPLAIN.setting, { key, effect, risk: say(RISK_WORDS[spec.risk], locale) }),
    say(spec.note, locale),
    fill(locale, EXPLAIN.source, { source: spec.source }),
  ];
}
