import { findSysctl } from '../sysctl/catalogue.ts';
import type { SysctlSpec } from '../sysctl/spec.ts';
import { normaliseValue, parseNumbers } from '../sysctl/values.ts';

/** How a live value stands to the template's, in the direction in which the catalogue would move the key. */
export type Relation =
  | 'same'
  /** The host has more of what the template wants; applying would take it away. */
  | 'beyond'
  | 'behind'
  /** Some parts beyond, some behind. */
  | 'mixed'
  /** Another choice: neither more nor less. */
  | 'other'
  | 'unreadable';

export function relationOf(key: string, live: string, template: string): Relation {
  const spec = findSysctl(key);
  if (normaliseValue(live) === normaliseValue(template)) return 'same';
  if (spec === undefined) return 'other';
  if (spec.kind === 'enum' || spec.kind === 'port-list') return 'other';
  const count = spec.kind === 'int' ? 1 : spec.kind === 'pair' ? 2 : 3;
  const [is, wanted] = [parseNumbers(live, count), parseNumbers(template, count)];
  if (is === null || wanted === null) return 'unreadable';
  // The kernel takes 0 and -1 for times too; going further in that direction is no virtue.
  if (spec.direction === 'lower' && is.some((value) => value < spec.min)) return 'unreadable';
  const signs = is.map((value, at) => Math.sign(value - (wanted[at] ?? value)) * towards(spec, at));
  if (signs.every((sign) => sign === 0)) return 'same';
  if (signs.every((sign) => sign >= 0)) return 'beyond';
  return signs.every((sign) => sign <= 0) ? 'behind' : 'mixed';
}

/** 1 where more is further, -1 where less is: a range reaches further with a lower low end. */
const towards = (spec: SysctlSpec, at: number): 1 | -1 =>
  spec.direction === 'lower' || (spec.direction === 'widen' && at === 0) ? -1 : 1;
