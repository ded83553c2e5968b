import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve, dirname } from 'node:path';
import { describe, expect, it } from 'vitest';

const SRC = resolve(import.meta.dirname, '../src');

/** A room may import itself and rooms of a lower level. */
const LEVEL: Record<string, number> = {
  core: 0,
  config: 1,
  host: 1,
  state: 1,
  jobs: 2,
  slack: 3,
  alerts: 3,
  ops: 3,
  cli: 3,
  demo: 4,
  roles: 4,
  'main.ts': 5,
};

/** Libraries that belong to one room. */
const OWNER: Record<string, string> = {
  ssh2: 'host',
  bullmq: 'state',
  ioredis: 'state',
  '@slack/bolt': 'slack',
  '@slack/web-api': 'slack',
};

/** What pure code may take from Node: hashing and signing compute, they reach nothing. */
const PURE_NODE = new Set(['node:crypto', 'node:net']);
const IMPURE =
  /\b(Date\.now|new Date\(\)|Math\.random|process\.|setTimeout|setInterval|performance\.now|console\.|randomUUID|randomBytes|generateKeyPair|createConnection|createServer)/;

interface Import {
  file: string;
  target: string;
}

function sources(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) return sources(path);
    return entry.name.endsWith('.ts') ? [path] : [];
  });
}

const files = sources(SRC);
const imports: Import[] = files.flatMap((file) =>
  [...readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => ({
    file,
    target: match[1] ?? '',
  })),
);
const room = (path: string): string => relative(SRC, path).split('/')[0] ?? '';
const show = ({ file, target }: Import): string => `${relative(SRC, file)} -> ${target}`;

describe('architecture', () => {
  it('knows every room', () => {
    expect([...new Set(files.map(room))].filter((name) => !(name in LEVEL))).toEqual([]);
  });

  it('lets imports point one way only', () => {
    const wrong = imports.filter(({ file, target }) => {
      if (!target.startsWith('.')) return false;
      const from = room(file);
      const to = room(resolve(dirname(file), target));
      return from !== to && (LEVEL[to] ?? 99) >= (LEVEL[from] ?? -1);
    });
    expect(wrong.map(show)).toEqual([]);
  });

  it('keeps libraries in their rooms', () => {
    const wrong = imports.filter(({ file, target }) => {
      const owner = Object.entries(OWNER).find(([name]) => target === name || target.startsWith(`${name}/`));
      return owner !== undefined && room(file) !== owner[1];
    });
    expect(wrong.map(show)).toEqual([]);
  });

  it('keeps core pure', () => {
    const core = files.filter((file) => room(file) === 'core');
    const reaching = imports.filter(
      ({ file, target }) => room(file) === 'core' && target.startsWith('node:') && !PURE_NODE.has(target),
    );
    expect(reaching.map(show)).toEqual([]);
    const impure = core.filter((file) => IMPURE.test(stripComments(readFileSync(file, 'utf8'))));
    expect(impure.map((file) => relative(SRC, file))).toEqual([]);
  });

  it('reads the environment in config only', () => {
    const wrong = files.filter(
      (file) => room(file) !== 'config' && /process\.env\b/.test(stripComments(readFileSync(file, 'utf8'))),
    );
    expect(wrong.map((file) => relative(SRC, file))).toEqual([]);
  });

  it('keeps files small enough for one idea', () => {
    const long = files.filter((file) => readFileSync(file, 'utf8').split('\n').length > 300);
    expect(long.map((file) => relative(SRC, file))).toEqual([]);
  });
});

function stripComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '');
}
