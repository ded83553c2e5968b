import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

/** Pids of a process's children whose command line holds the word. */
export function childrenOf(parent: number, word: string): readonly number[] {
  return pids().filter((pid) => parentOf(pid) === parent && commandLine(pid).includes(word));
}

/** The redis-server that works in that directory. */
export function redisServerOf(directory: string): number {
  const found = pids().find(
    (pid) => commandLine(pid).includes('redis-server') && workingDirectory(pid) === directory,
  );
  if (found === undefined) throw new Error(`no redis-server works in ${directory}`);
  return found;
}

const pids = (): readonly number[] =>
  readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));

function parentOf(pid: number): number {
  // The name may hold blanks and brackets (proc(5)); the fields after its last bracket are plain.
  const stat = attempt(() => readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? '';
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? 0);
}

const commandLine = (pid: number): string =>
  attempt(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8')) ?? '';
const workingDirectory = (pid: number): string => attempt(() => readlinkSync(`/proc/${pid}/cwd`)) ?? '';

/** Processes come and go while we look. */
function attempt<T>(look: () => T): T | null {
  try {
    return look();
  } catch {
    return null;
  }
}
