import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CHECKLIST } from '../src/core/checklist/checklist.ts';
import { TOPICS } from '../src/core/explain/catalogue.ts';
import { findSysctl } from '../src/core/sysctl/catalogue.ts';
import { shippedPlaybooks } from './support/playbooks.ts';

const root = resolve(import.meta.dirname, '..');
const page = readFileSync(join(root, 'docs/seeds.md'), 'utf8');

const causes = new Set(
  shippedPlaybooks().flatMap((playbook) => [
    playbook.id,
    ...playbook.causes.map((cause) => `${playbook.id}/${cause.id}`),
  ]),
);
const usage = readFileSync(join(root, 'src/cli/command-line.ts'), 'utf8');

const EXISTS: Readonly<Record<string, (name: string) => boolean>> = {
  playbook: (name) => causes.has(name),
  explain: (name) => TOPICS.some(({ id }) => id === name),
  check: (name) => CHECKLIST.some(({ id }) => id === name),
  setting: (name) => findSysctl(name) !== undefined,
  command: (name) => usage.includes(`'${name}'`),
  doc: (name) => existsSync(join(root, name)),
};

const places = [...page.matchAll(/\b(playbook|explain|check|setting|command|doc) `([^`x][^`]*)`/g)].map(
  ([, kind = '', name = '']) => ({ kind, name }),
);

/** The sections of both documents, as their headings number them, and the rows of their tables. */
const SECTIONS = {
  A: '0, 1, 2.1, 2.2, 2.3, 2.4, 3.1, 3.2, 3.3, 4.1, 4.2, 4.3, 5.1, 5.2, 5.3, 6.1, 6.2, 6.3, 7, 8 row 1, 8 row 2, 8 row 3, 8 row 4, 8 row 5, 8 row 6',
  B: '0 Q1, 0 Q2, 0 Q3, 0 Q4, 1, 2.1, 2.2, 2.3, 2.4, 3.1, 3.2 row 1, 3.2 row 2, 3.3, 4.1, 4.2, 4.3, 5.1, 5.2, 6.1 step 1, 6.1 step 2, 6.1 step 3, 6.1 step 4, 6.2 step 1, 6.2 step 2, 6.2 step 3, 7, 8, 9 Q1, 9 Q2, 9 Q3, 9 Q4',
};

describe('docs/seeds.md', () => {
  it.each(places)('$kind $name exists', ({ kind, name }) => {
    expect(EXISTS[kind]?.(name)).toBe(true);
  });

  const toCome = [...page.matchAll(/(playbook|check|command) ([a-z/-]+) \(to come\)/g)];

  it.each(toCome.map(([, kind = '', name = '']) => ({ kind, name })))(
    'calls $kind $name "to come" only while it is not there',
    ({ kind, name }) => {
      expect(EXISTS[kind]?.(name)).toBe(false);
    },
  );

  it('names many places', () => {
    expect(places.length).toBeGreaterThan(100);
  });

  it.each(
    Object.entries(SECTIONS).flatMap(([seed, list]) =>
      list.split(', ').map((section) => `${seed} §${section}`),
    ),
  )('has %s, and where it lives', (section) => {
    const rows = page.split('\n').filter((line) => line.startsWith(`| ${section} |`));
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) expect(row).toMatch(/(playbook|explain|check|setting|command|doc) \S/);
  });

  it('gives a reason for every correction, and uses every reason', () => {
    const given = [...page.matchAll(/^(\d+)\. \*\*/gm)].map(([, number]) => Number(number));
    const used = new Set([...page.matchAll(/\((\d+)\)/g)].map(([, number]) => Number(number)));
    expect(given).toEqual(given.map((_, at) => at + 1));
    expect([...used].sort((a, b) => a - b)).toEqual(given);
  });
});
