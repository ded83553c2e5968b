import { describe, expect, it } from 'vitest';
import type { LocalSlack } from '../../src/demo/local-slack/local-slack.ts';
import type { LocalSlackOptions } from '../../src/demo/local-slack/options.ts';
import { clientOptions, createClient, libraryLogger } from '../../src/slack/slack-client.ts';
import { createUserGroups } from '../../src/slack/user-groups.ts';
import { askSlack } from '../../src/slack/directory.ts';
import { localSlack, SECRETS } from './stage.ts';

const problems: string[] = [];
const WORKSPACE = {
  teamId: 'THOME',
  users: [
    { id: 'UA', name: 'a' },
    { id: 'UGONE', name: 'gone', deleted: true },
  ],
  channels: [],
  userGroups: [
    { id: 'S1', handle: 'sre', users: ['UA', 'UB'] },
    { id: 'S2', handle: 'old', users: ['UA'], disabled: true },
  ],
} as const;

async function directoryOf(slack: LocalSlack) {
  const line = await askSlack({ botToken: SECRETS.botToken, apiUrl: slack.apiUrl }, ({ fields }) => {
    problems.push(JSON.stringify(fields));
  });
  if (line === null) throw new Error('Slack was not reached');
  return line.directory;
}

const started = async (options: Partial<LocalSlackOptions> = {}): Promise<LocalSlack> =>
  localSlack({ workspace: WORKSPACE, ...options });
const group = (id: string, teamId = 'THOME') => ({ teamId, id });
const asked = (slack: LocalSlack): number => slack.calls('usergroups.users.list').length;

describe('who is in a user group', () => {
  it('is asked once for many, and again when the answer is too old for the caller', async () => {
    const slack = await started();
    const { membersOf } = await directoryOf(slack);
    const all = await Promise.all(Array.from({ length: 10 }, () => membersOf(group('S1'), 60_000)));
    expect(all).toEqual(all.map(() => ({ kind: 'members', userIds: ['UA', 'UB'] })));
    slack.setUserGroup({ id: 'S1', handle: 'sre', users: ['UB'] });
    expect(await membersOf(group('S1'), 60_000)).toEqual(all[0]);
    expect(asked(slack)).toBe(1);
    expect(await membersOf(group('S1'), 0)).toEqual({ kind: 'members', userIds: ['UB'] });
    expect(await membersOf(group('S1'), 60_000)).toEqual({ kind: 'members', userIds: ['UB'] });
  });

  it.each([
    ['there is none of that id', {}, group('S9'), 'no-such-group'],
    ['it is disabled', {}, group('S2'), 'no-such-group'],
    ['the plan has no groups', { workspace: { ...WORKSPACE, paid: false } }, group('S1'), 'no-plan'],
    ['the scope is missing', { scopes: ['chat:write', 'users:read'] }, group('S1'), 'no-scope'],
    ['it is of another team', {}, group('S1', 'TFAR'), 'foreign-team'],
  ] as const)('is nobody where %s', async (_, options, which, why) => {
    const { membersOf } = await directoryOf(await started(options));
    expect(await membersOf(which, 60_000)).toEqual({ kind: 'unreadable', why });
  });

  it.each(['http-500', 'reset', 'rate-limited'] as const)(
    'is nobody while Slack answers with %s, and is asked again at once after it',
    async (kind) => {
      const slack = await started();
      const { membersOf } = await directoryOf(slack);
      slack.faults.api('usergroups.users.list', { kind });
      expect(await membersOf(group('S1'), 60_000)).toEqual({ kind: 'unreadable', why: 'no-answer' });
      expect(await membersOf(group('S1'), 60_000)).toMatchObject({ kind: 'members' });
      expect(problems.at(-1)).toContain('"group":"S1"');
    },
  );

  it('is remembered for a day, for those who want to take something back meanwhile', async () => {
    const slack = await started();
    let clockMs = 0;
    const client = createClient(
      SECRETS.botToken,
      clientOptions(
        slack.apiUrl,
        libraryLogger(() => undefined),
      ),
    );
    const membersOf = createUserGroups(
      client,
      'THOME',
      () => undefined,
      () => clockMs,
    );
    await membersOf(group('S1'), 0);
    slack.faults.api('usergroups.users.list', { kind: 'http-500' }, 20);
    clockMs = 1;
    const unreadable = { kind: 'unreadable', why: 'no-answer' };
    expect(await membersOf(group('S1'), 0)).toEqual({ ...unreadable, before: ['UA', 'UB'] });
    clockMs = 24 * 3_600_000 + 1;
    expect(await membersOf(group('S1'), 0)).toEqual(unreadable);
  });

  it('is nobody when Slack does not answer within two seconds', async () => {
    const slack = await started();
    const { membersOf } = await directoryOf(slack);
    slack.faults.api('usergroups.users.list', { kind: 'never-answer' });
    const begin = performance.now();
    expect(await membersOf(group('S1'), 60_000)).toEqual({ kind: 'unreadable', why: 'no-answer' });
    expect(performance.now() - begin).toBeLessThan(3_500);
  });
});

const user = (userId: string, teamId = 'THOME') => ({ kind: 'slack-user', teamId, userId }) as const;

describe('whether somebody is a member still', () => {
  it('is as Slack says, and unknown while it says nothing', async () => {
    const slack = await started();
    const { standing } = await directoryOf(slack);
    expect(await standing(user('UA'), 60_000)).toBe('full');
    slack.setUser({ id: 'UA', name: 'a', isRestricted: true });
    expect(await standing(user('UA'), 60_000)).toBe('full');
    expect(await standing(user('UA'), 0)).toBe('gone');
    expect(await standing(user('UGONE'), 60_000)).toBe('gone');
    expect(await standing(user('UA', 'TFAR'), 60_000)).toBe('gone');
    expect(await standing(user('UNONE'), 60_000)).toBe('unknown');
  });
});

describe('a terminal', () => {
  it('does without Slack where there is no token, or a wrong one', async () => {
    const { apiUrl } = await started();
    expect(await askSlack({ botToken: null, apiUrl }, () => undefined)).toBeNull();
    expect(await askSlack({ botToken: 'xoxb-other', apiUrl }, () => undefined)).toBeNull();
  });
});
