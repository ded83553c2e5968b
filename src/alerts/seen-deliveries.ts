/** Twice the window in which a signature holds: before and after now. */
const KEPT_MS = 10 * 60_000;
const MAX_KEPT = 10_000;

/** Deliveries that were accepted a moment ago; one that comes again is acknowledged and brings nothing. */
export class SeenDeliveries {
  /** Oldest first: a Map keeps the order of insertion. */
  private readonly seen = new Map<string, number>();

  has(id: string, nowMs: number): boolean {
    const atMs = this.seen.get(id);
    return atMs !== undefined && nowMs - atMs < KEPT_MS;
  }

  /** To be called once the delivery is stored, never before: a refused one must be able to come again. */
  add(id: string, nowMs: number): void {
    this.seen.delete(id);
    this.seen.set(id, nowMs);
    for (const [oldest, atMs] of this.seen) {
      if (this.seen.size <= MAX_KEPT && nowMs - atMs < KEPT_MS) break;
      this.seen.delete(oldest);
    }
  }
}
