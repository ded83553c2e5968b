/** An answer is read by a person at the sender's log. */
const MAX_KEYS = 20;
const MAX_KEY_CHARS = 120;
const OTHERS = 'others';

/** How often each text came, for a bounded number of texts. */
export class Counted {
  private readonly counts = new Map<string, number>();
  private sum = 0;

  count(text: string): void {
    const wanted = text.slice(0, MAX_KEY_CHARS);
    const key = this.counts.has(wanted) || this.counts.size < MAX_KEYS ? wanted : OTHERS;
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
    this.sum += 1;
  }

  get total(): number {
    return this.sum;
  }

  /** The texts, the most frequent first. */
  most(): readonly string[] {
    return [...this.counts].sort(([, a], [, b]) => b - a).map(([text]) => text);
  }

  asJson(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.counts);
  }
}
