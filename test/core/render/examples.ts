import { HELPED, judgedAt, statesAt } from '../change/example-states.ts';
import type { Change, ChangePlan, ChangeState, Person } from '../../../src/core/domain/change.ts';
import type { Locale } from '../../../src/core/domain/locale.ts';
import type { Diagnosis, Finding, Mark } from '../../../src/core/domain/report.ts';
import type { DiagnosisRequest, Run } from '../../../src/core/domain/run.ts';
import type { ShownChange, ThreadView } from '../../../src/core/render/view.ts';

/** 2026-11-20 02:31:00 UTC. */
export const ASKED_AT = Date.UTC(2026, 10, 20, 2, 31);

export const MARKS: readonly Mark[] = [
  { topic: 'time-wait', state: 'good' },
  { topic: 'accept-queue', state: 'bad' },
  { topic: 'descriptors', state: 'good' },
  { topic: 'connections', state: 'unknown' },
];

export const acceptQueue: Finding = {
  playbook: 'accept-queue-overflow',
  playbookVersion: 3,
  status: 'matched',
  severity: 'critical',
  cause: 'somaxconn',
  subject: '0.0.0.0:8080',
  explainedBy: null,
  title: { en: 'Accept queue overflow', ko: 'accept 큐 넘침' },
  summary: {
    en: 'The kernel finishes the handshake, but the accept queue of 0.0.0.0:8080 is full, so new connections are dropped. The queue is as long as `net.core.somaxconn` allows, and the application asked for more.',
    ko: '커널은 핸드셰이크를 마쳤지만 0.0.0.0:8080의 accept 큐가 가득 차 새 연결이 버려집니다. 애플리케이션은 더 긴 큐를 요청했지만 `net.core.somaxconn`이 길이를 제한하고 있습니다.',
  },
  evidence: [
    {
      fact: 'listener.overflows_per_s',
      value: 33.2,
      text: { en: '33.2 connections per second are dropped', ko: '초당 33.2개의 연결이 버려짐' },
      command: 'nstat -az TcpExtListenOverflows',
    },
    {
      fact: 'listener.queue',
      value: 129,
      text: { en: '129 connections wait in a queue of 128', ko: '길이 128인 큐에 129개의 연결이 대기 중' },
      command: "ss -Hltn 'sport = :8080'",
    },
  ],
  missing: [],
  fixes: [
    {
      kind: 'advice',
      text: {
        en: 'Find out why accept() falls behind: a blocked event loop or an exhausted worker pool.',
        ko: 'accept()가 밀리는 원인(멈춘 이벤트 루프, 고갈된 워커 풀)을 먼저 찾으세요.',
      },
      samples: [
        { language: 'Node.js', code: 'server.listen({ port: 8080, backlog: 4096 });' },
        { language: 'Go', code: 'net.Listen("tcp", ":8080") // reads somaxconn' },
      ],
    },
    {
      kind: 'sysctl',
      key: 'net.core.somaxconn',
      from: '128',
      to: '4096',
      takesEffect: 'relisten',
      risk: 'low',
      offered: true,
      why: {
        en: 'The application asks for 4096 and gets 128.',
        ko: '애플리케이션은 4096을 요청하지만 128만 받고 있습니다.',
      },
      companions: [],
    },
  ],
  notAdvised: [
    {
      key: 'net.ipv4.tcp_abort_on_overflow',
      why: {
        en: 'It turns a short burst into errors for clients that would have got through.',
        ko: '잠깐의 폭주에도, 재시도로 접속됐을 클라이언트까지 오류를 받게 됩니다.',
      },
    },
  ],
};

export const descriptors: Finding = {
  ...acceptQueue,
  playbook: 'fd-exhaustion-process',
  severity: 'warning',
  cause: null,
  subject: null,
  explainedBy: 'accept-queue-overflow',
  title: { en: 'Descriptors of nginx nearly used up', ko: 'nginx의 파일 디스크립터가 거의 소진됨' },
  summary: {
    en: 'nginx holds 980 of 1,024 descriptors.',
    ko: 'nginx가 디스크립터 1,024개 중 980개를 사용 중입니다.',
  },
  evidence: [],
  missing: ['listener.process_cpu_ratio'],
  fixes: [],
  notAdvised: [],
};

export const diagnosis: Diagnosis = {
  host: 'web-1',
  verdict: 'critical',
  quiet: false,
  windowMs: 10_000,
  error: null,
  coverage: {
    seen: 18,
    of: 21,
    why: [{ en: 'no root: descriptors of other users', ko: 'root 아님: 다른 사용자의 디스크립터' }],
  },
  findings: [
    acceptQueue,
    descriptors,
    {
      ...descriptors,
      playbook: 'port-exhaustion',
      status: 'unknown',
      title: { en: 'Port exhaustion', ko: '임시 포트 고갈' },
    },
    {
      ...descriptors,
      playbook: 'time-wait-overflow',
      status: 'cleared',
      title: { en: 'TIME_WAIT table full', ko: 'TIME_WAIT 테이블 가득 참' },
    },
  ],
  checks: [{ id: 'listeners', status: 'ok', ms: 12 }],
  marks: MARKS,
  facts: {
    host: {
      host: { kernel: '6.1.0' },
      sockets: { established: 1532 },
      counters: {},
      kernel: {},
      descriptors: {},
      settings: { somaxconn: 128 },
      pressure: {},
      run: { window_s: 10.02 },
    },
    subjects: {
      listener: { '0.0.0.0:8080': { queue: 129, backlog: 128 } },
      destination: {},
      process: {},
      service: {},
    },
    sysctl: { 'net.core.somaxconn': '128' },
    persisted: {},
  },
  inside: null,
  notes: [],
};

