import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CAPTURE_INDEX, captureFromFiles, captureToFiles } from '../core/checklist/capture-files.ts';
import type { Capture } from '../core/domain/capture.ts';
import { TcpcheckError } from '../core/domain/errors.ts';

/** A capture has two files per check at the most; a folder with more is something else. */
const MAX_FILES = 100;
/** No check's output is larger. */
const MAX_FILE_BYTES = 1024 * 1024;

/** Writes the capture as `capture.json` and one text file per check and sample; the folder must be new or empty. */
export function writeCaptureFolder(dir: string, capture: Capture): void {
  mkdirSync(dir, { recursive: true });
  if (readdirSync(dir).length > 0) {
    throw new TcpcheckError(
      'USAGE',
      `the folder ${dir} is not empty; a capture is never written over another one`,
    );
  }
  const { index, files } = captureToFiles(capture);
  for (const [name, text] of files) writeFileSync(join(dir, name), text);
  writeFileSync(join(dir, CAPTURE_INDEX), index);
}

/** Reads what `writeCaptureFolder` wrote. */
export function readCaptureFolder(dir: string): Capture {
  try {
    const names = readdirSync(dir, { withFileTypes: true }).filter((entry) => entry.isFile());
    if (names.length > MAX_FILES) {
      throw new TcpcheckError(
        'CAPTURE_UNREADABLE',
        `${dir} holds ${names.length} files; a capture has at most ${MAX_FILES}`,
      );
    }
    const files = new Map(names.map(({ name }) => [name, readSmall(join(dir, name))]));
    const index = files.get(CAPTURE_INDEX);
    if (index === undefined)
      throw new TcpcheckError('CAPTURE_UNREADABLE', `${dir} holds no ${CAPTURE_INDEX}`);
    files.delete(CAPTURE_INDEX);
    return captureFromFiles({ index, files });
  } catch (cause) {
    if (cause instanceof TcpcheckError) throw cause;
    throw new TcpcheckError('CAPTURE_UNREADABLE', `the capture folder ${dir} cannot be read`, { cause });
  }
}

function readSmall(path: string): string {
  if (statSync(path).size > MAX_FILE_BYTES) {
    throw new TcpcheckError('CAPTURE_UNREADABLE', `${path} is larger than ${MAX_FILE_BYTES} bytes`);
  }
  return readFileSync(path, 'utf8');
}
