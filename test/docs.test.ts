import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ERROR_CATALOGUE } from '../src/core/domain/error-catalogue.ts';

const root = resolve(import.meta.dirname, '..');

function errorsPage(): string {
  const entries = Object.entries(ERROR_CATALOGUE).map(
    ([code, { title, hint }]) => `## ${code}\n${title}.\n\n**What to do:** ${hint}\n`,
  );
  return `# Errors
Every failure that tcpcheck reports carries one of these codes. This page is made from
\`src/core/domain/error-catalogue.ts\`; \`npx vitest run test/docs.test.ts -u\` writes it anew.

${entries.join('\n')}`;
}

function sources(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) return sources(path);
    return path.endsWith('.ts') && !path.endsWith('error-catalogue.ts') ? [readFileSync(path, 'utf8')] : [];
  });
}

describe('documentation', () => {
  it('docs/errors.md has every code of the catalogue', async () => {
    await expect(errorsPage()).toMatchFileSnapshot('../docs/errors.md');
  });

  it('the catalogue has no code that nothing uses', () => {
    const text = sources(join(root, 'src')).join('\n');
    const unused = Object.keys(ERROR_CATALOGUE).filter(
      (code) => !text.includes(`'${code}'`) && !text.includes(`${code}:`),
    );
    expect(unused).toEqual([]);
  });

  it('links of the pages lead somewhere', () => {
    const pages = [
      'README.md',
      'README.ko.md',
      'CONTRIBUTING.md',
      'docs/architecture.md',
      'docs/how-to-add-a-playbook.md',
      'docs/safety.md',
      'docs/seeds.md',
      'docs/how-to-add-a-check.md',
      'docs/how-to-add-an-alert-source.md',
      'docs/how-to-add-a-sysctl-key.md',
    ];
    const broken = pages.flatMap((page) => {
      const text = readFileSync(join(root, page), 'utf8');
      const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map((match) => match[1] ?? '');
      return links.filter((link) => !exists(join(root, page, '..', link))).map((link) => `${page}: ${link}`);
    });
    expect(broken).toEqual([]);
  });

  it('every promise of docs/safety.md names a test, and every test that it names exists', () => {
    const page = readFileSync(join(root, 'docs/safety.md'), 'utf8');
    const promises = page.split('\n## ').slice(1).filter(isPromise);
    expect(promises.length).toBeGreaterThan(10);
    const proofs = promises.map(proofsOf);
    expect(proofs.every((own) => own.length > 0)).toBe(true);
    const missing = proofs.flat().filter(({ file, title }) => !hasTest(join(root, file), title));
    expect(missing).toEqual([]);
  });
});

/** The last sections promise nothing. */
const isPromise = (section: string): boolean => !/^(Not kept yet|What a shell on)/.test(section);

interface Proof {
  readonly file: string;
  readonly title: string;
}

/** Each bullet of a promise is a proof; one that is written otherwise names no file, and is missing. */
const proofsOf = (section: string): readonly Proof[] =>
  [...section.matchAll(/^- (.*)$/gm)].map(([, bullet = '']) => {
    const [, file = '', title = bullet] = /^`(test\/[\w/.-]+\.test\.ts)` "(.+)"$/.exec(bullet) ?? [];
    return { file, title };
  });

function hasTest(path: string, title: string): boolean {
  const text = exists(path) ? readFileSync(path, 'utf8') : '';
  return [`'${title}'`, `\`${title}\``, `\`${title} \${need.reason}`].some((quoted) => text.includes(quoted));
}

function exists(path: string): boolean {
  try {
    readFileSync(path);
    return true;
  } catch {
    return false;
  }
}
