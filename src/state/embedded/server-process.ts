import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TcpcheckError } from '../../core/domain/errors.ts';
import { messageOf } from '../problems.ts';

/** The files of one embedded server. */
export interface ServerFiles {
  readonly directory: string;
  readonly configFile: string;
  readonly logFile: string;
  readonly socketPath: string;
}

/** The log says a few lines per start; what is larger than this is put aside, one generation. */
const MAX_LOG_BYTES = 1_000_000;
/** The lines an error message shows. */
const LAST_LINES = 5;
const LAST_BYTES = 2_000;

export const serverFiles = (directory: string, socketPath: string): ServerFiles => ({
  directory,
  configFile: join(directory, 'redis.conf'),
  logFile: join(directory, 'redis.log'),
  socketPath,
});

/** A redis-server that was just started. */
export interface ServerProcess {
  readonly pid: number;
  /** How it ended; null while it runs. */
  endedBy(): string | null;
}

/**
 * Starts redis-server in its own session, so that it outlives a killed parent and gets no Ctrl-C of the
 * terminal: the parent still needs it to shut down in order.
 */
export async function startServer(files: ServerFiles): Promise<ServerProcess> {
  await writeFile(files.configFile, configOf(files), { mode: 0o600 });
  await putLogAside(files.logFile);
  const log = await open(files.logFile, 'a', 0o600);
  try {
    const child = spawn('redis-server', [files.configFile], {
      cwd: files.directory,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    let ended: string | null = null;
    child.once('exit', (code, signal) => {
      ended = signal === null ? `it ended with status ${code}` : `it ended by ${signal}`;
    });
    if (child.pid === undefined) throw missing(await once(child, 'error'));
    child.unref();
    return { pid: child.pid, endedBy: () => ended };
  } finally {
    await log.close();
  }
}

/** The end of the server's log, for a message. */
export async function lastLogLines(logFile: string): Promise<string> {
  const text = await readFile(logFile, 'utf8').catch(() => '');
  return text.slice(-LAST_BYTES).trim().split('\n').slice(-LAST_LINES).join(' | ');
}

function missing(errors: readonly unknown[]): TcpcheckError {
  const said = errors.map(messageOf).join(', ');
  return new TcpcheckError('REDIS_EMBEDDED', `start redis-server: the program cannot be run (${said})`, {
    hint: 'Install it (Debian, Ubuntu: apt-get install redis-server; macOS: brew install redis), or set REDIS_URL.',
  });
}

/** No TCP port at all; what was accepted is on disk within a second; nothing is ever evicted. */
function configOf({ directory, socketPath }: ServerFiles): string {
  return [
    'port 0',
    `unixsocket ${quoted(socketPath)}`,
    'unixsocketperm 700',
    `dir ${quoted(directory)}`,
    'daemonize no',
    'databases 1',
    'appendonly yes',
    'appendfsync everysec',
    'save ""',
    'maxmemory-policy noeviction',
    '',
  ].join('\n');
}

/** A double-quoted word of redis.conf. */
const quoted = (text: string): string =>
  `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n').replaceAll('\r', '\\r')}"`;

async function putLogAside(logFile: string): Promise<void> {
  const size = await stat(logFile).then(
    (found) => found.size,
    () => 0,
  );
  if (size > MAX_LOG_BYTES) await rename(logFile, `${logFile}.1`);
}