export const request: DiagnosisRequest = {
  id: 'r1',
  host: 'web-1',
  symptom: 'connection refused since 02:20',
  channel: 'C1',
  locale: 'en',
  requester: { kind: 'slack-user', teamId: 'T1', userId: 'U1' },
  createdAtMs: ASKED_AT,
  mentions: ['U1'],
};

export const run: Run = {
  id: 'run1',
  host: 'web-1',
  phase: 'done',
  attempt: 1,
  startedAtMs: ASKED_AT + 200,
  finishedAtMs: ASKED_AT + 11_400,
  windowMs: 10_000,
  firstMarks: null,
  firstFacts: null,
  diagnosis,
  hostKeyFingerprint: 'SHA256:abc',
};

export const plan: ChangePlan = {
  id: 'ch1',
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
  runId: 'run1',
  requester: request.requester,
  approvalsNeeded: 1,
  proposedAtMs: ASKED_AT + 11_400,
  expiresAtMs: ASKED_AT + 11_400 + 15 * 60_000,
};

const approver: Person = { kind: 'slack-user', teamId: 'T1', userId: 'U2' };
export const approvedAt = { by: approver, atMs: ASKED_AT + 60_000 } as const;

const human: Person = { kind: 'os-user', name: 'alice' };
const looked = judgedAt(approvedAt);
const problem = { code: 'SSH_TIMEOUT', message: 'web-1 did not answer', hint: 'Try again.' };
const voided = {
  kind: 'void',
  atMs: approvedAt.atMs,
  reason: { code: 'CHANGE_STALE', message: 'the value is 256', hint: 'diagnose again' },
} as const;
const unknown = { verdict: 'unknown', effect: [], finding: 'matched' } as const;

/** Every state a change can be in, and what may be told beside it. */
export const states: readonly ChangeState[] = [
  ...Object.values(statesAt(approvedAt)),
  { kind: 'proposed', approvals: [approvedAt] },
  { kind: 'approved', approvals: [approvedAt, { ...approvedAt, by: human }], atMs: approvedAt.atMs },
  { ...looked, problem },
  { ...looked, secondLook: { ...looked.judgement, verdict: 'no-effect', finding: 'matched' } },
  judgedAt(approvedAt, { ...HELPED, verdict: 'no-effect', finding: 'matched', effect: [] }),
  judgedAt(approvedAt, { ...unknown, reason: { kind: 'not-listened-anew' } }),
  judgedAt(approvedAt, { ...unknown, reason: { kind: 'not-measured', said: 'web-1: no answer' } }),
  judgedAt(approvedAt, { ...unknown, reason: { kind: 'nothing-to-compare' } }),
  judgedAt(approvedAt, {
    ...unknown,
    reason: { kind: 'little-traffic', fact: 'counters.passive_opens_per_s', atLeast: 1, found: 0.2 },
  }),
  {
    kind: 'reverted',
    why: 'worse',
    judgement: { ...looked.judgement, verdict: 'worse', finding: 'matched' },
    atMs: approvedAt.atMs,
  },
  ...(
    [
      { kind: 'proposed', runId: 'anew-ch1', atMs: approvedAt.atMs },
      { kind: 'gone', atMs: approvedAt.atMs },
      { kind: 'not-offered', atMs: approvedAt.atMs },
      { kind: 'not-looked', said: 'web-1: no answer on port 22', atMs: approvedAt.atMs },
      { kind: 'too-often', times: 4, atMs: approvedAt.atMs },
    ] as const
  ).map((fresh) => ({ ...voided, fresh })),
  { ...voided, reason: { code: 'CHANGE_NEEDLESS', message: 'it helped', hint: 'Ask again.' } },
  { kind: 'reverted', why: 'reboot', judgement: looked.judgement, atMs: approvedAt.atMs },
];

/** One yes that is not enough belongs to a plan that takes two. */
const neededIn = (state: ChangeState): 1 | 2 =>
  state.kind === 'proposed' && state.approvals.length > 0 ? 2 : 1;

export const shown = (state: ChangeState, settings = plan.settings): ShownChange => ({
  change: { plan: { ...plan, settings, approvalsNeeded: neededIn(state) }, state } satisfies Change,
  card: {
    value: 'ch1.5f3a',
    undoCommand: `sudo sh -c 'echo "128" > /proc/sys/net/core/somaxconn'`,
    unit: 'nginx.service',
    owners: { now: [], lasting: [] },
    freeze: null,
    breakGlass: true,
    approvers: { people: 1, groups: [] },
  },
});

/** A finished thread with a proposal; parts can be replaced. */
export const view = (parts: Partial<ThreadView> = {}, locale: Locale = 'en'): ThreadView => ({
  request: { ...request, locale },
  run,
  earlier: [],
  waitsAgain: false,
  incident: null,
  besides: null,
  queuedBehind: false,
  zoneWithoutWorker: null,
  answer: null,
  changes: [shown({ kind: 'proposed', approvals: [] })],
  changeAccess: 'yes',
  nowMs: ASKED_AT + 120_000,
  ...parts,
});
