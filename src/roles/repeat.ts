import { setTimeout as sleep } from 'node:timers/promises';

/** Does something again and again, one round after the other; a round that fails is followed by the next. */
export function repeat(everyMs: number, round: () => Promise<void>): { stop(): Promise<void> } {
  const stopped = new AbortController();
  const going = (async () => {
    while (!stopped.signal.aborted) {
      await sleep(everyMs, undefined, { signal: stopped.signal }).catch(() => undefined);
      // What failed has been reported where it failed; Redis being away is the usual reason.
      if (!stopped.signal.aborted) await round().catch(() => undefined);
    }
  })();
  return {
    stop: async () => {
      stopped.abort();
      await going;
    },
  };
}
