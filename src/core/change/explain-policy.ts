import type { Risk } from '../domain/report.ts';
import { approvalsFor } from './still-true.ts';

/** A Slack id as configured or typed; without a team it belongs to the bot's own workspace. */
export interface PolicyPerson {
  readonly teamId: string | null;
  readonly id: string;
}

/** The rules for changes of one host. */
export interface PolicyRules {
  readonly users: readonly PolicyPerson[];
  readonly groups: readonly PolicyPerson[];
  readonly operators: readonly { readonly user: string; readonly slack: PolicyPerson | null }[];
  readonly twoPerson: readonly Risk[];
}

/**
 * `if-home`: one of the two ids has no team, and which team that is, only the bot knows. `if-member`: of a user group,
 * which only Slack knows.
 */
export type IsApprover = 'yes' | 'no' | 'if-home' | 'if-member';

/** For each risk how many must approve, and whether so many can be found at all. */
export interface RiskPolicy {
  readonly risk: Risk;
  readonly approvals: 1 | 2;
  readonly reachable: 'yes' | 'only-if-another-asked' | 'depends-on-group' | 'no';
}

const RISKS: readonly Risk[] = ['low', 'medium', 'high'];

/** What each risk takes under these rules. */
export function riskPolicies(rules: PolicyRules): readonly RiskPolicy[] {
  // An operator who is somebody in Slack is one person with them.
  const people = new Set([
    ...rules.users.map(nameOf),
    ...rules.operators.map(({ user, slack }) => (slack === null ? `os:${user}` : nameOf(slack))),
  ]);
  return RISKS.map((risk) => {
    const approvals = approvalsFor(risk, rules.twoPerson);
    const named = reachable(approvals, people.size);
    const inGroups = rules.groups.length > 0 && named !== 'yes';
    return { risk, approvals, reachable: inGroups ? 'depends-on-group' : named };
  });
}

/** Whoever asked for the diagnosis does not count where it takes two, so two approvers are enough for others only. */
function reachable(needed: 1 | 2, approvers: number): RiskPolicy['reachable'] {
  if (approvers < needed) return 'no';
  return needed === 2 && approvers === needed ? 'only-if-another-asked' : 'yes';
}

/**
 * Operators of whom nobody has said who they are in Slack, where it may take two people: one who is an approver there as
 * well would count as both.
 */
export const countedTwice = ({ users, groups, operators, twoPerson }: PolicyRules): readonly string[] =>
  twoPerson.length === 0 || users.length + groups.length === 0
    ? []
    : operators.flatMap(({ user, slack }) => (slack === null ? [user] : []));

/** Whether this person is one of the approvers. */
export function isApprover(
  person: PolicyPerson,
  { users, groups }: Pick<PolicyRules, 'users' | 'groups'>,
): IsApprover {
  const listed = isListed(person, users);
  return listed === 'no' && groups.length > 0 ? 'if-member' : listed;
}

function isListed(person: PolicyPerson, users: readonly PolicyPerson[]): IsApprover {
  const same = users.filter(({ id }) => id === person.id);
  if (same.some(({ teamId }) => teamId === person.teamId)) return 'yes';
  return same.some(({ teamId }) => teamId === null || person.teamId === null) ? 'if-home' : 'no';
}

/** As in tcpcheck.yaml. */
export const nameOf = ({ teamId, id }: PolicyPerson): string => (teamId === null ? id : `${teamId}:${id}`);

/** Reads an id as tcpcheck.yaml has it; null when it is none. */
export function readPerson(typed: string): PolicyPerson | null {
  const [, teamId, id] = /^(?:(T[A-Z0-9]{1,20}):)?([UW][A-Z0-9]{1,20})$/.exec(typed) ?? [];
  return id === undefined ? null : { teamId: teamId ?? null, id };
}
