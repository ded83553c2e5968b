import { LOCK_MS } from './queue-plan.ts';

/** How often locks are compared with the clock; a lock that ran out is noticed within this. */
const WATCH_MS = 250;

interface ActiveJob {
  readonly stop: AbortController;
  renewedAtMs: number;
}

/**
 * The jobs a worker is doing, and whether they are still its own. BullMQ tells when a renewal was refused, but
 * not when none could be made (Redis away, process paused), so the age of every lock is watched here as well:
 * past it, another worker may have the job.
 */
export class ActiveJobs {
  readonly #jobs = new Map<string, ActiveJob>();
  readonly #timer: NodeJS.Timeout;
  readonly #onLost: (jobId: string) => void;

  constructor(onLost: (jobId: string) => void) {
    this.#onLost = onLost;
    this.#timer = setInterval(() => this.#watch(), WATCH_MS);
    this.#timer.unref();
  }

  get count(): number {
    return this.#jobs.size;
  }

  /** Does the work with a signal that is aborted when the job is not ours any more, or has to stop. */
  async during(jobId: string, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    // The job of a lost lock may come back to this very worker while its old handler still ends.
    this.lost(jobId);
    const job = { stop: new AbortController(), renewedAtMs: performance.now() };
    this.#jobs.set(jobId, job);
    try {
      await work(job.stop.signal);
    } finally {
      if (this.#jobs.get(jobId) === job) this.#jobs.delete(jobId);
    }
  }

  renewed(jobIds: readonly string[]): void {
    const nowMs = performance.now();
    for (const id of jobIds) {
      const job = this.#jobs.get(id);
      if (job !== undefined) job.renewedAtMs = nowMs;
    }
  }

  lost(jobId: string): void {
    const job = this.#jobs.get(jobId);
    if (job === undefined || job.stop.signal.aborted) return;
    job.stop.abort(new Error('the lock of the job was lost; another worker may have taken over'));
    this.#onLost(jobId);
  }

  stopAll(reason: string): void {
    for (const job of this.#jobs.values()) job.stop.abort(new Error(reason));
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #watch(): void {
    const nowMs = performance.now();
    for (const [id, job] of this.#jobs) if (nowMs - job.renewedAtMs > LOCK_MS) this.lost(id);
  }
}
