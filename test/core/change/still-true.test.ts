import { describe, expect, it } from 'vitest';
import { outdated, type RulesNow } from '../../../src/core/change/still-true.ts';
import { ALICE, RANGE_PLAN } from './arbitrary-change.ts';

const NOW: RulesNow = {
  twoPerson: ['high'],
  approvers: { users: [{ teamId: 'T1', userId: 'U7' }], operators: [], unreadable: [], unsure: [] },
  playbookVersions: new Map([[RANGE_PLAN.playbook, RANGE_PLAN.playbookVersion]]),
};

describe('whether a proposal is still what was shown', () => {
  it('is, when nothing has changed', () => {
    expect(outdated(RANGE_PLAN, [{ by: ALICE, atMs: 1 }], NOW)).toBeNull();
  });

  it.each([
    [
      'more people are needed',
      { twoPerson: ['medium', 'high'] },
      'a change of medium risk takes 2 of the approvers now, and took 1',
    ],
    [
      'an approver is none any more',
      { approvers: { users: [], operators: [], unreadable: [], unsure: [] } },
      'somebody who approved it is no approver any more',
    ],
    [
      'the playbook has another version',
      { playbookVersions: new Map([[RANGE_PLAN.playbook, 2]]) },
      'the playbook port-exhaustion is version 2 now, and was version 1',
    ],
    [
      'the playbook is gone',
      { playbookVersions: new Map() },
      'the playbook port-exhaustion is there no more, and was version 1',
    ],
  ] satisfies [string, Partial<RulesNow>, string][])('is not, when %s', (_, part, message) => {
    const found = outdated(RANGE_PLAN, [{ by: ALICE, atMs: 1 }], { ...NOW, ...part });
    expect(found?.reason).toMatchObject({ code: 'CHANGE_STALE', message });
    expect(found?.answer.en).toContain('Nothing was changed. I am looking at the host again;');
    expect(found?.answer.ko).toContain('변경된 것은 없습니다. 호스트를 다시 확인하고 있으며');
  });

  it('is not either, when fewer people are needed: the card said two', () => {
    const two = { ...RANGE_PLAN, approvalsNeeded: 2 } as const;
    expect(outdated(two, [], NOW)?.reason.message).toBe(
      'a change of medium risk takes 1 of the approvers now, and took 2',
    );
  });
});
