import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');

/** What a test file would leave to the next one in its process. */
const LEAVES_BEHIND =
  /process\.(?:chdir|umask|on|once|env\S* ?=[^=])|globalThis\b|\bsetInterval\(|Object\.defineProperty\(|\.prototype\.\w+ ?=[^=]|\bvi\.(?:use|set|stub|spy|mock)/;
/** What others in its process would disturb: a measure of this very process, or of what is left of it. */
const IS_DISTURBED =
  /process\.(?:cpuUsage|memoryUsage|getActiveResourcesInfo)\b|support\/(?:child|fastest)\.ts'/;

/** Whether a test file needs a process of its own. */
export const isAlone = (source: string): boolean => LEAVES_BEHIND.test(source) || IS_DISTURBED.test(source);

/**
 * Test files that share processes, a few at a time beside each other: to load the sources anew takes a second of
 * processor time, more than most of them need. Hooks belong into the file, since what it imports is loaded once for all.
 */
export function filesInOneProcess(): readonly string[] {
  return readdirSync(join(ROOT, 'test'), { recursive: true, withFileTypes: true })
    .filter(({ name }) => name.endsWith('.test.ts'))
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((file) => !isAlone(readFileSync(file, 'utf8')))
    .map((file) => relative(ROOT, file))
    .sort();
}
