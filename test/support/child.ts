import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');

/** A process of ours that a test may kill or stop. */
export interface TestChild {
  readonly pid: number;
  /** The next line it prints. */
  line(): Promise<string>;
  kill(): Promise<void>;
  /** Waits for it to end by itself. */
  gone(): Promise<void>;
  signal(name: 'SIGSTOP' | 'SIGCONT' | 'SIGTERM'): void;
}

let compiled: Promise<string> | null = null;

/**
 * Compiles src and test/state/children once per test file, as the build does, since Node 20 runs no
 * TypeScript by itself.
 */
async function compile(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'tcpcheck-compiled-'));
  afterAllOnce(directory);
  const config = {
    extends: join(ROOT, 'tsconfig.json'),
    compilerOptions: {
      noEmit: false,
      // Checked by the type check already.
      noCheck: true,
      rootDir: ROOT,
      outDir: directory,
      typeRoots: [join(ROOT, 'node_modules/@types')],
    },
    include: [join(ROOT, 'src/state/**/*.ts'), join(ROOT, 'test/state/children/*.ts')],
  };
  await writeFile(join(directory, 'tsconfig.json'), JSON.stringify(config));
  await writeFile(join(directory, 'package.json'), '{"type":"module"}');
  await symlink(join(ROOT, 'node_modules'), join(directory, 'node_modules'));
  await promisify(execFile)(join(ROOT, 'node_modules/.bin/tsc'), ['-p', directory]);
  return directory;
}

const leftovers: string[] = [];
function afterAllOnce(directory: string): void {
  leftovers.push(directory);
}
afterAll(async () => {
  for (const directory of leftovers.splice(0)) await rm(directory, { recursive: true, force: true });
  compiled = null;
});

/** Runs test/state/children/NAME.ts as a process of its own. */
export async function spawnModule(name: string, args: readonly string[]): Promise<TestChild> {
  compiled ??= compile();
  const file = join(await compiled, 'test/state/children', `${name}.js`);
  const child = spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  return control(child);
}

function control(child: ChildProcess): TestChild {
  const { stdout, pid } = child;
  if (stdout === null || pid === undefined) throw new Error('the child did not start');
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  const gone = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  };
  return {
    pid,
    line: async () => {
      const next = await lines.next();
      if (next.done === true) throw new Error('the child printed nothing more');
      return next.value;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await gone();
    },
    gone,
    signal: (signal) => void child.kill(signal),
  };
}
