import { isList, isObject, type JsonObject } from '../json.ts';
import { MAX_PROBLEMS } from './limits.ts';

/** One mistake, with the JSON pointer to the place. */
export interface Problem {
  readonly message: string;
  readonly pointer: string;
}

/** Collects the mistakes of one payload. */
export class Problems {
  readonly list: Problem[] = [];

  add(pointer: string, message: string): void {
    if (this.list.length < MAX_PROBLEMS) this.list.push({ message, pointer });
  }
}

/** Looks at one value and tells its mistakes. */
export type Check = (value: unknown, pointer: string, problems: Problems) => void;

/** `/a` + `b/c` = `/a/b~1c` (RFC 6901). */
export function under(pointer: string, key: string | number): string {
  return `${pointer}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

export interface Length {
  readonly min?: number;
  readonly max?: number;
}

/**
 * Lengths are counted in UTF-16 units: never less than what Slack counts, so nothing passes here that
 * is too long there.
 */
export function string({ min = 0, max = Infinity }: Length = {}): Check {
  return (value, pointer, problems) => {
    if (typeof value !== 'string') return problems.add(pointer, 'must provide a string');
    if (value.length < min) problems.add(pointer, `must be more than ${String(min - 1)} characters`);
    if (value.length > max) problems.add(pointer, `must be less than ${String(max + 1)} characters`);
  };
}

export const boolean: Check = (value, pointer, problems) => {
  if (typeof value !== 'boolean') problems.add(pointer, 'must be a boolean');
};

export function integer({ min = -Infinity, max = Infinity }: Length = {}): Check {
  return (value, pointer, problems) => {
    if (typeof value !== 'number' || !Number.isInteger(value)) problems.add(pointer, 'must be an integer');
    else if (value < min) problems.add(pointer, `must be greater than ${String(min - 1)}`);
    else if (value > max) problems.add(pointer, `must be less than ${String(max + 1)}`);
  };
}

export const finite: Check = (value, pointer, problems) => {
  if (typeof value !== 'number' || !Number.isFinite(value)) problems.add(pointer, 'must be a number');
};

export function oneOf(...allowed: readonly unknown[]): Check {
  return (value, pointer, problems) => {
    if (!allowed.includes(value)) {
      problems.add(pointer, `must be a valid enum value [${allowed.map(String).join(', ')}]`);
    }
  };
}

export function pattern(wanted: RegExp, what: string): Check {
  return (value, pointer, problems) => {
    if (typeof value !== 'string' || !wanted.test(value)) problems.add(pointer, `must be ${what}`);
  };
}

export function list(item: Check, { min = 0, max = Infinity }: Length = {}): Check {
  return (value, pointer, problems) => {
    if (!isList(value)) return problems.add(pointer, 'must be an array');
    if (value.length < min) problems.add(pointer, `no less than ${String(min)} items allowed`);
    if (value.length > max) return problems.add(pointer, `no more than ${String(max)} items allowed`);
    value.forEach((one, index) => item(one, under(pointer, index), problems));
  };
}

export interface Fields {
  readonly required?: Readonly<Record<string, Check>>;
  readonly optional?: Readonly<Record<string, Check>>;
}

/** Slack rejects fields it does not know, so this does too. */
export function object({ required = {}, optional = {} }: Fields): Check {
  return (value, pointer, problems) => {
    if (!isObject(value)) return problems.add(pointer, 'must provide an object');
    for (const [name, check] of Object.entries(required)) {
      if (value[name] === undefined) problems.add(pointer, `missing required field: ${name}`);
      else check(value[name], under(pointer, name), problems);
    }
    for (const [name, field] of Object.entries(value)) {
      const check = optional[name];
      if (check !== undefined && field !== undefined) check(field, under(pointer, name), problems);
      else if (check === undefined && !Object.hasOwn(required, name)) {
        problems.add(pointer, `invalid additional property: ${name}`);
      }
    }
  };
}

/** Picks the check by the object's `type`. */
export function byType(checks: Readonly<Record<string, Check>>): Check {
  return (value, pointer, problems) => {
    if (!isObject(value)) return problems.add(pointer, 'must provide an object');
    const type = value['type'];
    if (typeof type !== 'string') return problems.add(pointer, 'missing required field: type');
    const check = Object.hasOwn(checks, type) ? checks[type] : undefined;
    if (check === undefined) return problems.add(under(pointer, 'type'), `unsupported type: ${type}`);
    check(value, pointer, problems);
  };
}

/** All of them look; a value of the wrong shape is told by the first. */
export function all(...checks: readonly Check[]): Check {
  return (value, pointer, problems) => {
    for (const check of checks) check(value, pointer, problems);
  };
}

/** A rule about the object as a whole. */
export function rule(broken: (value: JsonObject) => string | null): Check {
  return (value, pointer, problems) => {
    const message = isObject(value) ? broken(value) : null;
    if (message !== null) problems.add(pointer, message);
  };
}

export const type = (name: string): Readonly<Record<string, Check>> => ({ type: oneOf(name) });
