import { unreachable } from '../domain/errors.ts';
import type { Localized } from '../domain/locale.ts';
import type { SettingChange } from '../domain/report.ts';
import { findSysctl } from './catalogue.ts';
import { formatPortList, parsePortList } from './port-list.ts';
import { refuse, type Refusal } from './refusals.ts';
import type { SysctlKind, SysctlSpec } from './spec.ts';
import { checkKind, normaliseValue, parseNumbers } from './values.ts';

export type SettingPlan =
  | { readonly kind: 'change'; readonly from: string; readonly to: string }
  /** The host has this value or a better one. */
  | { readonly kind: 'no-op' }
  | { readonly kind: 'refused'; readonly why: Localized };

/**
 * What to write so that the key reaches the target: never worse than the current value, never the same
 * again, never outside the catalogue's bounds.
 */
export function planSetting(key: string, target: string, current: string): SettingPlan {
  const spec = findSysctl(key);
  if (spec === undefined) return refuse({ kind: 'unknown-key', key });
  if (spec.policy !== 'offer') return { kind: 'refused', why: spec.note };
  return planFor(spec, { key, target, current });
}

/** The same for a person to write: also for keys that no button ever writes, but never for forbidden ones. */
export function adviseSetting(key: string, target: string, current: string): SettingPlan {
  const spec = findSysctl(key);
  if (spec === undefined) return refuse({ kind: 'unknown-key', key });
  if (spec.policy === 'forbid') return { kind: 'refused', why: spec.note };
  return planFor(spec, { key, target, current });
}

interface Wish {
  readonly key: string;
  readonly target: string;
  readonly current: string;
}

function planFor(spec: SysctlSpec, { key, target, current }: Wish): SettingPlan {
  const wanted = checkKind(spec, target);
  if (wanted.kind === 'wrong') {
    return refuse({ kind: 'bad-target', key, value: target, problem: wanted.problem });
  }
  const from = normaliseValue(current);
  const next = better(spec, wanted.value, from);
  if (next.kind === 'refusal') return refuse(next.refusal(key, from));
  if (next.kind === 'same') return { kind: 'no-op' };
  const to = checkKind(spec, next.value);
  if (to.kind === 'wrong') return refuse({ kind: 'current-out-of-bounds', key, value: from });
  return { kind: 'change', from, to: to.value };
}

type Better =
  | { readonly kind: 'value'; readonly value: string }
  | { readonly kind: 'same' }
  | { readonly kind: 'refusal'; readonly refusal: (key: string, from: string) => Refusal };

const SAME: Better = { kind: 'same' };
const UNREADABLE: Better = {
  kind: 'refusal',
  refusal: (key, value) => ({ kind: 'unreadable-current', key, value }),
};
const NOT_A_CHOICE: Better = {
  kind: 'refusal',
  refusal: (key, value) => ({ kind: 'not-a-choice', key, value }),
};

/** The current value moved towards the wanted one, in the key's own direction only. */
function better(spec: SysctlKind, wanted: string, current: string): Better {
  switch (spec.kind) {
    case 'int':
      return moved(wanted, current, 1, ([was = 0], [want = 0]) => [
        spec.direction === 'raise' ? Math.max(was, want) : Math.min(was, want),
      ]);
    case 'pair':
      return moved(wanted, current, 2, ([low = 0, high = 0], [wantLow = 0, wantHigh = 0]) => [
        Math.min(low, wantLow),
        Math.max(high, wantHigh),
      ]);
    case 'triple':
      return moved(wanted, current, 3, (was, want) => was.map((each, at) => Math.max(each, want[at] ?? 0)));
    case 'enum':
      if (!spec.values.includes(current)) return UNREADABLE;
      if (current === wanted) return SAME;
      if (spec.keeps?.includes(current) === true) return NOT_A_CHOICE;
      return spec.choices.includes(wanted) ? { kind: 'value', value: wanted } : NOT_A_CHOICE;
    case 'port-list': {
      const [was, want] = [parsePortList(current), parsePortList(wanted)];
      if (was === null || want === null) return UNREADABLE;
      const union = formatPortList([...was, ...want]);
      return union === formatPortList(was) ? SAME : { kind: 'value', value: union };
    }
    default:
      return unreachable(spec);
  }
}

type Numbers = readonly number[];

function moved(
  wanted: string,
  current: string,
  count: number,
  move: (was: Numbers, want: Numbers) => Numbers,
): Better {
  const [was, want] = [parseNumbers(current, count), parseNumbers(wanted, count)];
  if (was === null || want === null) return UNREADABLE;
  const value = move(was, want).join(' ');
  return value === was.join(' ') ? SAME : { kind: 'value', value };
}

/** The same keys back to what they were, last written first. */
export const inverse = (settings: readonly SettingChange[]): readonly SettingChange[] =>
  settings.toReversed().map(({ key, from, to }) => ({ key, from: to, to: from }));
