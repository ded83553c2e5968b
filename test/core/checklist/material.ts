import type { Check, Samples } from '../../../src/core/checklist/check.ts';
import { CHECKLIST } from '../../../src/core/checklist/checklist.ts';
import { NO_FACTS, withFacts } from '../../../src/core/checklist/merge-facts.ts';
import { readFacts } from '../../../src/core/checklist/read-facts.ts';
import { CAPTURE_SCHEMA, type Capture, type Sample, type Section } from '../../../src/core/domain/capture.ts';
import { flattenFacts, type Facts, type FactValue } from '../../../src/core/domain/facts.ts';
import { recordedHost, recordedHosts } from '../../support/captures.ts';

/** Every recorded host. */
export const RECORDED: readonly Capture[] = recordedHosts().map(recordedHost);

/** What one check printed on one host, and the facts it may build on. */
export interface Material extends Samples {
  readonly check: Check;
  readonly before: Facts;
}

/** Recordings may hold samples that are no longer taken. */
const textOf = (capture: Capture, { id, samples }: Check, sample: Sample): string | null =>
  samples === 'first' && sample === 2
    ? null
    : (capture.sections.find((each) => each.id === id && each.sample === sample && each.exit === 0)?.text ??
      null);

/** Per check, what it printed on each recorded host where it could look. */
export const MATERIAL: ReadonlyMap<Check, readonly Material[]> = new Map(
  CHECKLIST.map((check) => [
    check,
    RECORDED.flatMap((capture) => {
      const [first, second] = [textOf(capture, check, 1), textOf(capture, check, 2)];
      if (first === null && second === null) return [];
      return [{ check, first, second, before: readFacts(capture).facts }];
    }),
  ]),
);

/** Flat facts that one check makes of two texts; none where it understood nothing. */
export function factsMade(
  check: Check,
  samples: Samples,
  before: Facts = NO_FACTS,
): Readonly<Record<string, FactValue>> {
  const { facts } = contributed(check, samples, before);
  return { ...flattenFacts(facts), ...facts.sysctl };
}

/** What one check adds by itself. */
export function contributed(
  check: Check,
  samples: Samples,
  before: Facts = NO_FACTS,
): { readonly facts: Facts; readonly understood: boolean } {
  const added = check.read(samples, before);
  return { facts: added === null ? NO_FACTS : withFacts(NO_FACTS, added), understood: added !== null };
}

export const captureOf = (sections: readonly Section[]): Capture => ({
  schema: CAPTURE_SCHEMA,
  host: 'any',
  windowMs: 10_000,
  sections,
});
