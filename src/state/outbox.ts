import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { TcpcheckError } from '../core/domain/errors.ts';
import { parseJson } from '../core/domain/json.ts';
import type { ThreadMessage } from '../core/domain/ports.ts';
import { writeDurably } from './durable-file.ts';
import { messageOf } from './problems.ts';

/** A message of a channel that must come, once. */
export interface Announcement {
  readonly channel: string;
  /** When it was decided, so that a copy with a lost answer can be looked for. */
  readonly sinceMs: number;
  readonly message: ThreadMessage;
}

const announcementSchema: z.ZodType<Announcement> = z.object({
  channel: z.string(),
  sinceMs: z.number(),
  message: z.object({
    key: z.string(),
    text: z.string(),
    blocks: z.array(z.looseObject({ type: z.string() })),
  }),
});

/** Keys of what was announced, for as long as it could be announced again. */
const MAX_TOLD = 1_000;

/**
 * What channels are still to be told, on the bot's own disk: whoever can write or empty Redis must not be able to keep
 * it quiet. A terminal may put something in, the bot posts it.
 */
export class Outbox {
  readonly #folder: string;

  constructor(dataDir: string) {
    this.#folder = join(dataDir, 'announcements');
  }

  /** Puts it in unless a message of this key was put in before. Fails with AUDIT_UNWRITABLE. */
  put(announcement: Announcement): void {
    const { key } = announcement.message;
    if (this.wasPut(key)) return;
    try {
      writeDurably(this.#file(key), JSON.stringify(announcement));
      writeDurably(this.#told, JSON.stringify([...this.#keys(), key].slice(-MAX_TOLD)));
    } catch (cause) {
      throw new TcpcheckError('AUDIT_UNWRITABLE', `${this.#folder}: ${messageOf(cause)}`, { cause });
    }
  }

  wasPut(key: string): boolean {
    return this.#keys().includes(key);
  }

  /** What is still to be posted; a file that cannot be understood is left where it is. */
  waiting(): readonly Announcement[] {
    return names(this.#folder).flatMap((name) => {
      const read = announcementSchema.safeParse(parseJson(text(join(this.#folder, name)) ?? ''));
      return read.success ? [read.data] : [];
    });
  }

  /** It stands in the channel, or never will. */
  settled({ message }: Announcement): void {
    rmSync(this.#file(message.key), { force: true });
  }

  get #told(): string {
    return join(this.#folder, 'told');
  }

  #file(key: string): string {
    return join(this.#folder, `${createHash('sha256').update(key).digest('hex').slice(0, 32)}.json`);
  }

  #keys(): readonly string[] {
    const read = z.array(z.string()).safeParse(parseJson(text(this.#told) ?? '[]'));
    return read.success ? read.data : [];
  }
}

function names(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.json'));
  } catch {
    return [];
  }
}

function text(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
