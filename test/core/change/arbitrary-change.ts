import * as fc from 'fast-check';
import type { ChangePlan, Go, Person } from '../../../src/core/domain/change.ts';

/** Two keys in one plan: a port that must stay free is reserved before the range is widened over it. */
export const RANGE_PLAN: ChangePlan = {
  id: 'c0ffee0123456789',
  host: 'web-1',
  hostKeyFingerprint: 'SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU',
  netns: '4026531840',
  settings: [
    { key: 'net.ipv4.ip_local_reserved_ports', from: '', to: '8080' },
    { key: 'net.ipv4.ip_local_port_range', from: '32768 60999', to: '1024 65535' },
  ],
  risk: 'medium',
  takesEffect: 'now',
  playbook: 'port-exhaustion',
  playbookVersion: 1,
  cause: 'time-wait',
  subject: '10.0.0.9:5432',
  requestId: 'r1',
  runId: 'u1',
  requester: { kind: 'slack-user', teamId: 'T1', userId: 'U1' },
  approvalsNeeded: 1,
  proposedAtMs: 1_700_000_000_000,
  expiresAtMs: 1_700_000_900_000,
};

export const ALICE: Person = { kind: 'slack-user', teamId: 'T1', userId: 'U7' };

const value = fc.array(fc.nat(65_535), { minLength: 1, maxLength: 5 }).map((numbers) => numbers.join(','));
const key = fc.constantFrom('net.core.somaxconn', 'net.ipv4.tcp_tw_reuse', 'net.ipv4.ip_local_port_range');

/** Any plan of up to three keys; texts from outside may hold anything. */
export const anyPlan: fc.Arbitrary<ChangePlan> = fc
  .record({
    id: fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,20}$/),
    settings: fc.uniqueArray(fc.record({ key, from: value, to: value.map((text) => `${text} 1`) }), {
      minLength: 1,
      maxLength: 3,
      selector: (setting) => setting.key,
    }),
    risk: fc.constantFrom('low' as const, 'medium' as const, 'high' as const),
    subject: fc.option(fc.string({ unit: 'binary', maxLength: 40 }), { nil: null }),
    requester: fc.oneof(
      fc.constant({ kind: 'slack-user' as const, teamId: 'T1', userId: 'U1' }),
      fc.constant({ kind: 'os-user' as const, name: 'alice', slack: { teamId: null, userId: 'U1' } }),
      fc.record({
        kind: fc.constant('alert' as const),
        source: fc.constant('alertmanager'),
        alertName: fc.string({ unit: 'grapheme', maxLength: 40 }),
      }),
    ),
    proposedAtMs: fc.nat(2_000_000_000),
  })
  .map((part) => ({ ...RANGE_PLAN, ...part, expiresAtMs: part.proposedAtMs + 900_000 }));

export const anyGo: fc.Arbitrary<Go> = fc
  .record({ plan: anyPlan, action: fc.constantFrom('apply' as const, 'keep' as const, 'rollback' as const) })
  .map(({ plan, action }) => ({
    action,
    plan,
    by: [ALICE],
    issuedAtMs: plan.proposedAtMs + 1_000,
    validUntilMs: plan.proposedAtMs + 61_000,
  }));
