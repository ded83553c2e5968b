import { LineCounter, isCollection, isNode, isScalar, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';
import { findFlaws, findNesting } from './yaml-guards.ts';
import { offsetInScalar } from './yaml-text-position.ts';

/** A mistake in a YAML file, where a person can find it. Line and column count from 1. */
export interface SourceProblem {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export type SourceReading<T> =
  | {
      readonly kind: 'read';
      readonly value: T;
      readonly locate: Locate;
      readonly locateText: LocateText;
    }
  | { readonly kind: 'wrong'; readonly problems: readonly SourceProblem[] };

/** Where a value stands in the file; a value that is missing stands where its nearest parent does. */
export type Locate = (path: readonly PropertyKey[]) => { readonly line: number; readonly column: number };

/** Where one character of a text value stands in the file, past folding, indentation and escapes. */
export type LocateText = (
  path: readonly PropertyKey[],
  index: number,
) => { readonly line: number; readonly column: number };

/** An inventory of 5,000 hosts, which takes a second to read. */
const MAX_SOURCE_CHARS = 1024 * 1024;
/** Enough to mend a file in one go, few enough to read. */
const MAX_PROBLEMS = 50;

/** Reads a YAML file against a schema; every mistake comes with its line and column. */
export function readYaml<T>(file: { path: string; text: string }, schema: z.ZodType<T>): SourceReading<T> {
  const { path, text } = file;
  if (text.length > MAX_SOURCE_CHARS) {
    return wrong([
      { path, line: 1, column: 1, message: `the file is larger than ${MAX_SOURCE_CHARS} characters` },
    ]);
  }
  const lines = new LineCounter();
  const nesting = findNesting(text);
  if (nesting !== null) {
    const before = text.slice(0, nesting.offset).split('\n');
    const column = (before.at(-1)?.length ?? 0) + 1;
    return wrong([{ path, line: before.length, column, message: nesting.message }]);
  }
  const document = parseDocument(text, {
    lineCounter: lines,
    schema: 'core',
    uniqueKeys: true,
    prettyErrors: false,
  });
  const syntax = document.errors.map((error) => at(path, lines, error.pos[0], error.message));
  if (syntax.length > 0) return wrong(syntax);
  const locate = locator(document, lines);
  const flaws = findFlaws(document).map(({ offset, message }) => at(path, lines, offset, message));
  if (flaws.length > 0) return wrong(flaws);
  const value: unknown = document.toJS({ maxAliasCount: 0 });
  const parsed = schema.safeParse(value ?? {});
  if (parsed.success) {
    return { kind: 'read', value: parsed.data, locate, locateText: textLocator(document, lines, text) };
  }
  return wrong(
    parsed.error.issues.flatMap((issue) =>
      explain(issue).map((one) => ({ path, ...locate(one.path), message: one.message })),
    ),
  );
}

/** `FILE:LINE:COLUMN: MESSAGE`, as compilers print it and editors jump to it. */
export const showProblem = (problem: SourceProblem): string =>
  `${problem.path}:${problem.line}:${problem.column}: ${problem.message}`;

interface Mistake {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** zod names an unknown field at its parent; people look for the field itself. */
function explain(issue: z.core.$ZodIssue): readonly Mistake[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...issue.path, key], message: `unknown field "${key}"` }));
  }
  const name = issue.path.map(String).join('.');
  return [{ path: issue.path, message: name === '' ? issue.message : `${name}: ${issue.message}` }];
}

function locator(document: Document, lines: LineCounter): Locate {
  return (path) => {
    for (let length = path.length; length >= 0; length -= 1) {
      const offset = offsetOf(document, path.slice(0, length));
      if (offset !== null) return position(lines, offset);
    }
    return { line: 1, column: 1 };
  };
}

function textLocator(document: Document, lines: LineCounter, text: string): LocateText {
  return (path, index) => {
    const node: unknown = document.getIn(path, true);
    return isScalar(node)
      ? position(lines, offsetInScalar(text, node, index))
      : locator(document, lines)(path);
  };
}

/** A field is found by its key, an item by itself. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number | null {
  const parent = path.length <= 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const last = path.at(-1);
  if (isCollection(parent) && last !== undefined) {
    for (const item of parent.items) {
      const key: unknown = typeof item === 'object' && item !== null && 'key' in item ? item.key : null;
      if (isNode(key) && 'value' in key && key.value === last && key.range) return key.range[0];
    }
  }
  const node: unknown = path.length === 0 ? document.contents : document.getIn(path, true);
  return isNode(node) && node.range ? node.range[0] : null;
}

const at = (path: string, lines: LineCounter, offset: number, message: string): SourceProblem => ({
  path,
  ...position(lines, offset),
  message,
});

function position(lines: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

const wrong = (
  problems: readonly SourceProblem[],
): { kind: 'wrong'; problems: readonly SourceProblem[] } => ({
  kind: 'wrong',
  problems: problems.slice(0, MAX_PROBLEMS),
});
