import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { TcpcheckError } from '../core/domain/errors.ts';
import type { Wakeups } from '../core/domain/ports.ts';
import type { StoreContext } from './context.ts';
import { orderId, takeOrder } from './orders.ts';
import { CareJob, ChangeJob, DiagnoseJob, ThreadJob, type ChangeOrder } from './queue-plan.ts';
import { startWorker, type RunningWorker, type WorkerPlan } from './queue-worker.ts';
import type { RedisTarget } from './target.ts';
import { LATER } from './wakeups.ts';
import { queueName } from './zones.ts';

/**
 * An order counts from a moment after its job was added; a worker that is quicker than the bot waits for it.
 * Longer than the bot's own deadline, after which it has told that the order failed.
 */
const ORDER_WAIT_MS = 2_500;
const ORDER_LOOK_MS = 100;
/** The queue gives an order once: a Redis that is away for a moment must not lose it. A go is valid for 60 s. */
const ORDER_INSIST_MS = 20_000;

/** How many jobs of its kind a worker does at once. */
export interface WorkerOptions {
  readonly concurrency: number;
}

/** The starters, and a way to end all that were started. */
export interface WorkerYard extends Workers {
  closeAll(): Promise<void>;
}

/** Starts the workers of this process. The signal of a job is aborted when the job is not ours any more. */
export interface Workers {
  startDiagnoseWorker(
    handler: (host: string, signal: AbortSignal) => Promise<void>,
    options: WorkerOptions,
  ): RunningWorker;
  startThreadWorker(
    handler: (requestId: string, signal: AbortSignal) => Promise<void>,
    options: WorkerOptions,
  ): RunningWorker;
  startChangeWorker(
    handler: (order: ChangeOrder, signal: AbortSignal) => Promise<void>,
    options: WorkerOptions,
  ): RunningWorker;
  startCareWorker(
    handler: (changeId: string, signal: AbortSignal, found: { readonly orderLost: boolean }) => Promise<void>,
    options: WorkerOptions,
  ): RunningWorker;
}

/** The four kinds of workers over one Redis. */
export function workers(
  context: StoreContext,
  target: RedisTarget,
  { wake, zone }: { readonly wake: Wakeups; readonly zone: string },
): WorkerYard {
  const started: RunningWorker[] = [];
  const start = <D>(plan: Omit<WorkerPlan<D>, 'queue'>): RunningWorker => {
    const worker = startWorker(context, target, { ...plan, queue: queueName(plan.role, zone) });
    started.push(worker);
    return worker;
  };
  return {
    closeAll: async () => {
      await Promise.all(started.map(async (worker) => worker.close(0)));
    },
    startDiagnoseWorker: (handler, { concurrency }) =>
      start({
        role: 'diagnose',
        schema: DiagnoseJob,
        concurrency,
        handle: async ({ host }, signal) => handler(host, signal),
      }),
    startThreadWorker: (handler, { concurrency }) =>
      start({
        role: 'threads',
        schema: ThreadJob,
        concurrency,
        handle: async ({ requestId }, signal, name) =>
          name === LATER ? wake.thread(requestId) : handler(requestId, signal),
      }),
    startChangeWorker: (handler, { concurrency }) =>
      start({
        role: 'changes',
        schema: ChangeJob,
        concurrency,
        handle: async (order, signal) => {
          if (await waitForOrder(context, order)) await handler(order, signal);
          else reportUnordered(context, order);
        },
        givenUp: async ({ changeId }) => wake.care(changeId, true),
      }),
    startCareWorker: (handler, { concurrency }) =>
      start({
        role: 'care',
        schema: CareJob,
        concurrency,
        handle: async ({ changeId, orderLost = false }, signal) => handler(changeId, signal, { orderLost }),
      }),
  };
}

async function waitForOrder(context: StoreContext, order: ChangeOrder): Promise<boolean> {
  const taker = randomUUID();
  const startedMs = performance.now();
  const isWithin = (limitMs: number): boolean => performance.now() - startedMs < limitMs;
  for (;;) {
    try {
      if (await takeOrder(context, order, taker)) return true;
      if (!isWithin(ORDER_WAIT_MS)) return false;
    } catch (error) {
      const isAway = error instanceof TcpcheckError && error.code === 'REDIS_UNAVAILABLE';
      if (!isAway || !isWithin(ORDER_INSIST_MS)) throw error;
    }
    await sleep(ORDER_LOOK_MS);
  }
}

function reportUnordered(context: StoreContext, order: ChangeOrder): void {
  const fields = { change: order.changeId, order: orderId(order) };
  const what = 'a change was not executed: its order was never completed, or executed before';
  context.report({ what, code: 'REDIS_UNAVAILABLE', fields });
}
