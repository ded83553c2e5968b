import type { Problem } from '../core/domain/problem.ts';

export type ReportProblem = (problem: Problem) => void;

/** A Redis that is away makes thousands of errors per second; one line per kind in this time says as much. */
const QUIET_MS = 10_000;

/** Passes on the first problem of each kind at once and counts the rest until the quiet time is over. */
export function throttled(report: ReportProblem, quietMs: number = QUIET_MS): ReportProblem {
  const kinds = new Map<string, { toldAtMs: number; suppressed: number }>();
  return (problem) => {
    const kind = `${problem.code} ${problem.what}`;
    const nowMs = performance.now();
    const before = kinds.get(kind);
    if (before !== undefined && nowMs - before.toldAtMs < quietMs) {
      before.suppressed += 1;
      return;
    }
    kinds.set(kind, { toldAtMs: nowMs, suppressed: 0 });
    const suppressed = before?.suppressed ?? 0;
    report(suppressed === 0 ? problem : { ...problem, fields: { ...problem.fields, suppressed } });
  };
}

/** What an error says, whatever was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
