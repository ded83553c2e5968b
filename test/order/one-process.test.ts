import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LONG } from './longest-first.ts';
import { filesInOneProcess } from './one-process.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const files = filesInOneProcess();

/** What a test file would leave to the next one in its process. */
const LEAVES_BEHIND =
  /process\.(?:chdir|umask|on|once|env\S* ?=[^=])|globalThis\b|\bset(?:Timeout|Interval)\(|Object\.defineProperty\(|\.prototype\.\w+ ?=[^=]/;

describe('test files that share a process', () => {
  it('are many', () => {
    expect(files.length).toBeGreaterThan(80);
  });

  it.each(files)('%s leaves nothing behind', (file) => {
    expect(LEAVES_BEHIND.exec(readFileSync(join(ROOT, file), 'utf8'))?.[0]).toBeUndefined();
  });
});

describe('test files that begin first', () => {
  it.each(LONG)('%s is there', (file) => {
    expect(readdirSync(join(ROOT, file, '..'))).toContain(file.split('/').at(-1));
  });
});
