import type { Person } from '../domain/change.ts';
import type { PolicyPerson, PolicyRules } from './explain-policy.ts';
import { countsFor, type Terms } from './people.ts';

/** Whose yes counts for a plan: without whoever asked, where it takes two. */
export type Counted = Pick<PolicyRules, 'users' | 'groups' | 'operators'>;

/** Those named by the rules whose yes counts for a plan on these terms; of groups, Slack knows the members. */
export const whoMayApprove = ({ users, groups, operators }: Counted, terms: Terms): Counted => ({
  users: users.filter((user) => countsFor({ ...NO_OS_USER, slack: inSlack(user) }, terms)),
  groups,
  operators: operators.filter(({ user, slack }) => {
    const person: Person = { kind: 'os-user', name: user };
    return countsFor(slack === null ? person : { ...person, slack: inSlack(slack) }, terms);
  }),
});

/** An id without a team is of a workspace that only the bot knows: it is held against all of them. */
const NO_OS_USER = { kind: 'os-user', name: '' } as const;

const inSlack = ({ teamId, id }: PolicyPerson): { teamId: string | null; userId: string } => ({
  teamId,
  userId: id,
});
