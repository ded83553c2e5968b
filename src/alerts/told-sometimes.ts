import type { Problem } from '../core/domain/problem.ts';

/** Somebody who knocks without a secret must not be able to fill the log. */
const AT_MOST_EVERY_MS = 60_000;

/** Reports a problem at most once a minute for each sentence, with how often it was kept back. */
export function toldSometimes(
  report: (problem: Problem) => void,
  nowMs: () => number,
): (problem: Problem) => void {
  const told = new Map<string, { atMs: number; keptBack: number }>();
  return (problem) => {
    const before = told.get(problem.what);
    if (before !== undefined && nowMs() - before.atMs < AT_MOST_EVERY_MS) {
      before.keptBack += 1;
      return;
    }
    told.set(problem.what, { atMs: nowMs(), keptBack: 0 });
    report({ ...problem, fields: { ...problem.fields, since_last: before?.keptBack ?? 0 } });
  };
}
