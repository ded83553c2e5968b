import type { Comparison, Judgement, VerdictReason } from '../domain/change.ts';
import { unreachable } from '../domain/errors.ts';
import { say, type Locale } from '../domain/locale.ts';
import { fillMd, join, line, md, type Markup } from './markup.ts';
import { CHANGE } from './texts/change.ts';
import { fill } from './texts/text.ts';
import { factWords, quantity } from './words.ts';

/** The verdict in one line, with what weighed most; the table has the rest. */
export function judgementLine({ verdict, effect, finding, reason }: Judgement, locale: Locale): Markup {
  const [first] = effect.flatMap((one) => moved(one, locale));
  const facts = join(
    [...(first === undefined ? [] : [first]), findingWords({ finding, verdict }, locale)],
    '; ',
  );
  switch (verdict) {
    case 'verified':
      return md`📈 ${fillMd(locale, CHANGE.verified, { facts })}`;
    case 'no-effect':
      return md`➖ ${fillMd(locale, CHANGE.noEffect, { facts })}`;
    case 'worse':
      return md`📉 ${fillMd(locale, CHANGE.worse, { facts })}`;
    case 'unknown':
      return md`❔ ${fillMd(locale, CHANGE.unknownVerdict, { why: reasonWords(reason, locale) })}`;
    default:
      return unreachable(verdict);
  }
}

/** A stopgap that helps leaves its cause where it is: that is no contradiction, and must not read as one. */
function findingWords({ finding, verdict }: Pick<Judgement, 'finding' | 'verdict'>, locale: Locale): Markup {
  const words = {
    matched: verdict === 'verified' ? CHANGE.causeRemains : CHANGE.findingStands,
    cleared: CHANGE.findingGone,
    unknown: CHANGE.findingUnknown,
  } as const;
  return line(say(words[finding], locale), 120);
}

/** The compared values come without a unit, so the name has it. */
export const comparedFact = (fact: string, locale: Locale): string =>
  fact.endsWith('_per_s')
    ? fill(locale, CHANGE.perSecond, { fact: factWords(fact, locale) })
    : factWords(fact, locale);

/** Only what moved is worth words. */
function moved({ fact, before, after, moved: how }: Comparison, locale: Locale): readonly Markup[] {
  if (how !== 'better' && how !== 'worse') return [];
  return [line(`${comparedFact(fact, locale)} ${before ?? '?'} → ${after ?? '?'}`, 120)];
}

function reasonWords(reason: VerdictReason | null, locale: Locale): Markup {
  switch (reason?.kind) {
    case undefined:
    case 'nothing-to-compare':
      return fillMd(locale, CHANGE.nothingToCompare);
    case 'not-listened-anew':
      return fillMd(locale, CHANGE.notListenedAnew);
    case 'not-measured':
      return fillMd(locale, CHANGE.notMeasured, { said: line(reason.said, 200) });
    case 'little-traffic':
      return fillMd(locale, CHANGE.littleTraffic, {
        fact: line(factWords(reason.fact, locale), 60),
        found: line(quantity(reason.found), 20),
        least: line(quantity(reason.atLeast), 20),
      });
    default:
      return unreachable(reason);
  }
}
