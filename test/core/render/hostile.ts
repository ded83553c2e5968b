import * as fc from 'fast-check';
import type { ChangeState, Judgement } from '../../../src/core/domain/change.ts';
import { LOCALES } from '../../../src/core/domain/locale.ts';
import type { Diagnosis, Finding, Fix } from '../../../src/core/domain/report.ts';
import type { Freeze } from '../../../src/core/domain/freeze.ts';
import type { DiagnosisRequest, Run } from '../../../src/core/domain/run.ts';
import type { ThreadView } from '../../../src/core/render/view.ts';
import { SIGNED } from '../change/example-states.ts';
import { MARKS, plan, request, run, states } from './examples.ts';

const ESC = String.fromCodePoint(0x1b);

/** What an attacker would put into a process name, an alert or a symptom. */
export const CORPUS: readonly string[] = [
  '<!channel>',
  '<!here|here>',
  '<!everyone>',
  '<@U0123456789>',
  '<#C012345|general>',
  '<!subteam^S012345>',
  '<http://evil.example|click here>',
  '&lt;!channel&gt;',
  '<!date^1^{date}^http://evil.example|x>',
  '`',
  '```',
  '` <!channel> `',
  '*bold* _it_ ~no~ > quote',
  `${ESC}[31mred${ESC}[0m`,
  `${ESC}]0;title\u0007`,
  '\u202Egnp.exe\u202C\u2066x\u2069',
  'zero\u200Bwidth\u2060\uFEFF',
  'nul\0byte\u009Bcsi',
  '\uD800 lone',
  '💥'.repeat(50),
  '한글'.repeat(50),
  '@channel @here #general http://evil.example',
  "'; rm -rf / #",
  '{host} {who} {settings}',
  '&'.repeat(200),
  '<'.repeat(5000),
  'a'.repeat(20_000),
  '\n'.repeat(300),
  '',
  ' ',
];

export const text = fc.oneof(
  fc.constantFrom(...CORPUS),
  fc.array(fc.constantFrom(...CORPUS), { maxLength: 6 }).map((parts) => parts.join(' ')),
  fc.string({ unit: 'binary', maxLength: 400 }),
);
const localized = fc.record({ en: text, ko: text });
const settings = fc.array(fc.record({ key: text, from: text, to: text }), { minLength: 1, maxLength: 7 });
/** The parsers give finite numbers only; JSON knows neither the others nor -0. */
const measured = fc
  .double({ noNaN: true, noDefaultInfinity: true })
  .map((number) => (Object.is(number, -0) ? 0 : number));
const value = fc.oneof(text, measured, fc.integer(), fc.boolean());

const fix: fc.Arbitrary<Fix> = fc.oneof(
  fc.record({
    kind: fc.constant('advice' as const),
    text: localized,
    samples: fc.array(fc.record({ language: text, code: text }), { maxLength: 4 }),
  }),
  fc.record({
    kind: fc.constant('sysctl' as const),
    key: text,
    from: text,
    to: text,
    takesEffect: fc.constantFrom('now' as const, 'new-sockets' as const, 'relisten' as const),
    risk: fc.constantFrom('low' as const, 'medium' as const, 'high' as const),
    offered: fc.boolean(),
    why: localized,
    companions: fc.oneof(fc.constant([]), settings),
  }),
);

const finding: fc.Arbitrary<Finding> = fc.record({
  playbook: fc.constantFrom('accept-queue-overflow', 'port-exhaustion', 'x'),
  playbookVersion: fc.constant(1),
  status: fc.constantFrom('matched' as const, 'matched' as const, 'cleared' as const, 'unknown' as const),
  severity: fc.constantFrom('critical' as const, 'warning' as const, 'info' as const),
  cause: fc.oneof(fc.constant('somaxconn'), fc.constant(null), text),
  subject: fc.oneof(fc.constant('0.0.0.0:8080'), fc.constant(null), text),
  explainedBy: fc.constantFrom(null, 'port-exhaustion'),
  title: localized,
  summary: localized,
  evidence: fc.array(fc.record({ fact: text, value, text: localized, command: text }), { maxLength: 12 }),
  missing: fc.array(text, { maxLength: 12 }),
  fixes: fc.array(fix, { maxLength: 6 }),
  notAdvised: fc.array(fc.record({ key: text, why: localized }), { maxLength: 6 }),
});

