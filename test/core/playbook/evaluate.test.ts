import { describe, expect, it } from 'vitest';
import type { CheckResult } from '../../../src/core/domain/capture.ts';
import type { FactGroup } from '../../../src/core/domain/facts.ts';
import type { Finding, SysctlFix } from '../../../src/core/domain/report.ts';
import { evaluate } from '../../../src/core/playbook/evaluate.ts';
import { checksByHand, factsByHand, type FactsByHand } from '../../support/facts.ts';
import { smallPlaybook } from '../../support/playbooks.ts';

const BUSY = smallPlaybook(`for_each: listeners
requires: [listener.queue_peak]
window_min: 5s
thresholds: {full: {value: 10, source: us and a test}}
when: listener.queue_peak >= thresholds.full
severity: {default: warning, critical: listener.overflows_per_s > 5}
evidence:
  - {fact: listener.queue_peak, text: {en: "{listener.queue_peak} wait", ko: "{listener.queue_peak}개"}, command: ss}
  - {fact: listener.waiting, text: {en: w, ko: w}, command: ss}
  - {fact: listener.port, text: {en: "{listener.pid}", ko: p}, command: ss}
causes:
  - {id: stopped, when: listener.process_state == "T", text: {en: Stopped., ko: 정지.}}
  - {id: slow, title: {en: Slow, ko: 느림}, when: listener.backlog < 100, text: {en: "Slow {listener.pid}.", ko: 느립니다.}}
unplaced: {when: counters.listen_overflows_per_s > 1, text: {en: Somewhere., ko: 어딘가.}}`);

const run = (
  facts: FactsByHand,
  checks: readonly CheckResult[] = checksByHand(),
  playbooks = [BUSY],
): readonly Finding[] => evaluate(factsByHand(facts), checks, playbooks);

const A: FactGroup = { port: 80, queue_peak: 20, backlog: 16, overflows_per_s: 9, process_state: 'S' };

