import * as fc from 'fast-check';
import { unreachable } from '../../../src/core/domain/errors.ts';

/** One way in which an output gets damaged, anywhere in it. */
export interface Blow {
  readonly how: (typeof WAYS)[number];
  readonly where: number;
  readonly what: string;
}

const WAYS = ['cut', 'drop', 'double', 'move', 'swap', 'junk', 'number', 'name', 'stretch'] as const;

/** Numbers that no counter holds, or none that JavaScript can. */
const NUMBERS = [
  '-1',
  '+5',
  '0x10',
  '1e309',
  'NaN',
  'Infinity',
  '',
  '00000000000000000001',
  '99999999999999999999',
  '18446744073709551615',
  '4294967296',
  '1.5',
  '1_000',
  '٣',
  '１２',
  '\0',
];

/** What programs may call themselves: quotes, mark-up, line ends, our own words, prototypes. */
const NAMES = [
  '"',
  "'",
  '`id`',
  '$(id)',
  '<!channel>',
  '*bold* _it_ ~x~',
  '|',
  '))',
  '",pid=1,fd=3',
  '",1,6),("b',
  '\n',
  '\r',
  '\u2028',
  '\u001b[31m',
  '\0',
  '\npids 1 ',
  '\nend 1 2',
  '\nstate ESTAB 7',
  'a\\nb',
  '__proto__',
  'constructor',
  '한국어',
  '@@tcpcheck aaaaaaaaaaaaaaaa end listeners 1',
];

const anyText = fc.oneof(
  fc.string({ maxLength: 40, unit: 'binary' }),
  fc.constantFrom(...NUMBERS),
  fc.constantFrom(...NAMES),
);

export const blows = fc.array(fc.record({ how: fc.constantFrom(...WAYS), where: fc.nat(), what: anyText }), {
  minLength: 1,
  maxLength: 6,
});

/** Any bytes at all, hostile words, or both. */
export const anyOutput = fc
  .array(fc.oneof(fc.string({ maxLength: 200, unit: 'binary' }), anyText, fc.constant('\n')), {
    maxLength: 40,
  })
  .map((parts) => parts.join(''));

export const damaged = (text: string, all: readonly Blow[]): string => all.reduce(strike, text);

function strike(whole: string, { how, where, what }: Blow): string {
  const lines = whole.split('\n');
  const line = where % lines.length;
  const place = where % (whole.length + 1);
  switch (how) {
    case 'cut':
      return whole.slice(0, place);
    case 'drop':
      return lines.toSpliced(line, 1).join('\n');
    case 'double':
      return lines.toSpliced(line, 0, lines[line] ?? '').join('\n');
    case 'move':
      return [...lines.slice(line), ...lines.slice(0, line)].join('\n');
    case 'swap':
      return whole.slice(0, place) + what + whole.slice(place + what.length);
    case 'junk':
      return lines.toSpliced(line, 0, what).join('\n');
    case 'number':
      return replaced(whole, /\d+/, place, what);
    case 'name':
      return replaced(whole, /[A-Za-z_-]+/, place, what);
    case 'stretch':
      return whole.slice(0, place) + what.repeat(2000) + whole.slice(place);
    default:
      return unreachable(how);
  }
}

/** Exchanges the first match at or behind a place. */
const replaced = (whole: string, shape: RegExp, place: number, what: string): string =>
  whole.slice(0, place) + whole.slice(place).replace(shape, () => what);
