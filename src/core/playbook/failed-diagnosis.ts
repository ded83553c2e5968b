import { CHECKLIST } from '../checklist/checklist.ts';
import { ERROR_CATALOGUE } from '../domain/error-catalogue.ts';
import { TcpcheckError } from '../domain/errors.ts';
import type { Diagnosis, Mark, RunError } from '../domain/report.ts';

const MARK_TOPICS = ['time-wait', 'accept-queue', 'descriptors', 'connections'] as const;

/** The outcome of a run that could not look at its host: nothing is known, and the error says why. */
export function failedDiagnosis(host: string, windowMs: number, error: unknown): Diagnosis {
  return {
    host,
    verdict: 'unknown',
    quiet: false,
    windowMs,
    error: toRunError(error),
    coverage: { seen: 0, of: CHECKLIST.length, why: [] },
    findings: [],
    checks: [],
    marks: MARK_TOPICS.map((topic): Mark => ({ topic, state: 'unknown' })),
    facts: null,
    inside: null,
    notes: [],
  };
}

function toRunError(error: unknown): RunError {
  if (error instanceof TcpcheckError) return { code: error.code, message: error.message, hint: error.hint };
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'INTERNAL', message, hint: ERROR_CATALOGUE.INTERNAL.hint };
}
