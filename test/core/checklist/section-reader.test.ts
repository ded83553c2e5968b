import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHECKLIST } from '../../../src/core/checklist/checklist.ts';
import { createSectionReader, firstSampleComplete } from '../../../src/core/checklist/section-reader.ts';
import type { Section } from '../../../src/core/domain/capture.ts';

const NONCE = 'abcdefghij0123456789';
const MARK = `@@tcpcheck ${NONCE} `;

const framed = ({ id, sample, exit, ms, truncated, text }: Section): string =>
  `${MARK}begin ${id} ${sample} ${exit ?? 0} ${ms} ${Number(truncated)}\n${text}\n${MARK}end ${id} ${sample}\n`;

/** Reads the pieces; what came at the end stands apart. */
function read(chunks: readonly string[]): {
  pushed: readonly Section[];
  rest: readonly Section[];
  complete: boolean;
} {
  const reader = createSectionReader(NONCE);
  const pushed = chunks.flatMap((chunk) => reader.push(chunk));
  const { sections, complete } = reader.end();
  return { pushed, rest: sections, complete };
}

const both = (chunks: readonly string[]): readonly Section[] => {
  const { pushed, rest } = read(chunks);
  return [...pushed, ...rest];
};

function cutAt(text: string, places: readonly number[]): readonly string[] {
  const sorted = [...places].map((place) => place % (text.length + 1)).sort((a, b) => a - b);
  return [0, ...sorted].map((start, index) => text.slice(start, sorted[index] ?? text.length));
}

const flood = (line: string, times: number): string =>
  `${MARK}begin sockstat 1 0 0 0\n${line.repeat(times)}\n${MARK}end sockstat 1\n`;

const sectionOf = fc.record({
  id: fc.constantFrom('counters', 'listeners', 'settings', 'sockets-by-state'),
  sample: fc.constantFrom(1, 2),
  exit: fc.nat(255),
  ms: fc.nat(100_000),
  truncated: fc.boolean(),
  text: fc.oneof(
    fc.string({ maxLength: 200, unit: 'grapheme' }),
    fc.stringMatching(/^([a-z ]{0,20}\n){0,10}[a-z]{0,5}$/),
  ),
}) satisfies fc.Arbitrary<Section>;
const sectionsOf = fc.uniqueArray(sectionOf, {
  maxLength: 6,
  selector: ({ id, sample }) => `${id} ${sample}`,
});
const places = fc.array(fc.nat(), { maxLength: 30 });

