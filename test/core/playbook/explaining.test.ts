import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Finding, Severity } from '../../../src/core/domain/report.ts';
import { evaluate } from '../../../src/core/playbook/evaluate.ts';
import { inOrder } from '../../../src/core/playbook/explaining.ts';
import { checksByHand, factsByHand } from '../../support/facts.ts';
import { smallPlaybook } from '../../support/playbooks.ts';

const CAUSE = `causes:
  - {id: c, when: listener.queue > 10, text: {en: C., ko: 씨.}}
  - id: d
    when: "true"
    text: {en: D., ko: 디.}
    fix:
      application: [{text: {en: Do., ko: 하세요.}}]
      sysctl: [{key: net.core.somaxconn, to: 4096, why: {en: W., ko: 더블유.}}]`;

const consequence = smallPlaybook(
  `for_each: listeners
when: listener.queue > 0
severity: {default: critical}
${CAUSE}`,
  'consequence',
);
const facts = factsByHand({
  listener: { a: { queue: 1, pid: 1 }, b: { queue: 2, pid: 2 } },
  sysctl: { 'net.core.somaxconn': '128' },
});
const names = (findings: readonly Finding[]): readonly string[] =>
  findings.map(({ playbook, subject, explainedBy }) => `${playbook} ${subject} <- ${explainedBy}`);

describe('a finding that explains another', () => {
  it('comes before it and takes its offers away, but not its advice', () => {
    const reason = smallPlaybook('explains: [consequence]\nseverity: {default: warning}', 'reason');
    const findings = evaluate(facts, checksByHand(), [consequence, reason]);
    expect(names(findings)).toEqual([
      'reason null <- null',
      'consequence a <- reason',
      'consequence b <- reason',
    ]);
    expect(findings[1]?.fixes).toMatchObject([
      { kind: 'advice', text: { en: 'Do.' } },
      { kind: 'sysctl', offered: false, why: { en: 'This is a consequence of "Small"; that comes first.' } },
    ]);
  });

  it('does so only when it matches', () => {
    const reason = smallPlaybook('explains: [consequence]\nwhen: "false"', 'reason');
    const findings = evaluate(facts, checksByHand(), [consequence, reason]);
    expect(names(findings)).toEqual([
      'consequence a <- null',
      'consequence b <- null',
      'reason null <- null',
    ]);
    expect(findings[0]?.fixes[1]).toMatchObject({ offered: true });
  });

  it('explains only the cause it names', () => {
    const reason = smallPlaybook('explains: [consequence/c]', 'reason');
    expect(names(evaluate(facts, checksByHand(), [consequence, reason]))).toContain('consequence a <- null');
  });

  it('explains only its own subject where both have one', () => {
    const reason = smallPlaybook(
      'for_each: listeners\nwhen: listener.pid == 1\nexplains: [consequence]',
      'reason',
    );
    expect(names(evaluate(facts, checksByHand(), [consequence, reason]))).toEqual([
      'consequence b <- null',
      'reason a <- null',
      'consequence a <- reason',
    ]);
  });
});

const severity = fc.constantFrom<Severity>('critical', 'warning', 'info');
const finding = fc.record({
  playbook: fc.constantFrom('a', 'b', 'c', 'd'),
  status: fc.constantFrom<Finding['status']>('matched', 'unknown', 'cleared'),
  severity,
  subject: fc.option(fc.constantFrom('x', 'y')),
});
const BASE: Omit<Finding, 'playbook' | 'status' | 'severity' | 'subject' | 'explainedBy'> = {
  playbookVersion: 1,
  cause: null,
  title: { en: '', ko: '' },
  summary: { en: '', ko: '' },
  evidence: [],
  missing: [],
  fixes: [],
  notAdvised: [],
};
const NEXT: Readonly<Record<string, string>> = { b: 'a', c: 'b', d: 'b' };

describe('the order of findings', () => {
  it('loses none, keeps causes before consequences, and what matched before the rest', () => {
    const ordered = fc.property(fc.array(finding, { maxLength: 12 }), (drawn) => {
      const matched = new Set<string>(
        drawn.filter(({ status }) => status === 'matched').map(({ playbook }) => playbook),
      );
      const findings = drawn.map((one): Finding => {
        const reason = NEXT[one.playbook] ?? '';
        return {
          ...BASE,
          ...one,
          explainedBy: one.status === 'matched' && matched.has(reason) ? reason : null,
        };
      });
      const order = inOrder(findings);
      const at = (id: string | null): number =>
        order.findIndex(({ playbook, status }) => playbook === id && status === 'matched');
      return (
        order.length === findings.length &&
        findings.every((one) => order.includes(one)) &&
        order.every(({ explainedBy }, place) => explainedBy === null || at(explainedBy) < place) &&
        order.every(
          ({ status }, place) =>
            place === 0 || status !== 'matched' || order[place - 1]?.status === 'matched',
        )
      );
    });
    expect(fc.check(ordered, { numRuns: 1000 })).toMatchObject({ failed: false });
  });

  it('puts the worst first among those that nothing explains', () => {
    const worst = fc.property(fc.array(severity), (drawn) => {
      const findings = drawn.map((one): Finding => ({
        ...BASE,
        playbook: 'a',
        status: 'matched',
        severity: one,
        subject: null,
        explainedBy: null,
      }));
      const order = inOrder(findings).map((one) => ['critical', 'warning', 'info'].indexOf(one.severity));
      return order.every((rank, place) => place === 0 || (order[place - 1] ?? 0) <= rank);
    });
    expect(fc.check(worst)).toMatchObject({ failed: false });
  });
});
