import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Puts the text into the file, whole or not at all, and only returns when text and name are on the disk: what must be
 * there after a power cut because something else follows from it.
 */
export function writeDurably(path: string, text: string): void {
  const folder = dirname(path);
  makeFolder(folder);
  writeFileSync(`${path}.new`, text, { mode: 0o600, flush: true });
  renameSync(`${path}.new`, path);
  flushFolder(folder);
}

/** Makes the folder and those above it, where they are missing, so that a power cut leaves them there. */
export function makeFolder(folder: string): void {
  const first = mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (first !== undefined) flushNames(first, folder);
}

/** Each folder that was made has its name in the one above. */
function flushNames(first: string, last: string): void {
  for (let made = last; made.length >= first.length; made = dirname(made)) flushFolder(dirname(made));
}

/** What was made in it keeps its name through a power cut. */
export function flushFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
