import { within } from './deadline.ts';

/** What has begun and must be allowed to end: Bolt itself waits for no listener that has acknowledged. */
export class InFlight {
  readonly #running = new Set<Promise<unknown>>();

  get size(): number {
    return this.#running.size;
  }

  /** Keeps account of the work; its result and its failure stay with the caller. */
  track<T>(work: Promise<T>): Promise<T> {
    this.#running.add(work);
    const forget = (): void => {
      this.#running.delete(work);
    };
    work.then(forget, forget);
    return work;
  }

  /** Waits until nothing runs any more; false when time was up before. */
  async idle(graceMs: number): Promise<boolean> {
    const all = async (): Promise<void> => {
      while (this.#running.size > 0) await Promise.allSettled(this.#running);
    };
    return (await within(all(), graceMs)).kind === 'done';
  }
}
