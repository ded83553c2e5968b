/** An alert of whatever source, reduced to what the product needs; all texts still raw. */
export interface Alert {
  readonly source: string;
  readonly status: 'firing' | 'resolved';
  readonly name: string;
  /** What the alert is about in words: routes to playbooks and stands in the thread. */
  readonly summary: string;
  /** Label values that may name the host, most telling first; an address may carry a port. */
  readonly hostHints: readonly string[];
  /** The same alert through all its firings and its resolve. */
  readonly fingerprint: string;
  /** Start of this firing; null where the sender does not say. */
  readonly startedAtMs: number | null;
}