const problem = fc.record({ code: text, message: text, hint: text });

/** A diagnosis full of hostile text. */
export const diagnoses: fc.Arbitrary<Diagnosis> = fc.record({
  host: fc.constant('web-1'),
  verdict: fc.constantFrom('critical' as const, 'warning' as const, 'ok' as const, 'unknown' as const),
  quiet: fc.boolean(),
  windowMs: fc.constantFrom(1000, 10_000),
  error: fc.oneof({ weight: 5, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: problem }),
  coverage: fc.record({ seen: fc.nat(), of: fc.nat(), why: fc.array(localized, { maxLength: 9 }) }),
  findings: fc.array(finding, { maxLength: 14 }),
  checks: fc.constant([]),
  marks: fc.constantFrom([], MARKS),
  facts: fc.constant(null),
  notes: fc.array(
    fc.oneof(
      localized,
      localized.map((note) => ({ ...note, atMs: 1_800_000_000_000 })),
    ),
    {
      maxLength: 9,
    },
  ),
  inside: fc.constant(null),
});

const requests: fc.Arbitrary<DiagnosisRequest> = fc.record({
  id: fc.constant('r1'),
  host: fc.constant('web-1'),
  symptom: text,
  channel: fc.constant('C1'),
  locale: fc.constantFrom(...LOCALES),
  requester: fc.oneof(
    fc.constant(request.requester),
    fc.record({ kind: fc.constant('slack-user' as const), teamId: text, userId: text }),
    fc.record({
      kind: fc.constant('os-user' as const),
      name: text,
      slack: fc.record({ teamId: fc.option(text), userId: text }),
    }),
    fc.record({ kind: fc.constant('alert' as const), source: text, alertName: text }),
  ),
  createdAtMs: fc.constant(request.createdAtMs),
  mentions: fc.array(fc.oneof(fc.constantFrom('U1', 'S1', 'W9'), text), { maxLength: 14 }),
});

const runs: fc.Arbitrary<Run> = fc
  .record({
    phase: fc.constantFrom('connecting' as const, 'sampling' as const),
    attempt: fc.integer({ min: 1, max: 5 }),
    fullListeners: fc.array(text, { maxLength: 9 }),
    diagnosis: fc.option(diagnoses),
  })
  .map(({ phase, attempt, fullListeners, diagnosis }) => ({
    ...run,
    attempt,
    firstFacts: { established: 1, timeWait: null, fullListeners },
    diagnosis,
    finishedAtMs: diagnosis === null ? null : run.finishedAtMs,
    phase: diagnosis === null ? phase : diagnosis.error === null ? 'done' : 'failed',
  }));

const who = fc.oneof(
  fc.constantFrom({ kind: 'slack-user' as const, teamId: 'T1', userId: 'U2' }),
  fc.record({ kind: fc.constant('slack-user' as const), teamId: text, userId: text }),
  fc.record({ kind: fc.constant('os-user' as const), name: text }),
);

const judgements: fc.Arbitrary<Judgement> = fc.record({
  verdict: fc.constantFrom('verified' as const, 'no-effect' as const, 'worse' as const, 'unknown' as const),
  effect: fc.array(
    fc.record({
      fact: text,
      before: fc.option(text),
      after: fc.option(text),
      moved: fc.constantFrom('better' as const, 'worse' as const, 'same' as const, 'unknown' as const),
    }),
    { maxLength: 12 },
  ),
  finding: fc.constantFrom('matched' as const, 'cleared' as const, 'unknown' as const),
  reason: fc.option(fc.record({ kind: fc.constant('not-measured' as const), said: text })),
  atMs: fc.constant(plan.proposedAtMs),
});

