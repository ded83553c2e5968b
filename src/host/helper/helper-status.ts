import { z } from 'zod';
import { parseJson } from '../../core/domain/json.ts';
import type { HostConnection } from '../connection.ts';
import { readAnswer } from './answer.ts';
import { callHelper } from './call-helper.ts';

const text = z.string().max(2000);

const statusSchema = z.object({
  outcome: z.literal('status'),
  /** Seconds since 1970, by the host's clock. */
  now: z.number(),
  open: text.nullable(),
  values: z.array(z.object({ key: text, value: text })).max(99),
  standing: z.array(z.object({ change: text, armed: z.boolean(), kept: z.boolean() })).max(200),
});

/** What a helper tells about itself and its host. */
export interface HelperStatus {
  readonly kind: 'ready';
  /** The host's clock. */
  readonly nowMs: number;
  /** The settings it would change. */
  readonly keys: readonly string[];
  /** The change that is half done; null when there is none. */
  readonly open: string | null;
  /** Changes in force. */
  readonly standing: number;
}

/** Why it takes no orders. */
export interface HelperTrouble {
  readonly kind: 'not-ready';
  readonly code: string;
  readonly message: string;
}

/** Asks the helper how it is; changes nothing. */
export async function askHelperStatus(connection: HostConnection): Promise<HelperStatus | HelperTrouble> {
  const reply = await callHelper(connection, 'status', '');
  if (reply.kind === 'refused') return { kind: 'not-ready', code: reply.code, message: reply.message };
  if (reply.kind === 'silent') return { kind: 'not-ready', code: 'no-answer', message: reply.trouble };
  const parsed = statusSchema.safeParse(parseJson(reply.text.trimEnd().split('\n').at(-1) ?? ''));
  if (parsed.success) {
    const { now, open, values, standing } = parsed.data;
    const keys = values.map(({ key }) => key);
    return { kind: 'ready', nowMs: now * 1000, keys, open, standing: standing.length };
  }
  const refused = readAnswer(reply.text);
  return refused?.kind === 'refused'
    ? { kind: 'not-ready', code: refused.code, message: refused.message }
    : { kind: 'not-ready', code: 'no-answer', message: 'its key starts something else than the helper' };
}
