import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../ops/log.ts';
import type { Running } from './running.ts';

/** A worker that dies at once, again and again, must not keep the machine busy with starting it. */
const FIRST_RESTART_MS = 250;
const MAX_RESTART_MS = 30_000;
/** One that lived this long had started well: its next restart is quick again. */
const LIVED_WELL_MS = 60_000;
/** The worker's own drain, and a little. */
const STOP_LIMIT_MS = 80_000;

interface WorkerChildOptions {
  /** The program itself, run again as a worker. */
  readonly main: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
}

/** Keeps one worker process alive: restarted when it dies, ended when we end (or are killed: it sees the channel close). */
export function keepWorker(options: WorkerChildOptions): Running {
  let stopping = false;
  let child = start(options);
  const stopped = new AbortController();
  const watching = (async () => {
    let delayMs = FIRST_RESTART_MS;
    for (;;) {
      const startedAt = performance.now();
      const [code, signal] = await ended(child);
      if (stopping) return;
      options.log.problem({
        what: 'the worker process ended; starting it again',
        code: 'INTERNAL',
        fields: { code, signal },
      });
      if (performance.now() - startedAt > LIVED_WELL_MS) delayMs = FIRST_RESTART_MS;
      await sleep(delayMs, undefined, { signal: stopped.signal }).catch(() => undefined);
      delayMs = Math.min(delayMs * 2, MAX_RESTART_MS);
      if (stopped.signal.aborted) return;
      child = start(options);
    }
  })();
  return {
    stop: async () => {
      stopping = true;
      stopped.abort();
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
      await ended(child);
      clearTimeout(timer);
      await watching;
    },
  };
}

/**
 * The channel serves one purpose: it closes when the parent dies, however it dies. A Ctrl-C of the terminal is for
 * the parent alone, which ends the worker in its turn.
 */
function start({ main, args, env }: WorkerChildOptions): ChildProcess {
  const child = fork(main, [...args], {
    env,
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  // One that could not even be started (no memory, no process left) says so here, and is started again below.
  child.on('error', () => undefined);
  return child;
}

async function ended(child: ChildProcess): Promise<readonly [number | null, string | null]> {
  const alive = child.pid !== undefined && child.exitCode === null && child.signalCode === null;
  // `once` rejects with the child's error; whether it has ended its codes say.
  if (alive) await once(child, 'exit').catch(() => undefined);
  return [child.exitCode, child.signalCode];
}
