/** Slack's own limit for old requests; the same for requests from the future, which Bolt lets pass. */
const MAX_SKEW_MS = 5 * 60_000;
/** A request older than the skew is refused anyway; twice that covers both directions. */
const REMEMBER_MS = 2 * MAX_SKEW_MS;
/** Some 80 requests a second over the whole time; only correctly signed ones get here. */
const MAX_REMEMBERED = 50_000;

/** True for a request that says it was sent in the future; one without a time is for the signature check. */
export function isFromFuture(timestamp: string | string[] | undefined, nowMs: number): boolean {
  return typeof timestamp === 'string' && Number(timestamp) * 1000 > nowMs + MAX_SKEW_MS;
}

/** Remembers the signatures of requests taken, so that a recorded request is worth nothing. */
export class ReplayGuard {
  readonly #seen = new Map<string, number>();

  /** False when this very request was taken before. */
  firstTime(signature: string, nowMs: number): boolean {
    for (const [old, atMs] of this.#seen) {
      if (nowMs - atMs <= REMEMBER_MS && this.#seen.size <= MAX_REMEMBERED) break;
      this.#seen.delete(old);
    }
    if (this.#seen.has(signature)) return false;
    this.#seen.set(signature, nowMs);
    return true;
  }
}