describe('a playbook for each listener', () => {
  it('matches for the one that is sick, with its numbers', () => {
    const [finding, ...rest] = run({ listener: { a: A, b: { ...A, queue_peak: 1 } } });
    expect(rest).toEqual([]);
    expect(finding).toMatchObject({
      playbook: 'small',
      playbookVersion: 1,
      status: 'matched',
      severity: 'critical',
      cause: 'slow',
      subject: 'a',
      explainedBy: null,
      title: { en: 'Slow', ko: '느림' },
      summary: { en: 'Slow not measured.', ko: '느립니다.' },
      evidence: [
        { fact: 'listener.queue_peak', value: 20, text: { en: '20 wait', ko: '20개' }, command: 'ss' },
      ],
      missing: [],
    });
  });

  it('leaves out evidence that was not measured', () => {
    const [finding] = run({ listener: { a: { ...A, waiting: 3, pid: 7 } } });
    expect(finding?.evidence.map(({ fact }) => fact)).toEqual([
      'listener.queue_peak',
      'listener.waiting',
      'listener.port',
    ]);
  });

  it('takes the first cause that is true', () => {
    expect(run({ listener: { a: { ...A, process_state: 'T' } } })).toMatchObject([{ cause: 'stopped' }]);
    expect(run({ listener: { a: { ...A, backlog: 4096 } } })).toMatchObject([
      { cause: null, title: { en: 'Small' }, summary: { en: 'It is small.' } },
    ]);
  });

  it('tells which facts would have told whether it is an earlier cause', () => {
    const { process_state: _, ...unseen } = A;
    expect(run({ listener: { a: unseen } })).toMatchObject([
      { cause: 'slow', missing: ['listener.process_state'] },
    ]);
  });

  it('is as severe as can be told, and says what is missing for more', () => {
    const { overflows_per_s: _, ...unseen } = A;
    expect(run({ listener: { a: unseen } })).toMatchObject([
      { severity: 'warning', missing: ['listener.overflows_per_s'] },
    ]);
  });

  it('puts the worst first: critical ones, then by the headline number', () => {
    const findings = run({
      listener: {
        mild: { ...A, overflows_per_s: 0, queue_peak: 99 },
        bad: { ...A, queue_peak: 30 },
        worse: { ...A, queue_peak: 40 },
      },
    });
    expect(findings.map(({ subject }) => subject)).toEqual(['worse', 'bad', 'mild']);
  });

  it('names at most twenty', () => {
    const listener = Object.fromEntries(
      Array.from({ length: 50 }, (_, at) => [`l${at}`, { ...A, queue_peak: at + 10 }]),
    );
    const findings = run({ listener });
    expect(findings).toHaveLength(20);
    expect(findings[0]).toMatchObject({ subject: 'l49' });
  });

  it('is cleared when all are well', () => {
    expect(run({ listener: { a: { ...A, queue_peak: 1 } } })).toMatchObject([
      { status: 'cleared', subject: null, severity: 'info', fixes: [], missing: [] },
    ]);
    expect(run({})).toMatchObject([{ status: 'cleared' }]);
  });

  it('is unknown, once, when facts are missing and none matches', () => {
    const { queue_peak: _, ...unseen } = A;
    expect(run({ listener: { a: unseen } })).toMatchObject([
      { status: 'unknown', subject: 'a', missing: ['listener.queue_peak'] },
    ]);
    expect(run({ listener: { a: unseen, b: unseen, c: { ...A, queue_peak: 1 } } })).toMatchObject([
      { status: 'unknown', subject: null, missing: ['listener.queue_peak'] },
    ]);
    expect(run({ listener: { a: unseen, b: A } })).toMatchObject([{ status: 'matched', subject: 'b' }]);
  });

  it.each(['unavailable', 'truncated', 'timeout', 'denied'] as const)(
    'is unknown and never cleared when the list of listeners is %s',
    (status) => {
      const checks = checksByHand({ listeners: status });
      expect(run({}, checks)).toMatchObject([{ status: 'unknown', missing: [`listeners (${status})`] }]);
      expect(run({ listener: { a: { ...A, queue_peak: 1 } } }, checks)).toMatchObject([
        { status: 'unknown' },
      ]);
      expect(run({ listener: { a: A } }, checks)).toMatchObject([{ status: 'matched' }]);
    },
  );

  it('is unknown when the check was not made at all', () => {
    expect(run({}, [])).toMatchObject([{ status: 'unknown', missing: ['listeners (unavailable)'] }]);
  });

  it('says so when it happens but no listener can be named', () => {
    const counters = { listen_overflows_per_s: 3 };
    expect(run({ host: { counters }, listener: { a: { ...A, queue_peak: 1 } } })).toMatchObject([
      { status: 'matched', severity: 'warning', subject: null, cause: null, summary: { en: 'Somewhere.' } },
    ]);
    expect(run({ host: { counters } }, checksByHand({ listeners: 'timeout' }))).toMatchObject([
      { status: 'matched', subject: null, missing: ['listeners (timeout)'] },
    ]);
    expect(run({ host: { counters }, listener: { a: A } })).toMatchObject([{ subject: 'a' }]);
  });

  it('knows no rates in a window that is too short', () => {
    const host = { run: { window_s: 4.9 }, counters: { listen_overflows_per_s: 3 } };
    expect(run({ host, listener: { a: A } })).toMatchObject([
      { severity: 'warning', missing: ['listener.overflows_per_s'] },
    ]);
    expect(run({ host, listener: {} })).toMatchObject([{ status: 'cleared' }]);
    expect(run({ host: { run: { window_s: 5 } }, listener: { a: A } })).toMatchObject([
      { severity: 'critical' },
    ]);
  });
});

