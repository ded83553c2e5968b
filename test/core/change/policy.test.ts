import { describe, expect, it } from 'vitest';
import { mayApprove, mayRollBack } from '../../../src/core/change/policy.ts';
import type { Person } from '../../../src/core/domain/change.ts';
import type { Requester } from '../../../src/core/domain/run.ts';

const user = (teamId: string, userId: string): Person & Requester => ({ kind: 'slack-user', teamId, userId });
const RULES = { users: [{ teamId: 'T1', userId: 'U1' }] };

const NOBODY = { users: [] };
const ALERT: Requester = { kind: 'alert', source: 'alertmanager', alertName: 'U1' };

describe('mayApprove', () => {
  const cases: readonly [string, Person, typeof RULES, boolean][] = [
    ['an approver', user('T1', 'U1'), RULES, true],
    ['somebody else', user('T1', 'U2'), RULES, false],
    ['the same user id in another team', user('T2', 'U1'), RULES, false],
    ['an id that begins like an approver’s', user('T1', 'U11'), RULES, false],
    ['an id in another case', user('T1', 'u1'), RULES, false],
    ['anybody, when nobody is named', user('T1', 'U1'), NOBODY, false],
    [
      'a person without an id, when a rule lost its id',
      user('', ''),
      { users: [{ teamId: '', userId: '' }] },
      false,
    ],
    ['a person without a team', user('', 'U1'), { users: [{ teamId: '', userId: 'U1' }] }, false],
    ['an OS user with the name of an approver', { kind: 'os-user', name: 'U1' }, RULES, false],
  ];
  it.each(cases)('%s', (_, person, rules, allowed) => {
    expect(mayApprove(person, rules).allowed).toBe(allowed);
  });

  it('says why not, in both languages', () => {
    const answers = [mayApprove(user('T1', 'U2'), RULES), mayApprove(user('T1', 'U2'), NOBODY)];
    expect(answers).toEqual([
      {
        allowed: false,
        code: 'ACCESS_DENIED',
        reason: {
          en: 'You are not one of the approvers in tcpcheck.yaml.',
          ko: 'tcpcheck.yaml에 승인자로 등록되어 있지 않습니다.',
        },
      },
      {
        allowed: false,
        code: 'ACCESS_DENIED',
        reason: {
          en: 'Nobody may approve changes yet: `approvals:` in tcpcheck.yaml names no one.',
          ko: '아직 변경을 승인할 수 있는 사람이 없습니다. tcpcheck.yaml의 `approvals:`에 승인자를 지정해 주세요.',
        },
      },
    ]);
  });
});

describe('mayRollBack', () => {
  const cases: readonly [string, Person, Requester, boolean][] = [
    ['an approver', user('T1', 'U1'), ALERT, true],
    ['the requester', user('T1', 'U2'), user('T1', 'U2'), true],
    ['somebody else', user('T1', 'U3'), user('T1', 'U2'), false],
    ['the requester’s id in another team', user('T2', 'U2'), user('T1', 'U2'), false],
    ['somebody, when an alert asked', user('T1', 'U2'), ALERT, false],
    ['a person without ids, when the request has none', user('', ''), user('', ''), false],
  ];
  it.each(cases)('%s', (_, person, requester, allowed) => {
    expect(mayRollBack(person, RULES, requester).allowed).toBe(allowed);
  });

  it('says why not, in both languages', () => {
    expect(mayRollBack(user('T1', 'U3'), NOBODY, ALERT)).toEqual({
      allowed: false,
      code: 'ACCESS_DENIED',
      reason: {
        en: 'Only an approver, or the person who asked for the diagnosis, may roll this back.',
        ko: '승인자 또는 진단을 요청한 사람만 되돌릴 수 있습니다.',
      },
    });
  });
});
