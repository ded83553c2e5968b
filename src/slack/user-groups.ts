import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { Directory, GroupAnswer, GroupProblem } from '../core/domain/directory.ts';
import { within } from './deadline.ts';
import type { OnProblem } from './slack-client.ts';
import { slackFailure } from './slack-failure.ts';

/** Nobody is let in on an older answer, whatever the caller would allow. */
const MAX_AGE_MS = 60_000;
/** A night and the morning after: so long Slack has never been away, and so old a list still names people one trusts. */
const BEFORE_MS = 24 * 3_600_000;
/** A person waits for an answer meanwhile. */
const LOOKUP_MS = 2_000;

const PROBLEMS: Readonly<Record<string, GroupProblem>> = {
  plan_upgrade_required: 'no-plan',
  paid_teams_only: 'no-plan',
  no_such_subteam: 'no-such-group',
  subteam_disabled: 'no-such-group',
  missing_scope: 'no-scope',
};

const ANSWER = z.object({ users: z.array(z.string()) });

interface Asked {
  readonly atMs: number;
  readonly answer: Promise<GroupAnswer>;
}

/** Asks Slack who is in a user group; one question at a time for each, its answer shared while it is fresh enough. */
export function createUserGroups(
  client: WebClient,
  teamId: string,
  onProblem: OnProblem,
  nowMs: () => number = () => performance.now(),
): Directory['membersOf'] {
  const asked = new Map<string, Asked>();
  const told = new Map<string, { readonly atMs: number; readonly userIds: readonly string[] }>();
  return async (group, maxAgeMs) => {
    if (group.teamId !== teamId) return { kind: 'unreadable', why: 'foreign-team' };
    const known = asked.get(group.id);
    if (known !== undefined && nowMs() - known.atMs <= Math.min(maxAgeMs, MAX_AGE_MS)) {
      return known.answer;
    }
    const question = { atMs: nowMs(), answer: lookUp(client, group.id, onProblem) };
    asked.set(group.id, question);
    const answer = await question.answer;
    if (answer.kind === 'members') {
      told.set(group.id, { atMs: question.atMs, userIds: answer.userIds });
      return answer;
    }
    // What Slack did not tell is asked again next time.
    if (asked.get(group.id) === question) asked.delete(group.id);
    // Of a group that is there no more nobody was a member.
    if (answer.why === 'no-such-group') told.delete(group.id);
    const last = told.get(group.id);
    return last === undefined || nowMs() - last.atMs > BEFORE_MS
      ? answer
      : { ...answer, before: last.userIds };
  };
}

async function lookUp(client: WebClient, groupId: string, onProblem: OnProblem): Promise<GroupAnswer> {
  const unreadable = (why: GroupProblem, said: string): GroupAnswer => {
    const fields = { group: groupId, said };
    onProblem({
      what: 'who is in a user group of approvers is not known',
      code: 'APPROVERS_UNKNOWN',
      fields,
    });
    return { kind: 'unreadable', why };
  };
  try {
    const answer = await within(client.apiCall('usergroups.users.list', { usergroup: groupId }), LOOKUP_MS);
    if (answer.kind === 'late') return unreadable('no-answer', `no answer within ${LOOKUP_MS} ms`);
    const { users } = ANSWER.parse(answer.value);
    return { kind: 'members', userIds: users };
  } catch (error) {
    const failure = slackFailure(error);
    if (failure.kind !== 'refused') return unreadable('no-answer', failure.kind);
    return unreadable(PROBLEMS[failure.error] ?? 'no-answer', failure.error);
  }
}
