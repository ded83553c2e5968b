import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../src/core/playbook/evaluate.ts';
import type { ThresholdOverrides } from '../../../src/core/playbook/threshold-overrides.ts';
import type { Finding } from '../../../src/core/domain/report.ts';
import { checksByHand, factsByHand } from '../../support/facts.ts';
import { smallPlaybook } from '../../support/playbooks.ts';

const playbook = smallPlaybook(`for_each: listeners
thresholds: {full: {value: 0.8, source: us and a test}}
when: listener.fill_ratio >= thresholds.full
text: {en: "From {thresholds.full} on.", ko: "{thresholds.full}부터."}`);
const other = smallPlaybook(
  `thresholds: {full: {value: 1, source: us and a test}}
when: thresholds.full == 1`,
  'other',
);

const instead = (full: number, kind: 'group' | 'host' = 'group'): ThresholdOverrides =>
  new Map([['small', new Map([['full', { value: full, from: { kind, name: 'web' } }]])]]);

function found(fill: number, thresholds?: ThresholdOverrides): readonly Finding[] {
  const facts = factsByHand({ listener: { a: { fill_ratio: fill } } });
  return evaluate(facts, checksByHand(), [playbook, other], thresholds === undefined ? {} : { thresholds });
}
const small = (findings: readonly Finding[]): Finding | undefined =>
  findings.find((finding) => finding.playbook === 'small');

describe('thresholds of a host', () => {
  it.each([
    [0.75, undefined, 'cleared'],
    [0.75, instead(0.7), 'matched'],
    [0.85, undefined, 'matched'],
    [0.85, instead(0.9), 'cleared'],
  ] as const)('decide in the place of the playbook’s: %d', (fill, thresholds, status) => {
    expect(small(found(fill, thresholds))?.status).toBe(status);
  });

  it('are told in the text, and where they come from among the evidence', () => {
    const finding = small(found(0.75, instead(0.7)));
    expect(finding?.summary).toEqual({ en: 'From 0.7 on.', ko: '0.7부터.' });
    expect(finding?.evidence).toEqual([
      {
        fact: 'thresholds.full',
        value: 0.7,
        text: {
          en: 'The threshold "full" is 0.7 here (group web in tcpcheck.yaml); the playbook has 0.8',
          ko: '여기서 쓰는 기준값 "full": 0.7(tcpcheck.yaml의 그룹 web). 플레이북의 값: 0.8',
        },
        command: '',
      },
    ]);
    expect(small(found(0.85, instead(0.9, 'host')))?.evidence[0]?.text.en).toContain(
      '(host web in tcpcheck.yaml)',
    );
  });

  it('leave other playbooks, and a host without any, alone', () => {
    const findings = found(0.75, instead(0.7));
    expect(findings.find((finding) => finding.playbook === 'other')).toMatchObject({
      status: 'matched',
      evidence: [],
    });
    expect(small(found(0.85))?.evidence).toEqual([]);
  });
});
