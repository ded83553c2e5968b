import { z } from 'zod';
import { LOCALES } from '../../core/domain/locale.ts';
import type {
  GroupDecision,
  GroupMember,
  GroupPlan,
  GroupQuestion,
  GroupState,
  GroupStop,
  Passed,
} from '../../core/domain/group.ts';
import { ProblemRecord } from './change-record.ts';
import { RiskRecord, TakesEffectRecord } from './report-record.ts';
import { HostRecord, IdRecord, PersonRecord, RequesterRecord } from './request-record.ts';

/** As many as one question may name. */
const MAX_HOSTS = 20;

export const GroupQuestionRecord: z.ZodType<GroupQuestion> = z.object({
  id: IdRecord,
  group: HostRecord,
  requests: z
    .array(z.object({ host: HostRecord, requestId: IdRecord }))
    .min(1)
    .max(MAX_HOSTS),
  symptom: z.string(),
  channel: IdRecord,
  locale: z.enum(LOCALES),
  requester: RequesterRecord,
  createdAtMs: z.number(),
  mentions: z.array(IdRecord),
});

const MemberRecord: z.ZodType<GroupMember> = z.object({
  changeId: IdRecord,
  host: HostRecord,
  planHash: z.string(),
});

export const GroupPlanRecord: z.ZodType<GroupPlan> = z.object({
  id: IdRecord,
  questionId: IdRecord,
  group: HostRecord,
  key: z.string(),
  playbook: z.string(),
  cause: z.string(),
  members: z.array(MemberRecord).min(1).max(MAX_HOSTS),
  risk: RiskRecord,
  takesEffect: TakesEffectRecord,
  approvalsNeeded: z.union([z.literal(1), z.literal(2)]),
  requester: RequesterRecord,
  proposedAtMs: z.number(),
  expiresAtMs: z.number(),
  runForMs: z.number(),
});

const DecisionRecord: z.ZodType<GroupDecision> = z.object({
  by: PersonRecord,
  atMs: z.number(),
  proof: z.string().max(200),
});
const PassedRecord: z.ZodType<Passed> = z.object({ changeId: IdRecord, decision: DecisionRecord });

const StopRecord: z.ZodType<GroupStop> = z.union([
  z.object({ kind: z.enum(['not-verified', 'decided-apart']), changeId: IdRecord }),
  z.object({ kind: z.literal('out-of-time') }),
  z.object({ kind: z.literal('person'), by: PersonRecord }),
  z.object({ kind: z.literal('untrue'), reason: ProblemRecord }),
]);

const ids = z.array(IdRecord).max(MAX_HOSTS);
const approved = {
  approvals: z.array(DecisionRecord),
  begun: ids,
  passed: z.array(PassedRecord).max(MAX_HOSTS),
};
const undertaken = { ...approved, decision: DecisionRecord, tried: ids };

/** One schema per kind, so that the compiler misses a kind that the domain gains. */
const states = {
  proposed: z.object({ kind: z.literal('proposed'), approvals: z.array(DecisionRecord) }),
  running: z.object({ kind: z.literal('running'), ...approved }),
  stopped: z.object({ kind: z.literal('stopped'), ...approved, stop: StopRecord, atMs: z.number() }),
  done: z.object({ kind: z.literal('done'), ...approved, atMs: z.number() }),
  keeping: z.object({ kind: z.literal('keeping'), ...undertaken }),
  kept: z.object({ kind: z.literal('kept'), ...undertaken }),
  'rolling-back': z.object({ kind: z.literal('rolling-back'), ...undertaken }),
  'rolled-back': z.object({ kind: z.literal('rolled-back'), ...undertaken }),
  rejected: z.object({ kind: z.literal('rejected'), by: PersonRecord, atMs: z.number() }),
  expired: z.object({ kind: z.literal('expired'), atMs: z.number() }),
  void: z.object({ kind: z.literal('void'), reason: ProblemRecord, atMs: z.number() }),
} as const satisfies { readonly [K in GroupState['kind']]: z.ZodType<Extract<GroupState, { kind: K }>> };

export const GroupStateRecord: z.ZodType<GroupState> = z.union(Object.values(states));
