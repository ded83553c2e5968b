import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Check } from '../../../src/core/checklist/check.ts';
import { CHECKLIST } from '../../../src/core/checklist/checklist.ts';
import { composeScript } from '../../../src/core/checklist/compose-script.ts';
import { readFacts } from '../../../src/core/checklist/read-facts.ts';
import { quoted } from '../../../src/core/checklist/shell-text.ts';
import type { Section } from '../../../src/core/domain/capture.ts';
import { needs } from '../../support/machine.ts';
import { feed, newNonce, toCapture } from './look.ts';

const [template] = CHECKLIST;
if (template === undefined) throw new Error('the checklist is empty');

/** A check that does as told; the frame around it is under test. */
const madeUp = (script: string, more: Partial<Check> = {}): Check => ({
  ...template,
  id: 'pressure',
  samples: 'first',
  capBytes: 1000,
  timeoutS: 5,
  ...more,
  script,
});

async function run(
  checks: readonly Check[],
  { shell = ['sh'], windowS = 1 }: { shell?: readonly string[]; windowS?: number } = {},
): Promise<readonly Section[]> {
  const nonce = newNonce();
  // The checks have to run under this shell as well.
  const script = composeScript({ checks, windowS, nonce }).replaceAll('/bin/sh -c', `${shell.join(' ')} -c`);
  const { output } = await feed([...shell, '-s'], script);
  return toCapture('here', windowS, { nonce, output }).sections;
}

const one = async (script: string, more: Partial<Check> = {}): Promise<Section | undefined> =>
  (await run([madeUp(script, more)]))[0];

