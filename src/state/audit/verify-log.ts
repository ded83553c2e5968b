import type { AuditMark } from '../../core/domain/audit.ts';
import { readHead } from './head-file.ts';
import { readLog } from './read-log.ts';

/** What became of a log since it was written. */
export type LogVerdict =
  | { readonly kind: 'whole'; readonly records: number; readonly hash: string }
  /** A crash cut off a record that nobody had been told about; the next start takes it out. */
  | { readonly kind: 'torn'; readonly records: number; readonly bytes: number }
  | { readonly kind: 'broken'; readonly line: number; readonly why: string };

/** Reads a log and holds it against its own chain, the head beside it, and heads that people have noted down. */
export async function verifyLog(
  path: string,
  noted: readonly Pick<AuditMark, 'seq' | 'hash'>[],
): Promise<LogVerdict> {
  const beside = await readHead(path);
  const heads = [...(beside === null ? [] : [beside]), ...noted];
  const { head, broken, tornBytes, hashes } = await readLog(
    path,
    heads.map(({ seq }) => seq),
  );
  if (broken !== null) return { kind: 'broken', ...broken };
  for (const { seq, hash } of heads) {
    const found = hashes.get(seq);
    if (found === undefined) {
      const why = `the log ends with record ${head.seq}, and there was a record ${seq}: it was cut short`;
      return { kind: 'broken', line: head.seq + 1, why };
    }
    // Of a noted head people may have only the first characters.
    if (!found.startsWith(hash)) {
      return { kind: 'broken', line: seq, why: `record ${seq} is another than the one that was written` };
    }
  }
  if (tornBytes > 0) return { kind: 'torn', records: head.seq, bytes: tornBytes };
  return { kind: 'whole', records: head.seq, hash: head.hash };
}
