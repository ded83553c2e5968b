import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Job, Worker } from 'bullmq';
import type { z } from 'zod';
import { TcpcheckError } from '../core/domain/errors.ts';
import { ActiveJobs } from './active-jobs.ts';
import type { StoreContext } from './context.ts';
import { startHeartbeat } from './heartbeat.ts';
import { mendJob } from './mend-job.ts';
import { messageOf } from './problems.ts';
import { LOCK_MS, RETRY, retryDelayMs, STALLED_CHECK_MS, type WorkerRole } from './queue-plan.ts';
import { check } from './records/decode.ts';
import type { RedisTarget } from './target.ts';
import { WorkerConnection } from './worker-connection.ts';

/** A worker that has free hands asks for jobs at least every ten seconds; twice that is dead. */
const ASKS_WITHIN_MS = 20_000;
/** How long a blocking read for jobs lasts when none is due. */
const IDLE_READ_SECONDS = 5;
/** After the grace, handlers were told to stop; they get this long to do so. */
const STOP_MS = 2_000;
const REBUILD_MS = 1_000;

/** A worker at work. */
export interface RunningWorker {
  /** Takes no more jobs, lets running ones end within the grace, then aborts them. */
  close(graceMs: number): Promise<void>;
}

/** What distinguishes the workers. */
export interface WorkerPlan<D> {
  readonly role: WorkerRole;
  /** The role's, in the zone of this process. */
  readonly queue: string;
  readonly schema: z.ZodType<D>;
  readonly concurrency: number;
  readonly handle: (data: D, signal: AbortSignal, name: string) => Promise<void>;
  /** What follows where a worker has died or lost Redis over a job that is never tried again. */
  readonly givenUp?: (data: D) => Promise<void>;
}

/** Starts a worker; it needs no Redis yet and survives losing it. */
export function startWorker<D>(
  context: StoreContext,
  target: RedisTarget,
  plan: WorkerPlan<D>,
): RunningWorker {
  return new QueueWorker(context, target, plan);
}

class QueueWorker<D> implements RunningWorker {
  readonly #context: StoreContext;
  readonly #target: RedisTarget;
  readonly #plan: WorkerPlan<D>;
  readonly #jobs: ActiveJobs;
  readonly #heartbeat: { stop(): Promise<void> };
  readonly #closing = new AbortController();
  #closed: Promise<void> | null = null;
  #connection: WorkerConnection;
  #worker: Worker;

  constructor(context: StoreContext, target: RedisTarget, plan: WorkerPlan<D>) {
    this.#context = context;
    this.#target = target;
    this.#plan = plan;
    this.#jobs = new ActiveJobs((jobId) =>
      this.#tell('the lock of a job was lost', 'REDIS_UNAVAILABLE', { job: jobId }),
    );
    [this.#connection, this.#worker] = this.#build();
    this.#heartbeat = startHeartbeat(context, { queue: plan.queue, id: randomUUID() }, () => this.#isAlive());
  }

  async close(graceMs: number): Promise<void> {
    this.#closed ??= this.#close(graceMs);
    return this.#closed;
  }

