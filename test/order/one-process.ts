import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');
/** Rooms whose tests compute, by and large. */
const ROOMS = ['test/core', 'test/config', 'test/playbooks'];
/** Starts something, asks what the machine has, moves a clock, or measures time: such a file gets a process of its own. */
const ALONE = /support\/(?:machine|program|redis|sshd|fastest)\.ts'|node:child_process|\bvi\./;

/**
 * Test files that share processes: loading the sources anew for each costs more than what they test, and they leave
 * nothing behind (`test/order/one-process.test.ts`).
 */
export function filesInOneProcess(): readonly string[] {
  return ROOMS.flatMap((room) =>
    readdirSync(join(ROOT, room), { recursive: true, withFileTypes: true })
      .filter(({ name }) => name.endsWith('.test.ts'))
      .map(({ parentPath, name }) => join(parentPath, name)),
  )
    .filter((file) => !ALONE.test(readFileSync(file, 'utf8')))
    .map((file) => relative(ROOT, file))
    .sort();
}
