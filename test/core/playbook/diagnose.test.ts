import { describe, expect, it } from 'vitest';
import type { CheckResult } from '../../../src/core/domain/capture.ts';
import type { Diagnosis } from '../../../src/core/domain/report.ts';
import { diagnoseFacts } from '../../../src/core/playbook/diagnose.ts';
import type { Playbook } from '../../../src/core/playbook/playbook.ts';
import { checksByHand, factsByHand, type FactsByHand } from '../../support/facts.ts';
import { smallPlaybook } from '../../support/playbooks.ts';

const CALM: FactsByHand = {
  host: {
    sockets: { time_wait: 5, established: 10 },
    counters: { listen_overflows_per_s: 0, listen_overflows_since_boot: 0 },
    descriptors: { used_ratio: 0.1 },
  },
};

function diagnose(
  playbooks: readonly Playbook[],
  look: { facts?: FactsByHand; coreSeen?: boolean; checks?: readonly CheckResult[] } = {},
): Diagnosis {
  const { facts = CALM, coreSeen = true, checks = checksByHand() } = look;
  const coverage = { seen: 1, of: 2, why: [] };
  const looked = { host: 'web-1', windowMs: 10_000, facts: factsByHand(facts), checks, coverage, coreSeen };
  return diagnoseFacts(looked, playbooks);
}

const matching = (severity: string, id: string, more = ''): Playbook =>
  smallPlaybook(`severity: {default: ${severity}}\n${more}`, id);
const clear = smallPlaybook('when: "false"', 'clear');
const blind = smallPlaybook('when: settings.somaxconn > 1', 'blind');

const states = ({ marks }: Diagnosis): unknown =>
  Object.fromEntries(marks.map(({ topic, state }) => [topic, state]));
const GOOD = { 'time-wait': 'good', 'accept-queue': 'good', descriptors: 'good', connections: 'good' };

describe('the verdict', () => {
  it.each([
    ['ok when nothing matched and the core was seen', [clear], true, 'ok'],
    ['ok with findings for information only', [matching('info', 'i'), clear], true, 'ok'],
    ['ok although another playbook could not judge', [clear, blind], true, 'ok'],
    ['unknown when the core was not seen', [clear], false, 'unknown'],
    ['warning with a warning', [matching('warning', 'w'), clear, blind], true, 'warning'],
    ['critical with the worst', [matching('warning', 'w'), matching('critical', 'c')], true, 'critical'],
    ['what was found, although the core was not seen', [matching('warning', 'w')], false, 'warning'],
  ] as const)('is %s', (_, playbooks, coreSeen, verdict) => {
    expect(diagnose(playbooks, { coreSeen })).toMatchObject({
      verdict,
      quiet: false,
      notes: [],
      error: null,
    });
  });

  it('carries on what was handed in', () => {
    expect(diagnose([clear])).toMatchObject({
      host: 'web-1',
      windowMs: 10_000,
      coverage: { seen: 1, of: 2, why: [] },
      findings: [{ playbook: 'clear', status: 'cleared' }],
      facts: { host: { sockets: { time_wait: 5 } } },
    });
  });
});

describe('trouble that is over', () => {
  const counters = {
    listen_overflows_per_s: 0,
    listen_overflows_since_boot: 1920,
    time_wait_overflow_per_s: 0,
    time_wait_overflow_since_boot: 30_000,
  };
  const facts: FactsByHand = { host: { ...CALM.host, counters } };

  it('is told and triggers nothing', () => {
    const diagnosis = diagnose([clear], { facts });
    expect(diagnosis).toMatchObject({ verdict: 'ok', quiet: true });
    expect(diagnosis.notes.map(({ en }) => en)).toEqual([
      'Quiet now; 1920 accept queue overflows since boot.',
      'Quiet now; 30,000 connections closed without TIME_WAIT (tcp_max_tw_buckets reached) since boot.',
    ]);
    expect(diagnosis.notes[0]?.ko).toBe('지금은 조용합니다. 부팅 이후: accept 큐 오버플로우 1920회.');
  });

  it('is not called quiet where something else matched, or nothing is known of now', () => {
    expect(diagnose([matching('warning', 'w')], { facts })).toMatchObject({
      verdict: 'warning',
      quiet: false,
    });
    expect(diagnose([clear], { facts, coreSeen: false })).toMatchObject({ verdict: 'unknown', quiet: false });
    const { listen_overflows_per_s: _, ...blindfold } = counters;
    const unseen: FactsByHand = {
      host: { ...CALM.host, counters: { ...blindfold, time_wait_overflow_since_boot: 0 } },
    };
    expect(diagnose([clear], { facts: unseen })).toMatchObject({ quiet: false, notes: [] });
    const going = { host: { ...CALM.host, counters: { ...counters, listen_overflows_per_s: 0.3 } } };
    expect(diagnose([clear], { facts: going }).notes).toHaveLength(1);
  });
});

const marked = (severity: string): Playbook =>
  matching(
    severity,
    'm',
    'marks: [connections]\ncauses: [{id: c, when: "true", marks: [time-wait], text: {en: C., ko: 씨.}}]',
  );

describe('the marks', () => {
  it('are good where it was looked and nothing found', () => {
    expect(states(diagnose([clear]))).toEqual(GOOD);
  });

  it('are bad for the topics of the playbook and of its cause', () => {
    expect(states(diagnose([marked('warning')]))).toEqual({
      ...GOOD,
      'time-wait': 'bad',
      connections: 'bad',
    });
    expect(states(diagnose([marked('info')]))).toEqual(GOOD);
  });

  it('are unknown for all topics that an unknown playbook could have spoilt', () => {
    const unknown = smallPlaybook(
      'when: settings.somaxconn > 1\nmarks: [connections]\ncauses: [{id: c, when: "true", marks: [time-wait], text: {en: C., ko: 씨.}}]',
      'u',
    );
    expect(states(diagnose([unknown]))).toEqual({ ...GOOD, 'time-wait': 'unknown', connections: 'unknown' });
  });

  it('are unknown where nothing was measured', () => {
    expect(states(diagnose([clear], { facts: {} }))).toEqual({
      'time-wait': 'unknown',
      'accept-queue': 'unknown',
      descriptors: 'unknown',
      connections: 'unknown',
    });
    const checks = checksByHand({ listeners: 'denied' });
    expect(states(diagnose([clear], { checks }))).toEqual({ ...GOOD, 'accept-queue': 'unknown' });
  });

  it('are bad when descriptors run out, on the machine or in a process', () => {
    const machine = { host: { ...CALM.host, descriptors: { used_ratio: 0.95 } } };
    expect(states(diagnose([clear], { facts: machine }))).toEqual({ ...GOOD, descriptors: 'bad' });
    const process = { ...CALM, listener: { a: { process_descriptor_ratio: 1 } } };
    expect(states(diagnose([clear], { facts: process }))).toEqual({ ...GOOD, descriptors: 'bad' });
  });
});

describe('more subjects than are shown', () => {
  it('are counted in a note', () => {
    const each = smallPlaybook('for_each: listeners\nwhen: listener.queue > 0', 'each');
    const listener = Object.fromEntries(Array.from({ length: 23 }, (_, at) => [`l${at}`, { queue: 1 }]));
    const diagnosis = diagnose([each], { facts: { ...CALM, listener } });
    expect(diagnosis.findings).toHaveLength(20);
    expect(diagnosis.notes).toEqual([
      { en: 'Small: 3 more that are not shown.', ko: '작은 것: 표시하지 않은 대상이 3개 더 있습니다.' },
    ]);
  });
});
