import { readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { TcpcheckError } from '../../core/domain/errors.ts';
import { formatIdentity, identityOf, isAlive, parseIdentity } from './process-identity.ts';
import { askServer, listens, type Answer } from './server-answer.ts';
import { lastLogLines, startServer, type ServerFiles } from './server-process.ts';
import { privateDirectory } from './socket-place.ts';

/** Loading the append-only file takes about a second per 100 MB; ours is far smaller. */
const READY_MS = 30_000;
const LOOK_MS = 25;
/** Redis writes its file and goes; one that does not is hung. */
const STOP_MS = 5_000;

/** Adopts the server at the socket when it is ours and answers, else starts one. Only under the start lock. */
export async function ensureServer(files: ServerFiles): Promise<void> {
  const answer = await answerOf(files.socketPath);
  switch (answer.kind) {
    case 'nobody':
      return startAndWait(files);
    case 'not-ready':
      throw new TcpcheckError(
        'REDIS_EMBEDDED',
        `adopt the Redis at ${files.socketPath}: it listens, but has not answered for ${READY_MS / 1000} s (${answer.said}); its log ends: ${await lastLogLines(files.logFile)}`,
        { hint: 'The redis-server of an earlier start hangs; end it, then start again.' },
      );
    case 'ready':
      if (answer.configFile === files.configFile) return;
      throw new TcpcheckError(
        'REDIS_EMBEDDED',
        `adopt the Redis at ${files.socketPath}: wanted the one of ${files.configFile}, found one of ${answer.configFile || 'no file'} (pid ${answer.pid})`,
        { hint: 'Something else listens on our socket; end it, or set another TCPCHECK_DATA_DIR.' },
      );
  }
}

/** Ends the server: it writes its file first; one that hangs is killed. Only under the start lock. */
export async function stopServer(files: ServerFiles): Promise<void> {
  if (await listens(files.socketPath)) await askToStop(files);
  // One that listens still did not hear us, nor will it hear a SIGTERM.
  await endServer(files, (await listens(files.socketPath)) ? ['SIGKILL'] : ['SIGTERM', 'SIGKILL']);
  await rm(files.socketPath, { force: true });
}

async function askToStop(files: ServerFiles): Promise<void> {
  const redis = new Redis({ path: files.socketPath, lazyConnect: true, retryStrategy: () => null });
  // The connection ends with the server; that is what is wanted.
  redis.on('error', () => undefined);
  const asked = redis
    .connect()
    .then(async () => redis.shutdown())
    .catch(() => undefined);
  const untilMs = performance.now() + STOP_MS;
  while ((await listens(files.socketPath)) && performance.now() < untilMs) await sleep(LOOK_MS);
  redis.disconnect();
  await asked;
}

async function answerOf(socketPath: string): Promise<Answer> {
  const untilMs = performance.now() + READY_MS;
  for (;;) {
    const answer = await askServer(socketPath);
    if (answer.kind !== 'not-ready' || performance.now() > untilMs) return answer;
    await sleep(LOOK_MS);
  }
}

async function startAndWait(files: ServerFiles): Promise<void> {
  // A cleaner of temporary files may have taken the socket's directory; the server then lives on unreachable.
  await privateDirectory(dirname(files.socketPath));
  await endServer(files, ['SIGTERM', 'SIGKILL']);
  await rm(files.socketPath, { force: true });
  const server = await startServer(files);
  await writeFile(pidFile(files), formatIdentity(await identityOf(server.pid)), { mode: 0o600 });
  const untilMs = performance.now() + READY_MS;
  while (server.endedBy() === null && performance.now() < untilMs) {
    const answer = await askServer(files.socketPath);
    if (answer.kind === 'ready') return;
    await sleep(LOOK_MS);
  }
  const ended = server.endedBy();
  if (ended === null) await endServer(files, ['SIGKILL']);
  const what = ended ?? `not ready after ${READY_MS / 1000} s`;
  throw new TcpcheckError(
    'REDIS_EMBEDDED',
    `start redis-server in ${files.directory}: ${what}; its log ends: ${await lastLogLines(files.logFile)}`,
    { hint: `Look at ${files.logFile}.` },
  );
}

/**
 * Ends the server that was started last, if it lives still: two on the same files would destroy them. Without
 * /proc its number proves nothing, since another process may have it by now.
 */
async function endServer(files: ServerFiles, signals: readonly NodeJS.Signals[]): Promise<void> {
  const server = parseIdentity(await readFile(pidFile(files), 'utf8').catch(() => ''));
  if (server === null || server.startTicks === null) return;
  for (const signal of signals) {
    if (!(await isAlive(server))) return;
    process.kill(server.pid, signal);
    const untilMs = performance.now() + STOP_MS;
    while ((await isAlive(server)) && performance.now() < untilMs) await sleep(LOOK_MS);
  }
}

const pidFile = (files: ServerFiles): string => join(files.directory, 'server.pid');
