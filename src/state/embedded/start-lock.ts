import { randomUUID } from 'node:crypto';
import { link, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { TcpcheckError } from '../../core/domain/errors.ts';
import { formatIdentity, identityOf, isAlive, parseIdentity } from './process-identity.ts';

/** Starting takes well under a second; an append-only file of gigabytes needs longer to load. */
const WAIT_MS = 60_000;
const LOOK_MS = 50;
const NAME = /^start-lock\.(\d{1,15})$/;
/** Content of a lock whose holder is done with it. */
const FREE = 'free';

/**
 * Does the work while no other process does it in the same directory. Each holder makes the next file of a
 * numbered row, which only one can; nobody ever takes a file away that somebody could still be looking at. A
 * holder that was killed leaves a file with the identity of a dead process, which counts as free.
 */
export async function withStartLock<T>(directory: string, work: () => Promise<T>): Promise<T> {
  const number = await acquire(directory);
  try {
    return await work();
  } finally {
    await release(directory, number);
  }
}

async function acquire(directory: string): Promise<number> {
  const untilMs = performance.now() + WAIT_MS;
  const mine = join(directory, `start-lock-of-${randomUUID()}`);
  await writeFile(mine, formatIdentity(await identityOf(process.pid)), { mode: 0o600 });
  try {
    for (;;) {
      const last = await highest(directory);
      if (await isFree(directory, last)) {
        // The file appears with its content or not at all, and only for one of those who try.
        const won = await link(mine, lockFile(directory, last + 1)).then(
          () => true,
          () => false,
        );
        if (won && (await highest(directory)) === last + 1) return last + 1;
      }
      if (performance.now() > untilMs) {
        throw new TcpcheckError(
          'REDIS_EMBEDDED',
          `another process has been starting the embedded Redis in ${directory} for ${WAIT_MS / 1000} s`,
        );
      }
      await sleep(LOOK_MS);
    }
  } finally {
    await rm(mine, { force: true });
  }
}

async function release(directory: string, number: number): Promise<void> {
  const free = join(directory, `start-lock-free-${randomUUID()}`);
  await writeFile(free, FREE, { mode: 0o600 });
  await rename(free, lockFile(directory, number));
  for (const name of await readdir(directory)) {
    const match = NAME.exec(name);
    if (match !== null && Number(match[1]) < number) await rm(join(directory, name), { force: true });
  }
}

async function isFree(directory: string, number: number): Promise<boolean> {
  if (number === 0) return true;
  const text = await readFile(lockFile(directory, number), 'utf8').catch(() => null);
  // Gone means that a later holder has tidied up: look again at who is the last.
  if (text === null) return false;
  const holder = parseIdentity(text);
  return holder === null || !(await isAlive(holder));
}

async function highest(directory: string): Promise<number> {
  const numbers = (await readdir(directory)).map((name) => Number(NAME.exec(name)?.[1] ?? 0));
  return Math.max(0, ...numbers);
}

const lockFile = (directory: string, number: number): string => join(directory, `start-lock.${number}`);
