import { z } from 'zod';
import type { SignedGo } from '../core/domain/change.ts';
import { SignedGoRecord } from './records/change-record.ts';
import { HostRecord, IdRecord } from './records/request-record.ts';

/**
 * The four kinds of work; a worker process may do any of them. Looking after a change takes minutes (its effect is
 * measured), so it has a queue of its own: an order never waits behind it.
 */
const WORKER_ROLES = ['diagnose', 'threads', 'changes', 'care'] as const;
export type WorkerRole = (typeof WORKER_ROLES)[number];

/** An order to execute a signed go. */
export interface ChangeOrder {
  readonly changeId: string;
  readonly go: SignedGo;
}

/** Jobs carry names and ids only; whoever can write to Redis can write these too, so they prove nothing. */
export const DiagnoseJob: z.ZodType<{ readonly host: string }> = z.object({ host: HostRecord });
export const ThreadJob: z.ZodType<{ readonly requestId: string }> = z.object({ requestId: IdRecord });
export const CareJob: z.ZodType<{ readonly changeId: string; readonly orderLost?: boolean | undefined }> =
  z.object({
    changeId: IdRecord,
    orderLost: z.boolean().optional(),
  });
export const ChangeJob: z.ZodType<ChangeOrder> = z.object({ changeId: IdRecord, go: SignedGoRecord });

/** Lower comes first. BullMQ takes jobs without a priority (0) before all others. */
export const PRIORITY = { person: 1, alert: 10 } as const;

/**
 * A worker renews the lock of its job at half this time. It must outlive a pause of the process (garbage
 * collection, a busy machine), and together with STALLED_CHECK_MS it is the time until the work of a killed
 * worker is taken up again: at most 8 s + 2 s.
 */
export const LOCK_MS = 8_000;
export const STALLED_CHECK_MS = 2_000;

/** How a queue's jobs are tried again. */
export interface RetryPlan {
  readonly attempts: number;
  /** How many workers may die over one job before it is given up (the sweep wakes the host again). */
  readonly maxStalledCount: number;
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
}

export const RETRY: Readonly<Record<WorkerRole, RetryPlan>> = {
  // Looking at a host is harmless; what throws here is Redis itself, which is back in seconds or not at all.
  diagnose: { attempts: 5, maxStalledCount: 2, firstDelayMs: 500, maxDelayMs: 5_000 },
  // Slack's worse outages last minutes: 20 attempts span about ten of them; then the bot's sweep goes on.
  threads: { attempts: 20, maxStalledCount: 5, firstDelayMs: 500, maxDelayMs: 30_000 },
  // An effect is never repeated by the queue; an unknown outcome is settled from the host's journal.
  changes: { attempts: 1, maxStalledCount: 0, firstDelayMs: 0, maxDelayMs: 0 },
  // May be repeated at any time; the sweep wakes it again as long as there is something to do.
  care: { attempts: 3, maxStalledCount: 2, firstDelayMs: 500, maxDelayMs: 5_000 },
};

/** Doubles from attempt to attempt up to the plan's maximum. */
export const retryDelayMs = (plan: RetryPlan, attemptsMade: number): number =>
  Math.min(plan.firstDelayMs * 2 ** Math.max(attemptsMade - 1, 0), plan.maxDelayMs);

/** Finished jobs are looked at in the queue dashboard; these many say enough. */
export const KEEP_DONE = { age: 3_600, count: 500 } as const;
export const KEEP_FAILED = { age: 24 * 3_600, count: 1_000 } as const;

/** BullMQ's own event log; only the dashboard reads it. */
export const MAX_EVENTS = 1_000;
