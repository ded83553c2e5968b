import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, throttled, type ReportProblem } from '../problems.ts';
import { ensureServer, stopServer } from './one-server.ts';
import { listens } from './server-answer.ts';
import { lastLogLines, serverFiles, type ServerFiles } from './server-process.ts';
import { privateDirectory, socketPlace } from './socket-place.ts';
import { withStartLock } from './start-lock.ts';
import { enter, leave } from './users.ts';

/** How often a look is taken whether the server still lives. */
const WATCH_MS = 1_000;

/** A running embedded Redis. */
export interface EmbeddedRedis {
  readonly socketPath: string;
  /** Stops the server, unless another process uses it still. */
  close(): Promise<void>;
}

/** Where it keeps its data, and who hears of trouble. */
export interface EmbeddedOptions {
  readonly dataDir: string;
  readonly onProblem?: ReportProblem;
}

/**
 * Starts redis-server on a private unix socket, or adopts the one an earlier process left alive; starts it
 * again when it dies. However many start at once, one server runs per data directory.
 */
export async function startEmbeddedRedis(options: EmbeddedOptions): Promise<EmbeddedRedis> {
  const directory = await privateDirectory(resolve(options.dataDir, 'redis'));
  const { files, entry } = await withStartLock(directory, async () => {
    const place = serverFiles(directory, await socketPlace(directory));
    await ensureServer(place);
    return { files: place, entry: await enter(directory) };
  });
  const watch = keepAlive(files, throttled(options.onProblem ?? (() => undefined)));
  return {
    socketPath: files.socketPath,
    close: async () => {
      await watch.stop();
      await withStartLock(directory, async () => {
        if (await leave(directory, entry)) await stopServer(files);
      });
    },
  };
}

/** Starts the server again when nobody listens any more. */
function keepAlive(files: ServerFiles, report: ReportProblem): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const watch = async (): Promise<void> => {
    for (;;) {
      await sleep(WATCH_MS, undefined, { signal: stopping.signal, ref: false });
      if (!(await listens(files.socketPath))) await startAgain(files, report);
    }
  };
  // Ends by the abort of its sleep, and by nothing else.
  const watching = watch().catch(() => undefined);
  return {
    stop: async () => {
      stopping.abort();
      await watching;
    },
  };
}

async function startAgain(files: ServerFiles, report: ReportProblem): Promise<void> {
  const tell = (what: string, said: string): void =>
    report({ what, code: 'REDIS_EMBEDDED', fields: { said, log: files.logFile } });
  tell('the embedded Redis had died and is started again', await lastLogLines(files.logFile));
  try {
    await withStartLock(files.directory, async () => ensureServer(files));
  } catch (error) {
    tell('the embedded Redis cannot be started again', messageOf(error));
  }
}
