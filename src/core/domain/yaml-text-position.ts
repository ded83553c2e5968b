import type { Scalar } from 'yaml';

/**
 * Where in the file the character `index` of a text value stands. YAML folds lines, strips indentation and has
 * escapes, so value and source are walked side by side: what is not white space occurs in both in the same order.
 */
export function offsetInScalar(source: string, scalar: Scalar, index: number): number {
  const { value, range, type } = scalar;
  if (typeof value !== 'string' || range === undefined || range === null) return 0;
  const [start, end] = range;
  let at = start;
  if (type === 'BLOCK_FOLDED' || type === 'BLOCK_LITERAL') at = source.indexOf('\n', start) + 1;
  if (type === 'QUOTE_DOUBLE' || type === 'QUOTE_SINGLE') at += 1;
  const wanted = nextVisible(value, index);
  let place = at;
  for (let position = 0; position <= wanted && at < end; position += 1) {
    const char = value[position];
    if (char === undefined || isBlank(char)) continue;
    while (at < end && isBlank(source[at])) at += 1;
    place = at;
    at += lengthAt(source, at, type);
  }
  // The end of the value, as in "unexpected end": just behind its last character.
  return index >= value.length ? Math.min(at, end) : place;
}

/** Characters of the source that make one character of the value. */
function lengthAt(source: string, at: number, type: Scalar['type']): number {
  if (type === 'QUOTE_SINGLE' && source.startsWith("''", at)) return 2;
  if (type !== 'QUOTE_DOUBLE' || source[at] !== '\\') return 1;
  const escapes: Readonly<Record<string, number>> = { x: 4, u: 6, U: 10 };
  return escapes[source[at + 1] ?? ''] ?? 2;
}

const isBlank = (char: string | undefined): boolean => char !== undefined && /\s/.test(char);

/** Blanks are not aligned; their place is that of the next character that is. */
function nextVisible(value: string, index: number): number {
  let at = index;
  while (at < value.length && isBlank(value[at])) at += 1;
  return at;
}
