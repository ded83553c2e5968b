import type { ServerResponse } from 'node:http';
import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LocalSlack } from '../../../src/demo/local-slack/local-slack.ts';
import { actions, button, section } from './blocks.ts';
import { listeningApp, type Received } from './listening-app.ts';
import { APPROVER, client, INCIDENTS, OUTSIDER, REQUESTER, SIGNING_SECRET, startSlack } from './workspace.ts';

/** Instead of Slack's three seconds and five minutes. */
const TIMING = { ackMs: 300, eventRetriesMs: [0, 20, 40] };

let slack: LocalSlack;
let close: () => void = () => undefined;
let received: Received[] = [];

beforeEach(async () => {
  slack = await startSlack({ timing: TIMING });
});
afterEach(async () => {
  close();
  await slack.close();
});

async function appThat(answer: (received: Received, response: ServerResponse) => void): Promise<void> {
  const app = await listeningApp(answer);
  ({ close, received } = app);
  slack.setRequestUrl(app.url);
}

const answering =
  (status: number, body = '', headers: Record<string, string> = {}) =>
  (_: Received, response: ServerResponse): void => {
    response.writeHead(status, headers).end(body);
  };

const command = { userId: REQUESTER, channel: INCIDENTS, command: '/check', text: 'api-1 & more' };

async function posted(blocks: readonly unknown[]): Promise<string> {
  await client(slack).apiCall('chat.postMessage', { channel: INCIDENTS, text: 'x', blocks });
  return slack.messages(INCIDENTS).at(-1)?.ts ?? '';
}

