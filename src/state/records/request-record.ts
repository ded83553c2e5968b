import { z } from 'zod';
import { HOST_NAME } from '../../core/domain/host.ts';
import { LOCALES } from '../../core/domain/locale.ts';
import type { Person } from '../../core/domain/change.ts';
import type { DiagnosisRequest, Requester } from '../../core/domain/run.ts';
import { SETTING_KEY } from '../../core/change/plan-schema.ts';
import { MAX_WINDOW_S } from '../../core/checklist/compose-script.ts';

/** Ids are hashes, UUIDs or Slack ids; whatever is longer is not ours. */
export const IdRecord = z.string().min(1).max(200);

export const HostRecord = z.string().regex(HOST_NAME);

export const PersonRecord: z.ZodType<Person> = z.union([
  z.object({ kind: z.literal('slack-user'), teamId: IdRecord, userId: IdRecord }),
  z.object({
    kind: z.literal('os-user'),
    name: IdRecord,
    slack: z.object({ teamId: IdRecord.nullable(), userId: IdRecord }).exactOptional(),
  }),
]);

export const RequesterRecord: z.ZodType<Requester> = z.union([
  PersonRecord,
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
  onlySetting: z.string().max(100).regex(SETTING_KEY).optional(),
  windowMs: z
    .number()
    .min(1000)
    .max(MAX_WINDOW_S * 1000)
    .optional(),
});
