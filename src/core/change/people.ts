import type { ChangePlan, Person } from '../domain/change.ts';
import type { Requester } from '../domain/run.ts';

/** The same user id in another team is another person; an id that is missing is nobody. */
export function samePerson(a: Person, b: Person): boolean {
  if (a.kind === 'os-user' || b.kind === 'os-user') {
    return a.kind === b.kind && 'name' in a && 'name' in b && a.name !== '' && a.name === b.name;
  }
  return a.teamId !== '' && a.userId !== '' && a.teamId === b.teamId && a.userId === b.userId;
}

/** Whether it was this person who asked for the diagnosis; an alert is nobody. */
export const isRequester = (person: Person, requester: Requester): boolean =>
  requester.kind === 'slack-user' && samePerson(person, requester);

/** Where it takes two, whoever asked for the diagnosis is none of them. */
export const countsFor = (person: Person, { approvalsNeeded, requester }: ChangePlan): boolean =>
  approvalsNeeded === 1 || !isRequester(person, requester);

/** As many different people have said yes as the plan needs, each of whom counts. */
export function areEnough(people: readonly Person[], plan: ChangePlan): boolean {
  const different = people.filter(
    (one, index) => people.findIndex((other) => samePerson(one, other)) === index,
  );
  return different.filter((person) => countsFor(person, plan)).length >= plan.approvalsNeeded;
}