describe('section reader', () => {
  it('gives back what was framed, however it arrives', () => {
    fc.assert(
      fc.property(sectionsOf, places, (sections, cuts) => {
        const output = `motd without newline\n${sections.map(framed).join('')}${MARK}done\n`;
        const result = read(cutAt(output, cuts));
        expect(result.pushed).toEqual(sections);
        expect(result.rest).toEqual([]);
        expect(result.complete).toBe(true);
      }),
    );
  });

  it('gives the same for any output in any pieces, broken off anywhere', () => {
    const noise = fc.array(
      fc.oneof(
        sectionOf.map(framed),
        fc.string({ maxLength: 80 }),
        fc.constantFrom(
          MARK,
          `${MARK}begin`,
          `${MARK}begin listeners 1 0 5 0`,
          `${MARK}end listeners 1`,
          '\n',
        ),
        fc.constantFrom(
          `${MARK}begin nonsense 1 0 0 0\n`,
          `${MARK}begin counters 3 0 0 0\n`,
          `${MARK}done\n`,
        ),
      ),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(noise, places, fc.nat(), (parts, cuts, end) => {
        const output = parts.join('').slice(0, end % 2000);
        const inOnePiece = read([output]);
        const inPieces = read(cutAt(output, cuts));
        const letterByLetter = read(output.split(''));
        expect(inPieces).toEqual(inOnePiece);
        expect(letterByLetter).toEqual(inOnePiece);
      }),
    );
  });

  it('marks a section that was broken off, and never calls such an output complete', () => {
    fc.assert(
      fc.property(fc.nat(), (end) => {
        const whole: Section = {
          id: 'listeners',
          sample: 1,
          exit: 0,
          ms: 7,
          truncated: false,
          text: 'a\nb\nc\n',
        };
        const output = framed(whole) + framed({ ...whole, sample: 2 }) + `${MARK}done\n`;
        const { pushed, rest, complete } = read([output.slice(0, end % (output.length - 1))]);
        expect(complete).toBe(false);
        for (const section of pushed) expect(section).toEqual({ ...whole, sample: section.sample });
        for (const section of rest) {
          expect(section).toMatchObject({ exit: null, truncated: true });
          expect(output).toContain(`begin listeners ${section.sample} 0 7 0\n${section.text}`);
        }
      }),
    );
  });

  it('takes a section without an end for cut off when the next one begins', () => {
    const output = `${MARK}begin counters 1 0 5 0\nhalf\n${MARK}begin listeners 1 0 5 0\nall\n${MARK}end listeners 1\n`;
    expect(both([output])).toEqual([
      { id: 'counters', sample: 1, exit: null, ms: 5, truncated: true, text: 'half' },
      { id: 'listeners', sample: 1, exit: 0, ms: 5, truncated: false, text: 'all' },
    ]);
  });

  it('does not believe markers with another nonce, unknown checks or a second copy', () => {
    const forged = `@@tcpcheck aaaaaaaaaaaaaaaaaaaa end listeners 1`;
    const text = `LISTEN\n${forged}\n${MARK}begin rm-rf 1 0 0 0`;
    const first: Section = { id: 'listeners', sample: 1, exit: 0, ms: 1, truncated: false, text };
    const again: Section = { ...first, text: 'second copy' };
    expect(both([framed(first) + framed(again)])).toEqual([first]);
  });

  it('takes no output for a marker, whatever it imitates', () => {
    const imitation = fc.oneof(
      fc.constantFrom(
        `@@tcpcheck aaaaaaaaaaaaaaaaaaaa end listeners 1`,
        `@@tcpcheck ${NONCE.slice(0, -1)} done`,
        `@@tcpcheck  ${NONCE} done`,
        `@@tcpcheck ${NONCE}done`,
        ` ${MARK}done`,
        `\r${MARK}end listeners 1`,
        `@@TCPCHECK ${NONCE} done`,
        MARK,
        `${MARK}begin`,
        `${MARK}begin listeners`,
        `${MARK}begin listeners 1 0 5`,
        `${MARK}begin listeners 1 0 5 x`,
        `${MARK}begin listeners 3 0 5 0`,
        `${MARK}begin __proto__ 1 0 5 0`,
        `${MARK}begin listeners 1 -1 5 0`,
        `${MARK}begin listeners 1 0 99999999999999999999 0`,
        `${MARK}begin  listeners 1 0 5 0`,
        `${MARK}DONE`,
      ),
      fc.string({ maxLength: 60, unit: 'grapheme' }).filter((text) => !text.includes('\n')),
    );
    fc.assert(
      fc.property(fc.array(imitation, { maxLength: 8 }), places, (lines, cuts) => {
        const text = lines.join('\n');
        const whole: Section = { id: 'listeners', sample: 1, exit: 0, ms: 5, truncated: false, text };
        const after: Section = { ...whole, id: 'counters', text: 'x' };
        const result = read(
          cutAt(`${lines.join('\n')}\n${framed(whole)}${framed(after)}${MARK}done\n`, cuts),
        );
        expect(result).toEqual({ pushed: [whole, after], rest: [], complete: true });
      }),
    );
  });

  it('keeps no more of a section than its check may print, and no endless line', () => {
    const cap = CHECKLIST.find(({ id }) => id === 'sockstat')?.capBytes ?? 0;
    for (const output of [flood('x'.repeat(99) + '\n', 100_000), flood('x', 10_000_000)]) {
      const pieces = output.match(/[^]{1,65536}/g) ?? [];
      const [section] = both(pieces);
      expect(section?.truncated).toBe(true);
      expect(section?.text.length).toBeLessThanOrEqual(cap + 2);
    }
  });

  it('takes a megabyte in one-letter pieces in less than a second', () => {
    const reader = createSectionReader(NONCE);
    const started = performance.now();
    reader.push(`${MARK}begin sockstat 1 0 0 0\n`);
    for (let letter = 0; letter < 1_000_000; letter += 1) reader.push('x');
    expect(performance.now() - started).toBeLessThan(1000);
    expect(reader.end().sections).toHaveLength(1);
  });

  it('refuses a nonce that could be guessed or would not survive quoting', () => {
    for (const nonce of ['', 'short', "aaaaaaaaaaaaaaaa'", 'AAAAAAAAAAAAAAAAAAAA', 'aaaaaaaaaaaaaaa a']) {
      expect(() => createSectionReader(nonce)).toThrow('bug:');
    }
  });
});

describe('end of the first sample', () => {
  it('has come when the last check of the first sample has', () => {
    const sections = CHECKLIST.map(({ id }) => ({ id, sample: 1 as const }));
    expect(firstSampleComplete(sections, CHECKLIST)).toBe(true);
    expect(firstSampleComplete(sections.slice(1), CHECKLIST)).toBe(false);
    expect(
      firstSampleComplete(
        sections.map((each) => ({ ...each, sample: 2 })),
        CHECKLIST,
      ),
    ).toBe(false);
    expect(firstSampleComplete([], [{ id: 'pressure', samples: 'second' }])).toBe(true);
  });
});
