import { z } from 'zod';
import type { StartRule } from '../../core/domain/alert.ts';

const rule = z.union([
  z.object({ kind: z.literal('configured'), number: z.number(), name: z.string().nullable() }),
  z.object({ kind: z.enum(['connections', 'other', 'unusable']), word: z.string() }),
  z.object({ kind: z.literal('symptom'), playbook: z.string() }),
  z.object({ kind: z.literal('nothing') }),
]);

/** By which rule an alert was routed. Until it was data it was the English text of it, and some of those may wait. */
export const StartRuleRecord: z.ZodType<StartRule> = z.union([rule, z.string().transform(ruleOfText)]);

function ruleOfText(text: string): StartRule {
  const [, number, name] = /^rule (\d+)(?: \((.*)\))?$/s.exec(text) ?? [];
  if (number !== undefined) return { kind: 'configured', number: Number(number), name: name ?? null };
  const [, word, says] = /^default: "(.*)" (is about|is not about|may be) [a-z ]+$/s.exec(text) ?? [];
  if (word !== undefined && says !== undefined) return { kind: kindOf(says), word };
  const [, playbook] = /^default: sounds like (.*)$/s.exec(text) ?? [];
  if (playbook !== undefined) return { kind: 'symptom', playbook };
  return { kind: 'nothing' };
}

function kindOf(says: string): 'connections' | 'other' | 'unusable' {
  if (says === 'is about') return 'connections';
  return says === 'is not about' ? 'other' : 'unusable';
}
