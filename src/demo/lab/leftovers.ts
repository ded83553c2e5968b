import { readFileSync } from 'node:fs';
import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { removeLink } from './wires.ts';

/** A process that cannot be mistaken for a later one with the same number. */
const processSchema = z.strictObject({ pid: z.number().int().positive(), startedTicks: z.string() });
export type KnownProcess = z.infer<typeof processSchema>;

const stateSchema = z.strictObject({
  owner: processSchema,
  keepers: z.array(processSchema),
  links: z.array(z.string().regex(/^tcplab-[0-9a-f]{4}$/)),
});

/** What a lab keeps on disk so that a later one can clean up after it. */
export type LabState = z.infer<typeof stateSchema>;

const STATE_FILE = 'lab.json';
/** A folder without a state file may belong to a lab that starts this very moment. */
const GRACE_MS = 60_000;

/** Writes the state in one step, so that no reader ever sees half of it. */
export async function writeState(dir: string, state: LabState): Promise<void> {
  const file = join(dir, STATE_FILE);
  await writeFile(`${file}.new`, JSON.stringify(state));
  await rename(`${file}.new`, file);
}

/** Names a living process; null when it has ended. */
export function knownProcess(pid: number): KnownProcess | null {
  const startedTicks = startOf(pid);
  return startedTicks === null ? null : { pid, startedTicks };
}

/** Removes what labs of this prefix left behind whose owner is dead; returns the folders removed. */
export async function removeLeftovers(parentDir: string, prefix: string): Promise<readonly string[]> {
  const names = (await readdir(parentDir)).filter((name) => name.startsWith(`${prefix}-`));
  const removed: string[] = [];
  for (const name of names) {
    const dir = join(parentDir, name);
    if (await removeIfDead(dir)) removed.push(dir);
  }
  return removed;
}

async function removeIfDead(dir: string): Promise<boolean> {
  const state = await readState(dir);
  if (state === null) {
    const age = await stat(dir).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age < GRACE_MS) return false;
  } else {
    if (isAlive(state.owner)) return false;
    for (const keeper of state.keepers) if (isAlive(keeper)) kill(keeper.pid);
    for (const link of state.links) await removeLink(link);
  }
  await rm(dir, { recursive: true, force: true });
  return true;
}

async function readState(dir: string): Promise<LabState | null> {
  try {
    const parsed: unknown = JSON.parse(await readFile(join(dir, STATE_FILE), 'utf8'));
    return stateSchema.parse(parsed);
  } catch {
    return null;
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself in this very moment.
  }
}

const isAlive = ({ pid, startedTicks }: KnownProcess): boolean => startOf(pid) === startedTicks;

/** Field 22 of /proc/PID/stat; the name before it may hold blanks and brackets (proc(5)). */
function startOf(pid: number): string | null {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return line.slice(line.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
