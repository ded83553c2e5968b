import { readFile, stat } from 'node:fs/promises';

/**
 * Reads a regular file of bounded size. Looks before it opens: opening a named pipe would wait for ever,
 * and a device has no end.
 */
export async function readSmallFile(path: string, limitBytes: number): Promise<Buffer> {
  const about = await stat(path);
  if (!about.isFile()) throw new Error(`${path} is not a regular file`);
  if (about.size > limitBytes) throw new Error(`${path} is larger than ${limitBytes} bytes`);
  return readFile(path);
}
