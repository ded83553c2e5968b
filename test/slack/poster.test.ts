import { describe, expect, it } from 'vitest';
import { LOCALES } from '../../src/core/domain/locale.ts';
import type { ThreadMessage, ThreadPoster } from '../../src/core/domain/ports.ts';
import { threadOf } from '../../src/core/render/thread.ts';
import type { LocalSlack } from '../../src/demo/local-slack/local-slack.ts';
import type { LocalSlackOptions } from '../../src/demo/local-slack/options.ts';
import type { Problem } from '../../src/core/domain/problem.ts';
import { createPoster } from '../../src/slack/poster.ts';
import { clientOptions, createClient, libraryLogger } from '../../src/slack/slack-client.ts';
import { shown, states, view } from '../core/render/examples.ts';
import { like, localSlack, SECRETS } from './stage.ts';

interface Desk {
  readonly slack: LocalSlack;
  readonly poster: ThreadPoster;
  readonly problems: Problem[];
}

async function posting(
  options: Partial<LocalSlackOptions> = {},
  token: string = SECRETS.botToken,
): Promise<Desk> {
  const slack = await localSlack(options);
  const problems: Problem[] = [];
  const tell = (problem: Problem): void => {
    problems.push(problem);
  };
  const client = createClient(token, clientOptions(slack.apiUrl, libraryLogger(tell)));
  return { slack, poster: createPoster(client, tell), problems };
}

const message: ThreadMessage = {
  key: 'root',
  text: 'hello',
  blocks: [{ type: 'section', text: { type: 'mrkdwn', text: '*hello*' } }],
};
const root = { channel: 'CIN', threadTs: null, key: 'r1:root' };
const search = { ...root, sinceMs: Date.now() };

describe('posting', () => {
  it('posts and edits, without unfurling, with the key in the metadata', async () => {
    const { slack, poster, problems } = await posting();
    const sent = await poster.post(root, message);
    const ts = sent.kind === 'sent' ? sent.ts : '';
    expect(slack.calls('chat.postMessage')[0]?.args).toMatchObject({
      unfurl_links: 'false',
      unfurl_media: 'false',
    });
    expect(await poster.update({ channel: 'CIN', ts }, { ...message, text: 'edited' })).toEqual({
      kind: 'sent',
      ts,
    });
    const reply = await poster.post({ ...root, threadTs: ts, key: 'r1:end' }, message);
    expect(slack.messages('CIN', ts).map(({ text, edits }) => [text, edits])).toEqual([
      ['edited', 1],
      ['hello', 0],
    ]);
    expect(await poster.find(search)).toEqual({ kind: 'found', ts });
    expect(await poster.find({ ...search, threadTs: ts, key: 'r1:end' })).toEqual({
      ...reply,
      kind: 'found',
    });
    expect([slack.warnings, problems]).toEqual([[], []]);
  });

  it('is taken by a Slack that checks every block, in all states and both languages', async () => {
    const { slack } = await posting();
    const messages = LOCALES.flatMap((locale) =>
      states.flatMap((state) => threadOf(view({ changes: [shown(state)] }, locale))),
    );
    expect(messages.length).toBeGreaterThan(100);
    for (const { text, blocks } of messages) {
      expect(await slackTakes(slack, { text, blocks })).toMatchObject({ ok: true });
    }
    expect(slack.warnings).toEqual([]);
  });

  it('takes its time: one post a second and channel, one edit a second and message', async () => {
    const { slack, poster } = await posting({ rateLimit: true });
    const startedMs = performance.now();
    const outcomes = await Promise.all([1, 2, 3].map((n) => poster.post({ ...root, key: `k${n}` }, message)));
    expect(outcomes.map(({ kind }) => kind)).toEqual(['sent', 'sent', 'sent']);
    expect(performance.now() - startedMs).toBeGreaterThan(2_000);
    const [first] = outcomes;
    const place = { channel: 'CIN', ts: first?.kind === 'sent' ? first.ts : '' };
    const editedMs = performance.now();
    await Promise.all([poster.update(place, message), poster.update(place, message)]);
    expect(performance.now() - editedMs).toBeGreaterThan(1_000);
    expect(slack.calls().every(({ outcome }) => outcome === 'ok')).toBe(true);
  });

  it('does not queue without end', async () => {
    const { poster } = await posting();
    const outcomes = await Promise.all(
      Array.from({ length: 12 }, (_, n) => poster.post({ ...root, key: `k${n}` }, message)),
    );
    const later = outcomes.filter((outcome) => outcome.kind === 'later');
    expect(later.length).toBeGreaterThanOrEqual(5);
    for (const outcome of later) expect(outcome.afterMs).toBeGreaterThan(5_000);
  });
});