describe.concurrent('the frame around each check', () => {
  it.each([
    ['text and exit status', 'echo a; echo b; exit 3', { exit: 3, truncated: false, text: 'a\nb\n' }],
    ['text without a last newline', 'printf "a\\nb"', { exit: 0, text: 'a\nb' }],
    ['no text', 'true', { exit: 0, text: '' }],
    ['newlines only', 'printf "\\n\\n\\n"', { exit: 0, text: '\n\n\n' }],
    ['messages are dropped', 'echo seen; echo unseen >&2; nonsense', { exit: 127, text: 'seen\n' }],
    ['a missing tool', 'no-such-tool --all', { exit: 127, text: '' }],
    [
      'quotes of all kinds',
      `printf '%s ' 'a"b' "c'd" '\\n' '$HOME' '!x'`,
      { exit: 0, text: `a"b c'd \\n $HOME !x ` },
    ],
    ['nothing on standard input', 'cat; echo end', { exit: 0, text: 'end\n' }],
    ['other alphabets', 'printf "한국어\\n"', { exit: 0, text: '한국어\n' }],
    ['a syntax error', 'if', { exit: 2, text: '' }],
    ['a check that kills its shell', 'echo a; kill -9 $$', { exit: 124, text: 'a\n' }],
    ['output at the cap', 'printf "%1000s" x', { exit: 0, truncated: false }],
    ['output over the cap', 'printf "%1001s" x', { truncated: true }],
    ['sample and window', 'echo "$TC_SAMPLE $TC_WINDOW_S ($TC_INPUT)"', { text: '1 1 ()\n' }],
  ])('%s', async (_, script, expected) => {
    expect(await one(script)).toMatchObject(expected);
  });

  it('ends a flood of one that may have any', async () => {
    expect(await one('yes', { mayFlood: true })).toMatchObject({ truncated: true, exit: 141 });
    expect(await one('echo a; exit 3', { mayFlood: true })).toMatchObject({ exit: 3, text: 'a\n' });
  });

  it.each([
    ['text and exit status', 'echo a; echo b; exit 3', { exit: 3, truncated: false, text: 'a\nb\n' }],
    ['no text', 'true', { exit: 0, text: '' }],
    ['a missing tool, and no message of it', 'no-such-tool --all', { exit: 127, text: '' }],
    ['a syntax error', 'if', { exit: 2, text: '' }],
    ['output at the cap', 'printf "%999s\n" x', { exit: 0, truncated: false }],
    ['output over the cap', 'printf "%1001s" x', { truncated: true }],
    ['words, blanks and names of its own', 'set -- x y; IFS=,; set -f; cd /; echo "$2"', { text: 'y\n' }],
  ])('in the shell of the frame itself: %s', async (_, script, expected) => {
    const [here, after] = await run([
      madeUp(script, { timeoutS: null }),
      madeUp('set -- a,b *; echo "$1 $#"', { timeoutS: null, id: 'softnet' }),
    ]);
    expect(here).toMatchObject(expected);
    // Nothing of it is left to the next.
    expect(after?.text).toMatch(/^a,b \d+\n$/);
    expect(after?.text).not.toBe('a,b 2\n');
  });

  it('does not start a script whose shortcut told all', async () => {
    const told = { shortcut: 'echo "short $TC_SAMPLE"; [ "$TC_SAMPLE" = 1 ]', samples: 'both' } as const;
    const sections = await run([madeUp('echo long; exit 4', told)]);
    expect(sections.map(({ exit, text }) => [exit, text])).toEqual([
      [0, 'short 1\n'],
      [4, 'long\n'],
    ]);
  });

  it('stops a check that hangs, with everything it started', async () => {
    const section = await one('echo begun; sleep 60 | sleep 60; echo never', { timeoutS: 1 });
    expect(section).toMatchObject({ exit: 124, text: 'begun\n', truncated: false });
    expect(section?.ms).toBeGreaterThanOrEqual(900);
    expect(section?.ms).toBeLessThan(4000);
  });

  it('hands the first output to the second sample, and one check what another found', async () => {
    const source = madeUp('echo "from $TC_SAMPLE"', { id: 'softnet', samples: 'both' });
    const sections = await run([
      source,
      madeUp('echo "<$TC_INPUT>"', {
        id: 'pressure',
        samples: 'both',
        input: { of: 'softnet', sample: 'same' },
      }),
      madeUp('echo "<$TC_INPUT>"', {
        id: 'conntrack',
        samples: 'both',
        input: { of: 'softnet', sample: 'first' },
      }),
    ]);
    expect(sections.map(({ id, sample, text }) => `${id} ${sample} ${text.replaceAll('\n', '|')}`)).toEqual([
      'softnet 1 from 1|',
      'pressure 1 <from 1|>|',
      'conntrack 1 <from 1|>|',
      'softnet 2 from 2|',
      'pressure 2 <from 2|>|',
      'conntrack 2 <from 1|>|',
    ]);
  });

  it('hands on nothing rather than more than an environment may hold', async () => {
    const sections = await run([
      madeUp("head -c 70000 /dev/zero | tr '\\0' x", { id: 'listeners', capBytes: 100_000 }),
      madeUp('echo "<$TC_INPUT>"', { id: 'pressure', input: { of: 'listeners', sample: 'same' } }),
    ]);
    expect(sections.map(({ exit, text }) => [exit, text.length])).toEqual([
      [0, 70_000],
      [0, 3],
    ]);
  });

  it('keeps the window also when the check that fills it ends at once', async () => {
    const uptime = madeUp('cat /proc/uptime', { id: 'softnet', samples: 'both' });
    const filling = madeUp('exit 127', { id: 'pressure', samples: 'both', fillsWindow: true });
    const sections = await run([uptime, filling], { windowS: 2 });
    const [first, second] = sections
      .filter(({ id }) => id === 'softnet')
      .map(({ text }) => Number.parseFloat(text));
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(2);
    expect((second ?? 0) - (first ?? 0)).toBeLessThan(4);
  });

  it('takes no window that is not whole seconds from 1 to 60', () => {
    for (const windowS of [0, 61, 1.5, Number.NaN, -1]) {
      expect(() => composeScript({ checks: CHECKLIST, windowS, nonce: newNonce() })).toThrow('bug:');
    }
  });
});

describe('quoting', () => {
  it('gives a shell exactly the text', async () => {
    const text = `it's "here" \\ $HOME \`id\` 'twice''`;
    expect((await feed(['sh', '-s'], `printf %s ${quoted(text)}`)).output).toBe(text);
  });
});

const shells = needs('dash', 'bash', 'busybox');
describe.skipIf(shells.skip)(`the checklist under every shell ${shells.reason}`, () => {
  it.concurrent.each([['dash'], ['bash'], ['bash', '--posix'], ['busybox', 'sh']])(
    '%s %s',
    async (...shell) => {
      const sections = await run(CHECKLIST, { shell: shell.filter((word) => word !== undefined) });
      const wanted = CHECKLIST.reduce((sum, { samples }) => sum + (samples === 'both' ? 2 : 1), 0);
      expect(sections).toHaveLength(wanted);
      expect(sections.filter(({ exit, truncated }) => exit !== 0 || truncated)).toEqual([]);
      const { checks, coreComplete } = readFacts({
        schema: 'tcpcheck/capture/v1',
        host: 'x',
        windowMs: 1000,
        sections,
      });
      expect(checks.filter(({ status }) => status !== 'ok')).toEqual([]);
      expect(coreComplete).toBe(true);
    },
  );
});

