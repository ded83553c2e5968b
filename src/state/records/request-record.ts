import { z } from 'zod';
import { HOST_NAME } from '../../core/domain/host.ts';
import { LOCALES } from '../../core/domain/locale.ts';
import type { DiagnosisRequest, Requester } from '../../core/domain/run.ts';

/** Ids are hashes, UUIDs or Slack ids; whatever is longer is not ours. */
export const IdRecord = z.string().min(1).max(200);

export const HostRecord = z.string().regex(HOST_NAME);

export const RequesterRecord: z.ZodType<Requester> = z.union([
  z.object({ kind: z.literal('slack-user'), teamId: IdRecord, userId: IdRecord }),
  z.object({ kind: z.literal('alert'), source: IdRecord, alertName: z.string().max(1_000) }),
]);

export const RequestRecord: z.ZodType<DiagnosisRequest> = z.object({
  id: IdRecord,
  host: HostRecord,
  symptom: z.string(),
  channel: IdRecord,
  locale: z.enum(LOCALES),
  requester: RequesterRecord,
  createdAtMs: z.number(),
  mentions: z.array(IdRecord),
  restoredAtMs: z.number().optional(),
  questionId: IdRecord.optional(),
});
