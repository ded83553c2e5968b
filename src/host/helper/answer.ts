import { z } from 'zod';
import type { ExecuteOutcome } from '../../core/change/outcome.ts';
import { SETTING_KEY, SETTING_VALUE } from '../../core/change/plan-schema.ts';
import { unreachable } from '../../core/domain/errors.ts';
import { parseJson } from '../../core/domain/json.ts';
import type { SettingChange } from '../../core/domain/report.ts';

const text = z.string().max(2000);
const values = z.array(z.object({ key: text, value: text })).max(8);
const mismatchFields = { key: text, wanted: text, found: text, why: text.optional() };

const answerSchema = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.enum(['applied', 'confirmed', 'rolled-back', 'already']), values }),
  z.object({ outcome: z.literal('kept'), file: text, values }),
  z.object({ outcome: z.enum(['stale', 'put-back', 'undo-failed', 'foreign']), ...mismatchFields }),
  z.object({ outcome: z.literal('busy') }),
  z.object({ outcome: z.literal('refused'), code: text, message: text }),
]);

/** A change as the host has it on record. */
export interface JournalEntry {
  readonly state: string;
  /** Inode of the network namespace it belongs to. */
  readonly netns: string;
  readonly kept: boolean;
  readonly settings: readonly SettingChange[];
}

const setting = z.object({
  key: text.regex(SETTING_KEY),
  from: text.regex(SETTING_VALUE),
  to: text.regex(SETTING_VALUE),
});
const journalSchema = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('absent') }),
  z.object({
    outcome: z.literal('journal'),
    state: text,
    netns: text.regex(/^[0-9]+$/),
    kept: z.boolean(),
    settings: z.array(setting).max(8),
  }),
]);

/** What the helper printed about one change; null when that is not an answer of the helper. */
export function readJournal(stdout: string): { readonly entry: JournalEntry | null } | null {
  const parsed = journalSchema.safeParse(lastLine(stdout));
  if (!parsed.success) return null;
  if (parsed.data.outcome === 'absent') return { entry: null };
  const { outcome: _outcome, ...entry } = parsed.data;
  return { entry };
}

const lastLine = (stdout: string): unknown => parseJson(stdout.trimEnd().split('\n').at(-1) ?? '');

/**
 * What the helper printed, as an outcome; null when that is not an answer of the helper. Its object is the
 * last line: what stands before it comes from a start-up file of the login shell that prints.
 */
export function readAnswer(stdout: string): ExecuteOutcome | null {
  const parsed = answerSchema.safeParse(lastLine(stdout));
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
    case 'foreign': {
      const { outcome: kind, ...mismatch } = answer;
      return { kind, ...mismatch };
    }
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
