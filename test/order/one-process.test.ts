import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LONG } from './longest-first.ts';
import { filesInOneProcess, isAlone } from './one-process.ts';

const ROOT = resolve(import.meta.dirname, '../..');

describe('test files that share a process', () => {
  it('are most of them', () => {
    expect(filesInOneProcess().length).toBeGreaterThan(200);
  });

  it.each([
    "process.chdir('/tmp');",
    "process.env['PATH'] = '';",
    'vi.useFakeTimers();',
    'const before = process.memoryUsage().rss;',
    "import { fastestMs } from '../support/fastest.ts';",
  ])('are none of those that change or measure it: %s', (source) => {
    expect(isAlone(source)).toBe(true);
  });

  it('import nothing whose hooks only the first of them would get', () => {
    const hooked = readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
      .filter((file) => /^(?:before|after)\w+\(/m.test(readFileSync(join(ROOT, 'test', file), 'utf8')));
    // Those that start such children have processes of their own.
    expect(hooked).toEqual(['support/child.ts']);
  });
});

describe('test files that begin first', () => {
  it.each(LONG)('%s is there', (file) => {
    expect(readdirSync(join(ROOT, file, '..'))).toContain(file.split('/').at(-1));
  });
});
