import { HOST_GROUPS, type Facts } from '../../src/core/domain/facts.ts';
import type { Change, ChangeState, ChangePlan } from '../../src/core/domain/change.ts';
import type { Diagnosis } from '../../src/core/domain/report.ts';
import { statesAt } from '../core/change/example-states.ts';
import type { DiagnosisRequest, Requester } from '../../src/core/domain/run.ts';

export const PERSON: Requester = { kind: 'slack-user', teamId: 'T1', userId: 'U1' };
export const ALERT: Requester = { kind: 'alert', source: 'alertmanager', alertName: 'ListenOverflows' };

export const BY = { kind: 'slack-user', teamId: 'T1', userId: 'U2' } as const;

export function request(id: string, more: Partial<DiagnosisRequest> = {}): DiagnosisRequest {
  return {
    id,
    host: 'web-1',
    symptom: 'connection refused :8080 <!channel> \u{1F525} 느려요',
    channel: 'C1',
    locale: 'ko',
    requester: PERSON,
    createdAtMs: Date.now(),
    mentions: ['U1'],
    ...more,
  };
}

const text = (words: string) => ({ en: words, ko: `${words} 한국어` });

const facts: Facts = {
  host: {
    ...Object.fromEntries(HOST_GROUPS.map((group) => [group, {}])),
    host: { kernel: '6.1.0' },
    sockets: { time_wait: 12_000 },
    counters: { listen_overflows_per_s: 33.2 },
    kernel: {},
    descriptors: {},
    settings: {},
    pressure: {},
    run: { quiet: false },
  },
  subjects: { listener: { '0.0.0.0:8080': { backlog: 128 } }, destination: {}, process: {}, service: {} },
  sysctl: { 'net.core.somaxconn': '128' },
  persisted: {},
};

export function diagnosis(more: Partial<Diagnosis> = {}): Diagnosis {
  return {
    host: 'web-1',
    verdict: 'critical',
    quiet: false,
    windowMs: 10_000,
    error: null,
    coverage: { seen: 18, of: 21, why: [text('no root')] },
    findings: [
      {
        playbook: 'accept-queue-overflow',
        playbookVersion: 3,
        status: 'matched',
        severity: 'critical',
        cause: 'somaxconn',
        subject: '0.0.0.0:8080',
        explainedBy: null,
        title: text('The accept queue is full'),
        summary: text('why'),
        evidence: [{ fact: 'listener.backlog', value: 128, text: text('128'), command: 'ss -Hltn' }],
        missing: ['listener.app'],
        fixes: [
          { kind: 'advice', text: text('accept faster'), samples: [{ language: 'go', code: 'go serve()' }] },
          {
            kind: 'sysctl',
            key: 'net.core.somaxconn',
            from: '128',
            to: '4096',
            takesEffect: 'relisten',
            risk: 'low',
            offered: true,
            why: text('it caps the backlog'),
            companions: [{ key: 'net.ipv4.ip_local_reserved_ports', from: '', to: '8080' }],
          },
        ],
        notAdvised: [{ key: 'net.ipv4.tcp_abort_on_overflow', why: text('it hides the fault') }],
      },
    ],
    checks: [{ id: 'listeners', status: 'ok', ms: 12 }],
    marks: [{ topic: 'accept-queue', state: 'bad' }],
    facts,
    inside: null,
    notes: [text('quiet now')],
    ...more,
  };
}

export const plan = (id: string, more: Partial<ChangePlan> = {}): ChangePlan => ({
  id,
  host: 'web-1',
  hostKeyFingerprint: 'SHA256:abc',
  netns: 'net:[4026531840]',
  settings: [{ key: 'net.core.somaxconn', from: '128', to: '4096' }],
  risk: 'low',
  takesEffect: 'relisten',
  playbook: 'accept-queue-overflow',
  playbookVersion: 3,
  cause: 'somaxconn',
  subject: '0.0.0.0:8080',
  requestId: 'r1',
  runId: 'run-1',
  requester: PERSON,
  approvalsNeeded: 1,
  proposedAtMs: Date.now(),
  expiresAtMs: Date.now() + 900_000,
  ...more,
});

export const proposal = (id: string, more: Partial<ChangePlan> = {}): Change => ({
  plan: plan(id, more),
  state: { kind: 'proposed', approvals: [] },
});

export const PROPOSED: ChangeState = { kind: 'proposed', approvals: [] };

/** One state of each kind. */
export const STATES: readonly ChangeState[] = Object.values(statesAt({ by: BY, atMs: 1 }));