describe('a slash command over HTTP', () => {
  it('is a signed form', async () => {
    await appThat(answering(200));
    await slack.command(command);
    const [{ headers, body } = { headers: {}, body: '' }] = received;
    const timestamp = String(headers['x-slack-request-timestamp']);
    expect(Math.abs(Number(timestamp) - Date.now() / 1000)).toBeLessThan(5);
    const mac = createHmac('sha256', SIGNING_SECRET).update(`v0:${timestamp}:${body}`).digest('hex');
    expect(headers['x-slack-signature']).toBe(`v0=${mac}`);
    expect(headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(Object.fromEntries(new URLSearchParams(body))).toMatchObject({
      command: '/check',
      text: 'api-1 & more',
      user_id: REQUESTER,
      channel_id: INCIDENTS,
      team_id: 'T1LOCAL',
      is_enterprise_install: 'false',
    });
  });

  it('carries the team of a stranger', async () => {
    await appThat(answering(200));
    await slack.command({ ...command, userId: OUTSIDER });
    expect(new URLSearchParams(received[0]?.body).get('team_id')).toBe('T9OTHER');
  });

  it.each<[string, (received: Received, response: ServerResponse) => void, string]>([
    ['too late', () => undefined, 'operation_timeout'],
    ['not found', answering(404), 'http_client_error'],
    ['broken', answering(500), 'http_service_error'],
  ])('shows the person what went wrong: %s', async (_, answer, error) => {
    await appThat(answer);
    expect(await slack.command(command)).toEqual({ kind: 'failed', error });
    expect(slack.ephemerals(REQUESTER).map(({ text, userId }) => [userId, text])).toEqual([
      ['USLACKBOT', `/check failed with the error "${error}"`],
    ]);
  });

  it('says so when nobody listens', async () => {
    expect(await slack.command(command)).toEqual({ kind: 'failed', error: 'dispatch_failed' });
    await appThat(answering(200));
    close();
    expect(await slack.command(command)).toEqual({ kind: 'failed', error: 'dispatch_failed' });
  });

  it('answers at once with text, for one person or for all', async () => {
    await appThat(answering(200, 'plain words'));
    await slack.command(command);
    close();
    await appThat(answering(200, JSON.stringify({ response_type: 'in_channel', text: 'loud' })));
    await slack.command(command);
    expect(slack.ephemerals(REQUESTER).map(({ text }) => text)).toEqual(['plain words']);
    expect(slack.messages(INCIDENTS).map(({ text }) => text)).toEqual(['loud']);
  });

  it('is not known unless registered, where commands are', async () => {
    const strict = await startSlack({ commands: [{ command: '/other', description: '' }] });
    try {
      expect(await strict.command(command)).toMatchObject({ kind: 'failed' });
      expect(strict.ephemerals(REQUESTER)[0]?.text).toBe('/check is not a valid command.');
    } finally {
      await strict.close();
    }
  });
});

describe('a click over HTTP', () => {
  it('carries the message as it stands, the button and who pressed it', async () => {
    await appThat(answering(200));
    const ts = await posted([section('hello'), actions(button({ value: 'v1' }), button({ action_id: 'b' }))]);
    await slack.click({ userId: APPROVER, channel: INCIDENTS, ts, actionId: 'a' });
    const form = new URLSearchParams(received[0]?.body);
    const payload: unknown = JSON.parse(form.get('payload') ?? '');
    expect(form.get('payload')).toMatch(/"action_ts":"\d+\.\d{6}"/);
    expect(payload).toMatchObject({
      type: 'block_actions',
      user: { id: APPROVER, team_id: 'T1LOCAL' },
      channel: { id: INCIDENTS },
      container: { type: 'message', message_ts: ts, is_ephemeral: false },
      message: { ts, text: 'x', blocks: [{ type: 'section' }, { type: 'actions' }] },
      actions: [{ type: 'button', action_id: 'a', value: 'v1' }],
    });
  });

  it('finds what a person would find, and nothing else', async () => {
    await appThat(answering(200));
    const ts = await posted([
      actions(button({ value: 'v1' })),
      { ...actions(button({ value: 'v2' })), block_id: 'second' },
      {
        ...section('x'),
        accessory: {
          type: 'overflow',
          action_id: 'menu',
          options: [{ text: { type: 'plain_text', text: 'One' }, value: 'one' }],
        },
      },
    ]);
    const click = { userId: APPROVER, channel: INCIDENTS, ts, actionId: 'a' };
    await expect(slack.click(click)).rejects.toThrow('there are several a: name blockId or value');
    await expect(slack.click({ ...click, value: 'v3' })).rejects.toThrow('there is no a with value v3');
    await expect(slack.click({ ...click, ts: '1.2' })).rejects.toThrow('sees no message 1.2');
    await expect(slack.click({ ...click, userId: 'U4GONE' })).rejects.toThrow('cannot act');
    await slack.click({ ...click, value: 'v2' });
    await slack.click({ ...click, blockId: 'second' });
    await slack.click({ ...click, actionId: 'menu', value: 'one' });
    await expect(slack.click({ ...click, actionId: 'menu', value: 'two' })).rejects.toThrow('no option two');
    const pressed = received.map(({ body }) => new URLSearchParams(body).get('payload') ?? '');
    expect(pressed.map((text) => text.includes('"value":"v2","block_id":"second"'))).toEqual([
      true,
      true,
      false,
    ]);
    expect(pressed[2]).toContain('"selected_option":{"text"');
  });

  it('tells the person when the app does not answer', async () => {
    await appThat(() => undefined);
    const ts = await posted([actions(button())]);
    await slack.click({ userId: APPROVER, channel: INCIDENTS, ts, actionId: 'a' });
    expect(slack.ephemerals(APPROVER)[0]?.text).toBe('This action failed with the error "operation_timeout"');
  });
});

describe('an event over HTTP', () => {
  it('comes again, and says why, until it is acknowledged', async () => {
    await appThat((_, response) => {
      if (received.length < 3) response.writeHead(500).end();
      else response.writeHead(200).end();
    });
    const { heard } = slack.say({ userId: REQUESTER, channel: INCIDENTS, text: `<@${slack.bot.userId}>` });
    expect(await heard).toMatchObject({ kind: 'acknowledged' });
    const retries = received.map(({ headers }) => [
      headers['x-slack-retry-num'],
      headers['x-slack-retry-reason'],
    ]);
    expect(retries).toEqual([
      [undefined, undefined],
      ['1', 'http_error'],
      ['2', 'http_error'],
    ]);
    expect(new Set(received.map(({ body }) => body)).size).toBe(1);
  });

  it('is given up after three repeats, or when the app asks for it', async () => {
    await appThat(answering(500));
    const text = `<@${slack.bot.userId}>`;
    expect(await slack.say({ userId: REQUESTER, channel: INCIDENTS, text }).heard).toMatchObject({
      kind: 'failed',
    });
    expect(received).toHaveLength(4);
    close();
    await appThat(answering(500, '', { 'x-slack-no-retry': '1' }));
    await slack.say({ userId: REQUESTER, channel: INCIDENTS, text }).heard;
    expect(received).toHaveLength(1);
  });

  it('is not told of what does not concern the app', async () => {
    await appThat(answering(200));
    expect(slack.say({ userId: REQUESTER, channel: INCIDENTS, text: 'hello all' }).heard).toBeNull();
    expect(received).toEqual([]);
  });
});
