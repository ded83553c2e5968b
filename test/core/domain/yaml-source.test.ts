import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { z } from 'zod';
import { readYaml, showProblem } from '../../../src/core/domain/yaml-source.ts';

const anything = z.record(z.string(), z.unknown());
const problems = (text: string): readonly string[] => {
  const reading = readYaml({ path: 'f.yaml', text }, anything);
  return reading.kind === 'wrong' ? reading.problems.map(showProblem) : [];
};

describe('readYaml guards', () => {
  it.each([
    ['a: 1\nb: {c: {__proto__: 1}}\n', 'f.yaml:2:9: "__proto__" is not allowed as a name'],
    ['list:\n  - constructor: 2\n', 'f.yaml:2:5: "constructor" is not allowed as a name'],
    ['a: &x 1\nb: *x\n', 'f.yaml:2:4: aliases (*name) are not allowed'],
    ['a: 1\n? [x]\n: 2\n', 'f.yaml:1:1: a key must be a plain name'],
    ['a: 1\na: 2\n', 'f.yaml:2:1: Map keys must be unique'],
  ])('%j: %s', (text, problem) => {
    expect(problems(text)).toEqual([problem]);
  });

  // Each of these keeps the parser busy for minutes, or ends the process for good.
  it.each([
    ['brackets', `a:\n  ${'['.repeat(100_000)}`, 'f.yaml:2:67: nested too deeply'],
    ['braces', '{'.repeat(100_000), 'f.yaml:1:65: nested too deeply'],
    ['brackets over many lines', '[\n'.repeat(5000), 'f.yaml:65:1: nested too deeply'],
    ['dashes', `a:\n  ${'- '.repeat(20_000)}x`, 'f.yaml:2:1: nested too deeply'],
    ['question marks', `${'? '.repeat(2000)}x`, 'f.yaml:1:1: nested too deeply'],
    [
      'question marks over many lines',
      Array.from({ length: 190 }, (_, depth) => `${' '.repeat(depth)}?`).join('\n'),
      'f.yaml:33:1: too many keys marked with "?"',
    ],
    [
      'indentation',
      Array.from({ length: 600 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'),
      'f.yaml:202:1: nested too deeply',
    ],
    ['size', `a: ${'x'.repeat(1_100_000)}`, 'f.yaml:1:1: the file is larger than 1048576 characters'],
  ])('refuses too many %s at once', (_, text, problem) => {
    const before = performance.now();
    expect(problems(text)).toEqual([problem]);
    expect(performance.now() - before).toBeLessThan(500);
  });

  it('takes code with as many brackets as code has', () => {
    const code = 'if (a[0]) { b({ c: [1, 2] }); }\n- x ? y : z\n';
    expect(problems(`a: |\n${code.repeat(200).replaceAll(/^(?=.)/gm, '  ')}`)).toEqual([]);
  });
});

const find = (text: string, word: string): string => {
  const reading = readYaml({ path: 'f.yaml', text }, z.object({ a: z.string() }).loose());
  if (reading.kind === 'wrong') return reading.problems.map(showProblem).join();
  const { line, column } = reading.locateText(['a'], reading.value.a.indexOf(word));
  return `${line}:${column}`;
};

describe('locateText', () => {
  it.each([
    ['plain', 'a: one two three', '1:8'],
    ['plain over lines', 'x: 1\na: one\n   two three', '3:4'],
    ['folded', 'a: >-\n  one\n\n  two', '4:3'],
    ['literal', 'a: |  # a comment with two words\n    one\n      two', '3:7'],
    ['single quotes', "a: 'it''s ''one'' two'", '1:19'],
    [
      'double quotes',
      String.raw`a: "\u0031 \"one\" \x41\U0001F600 \
    two"`,
      '2:5',
    ],
  ])('finds a word in a text: %s', (_, text, place) => {
    expect(find(text, 'two')).toBe(place);
  });

  it('finds the end of a text', () => {
    const reading = readYaml({ path: 'f.yaml', text: 'a: >-\n  b &&\n  c &&\n' }, anything);
    expect(reading.kind === 'read' && reading.locateText(['a'], 9)).toEqual({ line: 3, column: 7 });
  });

  it('finds every visible character, however the text is written', () => {
    const words = fc.array(fc.stringMatching(/^[a-z&|'"\\:#{}>-]{1,6}$/), { minLength: 1, maxLength: 12 });
    const style = fc.constantFrom('PLAIN', 'QUOTE_DOUBLE', 'QUOTE_SINGLE', 'BLOCK_FOLDED', 'BLOCK_LITERAL');
    const exact = fc.property(words, style, fc.nat(), (parts, type, at) => {
      const value = parts.join(' ');
      const text = stringify({ a: value }, { defaultStringType: type, lineWidth: 20 });
      const reading = readYaml({ path: 'f.yaml', text }, z.object({ a: z.string() }));
      if (reading.kind === 'wrong' || reading.value.a !== value) return true;
      const index = at % value.length;
      const { line, column } = reading.locateText(['a'], index);
      const found = (text.split('\n')[line - 1] ?? '').slice(column - 1);
      const char = value.slice(index).trimStart().charAt(0);
      return found.startsWith(char) || found.startsWith(`\\${char}`);
    });
    expect(fc.check(exact, { numRuns: 2000 })).toMatchObject({ failed: false });
  });
});
