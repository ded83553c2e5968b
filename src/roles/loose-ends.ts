import type { Log } from '../ops/log.ts';

/** What has been opened so far and must be let go of, whether the start fails or the role ends. */
export class LooseEnds {
  readonly #ends: { readonly what: string; readonly end: () => Promise<unknown> }[] = [];
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  /** What is added last is ended first. */
  add(what: string, end: () => Promise<unknown>): void {
    this.#ends.push({ what, end });
  }

  /** Ends everything; one that fails is reported and holds up nothing else. */
  async tie(): Promise<void> {
    for (const { what, end } of this.#ends.splice(0).toReversed()) {
      await end().catch((error: unknown) => this.#log.fault(`${what} did not end in order`, error));
    }
  }

  /** Lets go of everything when the start fails: what stays open would keep the process alive for ever. */
  async unlessFailed<T>(start: () => Promise<T>): Promise<T> {
    try {
      return await start();
    } catch (error) {
      await this.tie();
      throw error;
    }
  }
}
