import { CRASH_POINTS, type Reached } from '../core/domain/crash-point.ts';
import { assert } from '../core/domain/errors.ts';

/** For tests only: dies without a word at the named point. Null, as in any real process: nothing ever happens. */
export function crashAt(wanted: string | null): Reached {
  if (wanted === null) return () => undefined;
  assert(
    CRASH_POINTS.some((point) => point === wanted),
    `TCPCHECK_TEST_CRASH_AT names no point of a change: ${wanted}`,
  );
  return (point) => {
    if (point === wanted) process.kill(process.pid, 'SIGKILL');
  };
}
