import { z } from 'zod';
import type { AlertNotice } from '../../core/domain/alert.ts';
import { StartRuleRecord } from './start-rule-record.ts';

const target = z.union([
  z.object({ kind: z.literal('host'), host: z.string() }),
  z.object({ kind: z.literal('choice'), candidates: z.array(z.string()), named: z.string() }),
  z.object({ kind: z.literal('unknown'), named: z.string() }),
]);

/** What an alert says, as it waits to be worked off. */
export const NoticeRecord: z.ZodType<AlertNotice> = z.object({
  source: z.string(),
  fingerprint: z.string(),
  startedAtMs: z.number().nullable(),
  status: z.enum(['firing', 'resolved']),
  name: z.string(),
  summary: z.string(),
  severity: z.string().nullable(),
  alertUrl: z.string().nullable(),
  silenceUrl: z.string().nullable(),
  target,
  route: z.object({
    channel: z.string(),
    mentions: z.array(z.string()),
    starts: z.boolean(),
    rule: StartRuleRecord,
    playbooks: z.array(z.string()),
  }),
});
