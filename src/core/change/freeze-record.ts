import { z } from 'zod';
import type { SignedGo } from '../domain/change.ts';
import type { Declaration } from '../domain/freeze.ts';
import { parseJson } from '../domain/json.ts';
import { canonicalJson } from './canonical-json.ts';
import { personSchema } from './plan-schema.ts';
import { MAX_FREEZE_REASON } from './read-freeze.ts';
import { isSigned, signText } from './signature.ts';

/** Says what the signature is for, so that it can never stand for anything else signed with the key. */
const SCHEMA = 'tcpcheck/freeze/v1';

const timeMs = z.number().int().nonnegative();

const declarationSchema: z.ZodType<Declaration> = z.strictObject({
  seq: z.number().int().positive(),
  freeze: z
    .discriminatedUnion('kind', [
      z.strictObject({
        kind: z.literal('person'),
        by: personSchema,
        fromMs: timeMs,
        toMs: timeMs.nullable(),
        reason: z.string().max(MAX_FREEZE_REASON),
      }),
      z.strictObject({ kind: z.literal('emptied'), fromMs: timeMs, toMs: z.null() }),
    ])
    .nullable(),
  by: personSchema.nullable(),
  atMs: timeMs,
  channel: z.string().max(30).nullable(),
});

const signedSchema: z.ZodType<SignedGo> = z.strictObject({ payload: z.string(), signature: z.string() });
const payloadSchema = z.strictObject({ schema: z.literal(SCHEMA), declaration: declarationSchema });

/** As it lies on the bot's own disk, which is trusted. */
export const declarationText = (declaration: Declaration): string =>
  canonicalJson({ schema: SCHEMA, declaration });

/** The declaration in that text; null when it is none. */
export function readDeclaration(text: string): Declaration | null {
  const parsed = payloadSchema.safeParse(parseJson(text));
  return parsed.success ? parsed.data.declaration : null;
}

/** As it lies in Redis, where others may write too. */
export const sealDeclaration = (declaration: Declaration, signingKeyPem: string): string =>
  canonicalJson(signText(declarationText(declaration), signingKeyPem));

/** The declaration in a sealed text; null unless whoever holds one of the keys has sealed it. */
export function openDeclaration(sealed: string, keysPem: readonly string[]): Declaration | null {
  const signed = signedSchema.safeParse(parseJson(sealed));
  if (!signed.success || !isSigned(signed.data, keysPem)) return null;
  return readDeclaration(signed.data.payload);
}
