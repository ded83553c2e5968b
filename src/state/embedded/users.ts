import { randomUUID } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatIdentity, identityOf, isAlive, parseIdentity } from './process-identity.ts';

const NAME = /^user\.[0-9a-f-]{36}$/;

/** Enters this process into the list of those who use the server; returns its entry. */
export async function enter(directory: string): Promise<string> {
  const entry = join(directory, `user.${randomUUID()}`);
  await writeFile(entry, formatIdentity(await identityOf(process.pid)), { mode: 0o600 });
  return entry;
}

/** Takes the entry back; true when nobody alive is left. Entries of killed processes are removed. */
export async function leave(directory: string, entry: string): Promise<boolean> {
  await rm(entry, { force: true });
  let last = true;
  for (const name of (await readdir(directory)).filter((found) => NAME.test(found))) {
    const path = join(directory, name);
    const identity = parseIdentity(await readFile(path, 'utf8').catch(() => ''));
    if (identity !== null && (await isAlive(identity))) last = false;
    else await rm(path, { force: true });
  }
  return last;
}
