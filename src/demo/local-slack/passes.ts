/** What Slack hands out and takes back: triggers, response urls, socket tickets, upload urls. */
import { freshSecret } from './fresh.ts';

/** Handed-out passes that are kept; the oldest go first. */
const MAX_PASSES = 2_000;

export type PassUse<T> =
  | { readonly kind: 'good'; readonly value: T }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'expired' }
  | { readonly kind: 'used-up' };

interface Pass<T> {
  readonly value: T;
  readonly untilMs: number;
  usesLeft: number;
}

/** Secrets that are good for some uses and for some time. */
export class Passes<T> {
  readonly #passes = new Map<string, Pass<T>>();
  readonly #lifeMs: number;
  readonly #uses: number;

  constructor(options: { lifeMs: number; uses: number }) {
    this.#lifeMs = options.lifeMs;
    this.#uses = options.uses;
  }

  issue(value: T, secret = freshSecret()): string {
    this.#passes.set(secret, { value, untilMs: Date.now() + this.#lifeMs, usesLeft: this.#uses });
    if (this.#passes.size > MAX_PASSES) {
      const [oldest] = this.#passes.keys();
      if (oldest !== undefined) this.#passes.delete(oldest);
    }
    return secret;
  }

  use(secret: string): PassUse<T> {
    const pass = this.#passes.get(secret);
    if (pass === undefined) return { kind: 'unknown' };
    if (Date.now() > pass.untilMs) return { kind: 'expired' };
    if (pass.usesLeft === 0) return { kind: 'used-up' };
    pass.usesLeft -= 1;
    return { kind: 'good', value: pass.value };
  }
}
