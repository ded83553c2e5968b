import type { Person } from '../domain/change.ts';

/** The same user id in another team is another person; an id that is missing is nobody. */
export function samePerson(a: Person, b: Person): boolean {
  if (a.kind === 'os-user' || b.kind === 'os-user') {
    return a.kind === b.kind && 'name' in a && 'name' in b && a.name !== '' && a.name === b.name;
  }
  return a.teamId !== '' && a.userId !== '' && a.teamId === b.teamId && a.userId === b.userId;
}
