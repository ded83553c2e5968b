import { describe, expect, it } from 'vitest';
import type { Diagnosis, Finding, SysctlFix } from '../../src/core/domain/report.ts';
import { diagnosis as example } from '../state/samples.ts';
import { CONTROL, critical, note } from '../lab/scenarios/scenario.ts';
import { judge } from './judge.ts';

const [sample] = example().findings;
const finding = (more: Partial<Finding>): Finding => {
  if (sample === undefined) throw new Error('the example has a finding');
  return {
    ...sample,
    status: 'matched',
    severity: 'critical',
    fixes: [],
    notAdvised: [],
    missing: [],
    explainedBy: null,
    ...more,
  };
};
const told = (...findings: readonly Finding[]): Diagnosis => ({
  ...example(),
  verdict: findings.length === 0 ? 'ok' : 'critical',
  findings,
});
const queue = finding({ playbook: 'accept-queue-overflow', cause: 'somaxconn', subject: '0.0.0.0:8080' });
const WANTED = critical('accept-queue-overflow', 'somaxconn');

const button: SysctlFix = {
  kind: 'sysctl',
  key: 'net.core.somaxconn',
  from: '128',
  to: '4096',
  takesEffect: 'relisten',
  risk: 'low',
  offered: true,
  why: { en: '', ko: '' },
  companions: [],
};

describe('judging a diagnosis', () => {
  it('the right cause first, and what follows from it, is right', () => {
    const consequence = finding({
      playbook: 'syn-queue-full',
      cause: 'slow-accept',
      explainedBy: queue.playbook,
    });
    expect(judge(WANTED, told(queue, consequence), 'root')).toMatchObject({ cause: 'right', problems: [] });
  });

  it.each([
    ['another cause', finding({ ...queue, cause: 'app-backlog' })],
    ['no cause', finding({ ...queue, cause: null })],
    ['a lesser severity', finding({ ...queue, severity: 'warning' })],
    ['another playbook', finding({ playbook: 'port-exhaustion', cause: 'somaxconn' })],
  ])('%s is wrong', (_, first) => {
    expect(judge(WANTED, told(first), 'root')).toMatchObject({ cause: 'wrong' });
    expect(judge(WANTED, told(first), 'root').problems).not.toEqual([]);
  });

  it('the right one behind another is wrong, and the other a false alarm', () => {
    const other = finding({ playbook: 'half-open', cause: null });
    const { cause, falseAlarms, problems } = judge(WANTED, told(other, queue), 'root');
    expect(cause).toBe('wrong');
    expect(falseAlarms).toEqual(['half-open (critical)']);
    expect(problems).toHaveLength(2);
  });

  it('nothing at all on a sick host is wrong', () => {
    expect(judge(WANTED, told(), 'root')).toMatchObject({
      cause: 'wrong',
      problems: ['first is nothing (ok)'],
    });
  });

  it('a cause left open counts only for an account that was told what is missing', () => {
    const open = critical('accept-queue-overflow', 'somaxconn', { openWithoutRoot: 'cause' });
    const silent = finding({ ...queue, cause: null });
    const says = finding({ ...silent, missing: ['listener.process'] });
    expect(judge(open, told(says), 'account')).toMatchObject({ cause: 'open', problems: [] });
    expect(judge(open, told(silent), 'account').cause).toBe('wrong');
    expect(judge(open, told(says), 'root').cause).toBe('wrong');
    expect(judge(WANTED, told(says), 'account').cause).toBe('wrong');
  });

  it('anything at warning on a healthy host is a false alarm, and an unknown verdict no health', () => {
    expect(judge(CONTROL, told(finding({ ...queue, severity: 'info' })), 'root').falseAlarms).toEqual([]);
    expect(judge(CONTROL, told(finding({ ...queue, severity: 'warning' })), 'root').falseAlarms).toHaveLength(
      1,
    );
    expect(judge(CONTROL, { ...told(), verdict: 'unknown' }, 'root').problems).toHaveLength(1);
  });

  it('what is worth a note must be there, and must be no more than that', () => {
    const wanted = note('retransmissions', 'needless');
    const noted = finding({ playbook: 'retransmissions', cause: 'needless', severity: 'info' });
    expect(judge(wanted, told(noted), 'root')).toMatchObject({ cause: 'right', problems: [] });
    expect(judge(wanted, told(), 'root').cause).toBe('wrong');
    expect(judge(wanted, told(finding({ ...noted, severity: 'warning' })), 'root')).toMatchObject({
      cause: 'wrong',
      falseAlarms: ['retransmissions/needless (warning)'],
    });
  });

  it('an offer nobody expects, or a missing one, is a problem', () => {
    const advice = { kind: 'advice', text: { en: '', ko: '' }, samples: [] } as const;
    const offering = told(finding({ ...queue, fixes: [advice, button] }));
    const wanting = critical('accept-queue-overflow', 'somaxconn', { offers: [button.key] });
    expect(judge(WANTED, offering, 'root').problems).toContain(
      'offers net.core.somaxconn instead of nothing',
    );
    expect(judge(wanting, told(queue), 'root').problems).toContain(
      'offers nothing instead of net.core.somaxconn',
    );
  });
});
