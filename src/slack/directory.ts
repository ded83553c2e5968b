import type { WebClient } from '@slack/web-api';
import type { Directory, Standing } from '../core/domain/directory.ts';
import { within } from './deadline.ts';
import { identify } from './identity.ts';
import { createMembers, type Member, type Members } from './members.ts';
import { clientOptions, createClient, libraryLogger, type OnProblem } from './slack-client.ts';
import { createUserGroups } from './user-groups.ts';

const STANDINGS: Readonly<Record<Member['kind'], Standing>> = {
  full: 'full',
  guest: 'gone',
  foreigner: 'gone',
  unverified: 'unknown',
};

/** What Slack says about approvers. */
export const createDirectory = (
  client: WebClient,
  { teamId, members, onProblem }: { teamId: string; members: Members; onProblem: OnProblem },
): Directory => ({
  membersOf: createUserGroups(client, teamId, onProblem),
  standing: async (person, maxAgeMs) => STANDINGS[(await members(person, maxAgeMs)).kind],
});

/** Slack is asked once who we are; while it is down, a terminal goes on without. */
const IDENTIFY_MS = 3_000;

/** A line to Slack for a process that is no bot; null where there is no token, or Slack does not answer. */
export async function askSlack(
  options: { readonly botToken: string | null; readonly apiUrl: string },
  onProblem: OnProblem,
): Promise<{ readonly teamId: string; readonly directory: Directory } | null> {
  if (options.botToken === null) return null;
  const client = createClient(options.botToken, clientOptions(options.apiUrl, libraryLogger(onProblem)));
  const answer = await within(
    identify(client).catch(() => null),
    IDENTIFY_MS,
  );
  if (answer.kind === 'late' || answer.value === null) return null;
  const { teamId } = answer.value;
  const members = createMembers(client, teamId, onProblem);
  return { teamId, directory: createDirectory(client, { teamId, members, onProblem }) };
}