const state: fc.Arbitrary<ChangeState> = fc.oneof(
  fc.constantFrom(...states),
  fc.record({
    kind: fc.constant('judged' as const),
    approvals: fc.array(
      fc.record({
        by: who,
        atMs: fc.constant(plan.proposedAtMs),
        breakGlass: fc.option(text, { nil: undefined }),
      }),
      { minLength: 1, maxLength: 2 },
    ),
    go: fc.constant(SIGNED),
    appliedAtMs: fc.constant(plan.proposedAtMs),
    readBack: fc.array(fc.record({ key: text, value: text }), { maxLength: 8 }),
    audit: fc.constant(null),
    problem: fc.option(problem),
    judgement: judgements,
    secondLook: fc.option(judgements),
  }),
  fc.record({
    kind: fc.constantFrom('void' as const, 'failed' as const, 'needs-human' as const),
    atMs: fc.constant(plan.proposedAtMs),
    reason: problem,
    last: fc.constant(null),
  }),
  fc.record({
    kind: fc.constant('void' as const),
    atMs: fc.constant(plan.proposedAtMs),
    reason: problem.map((one) => ({ ...one, code: 'CHANGE_STALE' })),
    fresh: fc.record({ kind: fc.constant('not-looked' as const), said: text, atMs: fc.constant(1) }),
  }),
);

const rival = fc.oneof(
  fc.record({ kind: fc.constant('file' as const), key: text, file: text, value: text }),
  fc.record({ kind: fc.constant('tuned' as const), key: text, profile: text }),
);

const freezes: fc.Arbitrary<Freeze> = fc.oneof(
  fc.record({
    kind: fc.constant('person' as const),
    by: who,
    fromMs: fc.constant(plan.proposedAtMs),
    toMs: fc.option(fc.constant(plan.proposedAtMs + 60_000)),
    reason: text,
  }),
  fc.constant({ kind: 'emptied' as const, fromMs: plan.proposedAtMs, toMs: null }),
);

/** A whole thread full of hostile text, in any state. */
export const views: fc.Arbitrary<ThreadView> = fc.record({
  request: requests,
  run: fc.option(runs),
  // A second run doubles the text to look through: now and then is enough.
  earlier: fc.oneof({ arbitrary: fc.constant([]), weight: 4 }, fc.tuple(runs)),
  waitsAgain: fc.boolean(),
  incident: fc.constant(null),
  besides: fc.constantFrom(null, { url: null }),
  queuedBehind: fc.boolean(),
  zoneWithoutWorker: fc.constantFrom(null, 'default', 'eu'),
  nowMs: fc.constantFrom(plan.proposedAtMs, plan.proposedAtMs + 600_000, plan.proposedAtMs + 86_400_000),
  answer: fc.option(fc.record({ words: text, lines: fc.array(localized, { maxLength: 6 }) })),
  changeAccess: fc.constantFrom(
    'yes' as const,
    'not-enabled' as const,
    'needs-enrolment' as const,
    'no-approvers' as const,
  ),
  changes: fc
    .array(
      fc.record({
        state,
        settings,
        undoCommand: text,
        unit: fc.option(text),
        rivals: fc.array(rival, { maxLength: 3 }),
        freeze: fc.option(freezes),
        breakGlass: fc.boolean(),
        approvers: fc.record({ people: fc.nat(3), groups: fc.array(text, { maxLength: 7 }) }),
        playbook: fc.constantFrom('accept-queue-overflow', 'gone'),
      }),
      {
        maxLength: 4,
      },
    )
    .map((all) =>
      all.map(({ state, settings, playbook, rivals, ...card }, index) => ({
        change: { plan: { ...plan, id: `ch${index}`, settings, playbook }, state },
        card: { value: `ch${index}.${'f'.repeat(64)}`, ...card, owners: { now: rivals, lasting: rivals } },
      })),
    ),
});
