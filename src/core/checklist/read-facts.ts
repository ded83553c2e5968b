import type { Capture, CheckResult, CheckStatus, Sample, Section } from '../domain/capture.ts';
import type { Facts } from '../domain/facts.ts';
import type { Inside } from '../domain/place.ts';
import type { Coverage } from '../domain/report.ts';
import type { Check, Samples } from './check.ts';
import { sectionStatus, worst } from './check-status.ts';
import { checksFor } from './checklist.ts';
import { coverageOf } from './coverage.ts';
import { wholeLines } from './lines.ts';
import { NO_FACTS, withFacts } from './merge-facts.ts';

/** What a capture tells. */
export interface Reading {
  readonly facts: Facts;
  /** One per check of the checklist, in its order. */
  readonly checks: readonly CheckResult[];
  readonly coverage: Coverage;
  /** Every core check was read in each of its samples: without this the verdict is never "ok". */
  readonly coreComplete: boolean;
}

/** Turns a capture into facts; the same capture always gives the same facts, on any machine. */
export function readFacts(capture: Capture): Reading {
  return readSections(capture.sections, [1, 2], capture.inside ?? null);
}

/** The same for sections that have arrived so far; checks that only the missing samples have count as well. */
export function readSections(
  sections: readonly Section[],
  samples: readonly Sample[],
  inside: Inside | null = null,
): Reading {
  let facts = NO_FACTS;
  const checks: CheckResult[] = [];
  const taken = checksFor(inside);
  for (const check of taken) {
    const own = samples
      .filter((sample) => check.samples === 'both' || check.samples === (sample === 1 ? 'first' : 'second'))
      .map((sample) => sections.find((section) => section.id === check.id && section.sample === sample))
      .map((section) => section && withinCap(check, section));
    const added = check.read(usable(check, own), facts);
    if (added !== null) facts = withFacts(facts, added);
    checks.push({
      id: check.id,
      status: statusOf(own, added !== null),
      ms: sum(own.map((each) => each?.ms ?? 0)),
    });
  }
  const apart = samples.length === 2 && areApart(checks, facts);
  const failed = new Set(checks.flatMap(({ id, status }) => (status === 'ok' ? [] : [id])));
  return {
    facts,
    checks,
    coverage: coverageOf(checks, facts, apart),
    coreComplete: !apart && taken.every(({ id, core }) => !core || !failed.has(id)),
  };
}

/** Both samples of the counters were read, and yet no time lies between them: the host was started anew. */
const areApart = (checks: readonly CheckResult[], { host }: Facts): boolean =>
  host.run['window_s'] === undefined && checks.some(({ id, status }) => id === 'counters' && status === 'ok');

/** A host sends no more than the cap; files of a capture may hold anything. */
const withinCap = ({ capBytes }: Check, section: Section): Section =>
  section.text.length <= capBytes
    ? section
    : { ...section, text: section.text.slice(0, capBytes), truncated: true };

function statusOf(own: readonly (Section | undefined)[], understood: boolean): CheckStatus {
  const status = worst(own.map(sectionStatus));
  return status === 'ok' && !understood ? 'unavailable' : status;
}

function usable(check: Check, own: readonly (Section | undefined)[]): Samples {
  const text = (sample: Sample): string | null => {
    const section = own.find((each) => each?.sample === sample);
    if (section === undefined) return null;
    if (sectionStatus(section) === 'ok') return section.text;
    if (!check.linesHold) return null;
    return section.truncated ? wholeLines(section.text) : section.text;
  };
  const cut = own.some((section) => section !== undefined && isCut(section));
  return { first: text(1), second: text(2), cut };
}

/** Its end is missing, whatever the rest may still be good for. */
const isCut = (section: Section): boolean => section.truncated || sectionStatus(section) === 'timeout';

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
