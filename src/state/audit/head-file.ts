import { readFile, rename, writeFile } from 'node:fs/promises';
import type { Head } from '../../core/audit/chain.ts';

const headFile = (logPath: string): string => logPath.replace(/\.jsonl$/, '.head');

/** Beside the log stands how far it went, so that a log that was cut short shows. */
export async function writeHead(logPath: string, { seq, hash }: Head): Promise<void> {
  const path = headFile(logPath);
  await writeFile(`${path}.new`, `${seq} ${hash}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

/** Null where there is none, or none that can be understood. */
export async function readHead(logPath: string): Promise<Head | null> {
  const text = await readFile(headFile(logPath), 'utf8').catch(() => '');
  const [, seq, hash] = /^(\d{1,15}) ([0-9a-f]{64})\n$/.exec(text) ?? [];
  return seq === undefined || hash === undefined ? null : { seq: Number(seq), hash };
}