const SETTING = smallPlaybook(`when: settings.somaxconn > 0
causes:
  - id: one
    when: "true"
    text: {en: One., ko: 하나.}
    fix:
      application:
        - text: {en: "First {settings.somaxconn}.", ko: 먼저.}
          samples: [{language: Go, code: "x := map[string]int{}"}]
      sysctl:
        - key: net.core.somaxconn
          to_at_least: {value: settings.somaxconn * 3, min: 512, max: 16384}
          only_if:
            - {that: settings.tcp_syncookies == 1, otherwise: {en: No cookies., ko: 쿠키 없음.}}
          why: {en: "From {settings.somaxconn}.", ko: 부터.}
      not_advised:
        - {key: net.ipv4.tcp_fin_timeout, why: {en: Never., ko: 절대.}}
        - {key: net.ipv4.tcp_max_syn_backlog, when: settings.tcp_syncookies == 0, why: {en: Useless., ko: 무용.}}
not_advised:
  - {key: net.ipv4.tcp_tw_recycle, when: settings.tcp_tw_reuse == 1, why: {en: Gone., ko: 없음.}}`);

function fixesOf(settings: FactGroup, current?: string): Finding | undefined {
  const sysctl: Record<string, string> = current === undefined ? {} : { 'net.core.somaxconn': current };
  return evaluate(factsByHand({ host: { settings }, sysctl }), checksByHand(), [SETTING])[0];
}

const leftAlone = (settings: FactGroup): unknown =>
  fixesOf(settings, '128')?.notAdvised.map(({ key }) => key);

const settingOf = (finding: Finding | undefined): SysctlFix | undefined =>
  finding?.fixes.find((fix) => fix.kind === 'sysctl');

describe('the fixes of a finding', () => {
  it('put the application first and offer what would help', () => {
    expect(fixesOf({ somaxconn: 500, tcp_syncookies: 1 }, '500')?.fixes).toEqual([
      {
        kind: 'advice',
        text: { en: 'First 500.', ko: '먼저.' },
        samples: [{ language: 'Go', code: 'x := map[string]int{}' }],
      },
      {
        kind: 'sysctl',
        key: 'net.core.somaxconn',
        from: '500',
        to: '1500',
        takesEffect: 'relisten',
        risk: 'low',
        offered: true,
        why: { en: 'From 500.', ko: '부터.' },
        companions: [],
      },
    ]);
  });

  it.each([
    [100, '512'],
    [500.4, '1502'],
    [9000, '16384'],
  ])('calculate the value and keep it within bounds: %s * 3 -> %s', (somaxconn, to) => {
    expect(settingOf(fixesOf({ somaxconn, tcp_syncookies: 1 }, '128'))).toMatchObject({ to, offered: true });
  });

  it('never propose what is there already, or better', () => {
    expect(settingOf(fixesOf({ somaxconn: 200, tcp_syncookies: 1 }, '600'))).toBeUndefined();
    expect(settingOf(fixesOf({ somaxconn: 200, tcp_syncookies: 1 }, '65535'))).toBeUndefined();
  });

  it('say why they are not offered', () => {
    expect(settingOf(fixesOf({ somaxconn: 200, tcp_syncookies: 0 }, '200'))).toMatchObject({
      offered: false,
      why: { en: 'No cookies.', ko: '쿠키 없음.' },
    });
    const unsure = fixesOf({ somaxconn: 200 }, '200');
    expect(settingOf(unsure)).toMatchObject({ offered: false });
    expect(settingOf(unsure)?.why.en).toContain('settings.tcp_syncookies');
    expect(unsure?.missing).toEqual(['settings.tcp_syncookies']);
    expect(settingOf(fixesOf({ somaxconn: 200, tcp_syncookies: 1 }, '1 junk'))).toMatchObject({
      offered: false,
      from: '1 junk',
    });
  });

  it('are left out when the current value is not known', () => {
    const finding = fixesOf({ somaxconn: 200, tcp_syncookies: 1 });
    expect(settingOf(finding)).toBeUndefined();
    expect(finding?.missing).toEqual(['net.core.somaxconn']);
  });

  it('name the settings to leave alone, where that is known to hold', () => {
    expect(leftAlone({ somaxconn: 128 })).toEqual(['net.ipv4.tcp_fin_timeout']);
    expect(leftAlone({ somaxconn: 128, tcp_syncookies: 0, tcp_tw_reuse: 1 })).toEqual([
      'net.ipv4.tcp_fin_timeout',
      'net.ipv4.tcp_max_syn_backlog',
      'net.ipv4.tcp_tw_recycle',
    ]);
  });
});

