import type { ChangePlan, Person } from '../domain/change.ts';
import type { Requester } from '../domain/run.ts';

/** The same user id in another team is another person; an id that is missing is nobody. */
export function samePerson(a: Person, b: Person): boolean {
  if (a.kind === 'os-user' && b.kind === 'os-user' && a.name !== '' && a.name === b.name) return true;
  const [one, other] = [inSlack(a), inSlack(b)];
  if (one === null || other === null || one.userId === '' || one.userId !== other.userId) return false;
  if (one.teamId === '' || other.teamId === '') return false;
  // An operator whose team nobody knows is taken for the same: to count one person twice would be worse.
  return one.teamId === other.teamId || one.teamId === null || other.teamId === null;
}

const inSlack = (person: Person): { readonly teamId: string | null; readonly userId: string } | null =>
  person.kind === 'slack-user' ? person : (person.slack ?? null);

/** Whether it was this person who asked for the diagnosis; an alert is nobody. */
export const isRequester = (person: Person, requester: Requester): boolean =>
  requester.kind !== 'alert' && samePerson(person, requester);

/** What of a plan says whose yes counts. */
export type Terms = Pick<ChangePlan, 'approvalsNeeded' | 'requester'>;

/** Where it takes two, whoever asked for the diagnosis is none of them. */
export const countsFor = (person: Person, { approvalsNeeded, requester }: Terms): boolean =>
  approvalsNeeded === 1 || !isRequester(person, requester);

/** As many different people have said yes as the plan needs, each of whom counts. */
export function areEnough(people: readonly Person[], plan: Terms): boolean {
  const different = people.filter(
    (one, index) => people.findIndex((other) => samePerson(one, other)) === index,
  );
  return different.filter((person) => countsFor(person, plan)).length >= plan.approvalsNeeded;
}
