import { setTimeout as sleep } from 'node:timers/promises';
import type { RequestStore } from '../core/domain/ports.ts';

/**
 * So far apart begin the looks that alerts have caused: a login takes some hundredths of a second of our processor, and
 * a look some tenths of the host's, which may share its machine with twenty others that alert, or with us. Twenty at
 * once left the bot a twentieth of its own (ADR 14).
 */
const APART_MS = 500;
/** A person who asks about a host whose look waits for its turn is noticed within this. */
const LOOK_ROUND_MS = 500;

/**
 * Whose turn it is on this worker. Alerts cause at most 25 looks at a time (`state/alert-store.ts`), so none waits
 * longer than 13 s; what people ask for has no turn and begins at once.
 */
export class LookTurns {
  readonly #requests: Pick<RequestStore, 'onlyAlertsWait'>;
  #nextMs = 0;

  constructor(requests: Pick<RequestStore, 'onlyAlertsWait'>) {
    this.#requests = requests;
  }

  /** Ends when the look at the host may begin, or the signal says that it is not ours any more. */
  async wait(host: string, signal: AbortSignal): Promise<void> {
    if (!(await this.#requests.onlyAlertsWait(host))) return;
    const turnMs = Math.max(performance.now(), this.#nextMs);
    this.#nextMs = turnMs + APART_MS;
    for (;;) {
      const leftMs = turnMs - performance.now();
      if (leftMs <= 0 || signal.aborted) return;
      await sleep(Math.min(leftMs, LOOK_ROUND_MS), undefined, { signal }).catch(() => undefined);
      if (!(await this.#requests.onlyAlertsWait(host))) return;
    }
  }
}