describe('a wider port range', () => {
  const RANGE = smallPlaybook(`for_each: destinations
when: destination.used_ratio > 0.5
causes:
  - id: one
    when: "true"
    text: {en: One., ko: 하나.}
    fix:
      sysctl:
        - {key: net.ipv4.ip_local_port_range, to: 10000 65535, why: {en: Wider., ko: 확대.}}`);
  const facts = factsByHand({
    destination: { d: { used_ratio: 0.9, closes_per_s: 420 } },
    listener: { a: { port: 22 }, b: { port: 10_050 }, c: { port: 61_000 } },
    sysctl: {
      'net.ipv4.ip_local_port_range': '32768 60999',
      'net.ipv4.ip_local_reserved_ports': '50000',
    },
  });

  it('reserves the ports of services and of the configuration first, and shows the arithmetic', () => {
    const [finding] = evaluate(facts, checksByHand(), [RANGE], { reservedPorts: '9092,20000-20010' });
    expect(settingOf(finding)).toMatchObject({
      offered: true,
      to: '10000 65535',
      companions: [
        { key: 'net.ipv4.ip_local_reserved_ports', from: '50000', to: '10050,20000-20010,50000,61000' },
      ],
    });
    expect(settingOf(finding)?.why.en).toMatch(
      /^Wider\. New connections .*: 28,231 ports \/ 60 s = 470\/s now, 55,522 \/ 60 s = 925\/s then\. Measured: 420\/s, so 25,200 ports/,
    );
  });

  it('is not offered while the listening ports are not known', () => {
    const [finding] = evaluate(facts, checksByHand({ listeners: 'truncated' }), [RANGE]);
    expect(settingOf(finding)).toMatchObject({ offered: false, companions: [] });
  });
});

const LOST = smallPlaybook(`for_each: services
requires: [service.lost]
thresholds: {few: {value: 5, source: us and a test}}
when: service.lost >= thresholds.few
severity: {default: warning}
evidence:
  - {fact: service.lost, text: {en: "{service.lost} lost", ko: "{service.lost}개"}, command: ss}`);

describe('a playbook for each service of a host whose sockets were sampled', () => {
  const sockets = { rows_read: 15_000, rows_there: 250_000 };
  const lost = (service: FactGroup): readonly Finding[] =>
    run({ host: { sockets }, service: { 'port 80': service } }, checksByHand(), [LOST]);

  it('says of what it has found how much of it was seen', () => {
    expect(lost({ lost: 90, rows_seen: 300 })[0]?.evidence.map(({ text }) => text)).toEqual([
      { en: '90 lost', ko: '90개' },
      {
        en: 'Estimated from 15,000 of 250,000 sockets, 300 of them of this one',
        ko: '소켓 250,000개 중 15,000개로 추정한 값입니다(그중 이 대상은 300개)',
      },
    ]);
    expect(lost({ lost: 90 })[0]?.evidence).toHaveLength(1);
  });

  it('clears nothing, since a small one may not have been seen', () => {
    expect(lost({ lost: 0 })).toMatchObject([
      { status: 'unknown', missing: ['sockets-idle (15000 of 250000 sockets)'] },
    ]);
    expect(run({ service: { 'port 80': { lost: 0 } } }, checksByHand(), [LOST])).toMatchObject([
      { status: 'cleared' },
    ]);
  });
});
