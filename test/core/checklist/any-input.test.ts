import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Check, Samples } from '../../../src/core/checklist/check.ts';
import { CHECKLIST } from '../../../src/core/checklist/checklist.ts';
import { firstLook } from '../../../src/core/checklist/first-look.ts';
import { readFacts } from '../../../src/core/checklist/read-facts.ts';
import { CHECK_IDS, type Section } from '../../../src/core/domain/capture.ts';
import { flattenFacts, type Facts } from '../../../src/core/domain/facts.ts';
import { anyOutput, blows, damaged } from './damage.ts';
import { captureOf, contributed, factsMade, MATERIAL, RECORDED, type Material } from './material.ts';
import { wrongFacts } from './sanity.ts';

/** Tries per check; new checks get theirs by being on the list. */
const TRIES = 400;
const LIMIT_MS = 120_000;

const materialOf = (check: Check): readonly Material[] => MATERIAL.get(check) ?? [];
const pick = <T>(all: readonly T[], which: number): T => {
  const chosen = all[which % all.length];
  if (chosen === undefined) throw new Error('nothing to choose from');
  return chosen;
};
const sampleOf = fc.constantFrom('first', 'second', 'both');
const changed = (
  { first, second }: Samples,
  which: 'first' | 'second' | 'both',
  change: (text: string) => string,
): Samples => ({
  first: first !== null && which !== 'second' ? change(first) : first,
  second: second !== null && which !== 'first' ? change(second) : second,
});

describe.each(CHECKLIST.map((check) => [check.id, check] as const))('reading %s', (_, check) => {
  it('is tried with what real hosts print', () => {
    const readable = materialOf(check).filter(
      ({ before, ...samples }) => contributed(check, samples, before).understood,
    );
    expect(readable.length).toBeGreaterThan(0);
  });

  it('survives any bytes', () => {
    fc.assert(
      fc.property(anyOutput, anyOutput, fc.nat(), (first, second, which) => {
        const { before } = pick(materialOf(check), which);
        expect(wrongFacts(contributed(check, { first, second }, before).facts)).toEqual([]);
      }),
      { numRuns: TRIES },
    );
  });

  it(
    'makes of damaged output only facts that can be',
    () => {
      fc.assert(
        fc.property(fc.nat(), sampleOf, blows, (which, where, all) => {
          const { before, ...samples } = pick(materialOf(check), which);
          const broken = changed(samples, where, (text) => damaged(text, all));
          expect(wrongFacts(contributed(check, broken, before).facts)).toEqual([]);
        }),
        { numRuns: TRIES },
      );
    },
    LIMIT_MS,
  );

  it(
    'of output that was cut gives the facts of the whole, or fewer',
    () => {
      fc.assert(
        fc.property(fc.nat(), sampleOf, fc.nat(), fc.nat(), (which, where, firstAt, secondAt) => {
          const { first, second } = pick(materialOf(check), which);
          const samples = { first, second };
          const whole = asSections(check, samples);
          const cut = whole.map((section) =>
            where === 'both' || where === (section.sample === 1 ? 'first' : 'second')
              ? { ...section, ...cutAt(section.text, section.sample === 1 ? firstAt : secondAt) }
              : section,
          );
          const { facts, checks } = readFacts(captureOf(cut));
          const isCut = cut.some(({ truncated }) => truncated);
          expect(checks.some(({ id, status }) => id === check.id && status === 'ok' && isCut)).toBe(false);
          // A sample that is not there any more makes the other one count.
          const possible = [samples, { ...samples, second: null }, { ...samples, first: null }].map((each) =>
            factsMade(check, each),
          );
          const invented = Object.entries(factsIn(facts)).filter(
            ([name, value]) => !possible.some((made) => made[name] === value),
          );
          expect(invented).toEqual([]);
        }),
        { numRuns: TRIES },
      );
    },
    LIMIT_MS,
  );

  it('takes nothing from a section that failed, unless its lines stand for themselves', () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(1, 2, 124, 126, 127, 137, 255), (which, exit) => {
        const { first, second } = pick(materialOf(check), which);
        const sections = asSections(check, { first, second }).map((each) => ({ ...each, exit }));
        const { facts, checks } = readFacts(captureOf(sections));
        expect(checks.find(({ id }) => id === check.id)?.status).not.toBe('ok');
        expect(check.linesHold ? {} : factsIn(facts)).toEqual({});
      }),
      { numRuns: 50 },
    );
  });
});

const factsIn = (facts: Facts): Readonly<Record<string, unknown>> => ({
  ...flattenFacts(facts),
  ...facts.sysctl,
});

const asSections = ({ id }: Check, { first, second }: Samples): readonly Section[] =>
  ([1, 2] as const).flatMap((sample) => {
    const text = sample === 1 ? first : second;
    return text === null ? [] : [{ id, sample, exit: 0, ms: 1, truncated: false, text }];
  });

/** Cut as the host cuts it (more than may be printed), or as a lost connection does. */
const cutAt = (text: string, at: number): Partial<Section> => ({
  text: text.slice(0, at % (text.length + 1)),
  truncated: true,
  exit: at % 2 === 0 ? null : 141,
});

describe('reading a whole host', () => {
  const anySection = fc.record({
    id: fc.constantFrom(...CHECK_IDS),
    sample: fc.constantFrom(1 as const, 2 as const),
    exit: fc.oneof(fc.constant(0), fc.constant(null), fc.nat(255)),
    ms: fc.nat(),
    truncated: fc.boolean(),
    text: anyOutput,
  });

  it('survives any sections, and makes no facts of noise', () => {
    fc.assert(
      fc.property(fc.array(anySection, { maxLength: 30 }), (sections) => {
        expect(wrongFacts(readFacts(captureOf(sections)).facts)).toEqual([]);
        firstLook(sections);
        // Without a name we know, or a row of a table, there is nothing to read.
        const noise = sections.map((section) => ({ ...section, text: section.text.replaceAll(/\w/g, '?') }));
        expect(flattenFacts(readFacts(captureOf(noise)).facts)).toEqual({});
      }),
      { numRuns: 500 },
    );
  });

  it(
    'that was damaged gives only facts that can be',
    () => {
      fc.assert(
        fc.property(fc.nat(), fc.nat(), blows, (which, where, all) => {
          const { sections } = pick(RECORDED, which);
          const hit = where % sections.length;
          const broken = sections.map((section, index) =>
            index === hit ? { ...section, text: damaged(section.text, all) } : section,
          );
          expect(wrongFacts(readFacts(captureOf(broken)).facts)).toEqual([]);
          firstLook(broken);
        }),
        { numRuns: 1000 },
      );
    },
    LIMIT_MS,
  );
});
