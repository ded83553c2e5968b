import { parseJson } from '../../../core/domain/json.ts';
import { isList, isObject, type JsonObject } from '../json.ts';

/**
 * Arguments as they travel: in a form every value is a string and lists are JSON in a string; in a JSON body
 * they are what they are.
 */
export class Arguments {
  readonly values: JsonObject;

  constructor(values: JsonObject) {
    this.values = values;
  }

  has(name: string): boolean {
    const value = this.values[name];
    return value !== undefined && value !== null && value !== '';
  }

  /** Empty when missing. */
  text(name: string): string {
    const value = this.values[name];
    if (typeof value === 'string') return value;
    return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
  }

  flag(name: string): boolean {
    return ['true', '1'].includes(this.text(name));
  }

  /** The fallback when missing or no whole number. */
  integer(name: string, fallback: number): number {
    const value = Number(this.text(name));
    return this.has(name) && Number.isInteger(value) ? value : fallback;
  }

  /** Undefined when missing, null when it cannot be read. */
  list(name: string): readonly unknown[] | null | undefined {
    const value = this.#structure(name);
    return value === undefined || isList(value) ? value : null;
  }

  /** Undefined when missing, null when it cannot be read. */
  object(name: string): JsonObject | null | undefined {
    const value = this.#structure(name);
    return value === undefined || isObject(value) ? value : null;
  }

  #structure(name: string): unknown {
    if (!this.has(name)) return undefined;
    const value = this.values[name];
    return typeof value === 'string' ? (parseJson(value) ?? null) : value;
  }
}
