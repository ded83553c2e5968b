import type { Person } from '../domain/change.ts';
import type { Localized } from '../domain/locale.ts';
import type { Requester } from '../domain/run.ts';

/** Who may approve changes: ids bound to their team, never names. Nobody by default. */
export interface ApprovalRules {
  readonly users: readonly { readonly teamId: string; readonly userId: string }[];
}

export type Permission =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly code: 'ACCESS_DENIED'; readonly reason: Localized };

/** Whether this person may decide about a change. */
export function mayApprove(person: Person, rules: ApprovalRules): Permission {
  if (isApprover(person, rules)) return { allowed: true };
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

/** Whether this person may take a change back: every approver, and whoever asked for the diagnosis. */
export function mayRollBack(person: Person, rules: ApprovalRules, requester: Requester): Permission {
  if (isApprover(person, rules) || isRequester(person, requester)) return { allowed: true };
  return denied({
    en: 'Only an approver, or the person who asked for the diagnosis, may roll this back.',
    ko: '승인자 또는 진단을 요청한 사람만 되돌릴 수 있습니다.',
  });
}

function isApprover(person: Person, rules: ApprovalRules): boolean {
  return (
    person.kind === 'slack-user' &&
    rules.users.some(({ teamId, userId }) => isSame(person, { teamId, userId }))
  );
}

function isRequester(person: Person, requester: Requester): boolean {
  return person.kind === 'slack-user' && requester.kind === 'slack-user' && isSame(person, requester);
}

interface TeamUser {
  readonly teamId: string;
  readonly userId: string;
}

/** The same user id in another team is another person; an id that is missing is nobody. */
const isSame = (a: TeamUser, b: TeamUser): boolean =>
  a.teamId !== '' && a.userId !== '' && a.teamId === b.teamId && a.userId === b.userId;

const denied = (reason: Localized): Permission => ({ allowed: false, code: 'ACCESS_DENIED', reason });
