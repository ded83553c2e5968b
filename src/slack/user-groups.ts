import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { Directory, GroupAnswer, GroupProblem } from '../core/domain/directory.ts';
import { within } from './deadline.ts';
import type { OnProblem } from './slack-client.ts';
import { slackFailure } from './slack-failure.ts';

/** Nobody is let in on an older answer, whatever the caller would allow. */
const MAX_AGE_MS = 60_000;
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
): Directory['membersOf'] {
  const asked = new Map<string, Asked>();
  return async (group, maxAgeMs) => {
    if (group.teamId !== teamId) return { kind: 'unreadable', why: 'foreign-team' };
    const known = asked.get(group.id);
    if (known !== undefined && performance.now() - known.atMs <= Math.min(maxAgeMs, MAX_AGE_MS)) {
      return known.answer;
    }
    const question = { atMs: performance.now(), answer: lookUp(client, group.id, onProblem) };
    asked.set(group.id, question);
    const answer = await question.answer;
    // What Slack did not tell is asked again next time.
    if (answer.kind === 'unreadable' && asked.get(group.id) === question) asked.delete(group.id);
    return answer;
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
