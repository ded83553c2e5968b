import { normaliseValue } from './values.ts';

/** One line of sysctl.d(5). */
export interface Assignment {
  /** Dotted key, or a glob over keys. */
  readonly pattern: string;
  /** Null for `-key`, which only keeps globs away. */
  readonly value: string | null;
}

/** Longer than any line that sets a number or a list of ports. */
const MAX_LINE_CHARS = 16_384;

/** Reads lines of sysctl.d files, in order; comments and what nobody would understand are left out. */
export const assignmentsOf = (lines: readonly string[]): readonly Assignment[] =>
  lines.flatMap((line) => assignmentOf(line) ?? []);

/** `net.core.somaxconn = 128`, `-net/ipv4/tcp_tw_reuse=1` (a failure to set it is no error), `-net.ipv4.conf.*.x`. */
function assignmentOf(line: string): Assignment | null {
  const text = line.trim();
  if (text === '' || text.startsWith('#') || text.startsWith(';') || text.length > MAX_LINE_CHARS)
    return null;
  const equals = text.indexOf('=');
  const left = (equals === -1 ? text : text.slice(0, equals)).trim();
  const named = left.startsWith('-') ? left.slice(1).trim() : left;
  const pattern = dotted(named);
  if (pattern === null) return null;
  if (equals === -1) return left.startsWith('-') ? { pattern, value: null } : null;
  return { pattern, value: normaliseValue(text.slice(equals + 1)) };
}

/**
 * The first separator says which one it is: in `net/ipv4/conf/eth0.100/x` a dot belongs to a name, in
 * `net.ipv4.conf.eth0/100.x` the slash stands for it.
 */
function dotted(name: string): string | null {
  if (!/^[\w*?[\]!./:@-]{1,200}$/.test(name)) return null;
  const first = /[./]/.exec(name)?.[0];
  if (first !== '/') return name;
  return name.replaceAll(/[./]/g, (separator) => (separator === '/' ? '.' : '/'));
}

/** glob(7) within one component; patterns come from the host, so that no regular expression is made of them. */
export function globMatches(pattern: string, key: string): boolean {
  if (!/[*?[]/.test(pattern)) return false;
  const parts = pattern.split('.');
  const names = key.split('.');
  return parts.length === names.length && parts.every((part, index) => partMatches(part, names[index] ?? ''));
}

/** Linear: a `*` only ever goes back to the last one. */
function partMatches(pattern: string, text: string): boolean {
  let [at, place, star, mark] = [0, 0, -1, 0];
  while (place < text.length) {
    const step = stepLength(pattern, at, text[place] ?? '');
    if (pattern[at] === '*') {
      star = at;
      mark = place;
      at += 1;
    } else if (step > 0) {
      at += step;
      place += 1;
    } else if (star === -1) return false;
    else {
      mark += 1;
      place = mark;
      at = star + 1;
    }
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}

/** How much of the pattern one character uses up; 0 where it does not fit. */
function stepLength(pattern: string, at: number, character: string): number {
  const sign = pattern[at];
  if (sign === '[') {
    const end = pattern.indexOf(']', at + 2);
    if (end === -1) return sign === character ? 1 : 0;
    return inSet(pattern.slice(at + 1, end), character) ? end - at + 1 : 0;
  }
  return sign === '?' || sign === character ? 1 : 0;
}

function inSet(set: string, character: string): boolean {
  const negated = set.startsWith('!');
  const members = negated ? set.slice(1) : set;
  let found = false;
  for (let index = 0; index < members.length; index += 1) {
    const [low = '', dash, high] = [members[index], members[index + 1], members[index + 2]];
    if (dash === '-' && high !== undefined) {
      found ||= low <= character && character <= high;
      index += 2;
    } else found ||= low === character;
  }
  return found !== negated;
}
