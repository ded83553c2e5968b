import { createHash } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from '../change/canonical-json.ts';
import type { AuditStep } from '../domain/audit.ts';
import { parseJson } from '../domain/json.ts';

/** What a record is chained to: the one before it. */
export interface Head {
  readonly seq: number;
  readonly hash: string;
}

/** Before the first record. */
export const EMPTY: Head = { seq: 0, hash: '0'.repeat(64) };

const SCHEMA = 'tcpcheck/audit/v1';

const recordSchema = z.strictObject({
  schema: z.literal(SCHEMA),
  seq: z.number().int().positive(),
  at: z.string(),
  log: z.string(),
  step: z.string(),
  change: z.string(),
  host: z.string(),
  by: z.array(z.string()),
  detail: z.record(z.string(), z.unknown()),
  prev: z.string(),
  hash: z.string(),
});

/** The next line of a log, without its line break, and the head it makes. */
export function nextRecord(
  head: Head,
  step: AuditStep,
  where: { readonly log: string; readonly atIso: string },
): { readonly line: string; readonly head: Head } {
  const body = {
    schema: SCHEMA,
    seq: head.seq + 1,
    at: where.atIso,
    log: where.log,
    ...step,
    prev: head.hash,
  };
  const hash = hashOf(body);
  return { line: canonicalJson({ ...body, hash }), head: { seq: body.seq, hash } };
}

const hashOf = (body: object): string => createHash('sha256').update(canonicalJson(body)).digest('hex');

/** Reads a log line by line; `broken` names the first record that is not what was written. */
export class ChainReader {
  #head: Head = EMPTY;
  #broken: { readonly line: number; readonly why: string } | null = null;
  #line = 0;
  readonly #hashes = new Map<number, string>();
  readonly #wanted: ReadonlySet<number>;

  /** Heads that somebody has seen are looked for by their numbers. */
  constructor(wanted: readonly number[] = []) {
    this.#wanted = new Set(wanted);
  }

  get head(): Head {
    return this.#head;
  }

  get broken(): { readonly line: number; readonly why: string } | null {
    return this.#broken;
  }

  /** The hash of a record that was asked for; undefined when the log has none of that number. */
  hashAt(seq: number): string | undefined {
    return this.#hashes.get(seq);
  }

  take(line: string): void {
    this.#line += 1;
    if (this.#broken !== null) return;
    const why = this.#fault(line);
    if (why !== null) this.#broken = { line: this.#line, why };
  }

  #fault(line: string): string | null {
    const record = recordSchema.safeParse(parseJson(line));
    if (!record.success) return 'this is no record of ours';
    const { hash, ...body } = record.data;
    if (body.seq !== this.#head.seq + 1)
      return `number ${this.#head.seq + 1} was due, and ${body.seq} stands here`;
    if (body.prev !== this.#head.hash) return `record ${body.seq} does not follow on the one before it`;
    if (hashOf(body) !== hash) return `record ${body.seq} was altered`;
    this.#head = { seq: body.seq, hash };
    if (this.#wanted.has(body.seq)) this.#hashes.set(body.seq, hash);
    return null;
  }
}
