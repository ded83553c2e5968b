/** A storm of 10,000 alerts passes at once; what goes on at more than this is told to come again. */
const BURST_ALERTS = 20_000;
const ALERTS_PER_S = 1_000;
/** So many deliveries of one source are under way; its senders must not take all connections of the others. */
const MAX_UNDER_WAY = 64;

/** Bounds what one source may bring in. */
export class IntakeRate {
  private left = BURST_ALERTS;
  private atMs: number;
  private underWay = 0;
  private readonly nowMs: () => number;

  constructor(nowMs: () => number) {
    this.nowMs = nowMs;
    this.atMs = nowMs();
  }

  /** Null when as many deliveries as may be are under way; else to be called when this one is done. */
  enter(): (() => void) | null {
    if (this.underWay >= MAX_UNDER_WAY) return null;
    this.underWay += 1;
    return () => {
      this.underWay -= 1;
    };
  }

  /** Whether so many alerts may come in now; takes them, if so. A delivery is taken whole or not at all. */
  take(alerts: number): boolean {
    const nowMs = this.nowMs();
    this.left = Math.min(BURST_ALERTS, this.left + (Math.max(0, nowMs - this.atMs) / 1000) * ALERTS_PER_S);
    this.atMs = nowMs;
    if (alerts > this.left) return false;
    this.left -= alerts;
    return true;
  }
}
