import { z } from 'zod';
import type { LastLook } from '../../core/domain/last-look.ts';
import { HostRecord } from './request-record.ts';

/** Greatest moment that a Date can hold (ECMA-262, time values). */
const MAX_MOMENT_MS = 8.64e15;
/** Five counters are watched; a record with many more is not ours. */
const MAX_TOTALS = 50;

/** A moment that can be shown. */
export const MomentRecord = z.number().int().min(0).max(MAX_MOMENT_MS);

/** The counters that one run leaves to the next. */
export const LookRecord: z.ZodType<LastLook> = z.object({
  host: HostRecord,
  atMs: MomentRecord,
  bootId: z.string().max(64),
  netns: z.string().max(64),
  totals: z
    .record(z.string().max(100), z.number().min(0))
    .refine((totals) => Object.keys(totals).length <= MAX_TOTALS),
});
