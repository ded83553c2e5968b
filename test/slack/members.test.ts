import { createServer, type Server } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createMembers } from '../../src/slack/members.ts';
import { clientOptions, createClient, libraryLogger } from '../../src/slack/slack-client.ts';

const quiet = (): void => undefined;
const FULL = {
  id: 'U1',
  team_id: 'T1',
  deleted: false,
  is_bot: false,
  is_restricted: false,
  is_ultra_restricted: false,
  locale: 'ko-KR',
};

/** A Slack that says this about everybody; answers with HTTP 200 after `delayMs`. */
async function slackSaying(answer: unknown, delayMs = 0) {
  let asked = 0;
  const server: Server = createServer((_, response) => {
    asked += 1;
    setTimeout(() => response.end(JSON.stringify(answer)), delayMs).unref();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const client = createClient('xoxb-1', clientOptions(`http://127.0.0.1:${port}/api/`, libraryLogger(quiet)));
  return { members: createMembers(client, 'T1', quiet), asked: () => asked };
}

const who = { teamId: 'T1', userId: 'U1' };

describe('who may use us', () => {
  it.each<[string, object, string]>([
    ['a full member', FULL, 'full'],
    ['a full member, not a stranger', { ...FULL, is_stranger: false }, 'full'],
    ['a deactivated account', { ...FULL, deleted: true }, 'guest'],
    ['a bot', { ...FULL, is_bot: true }, 'guest'],
    ['a guest', { ...FULL, is_restricted: true }, 'guest'],
    ['a single-channel guest', { ...FULL, is_ultra_restricted: true }, 'guest'],
    ['a stranger', { ...FULL, is_stranger: true }, 'foreigner'],
    ['a member of another team', { ...FULL, team_id: 'T2' }, 'foreigner'],
    ['somebody of whom a flag is missing', { ...FULL, is_restricted: undefined }, 'guest'],
    ['somebody else than asked', { ...FULL, id: 'U2' }, 'unverified'],
    ['nobody', {}, 'unverified'],
  ])('%s', async (_, user, kind) => {
    const { members } = await slackSaying({ ok: true, user });
    expect((await members(who)).kind).toBe(kind);
  });

  it('knows foreign teams without asking', async () => {
    const { members, asked } = await slackSaying({ ok: true, user: FULL });
    expect((await members({ teamId: 'T2', userId: 'U1' })).kind).toBe('foreigner');
    expect((await members({ teamId: '', userId: 'U1' })).kind).toBe('foreigner');
    expect(asked()).toBe(0);
  });

  it('asks once for many questions at once', async () => {
    const { members, asked } = await slackSaying({ ok: true, user: FULL }, 20);
    const all = await Promise.all(Array.from({ length: 20 }, () => members(who)));
    expect(all.every((member) => member.kind === 'full' && member.locale === 'ko')).toBe(true);
    expect(asked()).toBe(1);
  });

  it('waits two seconds and no longer', async () => {
    const { members } = await slackSaying({ ok: true, user: FULL }, 5_000);
    const startedMs = performance.now();
    expect((await members(who)).kind).toBe('unverified');
    expect(performance.now() - startedMs).toBeLessThan(2_900);
  });
});
