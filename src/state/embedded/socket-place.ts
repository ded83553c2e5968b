import { lstat, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { TcpcheckError } from '../../core/domain/errors.ts';

/** sun_path holds 108 bytes with the closing NUL (unix(7)); one byte of reserve for systems with less. */
const MAX_SOCKET_BYTES = 106;
const SOCKET = 'redis.sock';
/** In the data directory: where the socket is when it could not be beside it. */
const RECORD = 'socket-path';

/** Makes the directory for our user alone; refuses one that others could reach into. */
export async function privateDirectory(path: string): Promise<string> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const stat = await lstat(path);
  const uid = process.getuid?.() ?? stat.uid;
  if (!stat.isDirectory() || stat.uid !== uid || (stat.mode & 0o077) !== 0) {
    throw new TcpcheckError(
      'REDIS_EMBEDDED',
      `keep the embedded Redis in ${path}: it must be a directory of user ${uid} with mode 0700; mode is 0${(stat.mode & 0o777).toString(8)}, owner ${stat.uid}`,
      { hint: `Run: chmod 700 ${path}, or set another TCPCHECK_DATA_DIR.` },
    );
  }
  return path;
}

/**
 * Path of the Redis socket: in the directory itself where its path is short enough, else in a private
 * directory under the system's temporary one that is remembered, so that every later start finds it.
 */
export async function socketPlace(directory: string): Promise<string> {
  const beside = join(directory, SOCKET);
  if (fits(beside)) return beside;
  const record = join(directory, RECORD);
  const recorded = (await readFile(record, 'utf8').catch(() => '')).trim();
  if (recorded !== '' && fits(recorded) && (await isPrivate(dirname(recorded)))) return recorded;
  const socket = join(await mkdtemp(join(tmpdir(), 'tcpcheck-')), SOCKET);
  if (!fits(socket)) {
    throw new TcpcheckError(
      'REDIS_EMBEDDED',
      `no place for the socket of the embedded Redis: ${socket} is longer than ${MAX_SOCKET_BYTES} bytes`,
      { hint: 'Set TMPDIR to a shorter path, or REDIS_URL.' },
    );
  }
  await writeFile(record, `${socket}\n`, { mode: 0o600 });
  return socket;
}

const fits = (path: string): boolean => Buffer.byteLength(path) <= MAX_SOCKET_BYTES;

async function isPrivate(directory: string): Promise<boolean> {
  return privateDirectory(directory).then(
    () => true,
    () => false,
  );
}
