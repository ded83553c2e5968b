/** What can go wrong between an app and Slack, on demand. */
export type ApiFault =
  | { readonly kind: 'rate-limited'; readonly retryAfterSeconds?: number }
  | { readonly kind: 'http-500' }
  /** The connection is reset before anything happens. */
  | { readonly kind: 'reset' }
  /** Slack does as asked, then the connection is reset: the app cannot know. */
  | { readonly kind: 'lose-answer' }
  | { readonly kind: 'delay'; readonly ms: number }
  /** Nothing happens and nothing is answered until the app gives up. */
  | { readonly kind: 'never-answer' }
  /** HTTP 200 with `ok: false` and this error. */
  | { readonly kind: 'error'; readonly error: string };

/** Slack delivers the same thing twice. */
export type DeliveryKind = 'command' | 'click' | 'event';

interface Planned<T> {
  readonly fault: T;
  readonly on: string;
  left: number;
}

const EVERY_METHOD = '*';

/** The faults that are still to happen, in the order they were planned. */
export class Faults {
  #api: Planned<ApiFault>[] = [];
  #duplicates: Planned<'duplicate'>[] = [];

  /** The next `times` calls of the method (`*` for any) fail that way. */
  api(method: string, fault: ApiFault, times = 1): void {
    this.#api.push({ fault, on: method, left: times });
  }

  /** The next `times` deliveries of that kind arrive twice. */
  duplicate(kind: DeliveryKind, times = 1): void {
    this.#duplicates.push({ fault: 'duplicate', on: kind, left: times });
  }

  clear(): void {
    this.#api = [];
    this.#duplicates = [];
  }

  /** How many are still to happen. */
  pending(): number {
    return [...this.#api, ...this.#duplicates].reduce((sum, { left }) => sum + left, 0);
  }

  takeApi(method: string): ApiFault | null {
    return take(this.#api, (on) => on === method || on === EVERY_METHOD);
  }

  takeDuplicate(kind: DeliveryKind): boolean {
    return take(this.#duplicates, (on) => on === kind) !== null;
  }
}

function take<T>(planned: Planned<T>[], meant: (on: string) => boolean): T | null {
  const next = planned.find(({ on, left }) => left > 0 && meant(on));
  if (next === undefined) return null;
  next.left -= 1;
  return next.fault;
}
