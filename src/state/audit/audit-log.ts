import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { nextRecord, type Head } from '../../core/audit/chain.ts';
import type { Audit, AuditMark, AuditStep } from '../../core/domain/audit.ts';
import { TcpcheckError } from '../../core/domain/errors.ts';
import type { Problem } from '../../core/domain/problem.ts';
import { writeHead } from './head-file.ts';
import { readLog } from './read-log.ts';

/** A disk that takes longer is as good as none: a person waits for the answer. */
const WRITE_LIMIT_MS = 2_000;

export interface AuditOptions {
  /** The data directory. */
  readonly dataDir: string;
  /** One log per process, so that each has one writer: `bot`, `worker`. */
  readonly log: string;
  readonly nowMs: () => number;
  readonly report: (problem: Problem) => void;
  /** Every record once more, for a place that whoever can write our disk cannot reach. */
  readonly second?: (line: string) => void;
}

export const auditFile = (dataDir: string, log: string): string => join(dataDir, 'audit', `${log}.jsonl`);

/** A log as opened: where the next record goes, and what it is chained to. */
interface Opened {
  readonly file: FileHandle;
  head: Head;
  bytes: number;
}

/**
 * One JSON record a line, each with the hash of the one before it, on disk before its step is taken. It is opened with
 * the first record, and again after a failure, so that a full disk stops changes and nothing else. What a crash left
 * unfinished was never acknowledged and goes; a log that was altered takes no more records.
 */
export class AuditLog implements Audit {
  readonly #path: string;
  readonly #options: AuditOptions;
  #opened: Opened | null = null;
  /** The last write, whether anybody still waits for it or not: records are written one after the other. */
  #tail: Promise<unknown> = Promise.resolve();

  constructor(options: AuditOptions) {
    this.#options = options;
    this.#path = auditFile(options.dataDir, options.log);
  }

  async record(step: AuditStep): Promise<AuditMark> {
    const written = this.#tail.then(async () => this.#append(step));
    this.#tail = written.catch(() => undefined);
    const timer = new AbortController();
    const late = sleep(WRITE_LIMIT_MS, null, { signal: timer.signal, ref: false }).catch(() => null);
    try {
      const mark = await Promise.race([written, late]);
      if (mark === null) throw new Error(`no answer from the disk within ${WRITE_LIMIT_MS} ms`);
      return mark;
    } catch (cause) {
      if (cause instanceof TcpcheckError) throw cause;
      const said = cause instanceof Error ? cause.message : String(cause);
      throw new TcpcheckError('AUDIT_UNWRITABLE', `${this.#path}: ${said}`, { cause });
    } finally {
      timer.abort();
    }
  }

  async close(): Promise<void> {
    await this.#tail;
    await this.#opened?.file.close();
    this.#opened = null;
  }

  async #append(step: AuditStep): Promise<AuditMark> {
    const { log, nowMs, second } = this.#options;
    const opened = (this.#opened ??= await this.#open());
    const atIso = new Date(nowMs()).toISOString();
    const { line, head } = nextRecord(opened.head, step, { log, atIso });
    const bytes = Buffer.from(`${line}\n`, 'utf8');
    try {
      await opened.file.appendFile(bytes);
      await opened.file.datasync();
    } catch (error) {
      // A full disk may have taken half of it; what cannot be taken out now is seen as torn at the next opening.
      await opened.file.truncate(opened.bytes).catch(() => undefined);
      await opened.file.close().catch(() => undefined);
      this.#opened = null;
      throw error;
    }
    opened.head = head;
    opened.bytes += bytes.length;
    await writeHead(this.#path, head).catch(() => undefined);
    second?.(line);
    return { log, ...head };
  }

  async #open(): Promise<Opened> {
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
    const { head, broken, wholeBytes, tornBytes } = await readLog(this.#path);
    if (broken !== null) {
      throw new TcpcheckError('AUDIT_BROKEN', `${this.#path}:${broken.line}: ${broken.why}`);
    }
    const file = await open(this.#path, 'a', 0o600);
    if (tornBytes > 0) {
      await file.truncate(wholeBytes);
      this.#options.report({
        what: 'the audit log ended in the middle of a record that a crash had cut off; it was taken out',
        code: 'AUDIT_TORN',
        fields: { file: this.#path, bytes: tornBytes },
      });
    }
    return { file, head, bytes: wholeBytes };
  }
}
