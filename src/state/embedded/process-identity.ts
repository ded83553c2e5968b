import { readFile } from 'node:fs/promises';

/** A process as it can be told from a later one that got the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Start in clock ticks since boot (proc(5), stat field 22); null where there is no /proc. */
  readonly startTicks: string | null;
}

/** Who runs under this number now. */
export async function identityOf(pid: number): Promise<ProcessIdentity> {
  return { pid, startTicks: await startTicksOf(pid) };
}

/** Whether exactly this process still lives. */
export async function isAlive({ pid, startTicks }: ProcessIdentity): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives and belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
  return startTicks === null || (await startTicksOf(pid)) === startTicks;
}

async function startTicksOf(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The command name (field 2) is in parentheses and may contain anything, so count from its end.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // A zombie is dead; nobody has asked for its exit status yet.
  return fields[0] === 'Z' ? null : (fields[19] ?? null);
}

/** Text form for lock and user files. */
export const formatIdentity = ({ pid, startTicks }: ProcessIdentity): string => `${pid} ${startTicks ?? '-'}`;

/** Null for a text that is no identity. */
export function parseIdentity(text: string): ProcessIdentity | null {
  const match = /^(\d{1,10}) (\d{1,20}|-)$/.exec(text.trim());
  if (match === null) return null;
  return { pid: Number(match[1]), startTicks: match[2] === '-' ? null : (match[2] ?? null) };
}
