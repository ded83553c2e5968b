import { z } from 'zod';
import type {
  AppliedState,
  ChangePlan,
  ChangeProblem,
  ChangeState,
  Comparison,
  NeedsHumanState,
  Person,
  ReadBack,
  SignedGo,
} from '../../core/domain/change.ts';
import { RiskRecord, SettingChangeRecord, TakesEffectRecord } from './report-record.ts';
import { HostRecord, IdRecord, RequesterRecord } from './request-record.ts';

const PersonRecord: z.ZodType<Person> = z.union([
  z.object({ kind: z.literal('slack-user'), teamId: IdRecord, userId: IdRecord }),
  z.object({ kind: z.literal('os-user'), name: IdRecord }),
]);

export const PlanRecord: z.ZodType<ChangePlan> = z.object({
  id: IdRecord,
  host: HostRecord,
  hostKeyFingerprint: z.string(),
  netns: z.string(),
  settings: z.array(SettingChangeRecord),
  risk: RiskRecord,
  takesEffect: TakesEffectRecord,
  playbook: z.string(),
  playbookVersion: z.number(),
  cause: z.string(),
  subject: z.string().nullable(),
  requestId: IdRecord,
  runId: IdRecord,
  requester: RequesterRecord,
  proposedAtMs: z.number(),
  expiresAtMs: z.number(),
});

export const SignedGoRecord: z.ZodType<SignedGo> = z.object({
  payload: z.string().max(65_536),
  signature: z.string().max(200),
});

const ReadBackRecord: z.ZodType<ReadBack> = z.object({ key: z.string(), value: z.string() });
const ComparisonRecord: z.ZodType<Comparison> = z.object({
  fact: z.string(),
  before: z.string(),
  after: z.string(),
});
const ProblemRecord: z.ZodType<ChangeProblem> = z.object({
  code: z.string(),
  message: z.string(),
  hint: z.string(),
});

const applied: z.ZodType<AppliedState> = z.object({
  kind: z.literal('applied'),
  by: PersonRecord,
  atMs: z.number(),
  readBack: z.array(ReadBackRecord),
  effect: z.array(ComparisonRecord).nullable(),
  problem: ProblemRecord.nullable(),
});
const needsHuman: z.ZodType<NeedsHumanState> = z.object({
  kind: z.literal('needs-human'),
  atMs: z.number(),
  reason: ProblemRecord,
});

/** One schema per kind, so that the compiler misses a kind that the domain gains. */
const states = {
  proposed: z.object({ kind: z.literal('proposed') }),
  approved: z.object({ kind: z.literal('approved'), by: PersonRecord, atMs: z.number() }),
  applying: z.object({ kind: z.literal('applying'), by: PersonRecord, atMs: z.number() }),
  applied,
  'rolling-back': z.object({
    kind: z.literal('rolling-back'),
    by: PersonRecord,
    atMs: z.number(),
    was: z.union([applied, needsHuman]),
  }),
  'rolled-back': z.object({
    kind: z.literal('rolled-back'),
    by: PersonRecord,
    atMs: z.number(),
    readBack: z.array(ReadBackRecord),
  }),
  rejected: z.object({ kind: z.literal('rejected'), by: PersonRecord, atMs: z.number() }),
  expired: z.object({ kind: z.literal('expired'), atMs: z.number() }),
  void: z.object({ kind: z.literal('void'), atMs: z.number(), reason: ProblemRecord }),
  failed: z.object({ kind: z.literal('failed'), atMs: z.number(), reason: ProblemRecord }),
  'needs-human': needsHuman,
} as const satisfies { readonly [K in ChangeState['kind']]: z.ZodType<Extract<ChangeState, { kind: K }>> };

export const ChangeStateRecord: z.ZodType<ChangeState> = z.union(Object.values(states));
