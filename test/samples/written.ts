import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { JARS } from '../support/machine.ts';

/** A folder for the samples of one test. */
export interface Folder {
  readonly path: string;
  write(name: string, text: string): string;
  remove(): void;
}

export function makeFolder(): Folder {
  const path = mkdtempSync(join(tmpdir(), 'tcpcheck-samples-'));
  return {
    path,
    write: (name, text) => {
      const file = join(path, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      return file;
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

export interface Ended {
  readonly exit: number;
  readonly said: string;
}

/** A first build of Go's network packages takes most of a minute where the machine is busy. */
const COMPILE_MS = 180_000;

/** Runs a compiler or checker to its end; what it says counts as well as its exit code. */
export async function compile(
  argv: readonly [string, ...string[]],
  options: { cwd?: string; env?: Readonly<Record<string, string>> } = {},
): Promise<Ended> {
  const [program, ...args] = argv;
  const env = { ...process.env, LC_ALL: 'C', ...options.env };
  return new Promise((done) => {
    execFile(program, args, { cwd: options.cwd, env, timeout: COMPILE_MS }, (error, stdout, stderr) => {
      const exit = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      done({ exit, said: `${stdout}${stderr}` });
    });
  });
}

export const CLASSPATH = ['httpclient5', 'httpcore5', 'httpcore5-h2', 'commons-codec', 'slf4j-api']
  .map((jar) => `${JARS}/${jar}.jar`)
  .join(':');

/** Only what Debian ships, nothing fetched. */
export const GO_ENV = { GOPROXY: 'off', GOTOOLCHAIN: 'local', GOFLAGS: '-mod=mod' };
