import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readCommandLine } from '../../src/cli/command-line.ts';
import { lintPlaybooks } from '../../src/cli/playbook-lint.ts';
import { testPlaybooks } from '../../src/cli/playbook-test.ts';
import type { Terminal } from '../../src/cli/terminal.ts';
import { readNamedPlaybooks, readPlaybookFiles } from '../../src/config/playbook-files.ts';
import { PLAYBOOKS, smallYaml } from '../support/playbooks.ts';

const dir = mkdtempSync(join(tmpdir(), 'tcpcheck-playbooks-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const captures = join(PLAYBOOKS, '../test/fixtures/captures');
const HEALTHY = relative(dir, join(captures, 'healthy-busy-linux-6.18-ss-6.1'));
const FULL = relative(dir, join(captures, 'somaxconn-linux-6.18-ss-6.1'));

function write(name: string, text: string): string {
  const path = join(dir, name);
  writeFileSync(path, text);
  return path;
}

/** What a command printed, and its exit code. */
function ran(act: (terminal: Terminal) => number): { code: number; out: string } {
  let out = '';
  const code = act({
    locale: 'en',
    out: (text) => void (out += text),
    err: () => undefined,
    colour: false,
    width: 80,
    animated: false,
  });
  return { code, out };
}

const tested = (path: string): { code: number; out: string } =>
  ran((terminal) =>
    testPlaybooks({ named: readNamedPlaybooks([path]), beside: readPlaybookFiles([]) }, terminal),
  );

const OVERFLOWS = [
  'for_each: listeners',
  'requires: [listener.overflows_per_s]',
  'when: listener.overflows_per_s > 1',
  'causes: [{id: flood, when: listener.overflows_per_s > 1000000, text: {en: A flood., ko: 폭주입니다.}}]',
].join('\n');
const playbook = (id: string, ...tests: readonly string[]): string =>
  write(
    `${id}.yaml`,
    smallYaml(`${OVERFLOWS}\ntests:\n${tests.map((each) => `  - ${each}`).join('\n')}`, id),
  );

describe('playbook test', () => {
  it('passes the example of docs/how-to-add-a-playbook.md', () => {
    const page = readFileSync(join(PLAYBOOKS, '../docs/how-to-add-a-playbook.md'), 'utf8');
    const text = /^```yaml\n(.*?)^```/ms.exec(page)?.[1] ?? '';
    const example = { path: join(PLAYBOOKS, 'few-descriptors-left.yaml'), text };
    expect(
      ran((terminal) => testPlaybooks({ named: [example], beside: readPlaybookFiles([]) }, terminal)),
    ).toEqual({ code: 0, out: '3 tests of 1 playbook, 0 failed\n' });
  });

  it('passes what keeps its promises', () => {
    const path = playbook(
      'honest',
      `{capture: "${HEALTHY}", expect: {status: cleared}}`,
      `{capture: "${FULL}", expect: {status: matched, severity: warning, subject: "0.0.0.0:8080"}}`,
    );
    expect(tested(path)).toEqual({ code: 0, out: '2 tests of 1 playbook, 0 failed\n' });
  });

  it.each([
    [HEALTHY, '{status: matched}', 'status: matched was promised, cleared was found'],
    [FULL, '{status: matched, severity: critical}', 'severity: critical was promised, warning was found'],
    [FULL, '{status: matched, cause: flood}', 'cause: flood was promised, none was found'],
    [
      FULL,
      '{status: matched, offered: [net.core.somaxconn]}',
      'offered: net.core.somaxconn was promised, nothing was found',
    ],
    [FULL, '{status: matched, subject: "1.2.3.4:5"}', 'says nothing about 1.2.3.4:5, but about 0.0.0.0:8080'],
    [
      'no-such-folder',
      '{status: cleared}',
      `the capture folder ${join(dir, 'no-such-folder')} cannot be read`,
    ],
  ])('fails on %s with %s', (capture, promise, message) => {
    const { code, out } = tested(playbook('liar', `{capture: "${capture}", expect: ${promise}}`));
    expect(code).toBe(1);
    expect(out).toContain(`liar.yaml: ${capture}: ${message}`);
    expect(out).toContain('1 test of 1 playbook, 1 failed\n');
  });

  it('says what was not measured', () => {
    const cut = relative(dir, join(captures, 'cut-off-linux-6.18-ss-6.1'));
    const { out } = tested(playbook('blind', `{capture: "${cut}", expect: {status: cleared}}`));
    expect(out).toContain('status: cleared was promised, unknown was found (not measured: ');
    expect(out).toContain('listener.overflows_per_s');
  });

  it('names mistakes of the playbook instead of testing it', () => {
    const path = write('broken.yaml', smallYaml('when: counters.nothing > 1', 'broken'));
    const { code, out } = tested(path);
    expect(code).toBe(1);
    expect(out).toMatch(/broken\.yaml:\d+:\d+: .*counters\.nothing/);
  });

  it('holds every shipped playbook against its recorded hosts', () => {
    const { code, out } = ran((terminal) =>
      testPlaybooks({ named: readNamedPlaybooks([]), beside: readPlaybookFiles([]) }, terminal),
    );
    expect(out).toMatch(/^\d+ tests of \d+ playbooks, 0 failed\n$/);
    expect(code).toBe(0);
  });
});

const Linted = z.strictObject({
  playbooks: z.number(),
  problems: z.array(
    z.strictObject({ path: z.string(), line: z.number(), column: z.number(), message: z.string() }),
  ),
});

const linted = (paths: readonly string[]): { code: number; report: z.infer<typeof Linted> } => {
  const { code, out } = ran((terminal) => lintPlaybooks(readNamedPlaybooks(paths), terminal, true));
  const json: unknown = JSON.parse(out);
  return { code, report: Linted.parse(json) };
};

describe('playbook lint --json', () => {
  it('has no problems to tell of the shipped playbooks', () => {
    const { code, report } = linted([]);
    expect([code, report.problems]).toEqual([0, []]);
    expect(report.playbooks).toBe(readPlaybookFiles([]).length);
  });

  it('tells each with its place', () => {
    const path = write('wrong.yaml', smallYaml('when: "1 >"\ntitel: {en: x, ko: y}', 'wrong'));
    const { code, report } = linted([path]);
    expect([code, report.playbooks]).toEqual([1, 1]);
    expect(report.problems).toContainEqual(
      expect.objectContaining({ path, column: 1, message: 'unknown field "titel"' }),
    );
  });
});

describe('the words after playbook', () => {
  it.each([
    [['lint'], { name: 'playbook-lint', paths: [], json: false }],
    [['lint', 'a.yaml', 'b', '--json'], { name: 'playbook-lint', paths: ['a.yaml', 'b'], json: true }],
    [['test'], { name: 'playbook-test', paths: [] }],
    [['test', 'a.yaml'], { name: 'playbook-test', paths: ['a.yaml'] }],
    [['schema'], { name: 'playbook-schema' }],
  ])('%j', (words, command) => {
    expect(readCommandLine(['playbook', ...words]).command).toEqual(command);
  });

  it.each([
    [[], 'playbook wants the word lint, test or schema after it'],
    [['tset'], 'playbook wants the word lint, test or schema after it'],
    [['test', '--json'], 'playbook test takes no --json'],
    [['schema', '--json'], 'playbook schema takes no --json'],
    [['schema', 'x'], 'playbook schema wants nothing after it; "x" is too many'],
    [['lint', '--out', 'x'], 'playbook takes no --out'],
  ])('refuses %j', (words, message) => {
    expect(() => readCommandLine(['playbook', ...words])).toThrow(message);
  });
});
