import { z } from 'zod';
import type { AuditMark } from '../../core/domain/audit.ts';
import type {
  Approval,
  ChangePlan,
  ChangeProblem,
  ChangeState,
  Comparison,
  FreshLook,
  Judgement,
  ReadBack,
  SignedGo,
  VerdictReason,
} from '../../core/domain/change.ts';
import { MAX_BREAK_GLASS_REASON } from '../../core/change/go.ts';
import { RiskRecord, SettingChangeRecord, TakesEffectRecord } from './report-record.ts';
import { HostRecord, IdRecord, PersonRecord, RequesterRecord } from './request-record.ts';

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
  approvalsNeeded: z.union([z.literal(1), z.literal(2)]),
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
  before: z.string().nullable(),
  after: z.string().nullable(),
  moved: z.enum(['better', 'worse', 'same', 'unknown']),
});
export const ProblemRecord: z.ZodType<ChangeProblem> = z.object({
  code: z.string(),
  message: z.string(),
  hint: z.string(),
});
const ReasonRecord: z.ZodType<VerdictReason> = z.union([
  z.object({
    kind: z.literal('little-traffic'),
    fact: z.string(),
    atLeast: z.number(),
    found: z.number(),
  }),
  z.object({ kind: z.literal('not-listened-anew') }),
  z.object({ kind: z.literal('not-measured'), said: z.string() }),
  z.object({ kind: z.literal('nothing-to-compare') }),
]);
const JudgementRecord: z.ZodType<Judgement> = z.object({
  verdict: z.enum(['verified', 'no-effect', 'worse', 'unknown']),
  effect: z.array(ComparisonRecord),
  finding: z.enum(['matched', 'cleared', 'unknown']),
  reason: ReasonRecord.nullable(),
  atMs: z.number(),
});
const ApprovalRecord: z.ZodType<Approval> = z.object({
  by: PersonRecord,
  atMs: z.number(),
  proof: z.string().max(200).optional(),
  breakGlass: z.string().max(MAX_BREAK_GLASS_REASON).optional(),
});

const AuditMarkRecord: z.ZodType<AuditMark> = z.object({
  log: z.string(),
  seq: z.number(),
  hash: z.string(),
});

const inForce = {
  approvals: z.array(ApprovalRecord),
  go: SignedGoRecord,
  appliedAtMs: z.number(),
  readBack: z.array(ReadBackRecord),
  audit: AuditMarkRecord.nullable(),
  problem: ProblemRecord.nullable(),
  restoredAtMs: z.number().optional(),
};
const looks = { judgement: JudgementRecord, secondLook: JudgementRecord.nullable() };

const applied = z.object({ kind: z.literal('applied'), ...inForce, revertsAtMs: z.number() });
const confirmed = z.object({
  kind: z.literal('confirmed'),
  ...inForce,
  confirmedAtMs: z.number(),
  revertsAtMs: z.number(),
});
const judged = z.object({ kind: z.literal('judged'), ...inForce, ...looks });
const left = z.object({ kind: z.literal('left-until-reboot'), ...inForce, ...looks, atMs: z.number() });
const kept = z.object({
  kind: z.literal('kept'),
  ...inForce,
  ...looks,
  by: PersonRecord,
  atMs: z.number(),
  file: z.string(),
});
const needsHuman = z.object({
  kind: z.literal('needs-human'),
  atMs: z.number(),
  reason: ProblemRecord,
  last: z.object(inForce).nullable(),
});
const FreshRecord: z.ZodType<FreshLook> = z.union([
  z.object({ kind: z.literal('proposed'), runId: IdRecord, atMs: z.number() }),
  z.object({ kind: z.enum(['gone', 'not-offered', 'too-late']), atMs: z.number() }),
  z.object({ kind: z.literal('not-looked'), said: z.string(), atMs: z.number() }),
  z.object({ kind: z.literal('too-often'), times: z.number(), atMs: z.number() }),
]);
const moment = { by: PersonRecord, atMs: z.number() };
const reason = { atMs: z.number(), reason: ProblemRecord };

/** One schema per kind, so that the compiler misses a kind that the domain gains. */
const states = {
  proposed: z.object({ kind: z.literal('proposed'), approvals: z.array(ApprovalRecord) }),
  queued: z.object({
    kind: z.literal('queued'),
    approvals: z.array(ApprovalRecord),
    group: IdRecord,
    atMs: z.number(),
    untilMs: z.number(),
  }),
  approved: z.object({ kind: z.literal('approved'), approvals: z.array(ApprovalRecord), atMs: z.number() }),
  applying: z.object({
    kind: z.literal('applying'),
    approvals: z.array(ApprovalRecord),
    go: SignedGoRecord,
    atMs: z.number(),
  }),
  applied,
  confirmed,
  judged,
  'left-until-reboot': left,
  kept,
  keeping: z.object({ kind: z.literal('keeping'), ...moment, was: z.union([judged, left]) }),
  'rolling-back': z.object({
    kind: z.literal('rolling-back'),
    ...moment,
    was: z.union([applied, confirmed, judged, left, kept, needsHuman]),
  }),
  'rolled-back': z.object({ kind: z.literal('rolled-back'), ...moment, readBack: z.array(ReadBackRecord) }),
  reverted: z.object({
    kind: z.literal('reverted'),
    why: z.enum(['timer', 'worse', 'reboot', 'journal']),
    judgement: JudgementRecord.nullable(),
    atMs: z.number(),
  }),
  rejected: z.object({ kind: z.literal('rejected'), ...moment }),
  expired: z.object({ kind: z.literal('expired'), atMs: z.number() }),
  void: z.object({ kind: z.literal('void'), ...reason, fresh: FreshRecord.optional() }),
  failed: z.object({ kind: z.literal('failed'), ...reason }),
  'needs-human': needsHuman,
} as const satisfies { readonly [K in ChangeState['kind']]: z.ZodType<Extract<ChangeState, { kind: K }>> };

export const ChangeStateRecord: z.ZodType<ChangeState> = z.union(Object.values(states));
