import type { Config, SlackId } from '../config/config.ts';
import type { ApprovalRules, UnreadableGroup } from '../core/change/policy.ts';
import { samePerson } from '../core/change/people.ts';
import type { Person } from '../core/domain/change.ts';
import type { Directory } from '../core/domain/directory.ts';

/** What it takes to say who may decide. */
export interface RulesContext {
  readonly config: Pick<Config, 'approvals'>;
  /** The home workspace, for ids written without a team. */
  readonly teamId: () => string;
  readonly directory: Directory;
}

/** For the click: Slack allows some twenty such questions a minute. */
export const AT_CLICK_MS = 60_000;
/** Before something is signed on the strength of it. */
export const AT_SIGNING_MS = 5_000;

/**
 * Who may decide now: those named, and the members of the groups named, without those of `people` whom Slack no longer
 * has as full members. Nothing that Slack was asked for is older than `maxAgeMs`.
 */
export async function approversNow(
  context: RulesContext,
  people: readonly Person[],
  maxAgeMs: number,
): Promise<ApprovalRules> {
  const { users, groups, operators, unsound } = context.config.approvals;
  const bound = ({ teamId, id }: SlackId) => ({ teamId: teamId ?? context.teamId(), id });
  const [members, standings] = await Promise.all([
    Promise.all(groups.map(async (group) => readGroup(context.directory, bound(group), maxAgeMs))),
    Promise.all(people.map(async (person) => standingOf(context.directory, person, maxAgeMs))),
  ]);
  const named = users.map(bound).map(({ teamId, id }) => ({ teamId, userId: id }));
  const gone = standings.flatMap(({ person, standing }) => (standing === 'gone' ? [person] : []));
  return {
    users: [...named, ...members.flatMap(({ users: all }) => all)].filter(
      (user) => !gone.some((person) => samePerson(person, { kind: 'slack-user', ...user })),
    ),
    operators: operators.map(({ user }) => user),
    before: members.flatMap(({ before }) => before),
    unreadable: members.flatMap(({ unreadable }) => (unreadable === null ? [] : [unreadable])),
    unsound,
    unsure: standings.flatMap(({ person, standing }) => (standing === 'unknown' ? [person] : [])),
  };
}

interface Members {
  readonly users: ApprovalRules['users'];
  readonly unreadable: UnreadableGroup | null;
  readonly before: ApprovalRules['users'];
}

async function readGroup(
  directory: Directory,
  group: { readonly teamId: string; readonly id: string },
  maxAgeMs: number,
): Promise<Members> {
  const answer = await directory.membersOf(group, maxAgeMs);
  const named = (ids: readonly string[]): ApprovalRules['users'] =>
    ids.map((userId) => ({ teamId: group.teamId, userId }));
  if (answer.kind === 'members') return { users: named(answer.userIds), unreadable: null, before: [] };
  const { why, before = [] } = answer;
  return { users: [], unreadable: { id: group.id, why }, before: named(before) };
}

async function standingOf(directory: Directory, person: Person, maxAgeMs: number) {
  // An OS user is known to the kernel, not to Slack.
  if (person.kind === 'os-user') return { person, standing: 'full' } as const;
  return { person, standing: await directory.standing(person, maxAgeMs) };
}

/** An OS user of whom the configuration says who that is in Slack is that person. */
export function operatorOf(
  { config, teamId }: Pick<RulesContext, 'config' | 'teamId'>,
  name: string,
): Person {
  const known = config.approvals.operators.find(({ user }) => user === name)?.slack ?? null;
  if (known === null) return { kind: 'os-user', name };
  const team = known.teamId ?? teamId();
  return { kind: 'os-user', name, slack: { teamId: team === '' ? null : team, userId: known.id } };
}
