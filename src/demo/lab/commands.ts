import { spawn } from 'node:child_process';
import { TcpcheckError } from '../../core/domain/errors.ts';
import { LAB_PATH } from './requirements.ts';

/** How a command ended; exit is null when a signal ended it. */
export interface Outcome {
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly stdin?: string;
  readonly timeoutMs?: number;
}

/** Building a host takes milliseconds; whatever needs longer than this hangs. */
const COMMAND_TIMEOUT_MS = 15_000;
/** Enough for `ss` on every lab host; a command that prints more is cut off and fails. */
const OUTPUT_LIMIT_BYTES = 8 * 1024 * 1024;

/** The environment of every process of the lab: nothing of ours leaks into a host. */
export const LAB_ENV = { PATH: LAB_PATH, LC_ALL: 'C', HOME: '/root' };

/** Runs a program without a shell and returns how it ended, whatever its exit status. */
export function run(argv: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const [program = '', ...args] = argv;
  return new Promise((resolve, reject) => {
    const fail = (why: string, cause?: unknown): void =>
      reject(new TcpcheckError('LAB_FAILED', `${argv.join(' ')}: ${why}`, { cause }));
    const child = spawn(program, args, { env: LAB_ENV, stdio: ['pipe', 'pipe', 'pipe'] });
    const timeoutMs = options.timeoutMs ?? COMMAND_TIMEOUT_MS;
    const timer = setTimeout(() => {
      fail(`still running after ${timeoutMs} ms`);
      child.kill('SIGKILL');
    }, timeoutMs);
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    let bytes = 0;
    const keep = (into: Buffer[]) => (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= OUTPUT_LIMIT_BYTES) into.push(chunk);
      else {
        fail(`printed more than ${OUTPUT_LIMIT_BYTES} bytes`);
        child.kill('SIGKILL');
      }
    };
    child.stdout.on('data', keep(stdout));
    child.stderr.on('data', keep(stderr));
    // A program that ends without reading its input breaks the pipe; its exit status tells the story.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.stdin ?? '');
    child.on('error', (error) => {
      clearTimeout(timer);
      fail(`could not be started (${error.message})`, error);
    });
    child.on('close', (exit) => {
      clearTimeout(timer);
      resolve({ exit, stdout: text(stdout), stderr: text(stderr) });
    });
  });
}

/** Runs a program that has to succeed and returns its output. */
export async function must(argv: readonly string[], options: RunOptions = {}): Promise<string> {
  const { exit, stdout, stderr } = await run(argv, options);
  if (exit === 0) return stdout;
  const answer = stderr.trim() === '' ? 'no message' : stderr.trim();
  throw new TcpcheckError(
    'LAB_FAILED',
    `${argv.join(' ')}: wanted exit 0, got ${exit ?? 'a signal'} (${answer})`,
  );
}

const text = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString('utf8');
