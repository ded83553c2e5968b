import { createConnection } from 'node:net';
import { Redis } from 'ioredis';
import { messageOf } from '../problems.ts';

/** What answers at a socket. */
export type Answer =
  /** Nobody listens: no file, or a stale one. */
  | { readonly kind: 'nobody' }
  /** Listens, and says nothing useful yet: loading its data, or hung. */
  | { readonly kind: 'not-ready'; readonly said: string }
  | { readonly kind: 'ready'; readonly pid: number; readonly configFile: string };

const ASK_MS = 1_000;

/** Whether anybody listens at the socket; a hung server does. */
export async function listens(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(socketPath);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    // EAGAIN: the accept queue of a hung server is full (unix(7)).
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'EAGAIN'));
  });
}

/** Asks a server who it is. */
export async function askServer(socketPath: string): Promise<Answer> {
  if (!(await listens(socketPath))) return { kind: 'nobody' };
  const redis = new Redis({
    path: socketPath,
    lazyConnect: true,
    // INFO is asked below; while the server loads its data that is refused, which is an answer too.
    enableReadyCheck: false,
    enableOfflineQueue: false,
    disableClientInfo: true,
    protocol: 2,
    connectTimeout: ASK_MS,
    commandTimeout: ASK_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  // Every failure comes as a rejection as well.
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    await redis.ping();
    const info = await redis.info('server');
    return { kind: 'ready', pid: Number(field(info, 'process_id')), configFile: field(info, 'config_file') };
  } catch (error) {
    return { kind: 'not-ready', said: messageOf(error) };
  } finally {
    redis.disconnect();
  }
}

const field = (info: string, name: string): string =>
  info
    .split(/\r?\n/)
    .find((line) => line.startsWith(`${name}:`))
    ?.slice(name.length + 1)
    .trim() ?? '';
