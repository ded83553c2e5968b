import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';

/** The version in package.json, which stands beside src and dist alike. */
export function version(): string {
  const json: unknown = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../package.json'), 'utf8'));
  return z.object({ version: z.string() }).parse(json).version;
}
