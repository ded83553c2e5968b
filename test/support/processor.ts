import { readFileSync } from 'node:fs';

/** Of Linux, on every architecture (sysconf(_SC_CLK_TCK)). */
const TICKS_PER_S = 100;

/** User and system time of the process so far: fields 14 and 15 of proc(5) stat. */
export function cpuSecondsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S;
}

/**
 * How long the first thread of the process could have gone on so far, and had no core because others had it: second
 * field of schedstat (Linux, sched-stats). 0 where the kernel does not count it.
 */
export function waitedMs(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[1]) / 1e6;
  } catch {
    return 0;
  }
}
