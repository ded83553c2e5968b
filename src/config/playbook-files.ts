import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { TcpcheckError } from '../core/domain/errors.ts';
import type { PlaybookFile } from './config.ts';

/** The playbooks that come with the product. */
const SHIPPED = resolve(import.meta.dirname, '../../playbooks');

/** The shipped playbooks and those of the given files and folders, each once, in a stable order. */
export function readPlaybookFiles(paths: readonly string[]): readonly PlaybookFile[] {
  return filesOf([SHIPPED, ...paths]).map(readOne);
}

/** Only the named files and folders; the shipped ones where none is named. */
export function readNamedPlaybooks(paths: readonly string[]): readonly PlaybookFile[] {
  return paths.length === 0
    ? readPlaybookFiles([])
    : filesOf(paths.map((path) => resolve(path))).map(readOne);
}

function filesOf(paths: readonly string[]): readonly string[] {
  const files = paths.flatMap((path) => {
    if (!existsSync(path)) {
      throw new TcpcheckError('CONFIG_INVALID', `playbooks: there is no file or folder ${path}`);
    }
    if (!statSync(path).isDirectory()) return [path];
    const names = readdirSync(path).filter((name) => /\.ya?ml$/.test(name));
    return names.sort((a, b) => a.localeCompare(b)).map((name) => join(path, name));
  });
  return [...new Set(files)];
}

function readOne(path: string): PlaybookFile {
  try {
    return { path, text: readFileSync(path, 'utf8') };
  } catch (cause) {
    throw new TcpcheckError('CONFIG_INVALID', `the playbook ${path} cannot be read`, { cause });
  }
}
