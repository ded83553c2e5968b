import type { Approval, Change, ChangePlan, ChangeProblem, Person } from '../domain/change.ts';
import type { Localized } from '../domain/locale.ts';
import type { Risk } from '../domain/report.ts';
import { helpedInstead } from './fresh.ts';
import { problem } from './outcome.ts';
import { mayDecide, type ApprovalRules } from './policy.ts';

/** The rules and playbooks of whoever asks, as they are now. */
export interface RulesNow {
  readonly twoPerson: readonly Risk[];
  readonly approvers: ApprovalRules;
  readonly playbookVersions: ReadonlyMap<string, number>;
}

/** Why a card no longer tells the truth: for the card and the log, and for the person who pressed. */
export interface Outdated {
  readonly reason: ChangeProblem;
  readonly answer: Localized;
}

/** How many people a change of this risk takes. */
export const approvalsFor = (risk: Risk, twoPerson: readonly Risk[]): 1 | 2 =>
  twoPerson.includes(risk) ? 2 : 1;

/** What of the proposal is different from when it was shown; null when all of it still holds. */
export function outdated(plan: ChangePlan, approvals: readonly Approval[], now: RulesNow): Outdated | null {
  const needed = approvalsFor(plan.risk, now.twoPerson);
  if (needed !== plan.approvalsNeeded) {
    return stale(
      `a change of ${plan.risk} risk takes ${needed} of the approvers now, and took ${plan.approvalsNeeded}`,
      {
        en: `The rules have changed: a change of this risk takes ${needed} of the approvers now.`,
        ko: `승인 규칙이 바뀌었습니다. 이 위험도의 변경에는 이제 승인자 ${needed}명의 승인이 필요합니다.`,
      },
    );
  }
  // Of whom nothing could be found out, nobody may say that they are gone; whoever signs asks about them again.
  const gone = approvals.find(({ by }) => isGone(by, now.approvers));
  if (gone !== undefined) {
    return stale('somebody who approved it is no approver any more', {
      en: 'Somebody who approved this is no approver any more.',
      ko: '먼저 승인한 사람이 더 이상 승인자가 아닙니다.',
    });
  }
  return otherPlaybook(plan, now.playbookVersions);
}

/** Whether this person is certainly no approver any more. */
export function isGone(person: Person, approvers: ApprovalRules): boolean {
  const permission = mayDecide(person, approvers);
  return !permission.allowed && permission.code === 'ACCESS_DENIED';
}

/** Whether the playbook that the plan came from is another one by now; bot and worker each ask their own. */
export function otherPlaybook(
  { playbook, playbookVersion }: ChangePlan,
  versions: ReadonlyMap<string, number>,
): Outdated | null {
  const version = versions.get(playbook);
  if (version === playbookVersion) return null;
  const now = version === undefined ? 'there no more' : `version ${version} now`;
  return stale(`the playbook ${playbook} is ${now}, and was version ${playbookVersion}`, {
    en: 'The playbook that led to this change is another one now.',
    ko: '이 변경을 제안한 플레이북이 그 사이에 바뀌었습니다.',
  });
}

/** Another change of the same finding has helped; null where none has. */
export function noLongerNeeded(plan: ChangePlan, ofRequest: readonly Change[]): Outdated | null {
  const other = helpedInstead(plan, ofRequest);
  if (other === null) return null;
  const settings = other.plan.settings.map(({ key, to }) => `${key} = ${to}`).join(', ');
  return {
    reason: problem('CHANGE_NEEDLESS', `${settings} has helped, and the finding is gone`),
    answer: {
      en: 'Another change for the same finding has helped, so this one is not needed. Nothing was changed.',
      ko: '같은 증상에 대한 다른 변경으로 해결되어 이 변경은 필요하지 않습니다. 변경된 것은 없습니다.',
    },
  };
}

const stale = (what: string, { en, ko }: Localized): Outdated => ({
  reason: problem('CHANGE_STALE', what),
  answer: {
    en: `${en} Nothing was changed. I am looking at the host again; a fresh card follows if the finding still stands.`,
    ko: `${ko} 변경된 것은 없습니다. 호스트를 다시 확인하고 있으며, 증상이 그대로면 새 카드를 올립니다.`,
  },
});
