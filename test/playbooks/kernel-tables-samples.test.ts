import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findSysctl } from '../../src/core/sysctl/catalogue.ts';
import { adviseSetting } from '../../src/core/sysctl/plan-setting.ts';
import { shippedPlaybooks } from '../support/playbooks.ts';

const OWN = new Set([
  'conntrack-full',
  'softnet-drops',
  'orphan-sockets',
  'tcp-memory-pressure',
  'neighbour-overflow',
  'unsafe-sysctl',
]);
const samples = shippedPlaybooks()
  .filter(({ id }) => OWN.has(id))
  .flatMap(({ id, fix, causes }) =>
    [fix, ...causes.map((cause) => cause.fix)]
      .flatMap(({ application }) => application)
      .flatMap((advice) => advice.samples.map(({ language, code }) => ({ id, language, code }))),
  );

const dir = mkdtempSync(join(tmpdir(), 'tcpcheck-samples-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const EXTENSIONS: Readonly<Record<string, string>> = { Python: 'py', 'Node.js': 'mjs', shell: 'sh' };
const PARSERS: Readonly<Record<string, readonly string[]>> = {
  py: ['python3', '-c', 'import ast, sys; ast.parse(open(sys.argv[1]).read())'],
  mjs: ['node', '--check'],
  sh: ['sh', '-n'],
};

describe('the samples about tables of the kernel', () => {
  const parsed = samples.flatMap((sample) => {
    const extension = EXTENSIONS[sample.language.replace(/ \(.*/, '')];
    return extension === undefined ? [] : [{ ...sample, extension }];
  });

  it.each(parsed)('$id, $language: is complete', ({ extension, code }) => {
    const file = join(dir, `sample.${extension}`);
    writeFileSync(file, code);
    const [program = '', ...args] = PARSERS[extension] ?? [];
    const { status, stderr } = spawnSync(program, [...args, file], { encoding: 'utf8', timeout: 10_000 });
    expect([status, stderr]).toEqual([0, '']);
  });

  const written = samples.flatMap(({ id, code }) =>
    [...code.matchAll(/sysctl -w ([a-z0-9_.]+)=(\S+)/g)].map(([, key = '', value = '']) => ({
      id,
      key,
      value,
    })),
  );

  it.each(written)('$id: $key = $value is a setting and a value we stand by', ({ key, value }) => {
    // Switching the forbidden key off is the cure.
    const cure = key === 'net.ipv4.tcp_tw_recycle' && value === '0';
    const plan = adviseSetting(key, value, value);
    expect(cure || (findSysctl(key) !== undefined && plan.kind === 'no-op')).toBe(true);
  });

  it('are there', () => {
    expect(parsed.length).toBeGreaterThan(12);
    expect(written.length).toBeGreaterThan(8);
  });
});
