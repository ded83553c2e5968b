import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, type ReportProblem } from './problems.ts';

/** Soon enough that a queue with room again, or a replica that is back, has nobody wait; a failed attempt costs one batch. */
const AGAIN_MS = 2_000;
/** More than our copy holds after two minutes of the worst storm we know, a thousand a second. */
const MAX_LEFT = 200_000;

/** Where deliveries are handed over again from, and to whom. */
export interface AgainContext {
  /** What stands in our own copy, oldest first. */
  readonly copied: () => Promise<readonly string[]>;
  /** Hands some over; rejects when they are not all taken for good. */
  readonly give: (texts: readonly string[]) => Promise<void>;
  readonly batch: number;
  readonly connected: () => boolean;
  readonly report: ReportProblem;
}

/**
 * Hands what was taken to a Redis that may have forgotten it, until it has all of it: its senders will not come again.
 * One attempt at a time. What is left is kept here, for our own copy forgets after a minute or two.
 */
export class HandingAgain {
  readonly #context: AgainContext;
  readonly #ending = new AbortController();
  #left: readonly string[] = [];
  #unread = false;
  #under: Promise<void> | null = null;

  constructor(context: AgainContext) {
    this.#context = context;
  }

  /** Whoever answers now may have lost its last second. */
  begin(): void {
    this.#unread = true;
    this.#under ??= this.#untilTaken().finally(() => {
      this.#under = null;
    });
  }

  async end(): Promise<void> {
    this.#ending.abort();
    await this.#under;
  }

  /** Without a connection it ends: the next one begins it. */
  async #untilTaken(): Promise<void> {
    const { signal } = this.#ending;
    while (!signal.aborted && this.#context.connected()) {
      if (await this.#attempt()) return;
      await sleep(AGAIN_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  async #attempt(): Promise<boolean> {
    try {
      while (this.#unread || this.#left.length > 0) await this.#step();
      return true;
    } catch (error) {
      if (this.#ending.signal.aborted) return false;
      const fields = { said: messageOf(error), left: this.#left.length };
      const what = 'alerts could not be handed to Redis again';
      this.#context.report({ what, code: 'REDIS_UNAVAILABLE', fields });
      return false;
    }
  }

  async #step(): Promise<void> {
    if (this.#unread) await this.#readCopy();
    const { give, batch } = this.#context;
    const texts = this.#left.slice(0, batch);
    if (texts.length > 0) await give(texts);
    this.#left = this.#left.slice(batch);
  }

  async #readCopy(): Promise<void> {
    // Before it is read: what a reconnect in between asks for is read once more.
    this.#unread = false;
    const lines = await this.#context.copied().catch((error: unknown) => {
      this.#unread = true;
      throw error;
    });
    this.#left = [...new Set([...this.#left, ...lines])].slice(0, MAX_LEFT);
  }
}
