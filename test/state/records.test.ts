import { assert, dictionary, json, object, oneof, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decode } from '../../src/state/records/decode.ts';
import { ChangeStateRecord, PlanRecord, SignedGoRecord } from '../../src/state/records/change-record.ts';
import { NoticeRecord } from '../../src/state/records/notice-record.ts';
import { DiagnosisRecord } from '../../src/state/records/report-record.ts';
import { RequestRecord } from '../../src/state/records/request-record.ts';
import { decodeRun } from '../../src/state/records/run-record.ts';
import { firing } from '../jobs/alert-stage.ts';
import { ALERT, diagnosis, plan, request, STATES } from './samples.ts';

const SCHEMAS = [RequestRecord, DiagnosisRecord, PlanRecord, ChangeStateRecord, SignedGoRecord];

const OPERATOR = { kind: 'os-user', name: 'alice', slack: { teamId: null, userId: 'U1' } } as const;

const whyOf = (plan: Readonly<Record<string, unknown>>): string => {
  const result = decode(PlanRecord, JSON.stringify(plan));
  return result.ok ? 'readable' : result.why;
};

describe('records', () => {
  it('read back what was written', () => {
    const { facts, ...rest } = diagnosis();
    const samples = [
      [RequestRecord, request('r1')],
      [RequestRecord, request('r1', { requester: ALERT, symptom: '', mentions: [] })],
      [RequestRecord, request('r1', { requester: OPERATOR, onlySetting: 'net.a', windowMs: 5_000 })],
      [DiagnosisRecord, { ...rest, facts }],
      [DiagnosisRecord, { ...rest, facts: null, error: { code: 'X', message: 'm', hint: 'h' } }],
      [PlanRecord, plan('c1')],
      ...STATES.map((state) => [ChangeStateRecord, state] as const),
    ] as const;
    for (const [schema, value] of samples) {
      const text = JSON.stringify(value);
      const result = decode<unknown>(schema, text);
      expect(result).toEqual({ ok: true, value });
    }
  });

  it('never throw, whatever stands in Redis', () => {
    assert(
      property(
        oneof(
          string(),
          json(),
          object().map((value) => JSON.stringify(value)),
        ),
        (text) => {
          for (const schema of SCHEMAS) expect(decode<unknown>(schema, text)).toHaveProperty('ok');
        },
      ),
    );
    assert(
      property(dictionary(string(), string()), (hash) => {
        expect(decodeRun(hash)).toMatchObject({ ok: false });
      }),
    );
  });

  it('notice when any one field of a plan is replaced by something of another kind', () => {
    const whole: Record<string, unknown> = { ...plan('c1') };
    for (const field of Object.keys(whole)) {
      expect(whyOf({ ...whole, [field]: { forged: true } })).toContain(field);
      const { [field]: _gone, ...less } = whole;
      expect(whyOf(less)).toContain(field);
    }
  });

  it.each([
    ['rule 2 (the (old) edge)', { kind: 'configured', number: 2, name: 'the (old) edge' }],
    ['rule 12', { kind: 'configured', number: 12, name: null }],
    ['default: "retrans*" is about connections', { kind: 'connections', word: 'retrans*' }],
    ['default: "disk" is not about connections', { kind: 'other', word: 'disk' }],
    ['default: "slow" may be the network', { kind: 'unusable', word: 'slow' }],
    ['default: sounds like slow-connect', { kind: 'symptom', playbook: 'slow-connect' }],
    ['default: nothing in it is about connections', { kind: 'nothing' }],
  ])('of an alert are read with the rule as text, which it was before: %s', (text, rule) => {
    const notice = firing('web-1');
    const written = JSON.stringify({ ...notice, route: { ...notice.route, rule: text } });
    const value = { ...notice, route: { ...notice.route, rule } };
    expect(decode(NoticeRecord, written)).toEqual({ ok: true, value });
  });

  it('do not repeat the content in the reason', () => {
    const result = decode(RequestRecord, JSON.stringify({ ...request('r1'), locale: 'xoxb-secret' }));
    expect(JSON.stringify(result)).not.toContain('secret');
  });
});
