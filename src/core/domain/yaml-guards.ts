import { isAlias, isPair, isScalar, visit, type Document } from 'yaml';

/** What is wrong with a YAML file, and at which character. */
export interface Flaw {
  readonly offset: number;
  readonly message: string;
}

/** Ten times what any file here needs. Much deeper flow nesting kills the process: yaml recurses (measured: 5,000). */
const MAX_FLOW_DEPTH = 64;
/** Columns of indentation: the depth of block nesting. */
const MAX_INDENT = 200;
/** `- - - x` nests once per dash. */
const MAX_INDICATORS = 32;
/** Explicit keys (`? key`) cost the square of their number; code samples have a few lines that look like them. */
const MAX_QUESTION_LINES = 32;
/** Names that would reach into the prototype of an object made from them. */
const POISONED = new Set<unknown>(['__proto__', 'constructor', 'prototype']);

const TOO_DEEP = 'nested too deeply';

/** Looks at the raw text, before a parser that recurses sees it. Null when it may be parsed. */
export function findNesting(text: string): Flaw | null {
  let offset = 0;
  let depth = 0;
  let questions = 0;
  for (const line of text.split('\n')) {
    const prefix = /^[\s?:-]*/.exec(line)?.[0] ?? '';
    const indicators = prefix.replaceAll(/\s/g, '');
    if (prefix.length - indicators.length > MAX_INDENT) return { offset, message: TOO_DEEP };
    if (/[?:-]\s/.test(prefix) && indicators.length > MAX_INDICATORS) return { offset, message: TOO_DEEP };
    if (indicators.includes('?')) questions += 1;
    if (questions > MAX_QUESTION_LINES) return { offset, message: 'too many keys marked with "?"' };
    for (let at = 0; at < line.length; at += 1) {
      if (line[at] === '[' || line[at] === '{') depth += 1;
      if (line[at] === ']' || line[at] === '}') depth = Math.max(0, depth - 1);
      if (depth > MAX_FLOW_DEPTH) return { offset: offset + at, message: TOO_DEEP };
    }
    offset += line.length + 1;
  }
  return null;
}

/** Looks at the parsed document, before it becomes an object. */
export function findFlaws(document: Document): readonly Flaw[] {
  const flaws: Flaw[] = [];
  visit(document, (_, node) => {
    if (isAlias(node)) {
      flaws.push({ offset: node.range?.[0] ?? 0, message: 'aliases (*name) are not allowed' });
    }
    if (!isPair(node)) return;
    const { key } = node;
    if (!isScalar(key)) flaws.push({ offset: 0, message: 'a key must be a plain name' });
    else if (POISONED.has(key.value)) {
      flaws.push({ offset: key.range?.[0] ?? 0, message: `"${String(key.value)}" is not allowed as a name` });
    }
  });
  return flaws;
}
