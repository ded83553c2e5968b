import type {
  ChangeState,
  InForce,
  JudgedState,
  Judgement,
  NeedsHumanState,
  Person,
} from '../../../src/core/domain/change.ts';

/** A go as it travels; only tests of signatures need a true one. */
export const SIGNED = { payload: '{}', signature: 'c2lnbmF0dXJl' } as const;

export const HELPED = {
  verdict: 'verified',
  effect: [
    { fact: 'listener.overflows_per_s', before: '33.2', after: '0', moved: 'better' },
    { fact: 'listener.queue_peak', before: '129', after: null, moved: 'unknown' },
  ],
  finding: 'cleared',
  reason: null,
} as const satisfies Omit<Judgement, 'atMs'>;

const reason = { code: 'CHANGE_STALE', message: 'the value is 256', hint: 'diagnose again' };

export interface Examples {
  readonly by: Person;
  readonly atMs: number;
}

export const inForceAt = ({ by, atMs }: Examples, problem: InForce['problem'] = null): InForce => ({
  approvals: [{ by, atMs }],
  go: SIGNED,
  appliedAtMs: atMs + 1_000,
  readBack: [{ key: 'net.core.somaxconn', value: '4096' }],
  audit: { log: 'worker', seq: 12, hash: 'f'.repeat(64) },
  problem,
});

export const judgedAt = (of: Examples, judgement: Omit<Judgement, 'atMs'> = HELPED): JudgedState => ({
  kind: 'judged',
  ...inForceAt(of),
  judgement: { ...judgement, atMs: of.atMs + 70_000 },
  secondLook: null,
});

export const humanAt = (of: Examples): NeedsHumanState => ({
  kind: 'needs-human',
  atMs: of.atMs,
  reason,
  last: inForceAt(of),
});

/** A state of each kind. */
export function statesAt(of: Examples): Readonly<Record<ChangeState['kind'], ChangeState>> {
  const { by, atMs } = of;
  const approvals = [{ by, atMs }];
  const judged = judgedAt(of);
  const { judgement } = judged;
  const standing = inForceAt(of);
  return {
    proposed: { kind: 'proposed', approvals: [] },
    approved: { kind: 'approved', approvals, atMs },
    applying: { kind: 'applying', approvals, go: SIGNED, atMs },
    applied: { kind: 'applied', ...standing, revertsAtMs: atMs + 121_000 },
    confirmed: {
      kind: 'confirmed',
      ...standing,
      confirmedAtMs: atMs + 2_000,
      revertsAtMs: atMs + 182_000,
    },
    judged,
    'left-until-reboot': {
      kind: 'left-until-reboot',
      ...standing,
      judgement,
      secondLook: judgement,
      atMs: atMs + 86_400_000,
    },
    kept: {
      kind: 'kept',
      ...standing,
      judgement,
      secondLook: null,
      by,
      atMs: atMs + 120_000,
      file: '/etc/sysctl.d/99-tcpcheck.conf',
    },
    keeping: { kind: 'keeping', by, atMs, was: judged },
    'rolling-back': { kind: 'rolling-back', by, atMs, was: judged },
    'rolled-back': { kind: 'rolled-back', by, atMs, readBack: [{ key: 'net.core.somaxconn', value: '128' }] },
    reverted: { kind: 'reverted', why: 'timer', judgement: null, atMs },
    rejected: { kind: 'rejected', by, atMs },
    expired: { kind: 'expired', atMs },
    void: { kind: 'void', atMs, reason },
    failed: { kind: 'failed', atMs, reason },
    'needs-human': humanAt(of),
    queued: {
      kind: 'queued',
      approvals,
      group: 'group-0123456789abcdef',
      atMs,
      untilMs: atMs + 600_000,
    },
  };
}
