import { describe, expect, it } from 'vitest';
import type { Check } from '../../../src/core/checklist/check.ts';
import { CHECKLIST } from '../../../src/core/checklist/checklist.ts';
import { readFacts } from '../../../src/core/checklist/read-facts.ts';
import type { Sample, Section } from '../../../src/core/domain/capture.ts';
import { captureOf, MATERIAL } from './material.ts';
import { wrongFacts } from './sanity.ts';

/** Processor time; the slowest needs a tenth of it, what is quadratic a hundred times as much. */
const LIMIT_MS = 1000;

/** Beginnings that a pattern may try again at every character, and rows of all kinds. */
const PIECES = [
  '(',
  '("',
  ')',
  '"',
  "'",
  ':',
  '::',
  ' ',
  '\t',
  '\n',
  'a',
  '0',
  '1 ',
  '%',
  '[',
  ',',
  '\\',
  'users:(("a",pid=1,fd=1)',
  'LISTEN 0 128 0.0.0.0:80 0.0.0.0:* ',
  'skmem:(',
  '.service/',
  "PRETTY_NAME='",
  'TcpExt: ',
  'TCP:   1 (estab ',
];

/** One line of each shape that was ever printed, with numbers that differ from copy to copy. */
const shapes = (check: Check): readonly string[] => {
  const lines = (MATERIAL.get(check) ?? []).flatMap(({ first, second }) => `${first}\n${second}`.split('\n'));
  return [...new Map(lines.map((line) => [line.replaceAll(/[0-9a-f]+/g, '0').slice(0, 60), line])).values()];
};

const repeated = (piece: string, chars: number): string => piece.repeat(Math.ceil(chars / piece.length));

/** The same line with others for its first numbers, all of them still ports, parts of addresses or counts. */
const varied = (line: string, chars: number, numbers: number): string =>
  Array.from({ length: Math.ceil(chars / (line.length + 1)) }, (_, n) => {
    let place = 0;
    return line.replaceAll(/\d+/g, (digits) => {
      place += 1;
      const value = Number(digits) + (place > numbers ? 0 : n >> (2 * place));
      return String(value % (Number(digits) > 255 ? 65_536 : 256));
    });
  }).join('\n');

const sectionOf = ({ id }: Check, sample: Sample, text: string): Section => ({
  id,
  sample,
  exit: 0,
  ms: 1,
  truncated: false,
  text,
});

describe.each(CHECKLIST.map((check) => [check.id, check] as const))('endless output of %s', (_, check) => {
  const printed = MATERIAL.get(check)?.[0];
  const begun = printed?.first ?? printed?.second ?? '';

  it('is read in bounded time, and makes a bounded number of facts', () => {
    const room = check.capBytes - 2 * begun.length - 2;
    const texts = [
      ...PIECES.map((piece) => `${begun}\n${repeated(piece, room)}`),
      ...shapes(check).flatMap((line) =>
        [5, 50].map((numbers) => `${begun}\n${varied(line, room, numbers)}\n${begun}`),
      ),
    ].map((text) => text.slice(0, check.capBytes));
    const wrong = texts.flatMap((text) => {
      const started = process.cpuUsage();
      const { facts } = readFacts(captureOf([sectionOf(check, 1, text), sectionOf(check, 2, text)]));
      const { user, system } = process.cpuUsage(started);
      const ms = Math.round((user + system) / 1000);
      const faults = [...wrongFacts(facts), ...(ms > LIMIT_MS ? [`${ms} ms`] : [])];
      return faults.length > 0 ? [`${faults[0]}: ${text.slice(-120)}`] : [];
    });
    expect(wrong).toEqual([]);
  }, 120_000);

  it('counts as cut where it is longer than the check may print', () => {
    const long = `${begun}${' '.repeat(check.capBytes)}`;
    const { checks } = readFacts(captureOf([sectionOf(check, 1, long), sectionOf(check, 2, long)]));
    expect(checks.find(({ id }) => id === check.id)?.status).toBe('truncated');
  });
});
