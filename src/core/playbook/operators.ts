import { assert } from '../domain/errors.ts';
import type { FactValue } from '../domain/facts.ts';

type Compare = (left: FactValue, right: FactValue) => boolean;

/** The type check has made sure that both sides are of one kind. */
function order(left: FactValue, right: FactValue): number {
  assert(typeof left === typeof right, `a condition compares ${typeof left} with ${typeof right}`);
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

export const COMPARISON = {
  '==': (left, right) => order(left, right) === 0,
  '!=': (left, right) => order(left, right) !== 0,
  '<': (left, right) => order(left, right) < 0,
  '<=': (left, right) => order(left, right) <= 0,
  '>': (left, right) => order(left, right) > 0,
  '>=': (left, right) => order(left, right) >= 0,
} as const satisfies Record<string, Compare>;

export const ARITHMETIC = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
} as const satisfies Record<string, (left: number, right: number) => number>;

/** All that can be asked of a text; `matches` is missing on purpose: it backtracks (44 s for 30 characters). */
export const TEXT_FUNCTIONS: ReadonlyMap<string, (text: string, part: string) => boolean> = new Map([
  ['contains', (text, part) => text.includes(part)],
  ['startsWith', (text, part) => text.startsWith(part)],
  ['endsWith', (text, part) => text.endsWith(part)],
]);
