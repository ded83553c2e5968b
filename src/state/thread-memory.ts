import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { RememberedThread, ThreadMemory } from '../core/domain/thread-memory.ts';
import { assert } from '../core/domain/errors.ts';
import { writeDurably } from './durable-file.ts';
import { messageOf, throttled, type ReportProblem } from './problems.ts';
import { ChangeStateRecord, PlanRecord, SignedGoRecord } from './records/change-record.ts';
import { decodeRun, encodeRun } from './records/run-record.ts';
import { RequestRecord } from './records/request-record.ts';

/** More changes than people leave in force; the oldest is forgotten first. */
const MAX_THREADS = 500;
/** Made by us: letters, digits and dashes. */
const FILE_ID = /^[A-Za-z0-9_-]{1,100}$/;

const MemoryRecord = z.strictObject({
  schema: z.literal('tcpcheck/thread/v1'),
  request: RequestRecord,
  runIds: z.array(z.string()).max(100),
  runs: z.array(z.record(z.string(), z.string())).max(200),
  changes: z.array(z.object({ plan: PlanRecord, state: ChangeStateRecord })).max(200),
  entries: z
    .array(z.tuple([z.string(), z.object({ ts: z.string().nullable(), hash: z.string() })]))
    .max(1000),
  orders: z.record(z.string(), SignedGoRecord),
});

/**
 * Keeps on the bot's disk, one file each, the threads whose changes are under way or in force: an emptied Redis is filled
 * from it. What it says of a change counts only with the bot's signature.
 */
export class ThreadFiles implements ThreadMemory {
  readonly #folder: string;
  readonly #report: ReportProblem;
  /** What was written last, so that a thread that is drawn again costs no write. */
  readonly #written = new Map<string, string>();

  constructor(folder: string, report: ReportProblem) {
    this.#folder = folder;
    this.#report = throttled(report);
    for (const id of this.ids()) this.#written.set(id, '');
  }

  remember(thread: RememberedThread): boolean {
    const { request } = thread;
    const text = encode(thread);
    if (this.#written.get(request.id) === text) return true;
    try {
      assert(FILE_ID.test(request.id), 'the id of a request is one of ours');
      writeDurably(this.#path(request.id), text);
      this.#written.set(request.id, text);
      this.#bound();
      return true;
    } catch (error) {
      this.#tell('a change in force cannot be remembered on disk', error);
      return false;
    }
  }

  forget(requestId: string): void {
    this.#written.delete(requestId);
    if (FILE_ID.test(requestId)) rmSync(this.#path(requestId), { force: true });
  }

  ids(): readonly string[] {
    try {
      return readdirSync(this.#folder).flatMap((name) => (name.endsWith('.json') ? [name.slice(0, -5)] : []));
    } catch {
      return [];
    }
  }

  get(requestId: string): RememberedThread | null {
    if (!FILE_ID.test(requestId)) return null;
    try {
      return decode(readFileSync(this.#path(requestId), 'utf8'));
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
      this.#tell('a remembered change cannot be read', error);
      return null;
    }
  }

  #path(requestId: string): string {
    return join(this.#folder, `${requestId}.json`);
  }

  #bound(): void {
    for (const id of [...this.#written.keys()].slice(0, -MAX_THREADS)) this.forget(id);
  }

  #tell(what: string, error: unknown): void {
    this.#report({ what, code: 'INTERNAL', fields: { folder: this.#folder, said: messageOf(error) } });
  }
}

const encode = ({ request, runIds, runs, changes, entries, orders }: RememberedThread): string =>
  JSON.stringify({
    schema: 'tcpcheck/thread/v1',
    request,
    runIds,
    runs: runs.map(encodeRun),
    changes,
    entries: [...entries],
    orders: Object.fromEntries(orders),
  });

function decode(text: string): RememberedThread {
  const json: unknown = JSON.parse(text);
  const { request, runIds, runs, changes, entries, orders } = MemoryRecord.parse(json);
  return {
    request,
    runIds,
    runs: runs.flatMap((hash) => {
      const run = decodeRun(hash);
      return run.ok ? [run.value] : [];
    }),
    changes,
    entries: new Map(entries),
    orders: new Map(Object.entries(orders)),
  };
}
