/** Words somebody waits for, each with a deadline. */
export interface Expectations {
  /** Resolves when the word is heard; rejects at the deadline or when nothing can be heard any more. */
  heard(word: string, timeoutMs: number): Promise<void>;
  hear(word: string): void;
  /** Nothing more will be heard, for this reason. */
  fail(reason: Error): void;
}

interface Waiter {
  readonly word: string;
  readonly settle: (reason: Error | null) => void;
}

/** `late` makes the error for a word that did not come in time. */
export function expectations(late: (word: string, timeoutMs: number) => Error): Expectations {
  const waiters = new Set<Waiter>();
  let over: Error | null = null;
  return {
    heard: (word, timeoutMs) =>
      new Promise((resolve, reject) => {
        if (over !== null) {
          reject(over);
          return;
        }
        const timer = setTimeout(() => waiter.settle(late(word, timeoutMs)), timeoutMs);
        const waiter: Waiter = {
          word,
          settle: (reason) => {
            clearTimeout(timer);
            waiters.delete(waiter);
            if (reason === null) resolve();
            else reject(reason);
          },
        };
        waiters.add(waiter);
      }),
    hear: (word) => {
      for (const waiter of waiters) if (waiter.word === word) waiter.settle(null);
    },
    fail: (reason) => {
      over ??= reason;
      for (const waiter of waiters) waiter.settle(reason);
    },
  };
}
