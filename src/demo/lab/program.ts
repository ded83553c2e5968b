import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { TcpcheckError } from '../../core/domain/errors.ts';
import type { Box } from './box.ts';
import { LAB_ENV } from './commands.ts';
import { expectations } from './expectations.ts';
import { parseLine, type Second } from './program-lines.ts';

/** One of the small Python programs, and where it runs. */
export interface Program {
  readonly side: 'host' | 'peer';
  /** File in the folder of the workloads. */
  readonly file: string;
  readonly args: readonly string[];
  /** For one that needs longer than others until it is ready. */
  readonly readyWithinMs?: number;
}

/** A running program. */
export interface Running {
  /** Process id as its own box counts. */
  readonly pid: number;
  /** The program has said that what it keeps going is going. */
  readonly ready: Promise<void>;
  /** Null while it runs; afterwards how it ended, with the last words of its standard error. */
  ended(): string | null;
  /** Calls back for every second it reports, and once more (null) when it has ended. */
  onSecond(listener: (second: Second | null) => void): void;
  /** Sends an order and waits until the program has confirmed it. */
  order(word: 'pause' | 'resume'): Promise<void>;
}

/** A program that keeps a sickness going needs at most a few client timeouts to get there. */
const READY_TIMEOUT_MS = 10_000;
const ORDER_TIMEOUT_MS = 5_000;
const STDERR_LIMIT = 4_000;

/** -B leaves no bytecode behind, -E and -s keep the machine's Python settings out, -S saves start-up time. */
const PYTHON = ['python3', '-BEsS'];

/** Starts a program in its box and waits until it has said its process id. */
export async function startProgram(box: Box, program: Program, workloadsDir: string): Promise<Running> {
  const [command = '', ...argv] = box.staying([
    ...PYTHON,
    `${workloadsDir}/${program.file}`,
    ...program.args,
  ]);
  const child = spawn(command, argv, {
    env: LAB_ENV,
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const problem = (why: string): TcpcheckError =>
    new TcpcheckError('LAB_FAILED', `${program.file} ${program.args.join(' ')}: ${why}`);
  const words = expectations((word, timeoutMs) =>
    problem(`wanted "${word}" within ${timeoutMs} ms (${stderr.trim()})`),
  );
  const listeners: ((second: Second | null) => void)[] = [];
  let ending: string | null = null;
  let stderr = '';
  let pid = 0;

  const end = (why: string): void => {
    if (ending !== null) return;
    ending = why;
    words.fail(problem(why));
    for (const listener of listeners) listener(null);
  };
  child.stdin.on('error', () => undefined);
  child.stderr.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString()).slice(-STDERR_LIMIT);
  });
  child.on('error', (error) => end(error.message));
  child.on('close', (exit) => end(`it ended with ${exit ?? 'a signal'} (${stderr.trim()})`));
  createInterface({ input: child.stdout }).on('line', (text) => {
    const line = parseLine(text);
    if (line === null) stderr = `${stderr}\nunreadable line: ${text}`.slice(-STDERR_LIMIT);
    else if (line.kind === 'second') for (const listener of listeners) listener(line.second);
    else {
      pid = line.pid;
      words.hear(line.event);
    }
  });

  const ready = words.heard('ready', program.readyWithinMs ?? READY_TIMEOUT_MS);
  // Whoever needs it awaits it; until then a rejection must not end the process.
  ready.catch(() => undefined);
  await words.heard('started', READY_TIMEOUT_MS);
  return {
    pid,
    ready,
    ended: () => ending,
    onSecond: (listener) => listeners.push(listener),
    order: async (word) => {
      const confirmed = words.heard(word, ORDER_TIMEOUT_MS);
      child.stdin.write(`${word}\n`);
      await confirmed;
    },
  };
}
