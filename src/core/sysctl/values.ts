import { unreachable } from '../domain/errors.ts';
import { findSysctl } from './catalogue.ts';
import { formatPortList, parsePortList } from './port-list.ts';
import type { SysctlKind } from './spec.ts';

/**
 * The longest value we write. Some shells write to /proc in pieces of 1,024 bytes, and the kernel takes each
 * piece for a value of its own (kernel/sysctl.c).
 */
const MAX_VALUE_CHARS = 1000;

/** One value as we compare and write it: single blanks between its parts, none around (/proc prints tabs). */
export const normaliseValue = (value: string): string => value.trim().replaceAll(/\s+/g, ' ');

export type ValueCheck =
  { readonly kind: 'ok'; readonly value: string } | { readonly kind: 'wrong'; readonly problem: string };

/** Whether we would write this value to the key: our grammar and bounds, stricter than the kernel's. */
export function checkValue(key: string, value: string): ValueCheck {
  const spec = findSysctl(key);
  if (spec === undefined) return { kind: 'wrong', problem: `${key} is not in the catalogue` };
  if (spec.policy === 'forbid') return { kind: 'wrong', problem: `${key} is never written: ${spec.note.en}` };
  return checkKind(spec, value);
}

/**
 * The numbers of a value made of whole numbers only; null for anything else ("-5", "1 junk", "0x1", ""). fs.file-max
 * may be 2^63 - 1: too large to be told exactly, but not too large to be compared.
 */
export function parseNumbers(value: string, count: number): readonly number[] | null {
  const parts = normaliseValue(value).split(' ');
  if (parts.length !== count || !parts.every((part) => /^(0|[1-9]\d{0,18})$/.test(part))) return null;
  return parts.map(Number);
}

/** Grammar and bounds of one kind of value. */
export function checkKind(spec: SysctlKind, value: string): ValueCheck {
  switch (spec.kind) {
    case 'int':
      return checkNumbers(value, 1, spec);
    case 'enum': {
      const normal = normaliseValue(value);
      return spec.values.includes(normal) ? ok(normal) : wrong(`must be one of ${spec.values.join(', ')}`);
    }
    case 'pair':
      return checkNumbers(value, 2, spec, ([low = 0, high = 0]) =>
        high - low + 1 < spec.minWidth ? `must be LOW HIGH, at least ${spec.minWidth} apart` : null,
      );
    case 'triple':
      return checkNumbers(value, 3, spec, ([low = 0, middle = 0, high = 0]) =>
        low <= middle && middle <= high ? null : 'must be MIN DEFAULT MAX in ascending order',
      );
    case 'port-list':
      return checkPortList(value);
    default:
      return unreachable(spec);
  }
}

function checkNumbers(
  value: string,
  count: number,
  { min, max }: { min: number; max: number },
  more: (numbers: readonly number[]) => string | null = () => null,
): ValueCheck {
  const numbers = parseNumbers(value, count);
  if (numbers === null) return wrong(`must be ${count === 1 ? 'a whole number' : `${count} whole numbers`}`);
  if (numbers.some((number) => number < min || number > max)) return wrong(`must be within ${min} to ${max}`);
  const problem = more(numbers);
  return problem === null ? ok(numbers.join(' ')) : wrong(problem);
}

function checkPortList(value: string): ValueCheck {
  const ports = parsePortList(value);
  if (ports === null) return wrong('must be a list of ports like 22,8000-8100');
  const text = formatPortList(ports);
  return text.length > MAX_VALUE_CHARS
    ? wrong(`must not be longer than ${MAX_VALUE_CHARS} characters`)
    : ok(text);
}

const ok = (value: string): ValueCheck => ({ kind: 'ok', value });
const wrong = (problem: string): ValueCheck => ({ kind: 'wrong', problem });
