import { z } from 'zod';
import type { FirstFacts, Run, RunPhase } from '../../core/domain/run.ts';
import type { Mark } from '../../core/domain/report.ts';
import { check, decode, type Decoded } from './decode.ts';
import { DiagnosisRecord, MarkRecord } from './report-record.ts';
import { HostRecord, IdRecord } from './request-record.ts';

const phases = {
  connecting: 'connecting',
  sampling: 'sampling',
  done: 'done',
  failed: 'failed',
} as const satisfies { readonly [P in RunPhase]: P };

const digits = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number);

const FirstFactsRecord: z.ZodType<FirstFacts> = z.object({
  established: z.number().nullable(),
  timeWait: z.number().nullable(),
  fullListeners: z.array(z.string()),
});

/** What the first sample told, as one field. */
export interface First {
  readonly facts: FirstFacts;
  readonly marks: readonly Mark[];
}

const FirstRecord: z.ZodType<First> = z.object({ facts: FirstFactsRecord, marks: z.array(MarkRecord) });

/** A run is a hash, since scripts compare and raise its attempt. */
const RunHash = z.object({
  id: IdRecord,
  host: HostRecord,
  phase: z.enum(phases),
  attempt: digits,
  startedAtMs: digits,
  windowMs: digits,
  finishedAtMs: digits.optional(),
  fingerprint: z.string().optional(),
  first: z.string().optional(),
  diagnosis: z.string().optional(),
});

/** Puts a run together from its hash. */
export function decodeRun(hash: Readonly<Record<string, string>>): Decoded<Run> {
  const head = check(RunHash, hash);
  if (!head.ok) return head;
  const first = optional(FirstRecord, head.value.first);
  if (!first.ok) return first;
  const diagnosis = optional(DiagnosisRecord, head.value.diagnosis);
  if (!diagnosis.ok) return diagnosis;
  const { id, host, phase, attempt, startedAtMs, windowMs } = head.value;
  return {
    ok: true,
    value: {
      id,
      host,
      phase,
      attempt,
      startedAtMs,
      windowMs,
      finishedAtMs: head.value.finishedAtMs ?? null,
      firstMarks: first.value?.marks ?? null,
      firstFacts: first.value?.facts ?? null,
      diagnosis: diagnosis.value,
      hostKeyFingerprint: head.value.fingerprint ?? null,
    },
  };
}

/** The same as a hash, for a run that is kept as a whole. */
export function encodeRun(run: Run): Readonly<Record<string, string>> {
  const { id, host, phase, attempt, startedAtMs, windowMs, finishedAtMs } = run;
  const numbers = { attempt, startedAtMs: Math.round(startedAtMs), windowMs: Math.round(windowMs) };
  return {
    id,
    host,
    phase,
    ...Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, String(value)])),
    ...(finishedAtMs === null ? {} : { finishedAtMs: String(Math.round(finishedAtMs)) }),
    ...(run.hostKeyFingerprint === null ? {} : { fingerprint: run.hostKeyFingerprint }),
    ...(run.firstFacts === null || run.firstMarks === null
      ? {}
      : { first: JSON.stringify({ facts: run.firstFacts, marks: run.firstMarks }) }),
    ...(run.diagnosis === null ? {} : { diagnosis: JSON.stringify(run.diagnosis) }),
  };
}

function optional<T>(schema: z.ZodType<T>, text: string | undefined): Decoded<T | null> {
  return text === undefined ? { ok: true, value: null } : decode(schema, text);
}