/** The same call the poster makes, without its pace. */
async function slackTakes(slack: LocalSlack, body: object): Promise<unknown> {
  const response = await fetch(`${slack.apiUrl}chat.postMessage`, {
    method: 'POST',
    headers: { authorization: `Bearer ${SECRETS.botToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ channel: 'CIN', ...body }),
  });
  return response.json();
}

describe('what can go wrong', () => {
  it('comes back after a 429 when Slack said so, and keeps others away meanwhile', async () => {
    const { slack, poster } = await posting();
    slack.faults.api('chat.postMessage', { kind: 'rate-limited', retryAfterSeconds: 30 });
    expect(await poster.post(root, message)).toEqual({ kind: 'later', afterMs: 30_000 });
    expect((await poster.post(root, message)).kind).toBe('later');
    expect(slack.calls('chat.postMessage')).toHaveLength(1);
    expect((await poster.post({ ...root, channel: 'COUT' }, message)).kind).toBe('refused');
  });

  it('is unsure after a lost answer, finds the message, and there is only one', async () => {
    const { slack, poster } = await posting();
    slack.faults.api('chat.postMessage', { kind: 'lose-answer' });
    expect(await poster.post(root, message)).toEqual({ kind: 'unsure' });
    const found = await poster.find(search);
    expect(found).toMatchObject({ kind: 'found', ts: slack.messages('CIN')[0]?.ts });
    expect(slack.messages('CIN')).toHaveLength(1);
  });

  it.each(['http-500', 'reset'] as const)(
    'is unsure after %s, sends nothing twice, and finds nothing',
    async (kind) => {
      const { slack, poster } = await posting();
      slack.faults.api('chat.postMessage', { kind });
      expect(await poster.post(root, message)).toEqual({ kind: 'unsure' });
      expect(await poster.find(search)).toEqual({ kind: 'absent' });
      expect(slack.calls('chat.postMessage').filter(({ outcome }) => outcome !== 'ok')).toHaveLength(1);
      expect(slack.messages('CIN')).toEqual([]);
    },
  );

  it('repeats an edit after trouble, since that harms nobody', async () => {
    const { slack, poster } = await posting();
    const sent = await poster.post(root, message);
    slack.faults.api('chat.update', { kind: 'http-500' });
    const place = { channel: 'CIN', ts: sent.kind === 'sent' ? sent.ts : '' };
    expect((await poster.update(place, message)).kind).toBe('later');
  });

  it('knows that nothing was sent when there is nobody to send to', async () => {
    const { slack, poster } = await posting();
    await slack.close();
    expect((await poster.post(root, message)).kind).toBe('later');
    await expect(poster.find(search)).rejects.toMatchObject({ code: 'SLACK_UNREACHABLE' });
  });

  it.each([
    ['COUT', 'SLACK_NOT_IN_CHANNEL'],
    ['GHID', 'SLACK_CHANNEL_NOT_FOUND'],
    ['CNONE', 'SLACK_CHANNEL_NOT_FOUND'],
  ])('is refused in %s with %s', async (channel, code) => {
    const { poster } = await posting();
    expect(await poster.post({ ...root, channel }, message)).toMatchObject({ kind: 'refused', code });
    expect(await poster.find({ ...search, channel })).toEqual({ kind: 'unreadable' });
  });

  it.each<[string, object]>([
    ['is_archived', { kind: 'refused', code: 'SLACK_REFUSED' }],
    ['ratelimited', { kind: 'later' }],
    ['fatal_error', { kind: 'unsure' }],
    ['service_unavailable', { kind: 'unsure' }],
    ['token_revoked', { kind: 'later', afterMs: 60_000 }],
  ])('takes %s for what it means', async (error, outcome) => {
    const { slack, poster } = await posting();
    slack.faults.api('chat.postMessage', { kind: 'error', error });
    expect(await poster.post(root, message)).toMatchObject(outcome);
  });

  it('gives up on a message that is gone', async () => {
    const { poster } = await posting();
    expect(await poster.update({ channel: 'CIN', ts: '1.000001' }, message)).toMatchObject({
      kind: 'refused',
      code: 'SLACK_REFUSED',
      message: like('message_not_found'),
    });
    expect(await poster.find({ ...search, threadTs: '1.000001' })).toEqual({ kind: 'absent' });
  });

  it('falls back to plain text where a workspace refuses the blocks, and keeps the buttons', async () => {
    const { slack, poster, problems } = await posting();
    const [, finding] = threadOf(view());
    slack.faults.api('chat.postMessage', { kind: 'error', error: 'invalid_blocks' });
    expect((await poster.post(root, finding ?? message)).kind).toBe('sent');
    const [posted] = slack.messages('CIN');
    const kinds = posted?.blocks.map((block) => block['type']);
    expect(new Set(kinds)).toEqual(new Set(['section', 'actions']));
    expect(JSON.stringify(posted?.blocks)).toContain('server.listen({ port: 8080, backlog: 4096 });');
    expect(problems.some(({ code }) => code === 'SLACK_REFUSED')).toBe(true);
  });

  it('tries the plain text once', async () => {
    const { slack, poster } = await posting();
    slack.faults.api('chat.postMessage', { kind: 'error', error: 'invalid_blocks' }, 9);
    expect(await poster.post(root, message)).toMatchObject({ kind: 'refused', code: 'SLACK_REFUSED' });
    expect(slack.calls('chat.postMessage')).toHaveLength(2);
  });

  it('cannot look for a message without the scope', async () => {
    const { poster } = await posting({ scopes: ['chat:write'] });
    expect(await poster.find(search)).toEqual({ kind: 'unreadable' });
  });

  it('looks through a busy channel, up to a bound', async () => {
    const { slack, poster } = await posting();
    await poster.post(root, message);
    for (let n = 0; n < 450; n += 1) slack.say({ userId: 'UREQ', channel: 'CIN', text: `${n}` });
    expect((await poster.find(search)).kind).toBe('found');
    for (let n = 0; n < 600; n += 1) slack.say({ userId: 'UREQ', channel: 'CIN', text: `${n}` });
    expect(await poster.find(search)).toEqual({ kind: 'unreadable' });
    expect(slack.calls('conversations.history')).toHaveLength(3 + 5);
  });
});
