import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LOCALES } from '../../../src/core/domain/locale.ts';
import type { HostChoice, Incident, Storm, UnknownHosts } from '../../../src/core/domain/incident.ts';
import type { ThreadMessage } from '../../../src/core/domain/ports.ts';
import { mergedMessage } from '../../../src/core/render/incident.ts';
import { choiceMessage, unknownMessage } from '../../../src/core/render/questions.ts';
import { stormThread } from '../../../src/core/render/storm.ts';
import { threadOf } from '../../../src/core/render/thread.ts';
import { entitiesOf, problemsOf, textsOf } from '../../support/block-kit.ts';
import { asText } from './as-text.ts';
import { ASKED_AT, run, view } from './examples.ts';
import { text } from './hostile.ts';

const url = fc.option(fc.oneof(fc.webUrl({ validSchemes: ['https', 'http'] }), text));
const names = fc.constantFrom('web-1', 'db-2', 'a'.repeat(63));
const count = fc.integer({ min: 0, max: 12_000 });
const atMs = fc.integer({ min: 0, max: 100_000_000 }).map((ms) => ASKED_AT + ms);

const incidents: fc.Arbitrary<Incident> = fc.record({
  id: fc.constant('r1'),
  host: names,
  channel: fc.constant('C1'),
  locale: fc.constantFrom(...LOCALES),
  source: text,
  mentions: fc.constant(['U9']),
  rule: fc.oneof(
    fc.record({ kind: fc.constant('configured' as const), number: count, name: fc.option(text) }),
    fc.record({ kind: fc.constant('symptom' as const), playbook: text }),
    fc.constant({ kind: 'unusable' as const, word: 'down' }),
  ),
  playbooks: fc.constant([]),
  symptom: text,
  openedAtMs: atMs,
  heardAtMs: atMs,
  kinds: fc.array(
    fc.record({
      name: text,
      source: text,
      severity: fc.option(text),
      sinceMs: atMs,
      firings: count,
      firing: count,
      alertUrl: url,
      silenceUrl: url,
    }),
    { maxLength: 8 },
  ),
  beyond: count,
  repeats: count,
  flaps: count,
  wantsLook: fc.boolean(),
  looks: count,
  lookedFor: fc.constant([]),
  lastLook: fc.option(
    fc.record({
      verdict: fc.constantFrom('critical', 'warning', 'ok', 'unknown', 'unreachable', 'failed'),
      code: fc.option(text),
      what: fc.option(fc.record({ en: text, ko: text })),
      atMs: fc.constant(ASKED_AT),
    }),
  ),
  ack: fc.option(fc.record({ teamId: text, userId: fc.constantFrom('U2', '<!here>'), atMs })),
  stormId: fc.constant(null),
  phase: fc.oneof(
    fc.constant({ kind: 'open' as const }),
    fc.record({
      kind: fc.constant('rechecking' as const),
      why: fc.constantFrom('resolved' as const, 'quiet' as const, 'person' as const),
      sinceMs: atMs,
      runsBefore: fc.constant(null),
    }),
    fc.record({
      kind: fc.constant('closed' as const),
      why: fc.constantFrom('resolved' as const, 'quiet' as const, 'person' as const),
      atMs: fc.constant(ASKED_AT),
    }),
  ),
});

const storms: fc.Arbitrary<Storm> = fc.record({
  id: fc.constant('storm:C1:1'),
  channel: fc.constant('C1'),
  locale: fc.constantFrom(...LOCALES),
  mentions: fc.constantFrom([], ['U9', 'nobody <!channel>']),
  rule: fc.constantFrom(
    { kind: 'many' as const, hosts: 10, withinMs: 120_000 },
    { kind: 'jump' as const, jump: 'bastion-1' },
    { kind: 'zone' as const, zone: 'eu' },
  ),
  startedAtMs: fc.constant(ASKED_AT),
  lastNewAtMs: atMs,
  members: fc.constant([]),
  beyond: count,
  groups: fc.constant({}),
  ack: fc.constant(null),
  ended: fc.option(fc.record({ atMs, why: fc.constantFrom('resolved' as const, 'quiet' as const) })),
});

const choices: fc.Arbitrary<HostChoice> = fc.record({
  id: fc.constant('choice:0123'),
  channel: fc.constant('C1'),
  locale: fc.constantFrom(...LOCALES),
  named: text,
  candidates: fc
    .uniqueArray(fc.integer({ min: 1, max: 999 }), { minLength: 2, maxLength: 120 })
    .map((all) => all.map((one) => `web-${one}`)),
  alertName: text,
  askedAtMs: atMs,
  alerts: count,
  chosen: fc.option(fc.record({ host: names, userId: fc.constant('U2'), atMs })),
});

