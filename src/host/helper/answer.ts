import { z } from 'zod';
import type { ExecuteOutcome } from '../../core/change/outcome.ts';
import { unreachable } from '../../core/domain/errors.ts';
import { parseJson } from '../../core/domain/json.ts';

const text = z.string().max(2000);
const values = z.array(z.object({ key: text, value: text })).max(8);
const mismatch = { key: text, wanted: text, found: text };

const answerSchema = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.enum(['applied', 'confirmed', 'rolled-back', 'already']), values }),
  z.object({ outcome: z.literal('kept'), file: text, values }),
  z.object({ outcome: z.enum(['stale', 'put-back', 'undo-failed', 'foreign']), ...mismatch }),
  z.object({ outcome: z.literal('busy') }),
  z.object({ outcome: z.literal('refused'), code: text, message: text }),
]);

/**
 * What the helper printed, as an outcome; null when that is not an answer of the helper. Its object is the
 * last line: what stands before it comes from a start-up file of the login shell that prints.
 */
export function readAnswer(stdout: string): ExecuteOutcome | null {
  const parsed = answerSchema.safeParse(parseJson(stdout.trimEnd().split('\n').at(-1) ?? ''));
  if (!parsed.success) return null;
  const answer = parsed.data;
  switch (answer.outcome) {
    case 'applied':
    case 'confirmed':
    case 'rolled-back':
    case 'already':
      return { kind: answer.outcome, readBack: answer.values };
    case 'kept':
      return { kind: 'kept', file: answer.file, readBack: answer.values };
    case 'stale':
    case 'put-back':
    case 'undo-failed':
    case 'foreign':
      return { kind: answer.outcome, key: answer.key, wanted: answer.wanted, found: answer.found };
    case 'busy':
      return { kind: 'busy' };
    case 'refused':
      // The host's own doing, not a refusal of anything.
      if (answer.code === 'timed-out') return { kind: 'reverted', why: 'timer' };
      if (answer.code === 'rebooted') return { kind: 'reverted', why: 'reboot' };
      return { kind: 'refused', code: answer.code, message: answer.message };
    default:
      return unreachable(answer);
  }
}
