import { createHash } from 'node:crypto';

/** A summary is a sentence; a page of text in an annotation is cut. */
const MAX_TEXT_CHARS = 300;
const MAX_URL_CHARS = 2_000;
/** Alerts carry a dozen labels; a hundred would be an attack on memory. */
const MAX_LABELS = 64;

/** A text or a plain number as text; empty for everything else. */
export function textOf(value: unknown, maxChars = MAX_TEXT_CHARS): string {
  if (typeof value === 'string') return value.trim().slice(0, maxChars);
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : '';
}

/** The first that says something; empty when none does. */
export function firstText(...values: readonly unknown[]): string {
  for (const value of values) {
    const text = textOf(value);
    if (text !== '') return text;
  }
  return '';
}

/** A link as it was written; null where there is none. */
export function urlOf(...values: readonly unknown[]): string | null {
  for (const value of values) {
    const text = textOf(value, MAX_URL_CHARS + 1);
    if (text !== '' && text.length <= MAX_URL_CHARS) return text;
  }
  return null;
}

/**
 * An id as text; null for a number beyond 2^53, which JSON.parse has rounded already: two ids would become
 * one (measured: 1420452193166002246 is read as 1420452193166002200).
 */
export function idOf(value: unknown): string | null {
  if (typeof value === 'string') return value.trim() === '' ? null : value.trim();
  return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : null;
}

/** Epoch seconds run from 2001 to 5138, milliseconds from 2001 on; nothing of either is mistaken for the other. */
const SECONDS = { from: 1e9, to: 1e11 };
const MILLISECONDS = { from: 1e12, to: 1e14 };

/** A time in ISO 8601, epoch seconds or epoch milliseconds; null for anything else, nanoseconds included. */
export function timeOf(value: unknown): number | null {
  const number =
    typeof value === 'string' && /^\d{1,20}(?:\.\d{1,9})?$/.test(value.trim()) ? Number(value) : value;
  if (typeof number === 'number') {
    if (number >= SECONDS.from && number < SECONDS.to) return Math.round(number * 1000);
    return number >= MILLISECONDS.from && number < MILLISECONDS.to ? Math.round(number) : null;
  }
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d[T ]/.test(value) || value.length > 64) return null;
  const parsed = Date.parse(value);
  // 0001-01-01T00:00:00Z is how Go writes "no time".
  return Number.isNaN(parsed) || parsed <= 0 ? null : parsed;
}

/** The own text fields of an object. A Map: a label called `__proto__` is a label like any other. */
export function labelsOf(value: unknown): ReadonlyMap<string, string> {
  const labels = new Map<string, string>();
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return labels;
  for (const [name, raw] of Object.entries(value)) {
    if (labels.size >= MAX_LABELS) break;
    const text = textOf(raw);
    if (text !== '' && name.length <= MAX_TEXT_CHARS) labels.set(name, text);
  }
  return labels;
}

/** An own field of whatever came; undefined where there is none. */
export function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  const entry = Object.getOwnPropertyDescriptor(value, name);
  const field: unknown = entry?.value;
  return field;
}

/** Parts as one short identity that is safe as a key anywhere: as they are where they are plain, else hashed. */
export function identityOf(parts: readonly string[]): string {
  const joined = parts.join(':');
  const parted = parts.length === 1 || parts.every((part) => !part.includes(':'));
  if (parted && /^[\w.:@/-]{1,128}$/.test(joined)) return joined;
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}