const notes: fc.Arbitrary<UnknownHosts> = fc.record({
  id: fc.constant('note:C1:1'),
  channel: fc.constant('C1'),
  locale: fc.constantFrom(...LOCALES),
  sinceMs: atMs,
  alerts: count,
  named: fc.array(text, { minLength: 1, maxLength: 20 }),
  beyond: count,
});

/** All that may stand between angle brackets: a user, a moment, and a link that we have made. */
const OURS = /^(?:@[UW][A-Z0-9]+|!date\^[^|]*\|[\d: UTC-]+|https:\/\/[^|<>\s]+\|[^|<>]+)$/;

const messages: fc.Arbitrary<readonly ThreadMessage[]> = fc.oneof(
  fc
    .tuple(incidents, fc.boolean())
    .map(([incident, hasRun]) =>
      threadOf(view({ incident, changes: [], run: hasRun ? run : null }, incident.locale)),
    ),
  incidents.map((incident) => [mergedMessage(incident, 'https://ok.test/x')]),
  fc
    .tuple(storms, fc.array(incidents, { maxLength: 12 }))
    .map(([storm, all]) => stormThread({ storm, incidents: all, groupOf: (host) => host.slice(0, 2) })),
  choices.map((choice) => [choiceMessage(choice)]),
  notes.map((note) => [unknownMessage(note)]),
);

