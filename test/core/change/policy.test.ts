import { describe, expect, it } from 'vitest';
import { mayApprove, mayDecide, mayRollBack, type ApprovalRules } from '../../../src/core/change/policy.ts';
import type { ChangePlan, Person } from '../../../src/core/domain/change.ts';
import type { Requester } from '../../../src/core/domain/run.ts';
import { areEnough } from '../../../src/core/change/people.ts';
import { RANGE_PLAN } from './arbitrary-change.ts';

const user = (teamId: string, userId: string): Person & Requester => ({ kind: 'slack-user', teamId, userId });
const RULES = { users: [{ teamId: 'T1', userId: 'U1' }], operators: ['root'], unreadable: [], unsure: [] };

const NOBODY = { users: [], operators: [], unreadable: [], unsure: [] };
const ALERT: Requester = { kind: 'alert', source: 'alertmanager', alertName: 'U1' };

describe('mayDecide', () => {
  const cases: readonly [string, Person, ApprovalRules, boolean][] = [
    ['an approver', user('T1', 'U1'), RULES, true],
    ['somebody else', user('T1', 'U2'), RULES, false],
    ['the same user id in another team', user('T2', 'U1'), RULES, false],
    ['an id that begins like an approver’s', user('T1', 'U11'), RULES, false],
    ['an id in another case', user('T1', 'u1'), RULES, false],
    ['anybody, when nobody is named', user('T1', 'U1'), NOBODY, false],
    [
      'a person without an id, when a rule lost its id',
      user('', ''),
      { users: [{ teamId: '', userId: '' }], operators: [], unreadable: [], unsure: [] },
      false,
    ],
    [
      'a person without a team',
      user('', 'U1'),
      { users: [{ teamId: '', userId: 'U1' }], operators: [], unreadable: [], unsure: [] },
      false,
    ],
    ['an operator', { kind: 'os-user', name: 'root' }, RULES, true],
    ['a Slack user with the name of an operator', user('T1', 'root'), RULES, false],
    ['an OS user with the name of an approver', { kind: 'os-user', name: 'U1' }, RULES, false],
  ];
  it.each(cases)('%s', (_, person, rules, allowed) => {
    expect(mayDecide(person, rules).allowed).toBe(allowed);
  });

  it('says why not, in both languages', () => {
    const answers = [mayDecide(user('T1', 'U2'), RULES), mayDecide(user('T1', 'U2'), NOBODY)];
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

const two = (requester: Requester): ChangePlan => ({ ...RANGE_PLAN, approvalsNeeded: 2, requester });

describe('mayApprove', () => {
  const rules: ApprovalRules = {
    users: [
      { teamId: 'T1', userId: 'U1' },
      { teamId: 'T2', userId: 'U1' },
    ],
    operators: [],
    unreadable: [],
    unsure: [],
  };

  it('lets an approver approve what they asked about themselves, where one is enough', () => {
    expect(mayApprove(user('T1', 'U1'), rules, RANGE_PLAN)).toEqual({ allowed: true });
  });

  it('does not count whoever asked where it takes two, and says so', () => {
    expect(mayApprove(user('T1', 'U1'), rules, two(user('T1', 'U1')))).toMatchObject({
      code: 'CHANGE_SECOND_PERSON',
      reason: {
        en: 'You asked for this diagnosis, so your approval does not count here: this change takes two other approvers.',
        ko: '이 진단을 직접 요청하셨기 때문에 승인 인원에 포함되지 않습니다. 다른 승인자 두 명의 승인이 필요합니다.',
      },
    });
  });

  it.each([
    ['the same id in another team', user('T2', 'U1'), two(user('T1', 'U1'))],
    ['anybody, when an alert asked', user('T1', 'U1'), two(ALERT)],
  ])('counts %s', (_, person, plan) => {
    expect(mayApprove(person, rules, plan)).toEqual({ allowed: true });
  });

  it('lets nobody in who is no approver, whatever the plan needs', () => {
    expect(mayApprove(user('T1', 'U2'), rules, two(ALERT))).toMatchObject({ code: 'ACCESS_DENIED' });
  });
});

describe('areEnough', () => {
  const [a, b, c] = [user('T1', 'U1'), user('T1', 'U2'), user('T2', 'U1')] as const;
  const os = { kind: 'os-user', name: 'U1' } as const;
  const cases: readonly [string, readonly Person[], { needed: 1 | 2; asked: Requester }, boolean][] = [
    ['one of one', [a], { needed: 1, asked: a }, true],
    ['none', [], { needed: 1, asked: ALERT }, false],
    ['one of two', [a], { needed: 2, asked: ALERT }, false],
    ['two of two', [a, b], { needed: 2, asked: ALERT }, true],
    ['the same person twice', [a, { ...a }], { needed: 2, asked: ALERT }, false],
    ['the requester and another', [a, b], { needed: 2, asked: a }, false],
    ['the requester’s id in another team and another', [c, b], { needed: 2, asked: a }, true],
    ['one OS user twice', [os, { ...os }], { needed: 2, asked: ALERT }, false],
    ['an OS user and a Slack user', [os, b], { needed: 2, asked: ALERT }, true],
    ['the OS user who asked and another', [os, b], { needed: 2, asked: os }, false],
    ['two others than the OS user who asked', [a, b], { needed: 2, asked: os }, true],
    [
      'who the OS user who asked is in Slack, and another',
      [a, b],
      { needed: 2, asked: { ...os, slack: { teamId: 'T1', userId: 'U1' } } },
      false,
    ],
  ];
  it.each([
    ['an operator and who they are in Slack', { teamId: 'T1', userId: 'U2' }, false],
    ['the same, where nobody knows the team', { teamId: null, userId: 'U2' }, false],
    ['an operator who is somebody of another team', { teamId: 'T2', userId: 'U2' }, true],
    ['an operator who is the requester', { teamId: 'T1', userId: 'U1' }, false],
  ])('%s', (_, slack, enough) => {
    const plan = { ...RANGE_PLAN, approvalsNeeded: 2, requester: a } as const;
    expect(areEnough([{ ...os, slack }, b], plan)).toBe(enough);
  });

  it.each(cases)('%s', (_, people, { needed, asked }, enough) => {
    const plan = { ...RANGE_PLAN, approvalsNeeded: needed, requester: asked };
    expect(areEnough(people, plan)).toBe(enough);
  });
});

const IN_TERMINAL: Requester = { kind: 'os-user', name: 'ann', slack: { teamId: 'T1', userId: 'U2' } };

describe('mayRollBack', () => {
  const cases: readonly [string, Person, Requester, boolean][] = [
    ['an approver', user('T1', 'U1'), ALERT, true],
    ['the requester', user('T1', 'U2'), user('T1', 'U2'), true],
    ['somebody else', user('T1', 'U3'), user('T1', 'U2'), false],
    ['the requester’s id in another team', user('T2', 'U2'), user('T1', 'U2'), false],
    ['who asked in a terminal', user('T1', 'U2'), IN_TERMINAL, true],
    ['somebody else, when it was asked in a terminal', user('T1', 'U3'), IN_TERMINAL, false],
    ['an OS user of another name', { kind: 'os-user', name: 'eve' }, IN_TERMINAL, false],
    ['somebody, when an alert asked', user('T1', 'U2'), ALERT, false],
    ['a person without ids, when the request has none', user('', ''), user('', ''), false],
  ];
  it.each(cases)('%s', (_, person, requester, allowed) => {
    expect(mayRollBack(person, RULES, requester).allowed).toBe(allowed);
  });

  it('does not call somebody a stranger while a group of approvers cannot be read', () => {
    const rules: ApprovalRules = { ...RULES, unreadable: [{ id: 'S1', why: 'no-answer' }] };
    expect(mayRollBack(user('T1', 'U3'), rules, ALERT)).toMatchObject({
      code: 'APPROVERS_UNKNOWN',
      reason: { en: expect.stringContaining('group S1') as unknown },
    });
    expect(mayRollBack(user('T1', 'U1'), rules, ALERT)).toEqual({ allowed: true });
    expect(mayRollBack(user('T1', 'U2'), rules, user('T1', 'U2'))).toEqual({ allowed: true });
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
