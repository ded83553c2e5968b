import { resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { PYTHON, needs } from '../support/machine.ts';
import { samplesIn } from './collect.ts';
import { CLASSPATH, GO_ENV, compile, makeFolder } from './written.ts';

/** Every code sample is complete: with its imports, without a name that nobody made. */
const folder = makeFolder();
afterAll(() => folder.remove());
const modules = resolve(import.meta.dirname, '../../node_modules');
const PASSED = { exit: 0, said: '' };

/** Names that are read and come from nowhere, as the compiler's own tables have it. */
const PYTHON_NAMES = `
import builtins, symtable, sys, warnings
warnings.simplefilter("error")
with open(sys.argv[1]) as file:
    text = file.read()
compile(text, "sample.py", "exec")
top = symtable.symtable(text, "sample.py", "exec")
known = set(dir(builtins)) | {"__name__"} | {s.get_name() for s in top.get_symbols() if s.is_assigned() or s.is_imported()}
def look(table):
    for symbol in table.get_symbols():
        if symbol.is_global() and symbol.is_referenced() and symbol.get_name() not in known:
            print("nobody made", symbol.get_name())
    for inner in table.get_children():
        look(inner)
look(top)
`;

const python = needs('lab');
describe.skipIf(python.skip)(`Python samples ${python.reason}`, () => {
  const names = folder.write('names.py', PYTHON_NAMES);

  it.each(samplesIn('Python'))('$place', async ({ code }) => {
    expect(await compile([PYTHON, names, folder.write('python/sample.py', code)])).toEqual(PASSED);
  });

  it('with a forgotten import are found out', async () => {
    const seeds = folder.write('python/seeds.py', 'class C:\n    def f(self):\n        return time.time()\n');
    expect(await compile([PYTHON, names, seeds])).toEqual({ exit: 0, said: 'nobody made time\n' });
  });
});

describe('Node.js samples', () => {
  const files = samplesIn('Node.js').map(({ code }, at) => folder.write(`node/sample-${at}.mjs`, code));

  it('fit the types of Node', { timeout: 60_000 }, async () => {
    const tsc = [
      '--noEmit',
      '--allowJs',
      '--checkJs',
      '--skipLibCheck',
      '--strict',
      'false',
      '--pretty',
      'false',
    ];
    const target = ['--module', 'nodenext', '--target', 'es2023'];
    const types = ['--types', 'node', '--typeRoots', `${modules}/@types`];
    const options = { cwd: folder.path };
    expect(await compile([`${modules}/.bin/tsc`, ...tsc, ...target, ...types, ...files], options)).toEqual(
      PASSED,
    );
  });

  it('are many', () => {
    expect(files.length).toBeGreaterThan(5);
  });
});

const java = needs('javac', 'httpclient5');
describe.skipIf(java.skip)(`Java samples ${java.reason}`, () => {
  const samples = samplesIn('Java');

  it('compile together, without a warning', { timeout: 240_000 }, async () => {
    const files = samples.map(({ code }, at) => folder.write(`java/Sample${at}.java`, code));
    const out = `${folder.path}/java/classes`;
    const strict = ['-Xlint:all,-path', '-Werror', '-cp', CLASSPATH, '-d', out] as const;
    expect(await compile(['javac', ...strict, ...files])).toEqual(PASSED);
  });

  it('are many', () => {
    expect(samples.length).toBeGreaterThan(6);
  });
});

const go = needs('go');
describe.skipIf(go.skip)(`Go samples ${go.reason}`, () => {
  const samples = samplesIn('Go');

  it('pass go vet', { timeout: 240_000 }, async () => {
    folder.write('go/go.mod', 'module samples\n');
    samples.forEach(({ code }, at) => folder.write(`go/sample${at}/sample.go`, code));
    expect(await compile(['go', 'vet', './...'], { cwd: `${folder.path}/go`, env: GO_ENV })).toEqual(PASSED);
  });

  it('are many', () => {
    expect(samples.length).toBeGreaterThan(6);
  });
});

const shell = needs('shellcheck', 'dash');
describe.skipIf(shell.skip)(`shell samples ${shell.reason}`, () => {
  it.each(samplesIn('shell', 'Docker'))('$place', async ({ code }) => {
    const file = folder.write('shell/sample.sh', code);
    expect(await compile(['dash', '-n', file])).toEqual(PASSED);
    // Below "warning" it is a matter of taste, such as ls in a pipe that a person reads.
    expect(await compile(['shellcheck', '--shell=sh', '--severity=warning', file])).toEqual(PASSED);
  });
});

const systemd = needs('systemd-analyze');
const verify = async (dropIn: string): ReturnType<typeof compile> => {
  const unit = folder.write('units/sample.service', '[Service]\nExecStart=/bin/true\n');
  folder.write('units/sample.service.d/override.conf', dropIn);
  const env = { SYSTEMD_UNIT_PATH: `${folder.path}/units:` };
  return compile(['systemd-analyze', 'verify', '--man=no', unit], { env });
};
describe.skipIf(systemd.skip)(`systemd samples ${systemd.reason}`, () => {
  it.each(samplesIn('systemd'))('$place', async ({ code }) => {
    expect(await verify(code)).toEqual(PASSED);
  });

  it('with a misspelt name are found out', async () => {
    expect((await verify('[Service]\nLimitNoFile=65536\n')).said).toContain('LimitNoFile');
  });
});
