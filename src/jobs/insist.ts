import { setTimeout as sleep } from 'node:timers/promises';
import { TcpcheckError } from '../core/domain/errors.ts';
import type { State } from '../core/domain/ports.ts';

/** Redis comes back within seconds, or not for long. */
const PAUSE_MS = 500;

/**
 * Does it again while Redis is away, for at most that long: for what must not be forgotten half-way. Only for
 * steps that may be repeated, since one whose answer was lost may have been done.
 */
export async function insist<T>(forMs: number, act: () => Promise<T>): Promise<T> {
  const untilMs = performance.now() + forMs;
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (!isRedisAway(error) || performance.now() >= untilMs) throw error;
      // A process that ends does not wait for this.
      await sleep(PAUSE_MS, undefined, { ref: false });
    }
  }
}

/**
 * Wakes the thread where what it shows has been recorded already: a wake-up that fails takes nothing back, and
 * the regular look at the threads that owe something makes up for it.
 */
export async function wakeRecorded(state: State, requestId: string, delayMs = 0): Promise<void> {
  try {
    await state.wake.thread(requestId, delayMs);
  } catch (error) {
    if (!isRedisAway(error)) throw error;
  }
}

/** Where this fails, the sweep finds what the change waits for. */
export async function wakeCare(state: Pick<State, 'wake'>, changeId: string): Promise<void> {
  try {
    await state.wake.care(changeId);
  } catch (error) {
    if (!isRedisAway(error)) throw error;
  }
}

/** The one failure that passes by itself. */
export const isRedisAway = (error: unknown): boolean =>
  error instanceof TcpcheckError && error.code === 'REDIS_UNAVAILABLE';