const busybox = needs('busybox');
describe.skipIf(busybox.skip)(`tools of busybox ${busybox.reason}`, () => {
  let dir = '';
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'tcpcheck-busybox-'));
    const { output } = await feed(['busybox', '--list'], '');
    for (const applet of output.trim().split('\n')) await symlink('/bin/busybox', join(dir, applet));
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  it('are enough, with ss', async () => {
    await symlink('/usr/bin/ss', join(dir, 'ss'));
    const sections = await run(CHECKLIST, { shell: ['env', `PATH=${dir}`, '/bin/sh'] });
    expect(sections.filter(({ exit, truncated }) => exit !== 0 || truncated)).toEqual([]);
    await rm(join(dir, 'ss'));
  });

  it('without ss leave only what ss alone can tell unread', async () => {
    const sections = await run(CHECKLIST, { shell: ['env', `PATH=${dir}`, '/bin/sh'], windowS: 1 });
    const { checks, coverage, facts } = readFacts({
      schema: 'tcpcheck/capture/v1',
      host: 'x',
      windowMs: 1000,
      sections,
    });
    expect(checks.flatMap(({ id, status }) => (status === 'ok' ? [] : [`${id} ${status}`]))).toEqual([
      'socket-summary unavailable',
      'sockets-worst unavailable',
    ]);
    expect(coverage.why[0]?.en).toMatch(/^no ss: /);
    expect(facts.host.run['window_s']).toBeGreaterThanOrEqual(1);
    expect(facts.host.sockets['established']).toBeGreaterThanOrEqual(0);
  });
});

const linter = needs('shellcheck');
describe.skipIf(linter.skip)(`shellcheck ${linter.reason}`, () => {
  it('has nothing to say about the whole script', async () => {
    const script = composeScript({ checks: CHECKLIST, windowS: 10, nonce: newNonce() });
    expect(await feed(['shellcheck', '-s', 'sh', '-'], script)).toEqual({ output: '', exit: 0 });
  });
  const scripts = new Map<string, string>(
    CHECKLIST.flatMap(({ id, script, shortcut = '' }): [string, string][] => [
      [id, script],
      [`the shortcut of ${id}`, shortcut],
    ]),
  );
  it.concurrent.each([...scripts])('nor about %s', async (_, script) => {
    expect(await feed(['shellcheck', '-s', 'sh', '-'], `${script}\n`)).toEqual({ output: '', exit: 0 });
  });
});

describe('a script that arrives in part', () => {
  it('does nothing at all', async () => {
    const script = composeScript({ checks: [madeUp('echo done')], windowS: 1, nonce: newNonce() });
    const ends = [...Array.from({ length: 12 }, (_, tail) => script.length - 2 - tail), 50, 500, 1000];
    const outputs = await Promise.all(ends.map((end) => feed(['sh', '-s'], script.slice(0, end))));
    for (const { output } of outputs) expect(output).not.toContain('@@tcpcheck');
  });
});

const tracer = needs('strace');
describe.skipIf(tracer.skip)(`read-only ${tracer.reason}`, () => {
  it('opens nothing for writing but /dev/null, and changes no file', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'tcpcheck-readonly-'));
    try {
      const nonce = newNonce();
      await writeFile(join(dir, 'script'), composeScript({ checks: CHECKLIST, windowS: 1, nonce }));
      const calls =
        'trace=openat,open,creat,unlink,unlinkat,rename,renameat,renameat2,mkdir,mkdirat,chmod,fchmodat,truncate';
      const trace = join(dir, 'trace');
      const argv = [
        'strace',
        '-f',
        '-qq',
        '-e',
        calls,
        '-e',
        'signal=none',
        '-o',
        trace,
        'sh',
        join(dir, 'script'),
      ];
      const { output } = await feed(argv, '');
      expect(toCapture('here', 1, { nonce, output }).sections.length).toBeGreaterThan(10);
      const lines = (await feed(['cat', trace], '')).output.split('\n');
      expect(lines.length).toBeGreaterThan(500);
      const writing = lines.filter((line) =>
        /O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|unlink|rename|mkdir|chmod|creat\(|truncate\(/.test(line),
      );
      expect(writing.filter((line) => !line.includes('"/dev/null"') && !line.includes('/dev/tty'))).toEqual(
        [],
      );
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  });
});
