import type { z } from 'zod';

/** What became of a stored text: anybody with access to Redis may have altered it. */
export type Decoded<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: string };

/** Parses a stored record; never throws, and never repeats its content. */
export function decode<T>(schema: z.ZodType<T>, text: string): Decoded<T> {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return { ok: false, why: 'not JSON' };
  }
  return check(schema, raw);
}

/** The same for a record that is no JSON text. */
export function check<T>(schema: z.ZodType<T>, raw: unknown): Decoded<T> {
  const result = schema.safeParse(raw);
  if (result.success) return { ok: true, value: result.data };
  const issue = result.error.issues[0];
  const path = issue?.path.map(String).join('.') ?? '';
  return { ok: false, why: `${path === '' ? 'the record' : path}: ${issue?.code ?? 'invalid'}` };
}
