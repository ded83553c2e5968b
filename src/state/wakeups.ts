import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { assert } from '../core/domain/errors.ts';
import type { Wakeups } from '../core/domain/ports.ts';
import type { StoreContext } from './context.ts';
import type { Turn } from './link.ts';
import { giveOrder, orderId } from './orders.ts';
import type { Producer } from './producer.ts';
import type { Producers } from './producers.ts';
import { KEEP_DONE, KEEP_FAILED, PRIORITY, RETRY, type CareJob, type WorkerRole } from './queue-plan.ts';
import { DEFAULT_ZONE, zoneOfChange, type ZoneOf } from './zones.ts';

/** The bot asks for a look in seconds or minutes; nothing of a thread is due later than its records live. */
const MAX_DELAY_MS = 7 * 24 * 3_600_000;

/** Name of thread jobs that only wake the thread when their time has come. */
export const LATER = 'later';

/** What waking needs. */
export interface WakeContext extends StoreContext {
  readonly producers: Producers;
  /** Null: there is one zone. */
  readonly zoneOf: ZoneOf | null;
}

/** Puts work into the queues. */
export function wakeups(context: WakeContext): Wakeups {
  const { link } = context;
  return {
    host: async (host, asker) =>
      link.write('wake a host', async (turn) => {
        await addHost(context, host, asker);
        // The wake-up stands; a place in the queue is no reason to tell anybody that it failed.
        await settlePlace(context, turn, { host, asker }).catch(() => undefined);
      }),
    thread: async (requestId, delayMs = 0) => {
      assert(delayMs >= 0 && delayMs <= MAX_DELAY_MS, `a thread is woken within 7 days, not ${delayMs} ms`);
      await link.write('wake a thread', async () =>
        delayMs === 0 ? wakeThread(context, requestId) : wakeThreadLater(context, requestId, delayMs),
      );
    },
    change: async (changeId, go) => {
      const zone = await zoneOfChange(context, context.zoneOf, changeId);
      await link.write('order a change', async (turn) => {
        const order = { changeId, go };
        await context.producers.of('changes', zone).add('change', order, {
          ...options('changes'),
          jobId: orderId(order),
          // A job that found no order must make room for the next try with the same go.
          removeOnComplete: true,
        });
        turn.check();
        await giveOrder(turn, context, order);
      });
    },
    // One at a time for each change: a second would only measure the same again.
    care: async (changeId, orderLost = false) =>
      orderLost
        ? addCare(context, { changeId, orderLost }, `${changeId}-order-lost`)
        : addCare(context, { changeId }, changeId),
  };
}

async function addCare(context: WakeContext, job: z.infer<typeof CareJob>, once: string): Promise<void> {
  const zone = await zoneOfChange(context, context.zoneOf, job.changeId);
  await context.link.write('have a change looked after', async () => {
    await context.producers
      .of('care', zone)
      .add('care', job, { ...options('care'), deduplication: { id: once }, removeOnComplete: true });
  });
}

const lookers = ({ producers, zoneOf }: WakeContext, host: string): Producer =>
  producers.of('diagnose', zoneOf?.(host) ?? DEFAULT_ZONE);

/** While a job of the host waits this adds nothing; while one runs, the last of these follows it. */
async function addHost(context: WakeContext, host: string, asker: 'person' | 'alert'): Promise<void> {
  await lookers(context, host).add(
    'diagnose',
    { host },
    {
      ...options('diagnose'),
      priority: PRIORITY[asker],
      deduplication: { id: host, keepLastIfActive: true },
    },
  );
}

async function settlePlace(
  context: WakeContext,
  turn: Turn,
  { host, asker }: { readonly host: string; readonly asker: 'person' | 'alert' },
): Promise<void> {
  turn.check();
  await (asker === 'person' ? raise(context, host) : yieldToPeople(context, turn, host));
}

/** An alert's job that waits already goes to the front with the people's. */
async function raise(context: WakeContext, host: string): Promise<void> {
  const queue = await lookers(context, host).queue();
  const jobId = await queue.getDeduplicationJobId(host);
  const job = jobId === null ? undefined : await queue.getJob(jobId);
  // Raising one that is high enough would put it behind its equals.
  if (job === undefined || job.priority === PRIORITY.person) return;
  await job.changePriority({ priority: PRIORITY.person });
}

/** BullMQ keeps the last wake-up for after the running job: an alert's must not displace a person's. */
async function yieldToPeople(context: WakeContext, turn: Turn, host: string): Promise<void> {
  const people = await turn.redis.exists(context.keys.people(host));
  if (people === 0) return;
  turn.check();
  await addHost(context, host, 'person');
  await raise(context, host);
}

async function wakeThread(context: WakeContext, requestId: string): Promise<void> {
  await context.producers
    .of('threads', DEFAULT_ZONE)
    .add(
      'thread',
      { requestId },
      { ...options('threads'), deduplication: { id: requestId, keepLastIfActive: true } },
    );
}

/** A job of its own, so that it neither holds back a wake-up without delay nor is swallowed by one. */
async function wakeThreadLater(context: WakeContext, requestId: string, delayMs: number): Promise<void> {
  const dueSecond = Math.ceil((Date.now() + delayMs) / 1000);
  await context.producers
    .of('threads', DEFAULT_ZONE)
    .add(
      LATER,
      { requestId },
      { ...options('threads'), delay: delayMs, deduplication: { id: `${requestId}@${dueSecond}` } },
    );
}

function options(role: WorkerRole) {
  return {
    jobId: randomUUID(),
    attempts: RETRY[role].attempts,
    backoff: { type: 'custom' },
    removeOnComplete: KEEP_DONE,
    removeOnFail: KEEP_FAILED,
    // Names and ids: whatever is larger is a mistake.
    sizeLimit: 100_000,
  };
}
