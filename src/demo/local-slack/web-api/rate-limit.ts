import type { Arguments } from './arguments.ts';

/** Slack's special tier of chat.postMessage: about one message a second and channel. */
const POST_SPACING_MS = 1_000;
/** Tier 3, 50 and more a minute, a whole workspace together. */
const UPDATES_PER_WINDOW = 50;
const WINDOW_MS = 60_000;

/** Says when an app goes too fast; switched on by the option `rateLimit`. */
export class RateLimit {
  readonly #lastPostMs = new Map<string, number>();
  #updatesMs: number[] = [];

  /** Seconds to wait, or null when the call may pass. */
  secondsToWait(method: string, args: Arguments, nowMs: number): number | null {
    if (method === 'chat.postMessage') return this.#afterLastPost(args.text('channel'), nowMs);
    if (method === 'chat.update') return this.#afterOtherUpdates(nowMs);
    return null;
  }

  #afterLastPost(channel: string, nowMs: number): number | null {
    const lastMs = this.#lastPostMs.get(channel) ?? -Infinity;
    if (nowMs - lastMs < POST_SPACING_MS) return 1;
    this.#lastPostMs.set(channel, nowMs);
    return null;
  }

  #afterOtherUpdates(nowMs: number): number | null {
    this.#updatesMs = this.#updatesMs.filter((atMs) => nowMs - atMs < WINDOW_MS);
    const [first] = this.#updatesMs;
    if (first !== undefined && this.#updatesMs.length >= UPDATES_PER_WINDOW) {
      return Math.max(1, Math.ceil((first + WINDOW_MS - nowMs) / 1000));
    }
    this.#updatesMs.push(nowMs);
    return null;
  }
}
