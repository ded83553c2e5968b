import { setTimeout as sleep } from 'node:timers/promises';

/** Places remembered; far above what one workspace keeps busy within a minute. */
const MAX_PLACES = 5_000;

/**
 * Keeps calls to the same place apart. A caller either gets its turn within the bounded wait, or hears how
 * long the queue is and comes back later.
 */
export class Pace {
  readonly #spacingMs: number;
  readonly #maxWaitMs: number;
  /** When the next call to a place may go out. */
  readonly #freeAtMs = new Map<string, number>();

  constructor(options: { spacingMs: number; maxWaitMs: number }) {
    this.#spacingMs = options.spacingMs;
    this.#maxWaitMs = options.maxWaitMs;
  }

  /** Waits for the turn and returns null, or returns how long to stay away. */
  async turn(place: string): Promise<number | null> {
    const nowMs = performance.now();
    const startMs = Math.max(nowMs, this.#freeAtMs.get(place) ?? 0);
    const waitMs = startMs - nowMs;
    if (waitMs > this.#maxWaitMs) return Math.ceil(waitMs);
    this.#freeAtMs.set(place, startMs + this.#spacingMs);
    this.#forgetIdle(nowMs);
    if (waitMs > 0) await sleep(waitMs);
    return null;
  }

  /** Slack asked for a break at this place. */
  hold(place: string, forMs: number): void {
    const untilMs = performance.now() + forMs;
    this.#freeAtMs.set(place, Math.max(untilMs, this.#freeAtMs.get(place) ?? 0));
  }

  #forgetIdle(nowMs: number): void {
    if (this.#freeAtMs.size <= MAX_PLACES) return;
    for (const [place, freeAtMs] of this.#freeAtMs) if (freeAtMs <= nowMs) this.#freeAtMs.delete(place);
  }
}
