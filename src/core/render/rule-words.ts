import type { StartRule } from '../domain/alert.ts';
import { unreachable } from '../domain/errors.ts';
import { say, type Locale } from '../domain/locale.ts';
import { START_RULE } from './texts/start-rule.ts';
import { fill } from './texts/text.ts';

/** By which rule an alert started a diagnosis, or did not; what people wrote in it is as they wrote it. */
export function ruleWords(rule: StartRule, locale: Locale): string {
  switch (rule.kind) {
    case 'configured': {
      const { number, name } = rule;
      if (name === null) return fill(locale, START_RULE.configured, { number: String(number) });
      return fill(locale, START_RULE.named, { number: String(number), name });
    }
    case 'connections':
    case 'other':
    case 'unusable':
      return fill(locale, START_RULE[rule.kind], { word: rule.word });
    case 'symptom':
      return fill(locale, START_RULE.symptom, { playbook: rule.playbook });
    case 'nothing':
      return say(START_RULE.nothing, locale);
    default:
      return unreachable(rule);
  }
}
