import { z } from 'zod';
import { CHECK_IDS, type CheckResult, type CheckStatus } from '../../core/domain/capture.ts';
import { NO_FACTS } from '../../core/checklist/merge-facts.ts';
import { HOST_GROUPS, SUBJECT_GROUPS, type Facts, type Persisted } from '../../core/domain/facts.ts';
import type { Localized } from '../../core/domain/locale.ts';
import type {
  Diagnosis,
  Evidence,
  Finding,
  FindingStatus,
  Fix,
  Mark,
  Risk,
  SettingChange,
  Severity,
  TakesEffect,
  Verdict,
} from '../../core/domain/report.ts';

import { MomentRecord } from './look-record.ts';

/** Written as maps so that the compiler misses a value that the domain gains. */
const severities = {
  critical: 'critical',
  warning: 'warning',
  info: 'info',
} as const satisfies Same<Severity>;
const verdicts = {
  critical: 'critical',
  warning: 'warning',
  ok: 'ok',
  unknown: 'unknown',
} as const satisfies Same<Verdict>;
const statuses = {
  matched: 'matched',
  cleared: 'cleared',
  unknown: 'unknown',
} as const satisfies Same<FindingStatus>;
const risks = { low: 'low', medium: 'medium', high: 'high' } as const satisfies Same<Risk>;
const effects = {
  now: 'now',
  'new-sockets': 'new-sockets',
  relisten: 'relisten',
} as const satisfies Same<TakesEffect>;
const checkStatuses = {
  ok: 'ok',
  unavailable: 'unavailable',
  truncated: 'truncated',
  timeout: 'timeout',
  denied: 'denied',
} as const satisfies Same<CheckStatus>;
const topics = {
  'time-wait': 'time-wait',
  'accept-queue': 'accept-queue',
  descriptors: 'descriptors',
  connections: 'connections',
} as const satisfies Same<Mark['topic']>;
const markStates = {
  good: 'good',
  bad: 'bad',
  unknown: 'unknown',
  pending: 'pending',
} as const satisfies Same<Mark['state']>;

type Same<K extends string> = { readonly [V in K]: V };

export const RiskRecord: z.ZodType<Risk> = z.enum(risks);
export const TakesEffectRecord: z.ZodType<TakesEffect> = z.enum(effects);

const LocalizedRecord: z.ZodType<Localized> = z.object({ en: z.string(), ko: z.string() });
const FactValueRecord = z.union([z.number(), z.string(), z.boolean()]);
const FactGroupRecord = z.record(z.string(), FactValueRecord);

const BeatsKept = z.literal(true).optional();
const PersistedRecord: z.ZodType<Persisted> = z.discriminatedUnion('by', [
  z.object({ by: z.literal('file'), value: z.string(), file: z.string(), beatsKept: BeatsKept }),
  z.object({
    by: z.literal('tuned'),
    value: z.string().nullable(),
    profile: z.string(),
    beatsKept: BeatsKept,
  }),
  z.object({ by: z.literal('nothing') }),
]);

const FactsRecord: z.ZodType<Facts> = z.object({
  // A report of an earlier version knows fewer groups and fewer kinds of subjects.
  host: z
    .partialRecord(z.enum(HOST_GROUPS), FactGroupRecord)
    .transform((known) => ({ ...NO_FACTS.host, ...known })),
  subjects: z
    .partialRecord(z.enum(SUBJECT_GROUPS), z.record(z.string(), FactGroupRecord))
    .transform((known) => ({ listener: {}, destination: {}, process: {}, service: {}, ...known })),
  sysctl: z.record(z.string(), z.string()),
  // A report of an earlier version did not look.
  persisted: z.record(z.string(), PersistedRecord).default({}),
});

export const SettingChangeRecord: z.ZodType<SettingChange> = z.object({
  key: z.string(),
  from: z.string(),
  to: z.string(),
});

const EvidenceRecord: z.ZodType<Evidence> = z.object({
  fact: z.string(),
  value: FactValueRecord,
  text: LocalizedRecord,
  command: z.string(),
});

const FixRecord: z.ZodType<Fix> = z.union([
  z.object({
    kind: z.literal('advice'),
    text: LocalizedRecord,
    samples: z.array(z.object({ language: z.string(), code: z.string() })),
  }),
  z.object({
    kind: z.literal('sysctl'),
    key: z.string(),
    from: z.string(),
    to: z.string(),
    takesEffect: TakesEffectRecord,
    risk: RiskRecord,
    offered: z.boolean(),
    why: LocalizedRecord,
    companions: z.array(SettingChangeRecord),
  }),
]);

const FindingRecord: z.ZodType<Finding> = z.object({
  playbook: z.string(),
  playbookVersion: z.number(),
  status: z.enum(statuses),
  severity: z.enum(severities),
  cause: z.string().nullable(),
  subject: z.string().nullable(),
  explainedBy: z.string().nullable(),
  title: LocalizedRecord,
  summary: LocalizedRecord,
  evidence: z.array(EvidenceRecord),
  missing: z.array(z.string()),
  fixes: z.array(FixRecord),
  notAdvised: z.array(z.object({ key: z.string(), why: LocalizedRecord })),
});

const NoteRecord = z.object({ en: z.string(), ko: z.string(), atMs: MomentRecord.exactOptional() });

const CheckResultRecord: z.ZodType<CheckResult> = z.object({
  id: z.enum(CHECK_IDS),
  status: z.enum(checkStatuses),
  ms: z.number(),
});

export const MarkRecord: z.ZodType<Mark> = z.object({ topic: z.enum(topics), state: z.enum(markStates) });

export const DiagnosisRecord: z.ZodType<Diagnosis> = z.object({
  host: z.string(),
  verdict: z.enum(verdicts),
  quiet: z.boolean(),
  windowMs: z.number(),
  error: z.object({ code: z.string(), message: z.string(), hint: z.string() }).nullable(),
  coverage: z.object({ seen: z.number(), of: z.number(), why: z.array(LocalizedRecord) }),
  findings: z.array(FindingRecord),
  checks: z.array(CheckResultRecord),
  marks: z.array(MarkRecord),
  facts: FactsRecord.nullable(),
  notes: z.array(NoteRecord),
  inside: z.object({ target: z.string(), pid: z.number(), netns: z.string() }).nullable().default(null),
});
