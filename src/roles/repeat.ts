import { setTimeout as sleep } from 'node:timers/promises';

/** What goes on until it is stopped. */
export interface Round {
  stop(): Promise<void>;
}

/** Does something now, and again and again, one round after the other; a round that fails is followed by the next. */
export function repeat(
  everyMs: number,
  round: () => Promise<void>,
  onFault: (error: unknown) => void,
): Round {
  const stopped = new AbortController();
  const going = (async () => {
    while (!stopped.signal.aborted) {
      await round().catch(onFault);
      await sleep(everyMs, undefined, { signal: stopped.signal }).catch(() => undefined);
    }
  })();
  return {
    stop: async () => {
      stopped.abort();
      await going;
    },
  };
}