describe('every message about alerts', () => {
  it('stays within what Slack accepts, and holds no mention or link but our own', () => {
    fc.assert(
      fc.property(messages, (all) => {
        for (const message of all) {
          expect(problemsOf(message)).toEqual([]);
          expect(message.text.length).toBeLessThanOrEqual(120);
          const said = textsOf(message.blocks).filter(({ kind }) => kind === 'mrkdwn');
          const entities = [message.text, ...said.map((one) => one.text)].flatMap(entitiesOf);
          expect(entities.filter((entity) => !OURS.test(entity))).toEqual([]);
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe('an incident', () => {
  it.each([
    ['en', 'Merged here, one thread per host: alerts 1, repeats 2. Looked at by rule 2 (night).'],
    ['ko', '호스트별로 한 스레드에 모음: 알림 1건, 반복 2회. 규칙 2(night)'],
  ] as const)('says what was merged and by which rule, in its language: %s', (locale, said) => {
    const rule = { kind: 'configured', number: 2, name: 'night' } as const;
    const incident = { ...EXAMPLE, locale, rule };
    const [root] = threadOf(view({ incident, changes: [], run: null }, locale));
    expect(root === undefined ? '' : asText(root)).toContain(said);
  });
});

describe('a storm', () => {
  const dark = { verdict: 'unreachable' as const, code: 'SSH_TIMEOUT', what: null, atMs: ASKED_AT };
  const storm = (locale: 'en' | 'ko'): readonly ThreadMessage[] =>
    stormThread({
      storm: { ...STORM, locale },
      incidents: [
        ...Array.from({ length: 9 }, (_, at) =>
          member(`web-${at + 1}`, at < 3 ? { looks: 1, lastLook: dark } : {}),
        ),
        ...Array.from({ length: 3 }, (_, at) =>
          member(`db-${at + 1}`, {
            kinds: EXAMPLE.kinds.map((kind) => ({ ...kind, firing: 0 })),
            ...(at === 0
              ? {
                  looks: 1,
                  lastLook: {
                    ...dark,
                    verdict: 'critical',
                    code: null,
                    what: { en: 'Accept queue overflow', ko: 'accept 큐 넘침' },
                  },
                }
              : {}),
          }),
        ),
      ],
      groupOf,
    });

  it('reads like this', () => {
    expect(storm('en').map(asText).join('\n\n')).toMatchInlineSnapshot(`
      "[root] 12 hosts alert at once
      # 🌩️ 12 hosts alert at once
      More than 10 hosts alerted within 2 min, so they share this thread instead of one each.
      Looked at 4: 3 cannot be reached, 1 critical.
      *This looks like network or power, not TCP tuning.*
      Worth a look: \`/tcpcheck db-1\` (critical, Accept queue overflow)
      Group | Hosts | Looked at | Firing | Alerts
      web | 9: web-1, web-2, web-3, … | 3 cannot be reached | 9 | HostDown 9
      db | 3: db-1, db-2, db-3 | 1 critical | 0 | HostDown 3
      ~ Merged by host: alerts 12, repeats 24.
      ~ Later hosts of this channel join until none has come for 10 minutes.
      ~ No setting is offered for change in a storm. One host by itself: \`/tcpcheck HOST\`
      (I’m on it) primary run.ack=storm:C1:1

      [end] 12 hosts alert at once, network or power? Of 4 looked at: 3 cannot be reached, 1 critical
      <@U9> *12 hosts alert at once; of 4 looked at: 3 cannot be reached, 1 critical*
      *This looks like network or power, not TCP tuning.*
      Worth a look: \`/tcpcheck db-1\` (critical, Accept queue overflow)"
    `);
    expect(storm('ko').map(asText).join('\n\n')).toMatchInlineSnapshot(`
      "[root] 호스트 12대에서 동시에 알림 발생
      # 🌩️ 호스트 12대에서 동시에 알림 발생
      2분 안에 10대가 넘는 호스트에서 알림이 발생해 호스트별 스레드 대신 이 스레드에 모았습니다.
      점검한 호스트 4대: 접속 불가 3대, 심각 1대.
      *TCP 설정보다는 네트워크나 전원 문제로 보입니다.*
      확인해 볼 호스트: \`/tcpcheck db-1\` (심각, accept 큐 넘침)
      그룹 | 호스트 | 점검 결과 | 발생 중 | 알림
      web | 9: web-1, web-2, web-3, … | 접속 불가 3대 | 9 | HostDown 9
      db | 3: db-1, db-2, db-3 | 심각 1대 | 0 | HostDown 3
      ~ 호스트별로 모음: 알림 12건, 반복 24회
      ~ 10분 동안 새 호스트가 없을 때까지 이 채널의 호스트를 계속 여기에 모읍니다.
      ~ 동시 알림 중에는 설정 변경을 제안하지 않습니다. 개별 점검: \`/tcpcheck HOST\`
      (제가 맡겠습니다) primary run.ack=storm:C1:1

      [end] 호스트 12대 동시 알림, 네트워크나 전원 문제? 점검한 4대: 접속 불가 3대, 심각 1대
      <@U9> *호스트 12대 동시 알림, 점검한 4대: 접속 불가 3대, 심각 1대*
      *TCP 설정보다는 네트워크나 전원 문제로 보입니다.*
      확인해 볼 호스트: \`/tcpcheck db-1\` (심각, accept 큐 넘침)"
    `);
  });

  it.each([
    ['most of its hosts are of a group that is dark', 11, true],
    ['as many of them can be reached', 2, false],
  ])('is called network or power where %s', (_, racked, isCalled) => {
    const ok = { ...dark, verdict: 'ok' as const, code: null };
    const incidents = [
      ...Array.from({ length: racked }, (__, at) =>
        member(`rack-${at}`, at < 3 ? { looks: 1, lastLook: dark } : {}),
      ),
      ...['web-1', 'db-1'].map((host) => member(host, { looks: 1, lastLook: ok })),
    ];
    const [root] = stormThread({ storm: STORM, incidents, groupOf });
    expect(root !== undefined && asText(root).includes('network or power')).toBe(isCalled);
  });
});

const groupOf = (host: string): string => host.split('-')[0] ?? '';

const EXAMPLE: Incident = {
  id: 'r1',
  host: 'web-1',
  channel: 'C1',
  locale: 'en',
  source: 'alertmanager',
  mentions: ['U9'],
  rule: { kind: 'unusable', word: 'down' },
  playbooks: [],
  symptom: 'HostDown',
  openedAtMs: ASKED_AT,
  heardAtMs: ASKED_AT,
  kinds: [
    {
      name: 'HostDown',
      source: 'alertmanager',
      severity: 'critical',
      sinceMs: ASKED_AT,
      firings: 1,
      firing: 1,
      alertUrl: 'https://prometheus.test/graph',
      silenceUrl: 'https://alertmanager.test/#/silences/new',
    },
  ],
  beyond: 0,
  repeats: 2,
  flaps: 0,
  wantsLook: false,
  looks: 0,
  lookedFor: ['HostDown'],
  lastLook: null,
  ack: null,
  stormId: null,
  phase: { kind: 'open' },
};

const member = (host: string, more: Partial<Incident> = {}): Incident => ({
  ...EXAMPLE,
  id: host,
  host,
  stormId: 'storm:C1:1',
  wantsLook: false,
  ...more,
});

const STORM: Storm = {
  id: 'storm:C1:1',
  channel: 'C1',
  locale: 'en',
  mentions: ['U9'],
  rule: { kind: 'many', hosts: 10, withinMs: 120_000 },
  startedAtMs: ASKED_AT,
  lastNewAtMs: ASKED_AT,
  members: [],
  beyond: 0,
  groups: {},
  ack: null,
  ended: null,
};
