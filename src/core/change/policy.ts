import type { Person } from '../domain/change.ts';
import type { GroupProblem } from '../domain/directory.ts';
import type { Localized } from '../domain/locale.ts';
import type { Requester } from '../domain/run.ts';
import { GROUP_PROBLEMS } from './group-problems.ts';
import { countsFor, isRequester, samePerson, type Terms } from './people.ts';
import { unsoundAnswer, type Unsound } from './unsound.ts';

/** Who may approve changes: ids bound to their team, never names. Nobody by default. */
export interface ApprovalRules {
  readonly users: readonly { readonly teamId: string; readonly userId: string }[];
  /** OS users of the bot's machine, who decide in a terminal. */
  readonly operators: readonly string[];
  /** Groups of approvers of which nobody could say just now who is in them. */
  readonly unreadable: readonly UnreadableGroup[];
  /** Who was in those groups when that was last known, not long ago; they may take back, and nothing else. */
  readonly before?: ApprovalRules['users'];
  /** Of whom nobody could say just now whether they are full members still. */
  readonly unsure: readonly Person[];
  /** Why these are the rules of before, by which nothing may be approved. */
  readonly unsound?: Unsound | undefined;
}

/** A group that lets nobody in. */
export interface UnreadableGroup {
  readonly id: string;
  readonly why: GroupProblem;
}

export type Permission =
  | { readonly allowed: true }
  | {
      readonly allowed: false;
      /** `APPROVERS_UNKNOWN`: they may be an approver; it could not be found out. */
      readonly code: 'ACCESS_DENIED' | 'CHANGE_SECOND_PERSON' | 'APPROVERS_UNKNOWN' | 'APPROVALS_UNSOUND';
      readonly reason: Localized;
    };

/** Whether this person's yes counts for this plan: an approver, and where it takes two, not the one who asked. */
export function mayApprove(person: Person, rules: ApprovalRules, plan: Terms): Permission {
  const permission = mayDecide(person, rules);
  if (!permission.allowed || countsFor(person, plan)) return permission;
  return { allowed: false, code: 'CHANGE_SECOND_PERSON', reason: NOT_THE_REQUESTER };
}

/** What somebody reads who asked for the diagnosis of a change that takes two. */
export const NOT_THE_REQUESTER: Localized = {
  en: 'You asked for this diagnosis, so your approval does not count here: this change takes two other approvers.',
  ko: '이 진단을 직접 요청하셨기 때문에 승인 인원에 포함되지 않습니다. 다른 승인자 두 명의 승인이 필요합니다.',
};

/** Whether this person may have something happen or stay: approve, keep, lift a freeze. */
export function mayDecide(person: Person, rules: ApprovalRules): Permission {
  const { unsound } = rules;
  if (unsound === undefined) return mayStop(person, rules);
  return { allowed: false, code: 'APPROVALS_UNSOUND', reason: unsoundAnswer(unsound) };
}

/** Whether this person may keep changes from happening: reject them, and freeze. */
export function mayStop(person: Person, rules: ApprovalRules): Permission {
  if (rules.unsure.some((one) => samePerson(one, person))) return unknown(UNSURE);
  if (isApprover(person, rules)) return { allowed: true };
  if (person.kind === 'os-user') return denied(notAnOperator(person.name));
  const [group] = rules.unreadable;
  if (group !== undefined) return unknown(unreadable(group));
  return denied(
    rules.users.length === 0
      ? {
          en: 'Nobody may approve changes yet: `approvals:` in tcpcheck.yaml names no one.',
          ko: '아직 변경을 승인할 수 있는 사람이 없습니다. tcpcheck.yaml의 `approvals:`에 승인자를 지정해 주세요.',
        }
      : {
          en: 'You are not one of the approvers in tcpcheck.yaml.',
          ko: 'tcpcheck.yaml에 승인자로 등록되어 있지 않습니다.',
        },
  );
}

/** Whether an OS user may have hosts diagnosed for a change: whoever may decide in the terminal may ask there. */
export const mayPropose = (name: string, operators: ApprovalRules['operators']): Permission =>
  name !== '' && operators.includes(name) ? { allowed: true } : denied(notAnOperator(name));

/**
 * Whether this person may take a change back: every approver, and whoever asked for the diagnosis. It is the safe
 * direction, so where Slack does not say who is in a group now, whoever was in it last may.
 */
export function mayRollBack(person: Person, rules: ApprovalRules, requester: Requester): Permission {
  const users = [...rules.users, ...(rules.before ?? [])];
  if (isApprover(person, { ...rules, users }) || isRequester(person, requester)) return { allowed: true };
  const [group] = rules.unreadable;
  if (person.kind === 'slack-user' && group !== undefined) return unknown(unreadable(group));
  return denied({
    en: 'Only an approver, or the person who asked for the diagnosis, may roll this back.',
    ko: '승인자 또는 진단을 요청한 사람만 되돌릴 수 있습니다.',
  });
}

function isApprover(person: Person, { users, operators }: ApprovalRules): boolean {
  return person.kind === 'os-user'
    ? person.name !== '' && operators.includes(person.name)
    : users.some((user) => samePerson(person, { kind: 'slack-user', ...user }));
}

const denied = (reason: Localized): Permission => ({ allowed: false, code: 'ACCESS_DENIED', reason });

const unknown = (reason: Localized): Permission => ({ allowed: false, code: 'APPROVERS_UNKNOWN', reason });

const UNSURE: Localized = {
  en: 'Slack did not say whether everybody who approved this is still a member here, so nothing was changed. Please try again in a minute.',
  ko: '승인한 사람이 아직 이 워크스페이스의 멤버인지 Slack에서 확인하지 못해 아무것도 변경하지 않았습니다. 잠시 후 다시 시도해 주세요.',
};

/** Nobody is let in on a guess; a person who is named by id needs no group. */
const unreadable = ({ id, why }: UnreadableGroup): Localized => ({
  en: `I could not see who is in the approvers’ user group ${id}, so this did not count: ${GROUP_PROBLEMS[why].en}`,
  ko: `승인자 그룹 ${id}의 구성원을 확인하지 못해 반영하지 않았습니다: ${GROUP_PROBLEMS[why].ko}`,
});

const notAnOperator = (name: string): Localized => ({
  en: `The OS user ${name} is not one of the \`approvals.operators\` in tcpcheck.yaml.`,
  ko: `OS 사용자 ${name}: tcpcheck.yaml의 \`approvals.operators\`에 등록되어 있지 않습니다.`,
});