  async #close(graceMs: number): Promise<void> {
    this.#closing.abort();
    const closed = this.#worker.close().catch((error: unknown) => this.#tellError(error));
    await this.#heartbeat.stop();
    if (!(await endsWithin(closed, graceMs))) {
      this.#jobs.stopAll('the worker is shutting down');
      await endsWithin(closed, STOP_MS);
    }
    this.#jobs.close();
    this.#connection.close();
  }

  #build(): [WorkerConnection, Worker] {
    const { role, queue, concurrency } = this.#plan;
    const connection = new WorkerConnection(this.#target);
    const worker = new Worker(queue, async (job: Job) => this.#process(job), {
      connection: connection.main,
      prefix: this.#context.keys.queues,
      concurrency,
      lockDuration: LOCK_MS,
      stalledInterval: STALLED_CHECK_MS,
      maxStalledCount: RETRY[role].maxStalledCount,
      drainDelay: IDLE_READ_SECONDS,
      runRetryDelay: REBUILD_MS,
      settings: { backoffStrategy: (attemptsMade) => retryDelayMs(RETRY[role], attemptsMade) },
    });
    worker.on('error', (error) => this.#tellError(error));
    worker.on('active', () => connection.tookPart());
    worker.on('locksRenewed', ({ jobIds }) => this.#jobs.renewed(jobIds));
    worker.on('lockRenewalFailed', (jobIds) => jobIds.forEach((jobId) => this.#jobs.lost(jobId)));
    worker.on('failed', (job, error) => this.#tellFailed(job, error));
    worker.on('stalled', (jobId) => this.#stalled(jobId));
    void this.#rebuildWhenBroken(worker);
    return [connection, worker];
  }

  /** BullMQ gives up for good when its first words with Redis fail (wrong password, no permission). */
  async #rebuildWhenBroken(worker: Worker): Promise<void> {
    try {
      await worker.waitUntilReady();
    } catch (error) {
      if (this.#closing.signal.aborted) return;
      this.#tellError(error);
      await worker.close(true).catch((closeError: unknown) => this.#tellError(closeError));
      this.#connection.close();
      await sleep(REBUILD_MS);
      if (!this.#closing.signal.aborted) [this.#connection, this.#worker] = this.#build();
    }
  }

  /** What it returns would be kept in Redis and in BullMQ's event log, so it returns nothing. */
  async #process(job: Job<unknown>): Promise<void> {
    const data = check(this.#plan.schema, job.data);
    if (!data.ok) {
      this.#tell('a job was dropped: its data is not ours', 'STATE_UNREADABLE', {
        job: job.id ?? '',
        why: data.why,
      });
      return;
    }
    await this.#jobs.during(job.id ?? '', async (signal) => this.#plan.handle(data.value, signal, job.name));
  }

  #isAlive(): boolean {
    if (this.#closing.signal.aborted || !this.#worker.isRunning()) return false;
    return this.#jobs.count >= this.#plan.concurrency || this.#connection.tookPartAgoMs() < ASKS_WITHIN_MS;
  }

  #stalled(jobId: string): void {
    this.#tell('a worker died or lost Redis over a job', 'REDIS_UNAVAILABLE', { job: jobId });
    const job = { queue: this.#plan.queue, id: jobId };
    void mendJob(this.#context, job)
      .then(async () => this.#giveUp(jobId))
      .catch((error: unknown) => this.#tellError(error));
  }

  async #giveUp(jobId: string): Promise<void> {
    const { givenUp, schema } = this.#plan;
    if (givenUp === undefined) return;
    const job = await Job.fromId<unknown>(this.#worker, jobId);
    const data = check(schema, job?.data);
    if (data.ok) await givenUp(data.value);
  }

  #tellFailed(job: Job | undefined, error: Error): void {
    const code = error instanceof TcpcheckError ? error.code : 'INTERNAL';
    const attempt = job?.attemptsMade ?? null;
    this.#tell('a job failed', code, { job: job?.id ?? null, attempt, said: error.message });
  }

  #tellError(error: unknown): void {
    // A connection that ends because we close it is no trouble.
    if (this.#closing.signal.aborted) return;
    this.#tell('a worker had trouble with its queue', 'REDIS_UNAVAILABLE', { said: messageOf(error) });
  }

  #tell(what: string, code: string, fields: Record<string, string | number | null>): void {
    this.#context.report({ what, code, fields: { queue: this.#plan.queue, ...fields } });
  }
}

async function endsWithin(work: Promise<unknown>, limitMs: number): Promise<boolean> {
  const timer = new AbortController();
  const late = sleep(limitMs, false, { signal: timer.signal }).catch(() => false);
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    timer.abort();
  }
}
