import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { messageOf, throttled, type ReportProblem } from './problems.ts';

const OpenThreadSchema = z.strictObject({
  requestId: z.string(),
  host: z.string(),
  channel: z.string(),
  rootTs: z.string(),
  locale: z.enum(['en', 'ko']),
  owes: z.enum(['answer', 'change']).default('answer'),
});

/** A thread in Slack that still owes its asker an answer, or word of a change that somebody has wanted. */
export type OpenThread = Readonly<z.infer<typeof OpenThreadSchema>>;

/** More than one bot can have open; the oldest are forgotten first. */
const MAX_OPEN = 1_000;

/**
 * Remembers, outside Redis, which threads still owe something: when Redis comes back empty, they are told
 * so instead of waiting for ever.
 */
export class OpenThreads {
  readonly #file: string;
  readonly #report: ReportProblem;
  readonly #threads = new Map<string, OpenThread>();

  constructor(file: string, report: ReportProblem) {
    this.#file = file;
    this.#report = throttled(report);
    for (const thread of readThreads(file)) this.#threads.set(thread.requestId, thread);
  }

  remember(thread: OpenThread): void {
    if (this.#threads.get(thread.requestId)?.owes === thread.owes) return;
    this.#threads.set(thread.requestId, thread);
    const [oldest] = this.#threads.keys();
    if (this.#threads.size > MAX_OPEN && oldest !== undefined) this.#threads.delete(oldest);
    this.#write();
  }

  forget(requestId: string): void {
    if (this.#threads.delete(requestId)) this.#write();
  }

  all(): readonly OpenThread[] {
    return [...this.#threads.values()];
  }

  /** A full disk costs the courtesy after a restart, and must not hold up the thread itself. */
  #write(): void {
    try {
      mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
      writeFileSync(`${this.#file}.new`, JSON.stringify(this.all()), { mode: 0o600 });
      renameSync(`${this.#file}.new`, this.#file);
    } catch (error) {
      const fields = { file: this.#file, said: messageOf(error) };
      this.#report({ what: 'open threads cannot be remembered on disk', code: 'INTERNAL', fields });
    }
  }
}

/** A file that is missing or damaged costs nothing but the courtesy. */
function readThreads(file: string): readonly OpenThread[] {
  try {
    const json: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return z.array(OpenThreadSchema).max(MAX_OPEN).parse(json);
  } catch {
    return [];
  }
}
