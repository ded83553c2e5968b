import { generateKeyPairSync } from 'node:crypto';
import { proveDecision, type DecidedWhat } from '../../../src/core/change/group-proof.ts';
import { planHash } from '../../../src/core/change/plan-hash.ts';
import type { Change, ChangePlan, ChangeState, Person } from '../../../src/core/domain/change.ts';
import type { GroupChange, GroupDecision, GroupPlan, GroupState } from '../../../src/core/domain/group.ts';
import { ALICE, RANGE_PLAN } from './arbitrary-change.ts';

export const SIGNING_KEY = generateKeyPairSync('ed25519')
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();

export const HOSTS = ['web-1', 'web-2', 'web-3'];
export const PLANS: readonly ChangePlan[] = HOSTS.map((host, index) => ({
  ...RANGE_PLAN,
  id: `c${index + 1}`,
  host,
}));
export const T0 = RANGE_PLAN.proposedAtMs;

export const GROUP_PLAN: GroupPlan = {
  id: 'group-0123456789abcdef',
  questionId: 'ask-0123456789abcdef0123',
  group: 'web',
  key: 'net.ipv4.ip_local_port_range',
  playbook: RANGE_PLAN.playbook,
  cause: RANGE_PLAN.cause,
  members: PLANS.map((plan) => ({ changeId: plan.id, host: plan.host, planHash: planHash(plan) })),
  risk: 'low',
  takesEffect: 'now',
  approvalsNeeded: 1,
  requester: RANGE_PLAN.requester,
  proposedAtMs: T0,
  expiresAtMs: RANGE_PLAN.expiresAtMs,
  runForMs: 600_000,
};

export const decided = (
  what: DecidedWhat,
  atMs: number,
  { by = ALICE, plan = GROUP_PLAN }: { readonly by?: Person; readonly plan?: GroupPlan } = {},
): GroupDecision => proveDecision(plan, what, { word: { by, atMs }, signingKeyPem: SIGNING_KEY });

export const group = (state: GroupState, plan: GroupPlan = GROUP_PLAN): GroupChange => ({
  plan,
  state,
  version: 0,
});

export const members = (...states: readonly ChangeState[]): readonly Change[] =>
  PLANS.map((plan, index) => ({ plan, state: states[index] ?? { kind: 'proposed', approvals: [] } }));

const approved = { approvals: [decided('approve', T0 + 1_000)], begun: [], passed: [] };
const undertaken = { ...approved, begun: ['c1', 'c2', 'c3'], tried: [] };

/** A state of each kind. */
export const GROUP_STATES: { readonly [K in GroupState['kind']]: Extract<GroupState, { kind: K }> } = {
  proposed: { kind: 'proposed', approvals: [] },
  running: { kind: 'running', ...approved },
  stopped: {
    kind: 'stopped',
    ...approved,
    begun: ['c1'],
    stop: { kind: 'not-verified', changeId: 'c1' },
    atMs: T0 + 80_000,
  },
  done: { kind: 'done', ...approved, begun: ['c1', 'c2', 'c3'], atMs: T0 + 240_000 },
  keeping: { kind: 'keeping', ...undertaken, decision: decided('keep', T0 + 250_000) },
  kept: { kind: 'kept', ...undertaken, decision: decided('keep', T0 + 250_000) },
  'rolling-back': { kind: 'rolling-back', ...undertaken, decision: decided('roll-back', T0 + 250_000) },
  'rolled-back': { kind: 'rolled-back', ...undertaken, decision: decided('roll-back', T0 + 250_000) },
  rejected: { kind: 'rejected', by: ALICE, atMs: T0 + 1_000 },
  expired: { kind: 'expired', atMs: RANGE_PLAN.expiresAtMs },
  void: {
    kind: 'void',
    reason: { code: 'CHANGE_STALE', message: 'web-2 was decided by itself', hint: 'See there.' },
    atMs: T0 + 1_000,
  },
};
