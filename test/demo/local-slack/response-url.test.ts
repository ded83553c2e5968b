import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LocalSlack } from '../../../src/demo/local-slack/local-slack.ts';
import { actions, button, section } from './blocks.ts';
import { listeningApp } from './listening-app.ts';
import { APPROVER, client, INCIDENTS, REQUESTER, startSlack } from './workspace.ts';

let slack: LocalSlack;
let close: () => void = () => undefined;
let payloads: Record<string, unknown>[] = [];

beforeEach(async () => {
  await start({});
});
afterEach(async () => {
  close();
  await slack.close();
});

async function start(timing: { triggerMs?: number; responseUrlMs?: number }): Promise<void> {
  slack = await startSlack({ timing });
  payloads = [];
  const app = await listeningApp(({ body }, response) => {
    const form = new URLSearchParams(body);
    const payload: unknown = JSON.parse(form.get('payload') ?? JSON.stringify(Object.fromEntries(form)));
    if (typeof payload === 'object' && payload !== null) payloads.push({ ...payload });
    response.end();
  });
  close = app.close;
  slack.setRequestUrl(app.url);
}

async function restart(timing: { triggerMs?: number; responseUrlMs?: number }): Promise<void> {
  close();
  await slack.close();
  await start(timing);
}

const command = (): Promise<unknown> =>
  slack.command({ userId: REQUESTER, channel: INCIDENTS, command: '/check', text: '' });

const lastUrl = (): string => String(payloads.at(-1)?.['response_url']);

async function respond(url: string, body: object): Promise<[number, string]> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  return [answer.status, await answer.text()];
}

async function clicked(message: object): Promise<string> {
  const args = { channel: INCIDENTS, text: 'old', blocks: [section('x'), actions(button())], ...message };
  await client(slack).apiCall('chat.postMessage', args);
  const ts = slack.messages(INCIDENTS)[0]?.ts ?? '';
  await slack.click({ userId: APPROVER, channel: INCIDENTS, ts, actionId: 'a' });
  return ts;
}

describe('a response url', () => {
  it('is good for five answers', async () => {
    await command();
    for (let count = 0; count < 5; count += 1) {
      expect(await respond(lastUrl(), { text: String(count) })).toEqual([200, 'ok']);
    }
    expect(await respond(lastUrl(), { text: '6' })).toEqual([404, '{"ok":false,"error":"used_url"}']);
    expect(slack.ephemerals(REQUESTER).map(({ text }) => text)).toEqual(['0', '1', '2', '3', '4']);
    expect(slack.calls('response_url')).toHaveLength(5);
  });

  it('is good for a time', async () => {
    await restart({ responseUrlMs: -1 });
    await command();
    expect(await respond(lastUrl(), { text: 'x' })).toEqual([404, '{"ok":false,"error":"expired_url"}']);
  });

  it('cannot be guessed', async () => {
    await command();
    const wrong = lastUrl().replace(/[^/]+$/, 'guess');
    expect(await respond(wrong, { text: 'x' })).toEqual([404, '{"ok":false,"error":"invalid_url"}']);
  });

  it('speaks to one person, or to the channel, or in the thread', async () => {
    await command();
    await respond(lastUrl(), { text: 'whisper' });
    await respond(lastUrl(), { text: 'loud', response_type: 'in_channel' });
    const [root] = slack.messages(INCIDENTS);
    await respond(lastUrl(), { text: 'deep', response_type: 'in_channel', thread_ts: root?.ts });
    expect(slack.ephemerals(REQUESTER).map(({ text }) => text)).toEqual(['whisper']);
    expect(slack.ephemerals(APPROVER)).toEqual([]);
    expect(slack.messages(INCIDENTS, root?.ts).map(({ text }) => text)).toEqual(['loud', 'deep']);
  });

  it('replaces and deletes the message that was clicked', async () => {
    const ts = await clicked({});
    await respond(lastUrl(), { text: 'new', replace_original: true });
    expect(slack.messages(INCIDENTS)).toMatchObject([{ ts, text: 'new', blocks: [], edits: 1 }]);
    await respond(lastUrl(), { delete_original: true });
    expect(slack.messages(INCIDENTS)).toEqual([]);
    const [status] = await respond(lastUrl(), { delete_original: true });
    expect(status).toBe(400);
  });

  it('replaces an ephemeral message, which nothing else can', async () => {
    await command();
    await respond(lastUrl(), { text: 'old', blocks: [actions(button())] });
    const [shown] = slack.ephemerals(REQUESTER);
    await slack.click({ userId: REQUESTER, channel: INCIDENTS, ts: shown?.ts ?? '', actionId: 'a' });
    expect(payloads.at(-1)).not.toHaveProperty('message');
    expect(payloads.at(-1)).toMatchObject({ container: { is_ephemeral: true } });
    await respond(lastUrl(), { text: 'new', replace_original: true });
    expect(slack.ephemerals(REQUESTER)).toMatchObject([{ ts: shown?.ts, text: 'new' }]);
  });

  it.each<[object, string]>([
    [{}, 'no_text'],
    [{ text: 'x', blocks: [section('')] }, 'invalid_blocks'],
    [{ text: 'x', replace_original: true }, 'message_not_found'],
  ])('refuses %o', async (body, error) => {
    await command();
    const [status, text] = await respond(lastUrl(), body);
    expect([status, JSON.parse(text)]).toMatchObject([400, { ok: false, error }]);
  });
});

describe('a trigger', () => {
  const view = { type: 'modal', title: { type: 'plain_text', text: 'T' }, blocks: [] };
  const open = (trigger_id: unknown): Promise<unknown> =>
    client(slack).apiCall('views.open', { trigger_id, view });

  it('opens one modal', async () => {
    await command();
    const trigger = payloads[0]?.['trigger_id'];
    await expect(client(slack).apiCall('views.open', { trigger_id: trigger, view: {} })).rejects.toThrow(
      'invalid_arguments',
    );
    await open(trigger);
    expect(slack.modal(REQUESTER)).not.toBeNull();
    await expect(open(trigger)).rejects.toThrow('exchanged_trigger_id');
    await expect(open('1.2.3')).rejects.toThrow('invalid_trigger_id');
  });

  it('grows old', async () => {
    await restart({ triggerMs: -1 });
    await command();
    await expect(open(payloads[0]?.['trigger_id'])).rejects.toThrow('expired_trigger_id');
  });

  it('updates the modal only as it was last seen', async () => {
    await command();
    await open(payloads[0]?.['trigger_id']);
    const { id = '', hash = '' } = slack.modal(REQUESTER) ?? {};
    const update = (args: object): Promise<unknown> =>
      client(slack).apiCall('views.update', { view_id: id, view, ...args });
    await update({ hash });
    await expect(update({ hash })).rejects.toThrow('hash_conflict');
    await expect(client(slack).apiCall('views.update', { view_id: 'V9', view })).rejects.toThrow('not_found');
    await slack.closeModal({ userId: REQUESTER, viewId: id });
    expect(slack.modal(REQUESTER)).toBeNull();
  });
});
