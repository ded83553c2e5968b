import { flattenFacts, type FactValue, type Facts } from '../../../../src/core/domain/facts.ts';
import type { Check } from '../../../../src/core/checklist/check.ts';
import { NO_FACTS, withFacts } from '../../../../src/core/checklist/merge-facts.ts';

/** Flat facts of one check's two outputs; null where it understood nothing. */
export function factsOf(
  check: Check,
  first: string | null,
  second: string | null = null,
  before: Facts = NO_FACTS,
): Record<string, FactValue> | null {
  const added = check.read({ first, second }, before);
  return added === null ? null : flattenFacts(withFacts(NO_FACTS, added));
}

/** Facts of checks above, as a check finds them. */
export const having = (host: Partial<Facts['host']>): Facts => ({
  ...NO_FACTS,
  host: { ...NO_FACTS.host, ...host },
});
