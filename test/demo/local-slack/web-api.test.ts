import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WebClient } from '@slack/web-api';
import type { LocalSlack } from '../../../src/demo/local-slack/local-slack.ts';
import { section } from './blocks.ts';
import {
  APP_TOKEN,
  APPROVER,
  client,
  INCIDENTS,
  OUTSIDER,
  post,
  RANDOM,
  REQUESTER,
  SECRET,
  startSlack,
} from './workspace.ts';

let slack: LocalSlack;
let api: WebClient;

beforeEach(async () => {
  slack = await startSlack();
  api = client(slack);
});
afterEach(() => slack.close());

const BLOCKS = [section('*hello*')];

/** The error Slack answers with, through the real SDK. */
async function errorOf(call: Promise<unknown>): Promise<unknown> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof Error && 'data' in error) return error.data;
    throw error;
  }
}

const refusedWith = (error: string): unknown => expect.objectContaining({ ok: false, error });

describe('who may call', () => {
  it.each<[string, string, string]>([
    ['auth.test', '', 'not_authed'],
    ['auth.test', 'xoxb-wrong', 'invalid_auth'],
    ['auth.test', APP_TOKEN, 'not_allowed_token_type'],
    ['chat.postMessage', '', 'not_authed'],
    ['apps.connections.open', 'xoxb-local', 'not_allowed_token_type'],
    ['no.such.method', 'xoxb-local', 'unknown_method'],
  ])('%s with token "%s": %s', async (method, token, error) => {
    expect(await errorOf(client(slack, token).apiCall(method))).toEqual(refusedWith(error));
  });

  it('knows the bot', async () => {
    expect(await api.auth.test()).toMatchObject({ ok: true, team_id: 'T1LOCAL', user_id: slack.bot.userId });
  });

  it('asks for scopes where they are named', async () => {
    const small = await startSlack({ scopes: ['chat:write'] });
    try {
      const calls = client(small);
      expect(await post(calls, { channel: INCIDENTS, text: 'x' })).toMatchObject({ ok: true });
      const answer = await errorOf(calls.users.info({ user: REQUESTER }));
      expect(answer).toMatchObject({ error: 'missing_scope', needed: 'users:read', provided: 'chat:write' });
      const read = await errorOf(calls.conversations.history({ channel: INCIDENTS }));
      expect(read).toMatchObject({ error: 'missing_scope', needed: 'channels:history' });
    } finally {
      await small.close();
    }
  });
});

const send = async (headers: Record<string, string>): Promise<unknown> => {
  const body = JSON.stringify({ token: 'xoxb-local', channel: INCIDENTS, text: 'x', blocks: BLOCKS });
  const answer = await fetch(`${slack.apiUrl}chat.postMessage`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  return answer.json();
};

describe('chat.postMessage', () => {
  it.each<[string, Record<string, unknown>, string]>([
    ['an unknown channel', { channel: 'C9', text: 'x' }, 'channel_not_found'],
    ['a channel without the bot', { channel: RANDOM, text: 'x' }, 'not_in_channel'],
    ['a private channel without the bot', { channel: SECRET, text: 'x' }, 'channel_not_found'],
    ['nothing to say', { channel: INCIDENTS }, 'no_text'],
    ['no blocks and no text', { channel: INCIDENTS, blocks: [] }, 'no_text'],
    ['a text too long', { channel: INCIDENTS, text: 'x'.repeat(40_001) }, 'msg_too_long'],
    ['blocks that are no list', { channel: INCIDENTS, text: 'x', blocks: '{' }, 'invalid_blocks_format'],
    ['an unknown thread', { channel: INCIDENTS, text: 'x', thread_ts: '1.2' }, 'thread_not_found'],
    ['attachments', { channel: INCIDENTS, text: 'x', attachments: [{}] }, 'invalid_attachments'],
    [
      'metadata without payload',
      { channel: INCIDENTS, text: 'x', metadata: { event_type: 'a' } },
      'invalid_metadata_format',
    ],
    [
      'nested metadata',
      { channel: INCIDENTS, text: 'x', metadata: { event_type: 'a', event_payload: { b: {} } } },
      'invalid_metadata_format',
    ],
    [
      'much metadata',
      {
        channel: INCIDENTS,
        text: 'x',
        metadata: { event_type: 'a', event_payload: { b: 'x'.repeat(1_024) } },
      },
      'metadata_too_large',
    ],
  ])('refuses %s', async (_, args, error) => {
    expect(await errorOf(api.apiCall('chat.postMessage', args))).toEqual(refusedWith(error));
    expect(slack.messages(INCIDENTS)).toEqual([]);
  });

  it('names the place of a mistake in the blocks', async () => {
    const answer = await errorOf(
      api.apiCall('chat.postMessage', { channel: INCIDENTS, text: 'x', blocks: [section('')] }),
    );
    expect(answer).toMatchObject({
      error: 'invalid_blocks',
      errors: ['must be more than 0 characters [json-pointer:/blocks/0/text/text]'],
      response_metadata: {
        messages: ['[ERROR] must be more than 0 characters [json-pointer:/blocks/0/text/text]'],
      },
    });
  });

  it('frowns at a message without text', async () => {
    const answer = await api.apiCall('chat.postMessage', { channel: INCIDENTS, blocks: BLOCKS });
    expect(answer.response_metadata?.warnings).toEqual(['missing_text_in_message']);
    expect(slack.warnings).toEqual([{ method: 'chat.postMessage', warning: 'missing_text_in_message' }]);
  });

  it('takes JSON as well as forms, with the token in the header only', async () => {
    expect(await send({})).toEqual(refusedWith('not_authed'));
    expect(await send({ authorization: 'Bearer xoxb-local' })).toMatchObject({ ok: true });
  });

  it('posts by name, to a person, in a thread, and broadcasts', async () => {
    const root = await post(api, { channel: '#incidents', text: 'root' });
    const reply = await post(api, { channel: INCIDENTS, text: 'reply', thread_ts: root.ts ?? '' });
    await post(api, { channel: INCIDENTS, text: 'loud', thread_ts: reply.ts ?? '', reply_broadcast: true });
    expect(slack.messages(INCIDENTS).map(({ text }) => text)).toEqual(['root', 'loud']);
    expect(slack.messages(INCIDENTS, root.ts).map(({ text }) => text)).toEqual(['root', 'reply', 'loud']);
    const direct = await post(api, { channel: REQUESTER, text: 'for you' });
    expect(direct.channel).toMatch(/^D/);
  });

  it('has rising, unique timestamps', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => post(api, { channel: INCIDENTS, text: 'x' })),
    );
    const stamps = answers.map(({ ts }) => ts);
    expect(new Set(stamps).size).toBe(20);
    expect(slack.messages(INCIDENTS).map(({ ts }) => ts)).toEqual(
      stamps.toSorted((a = '', b = '') => (a < b ? -1 : 1)),
    );
  });
});

const posted = async (): Promise<string> => {
  const metadata = { event_type: 'run', event_payload: { key: 'k' } };
  const args = { channel: INCIDENTS, text: 'old', blocks: BLOCKS, metadata };
  await api.apiCall('chat.postMessage', args);
  return slack.messages(INCIDENTS)[0]?.ts ?? '';
};

describe('chat.update and chat.delete', () => {
  it('takes the blocks away when only text is sent, and keeps the metadata', async () => {
    const ts = await posted();
    await api.chat.update({ channel: INCIDENTS, ts, text: 'new' });
    const [message] = slack.messages(INCIDENTS);
    expect(message).toMatchObject({ text: 'new', blocks: [], edits: 1, metadata: { event_type: 'run' } });
    expect(message?.editedTs).not.toBeNull();
  });

  it('shows no "edited" for new blocks', async () => {
    const ts = await posted();
    await api.apiCall('chat.update', { channel: INCIDENTS, ts, text: 'new', blocks: BLOCKS });
    expect(slack.messages(INCIDENTS)[0]).toMatchObject({ text: 'new', edits: 1, editedTs: null });
  });

  it.each<[string, (ts: string, other: string) => Record<string, unknown>, string]>([
    ['nothing new', (ts) => ({ channel: INCIDENTS, ts }), 'no_text'],
    ['an unknown message', () => ({ channel: INCIDENTS, ts: '1.2', text: 'x' }), 'message_not_found'],
    ['an unknown channel', (ts) => ({ channel: 'C9', ts, text: 'x' }), 'channel_not_found'],
    [
      'a message of somebody else',
      (_, other) => ({ channel: INCIDENTS, ts: other, text: 'x' }),
      'cant_update_message',
    ],
    ['a text too long', (ts) => ({ channel: INCIDENTS, ts, text: 'x'.repeat(4_001) }), 'msg_too_long'],
  ])('refuses %s', async (_, args, error) => {
    const ts = await posted();
    const other = slack.say({ userId: REQUESTER, channel: INCIDENTS, text: 'mine' }).message.ts;
    expect(await errorOf(api.apiCall('chat.update', args(ts, other)))).toEqual(refusedWith(error));
    expect(slack.messages(INCIDENTS)[0]).toMatchObject({ text: 'old', edits: 0 });
  });

  it('deletes own messages only', async () => {
    const ts = await posted();
    const other = slack.say({ userId: REQUESTER, channel: INCIDENTS, text: 'mine' }).message.ts;
    expect(await errorOf(api.chat.delete({ channel: INCIDENTS, ts: other }))).toEqual(
      refusedWith('cant_delete_message'),
    );
    await api.chat.delete({ channel: INCIDENTS, ts });
    expect(slack.messages(INCIDENTS).map(({ text }) => text)).toEqual(['mine']);
  });
});

describe('ephemeral messages', () => {
  it('reach one person and are in no history', async () => {
    await api.chat.postEphemeral({ channel: INCIDENTS, user: REQUESTER, text: 'psst' });
    expect(slack.ephemerals(REQUESTER).map(({ text }) => text)).toEqual(['psst']);
    expect(slack.ephemerals(APPROVER)).toEqual([]);
    expect(slack.messages(INCIDENTS)).toEqual([]);
    const [message] = slack.ephemerals(REQUESTER);
    const update = api.chat.update({ channel: INCIDENTS, ts: message?.ts ?? '', text: 'x' });
    expect(await errorOf(update)).toEqual(refusedWith('message_not_found'));
  });

  it('reach nobody who does not exist', async () => {
    const answer = await errorOf(api.chat.postEphemeral({ channel: INCIDENTS, user: 'U9', text: 'x' }));
    expect(answer).toEqual(refusedWith('user_not_found'));
  });
});

const thread = async (replies: number): Promise<string> => {
  const metadata = { event_type: 'run', event_payload: { key: 'root' } };
  const root = await post(api, { channel: INCIDENTS, text: 'root', metadata });
  for (let count = 0; count < replies; count += 1) {
    await post(api, { channel: INCIDENTS, text: `reply ${String(count)}`, thread_ts: root.ts ?? '' });
  }
  return root.ts ?? '';
};

describe('reading', () => {
  it('gives metadata only when asked', async () => {
    const ts = await thread(0);
    const without = await api.conversations.replies({ channel: INCIDENTS, ts });
    expect(without.messages?.[0]).not.toHaveProperty('metadata');
    const asked = await api.conversations.replies({ channel: INCIDENTS, ts, include_all_metadata: true });
    expect(asked.messages?.[0]?.metadata).toEqual({ event_type: 'run', event_payload: { key: 'root' } });
  });

  it('pages through a thread, first message first', async () => {
    const ts = await thread(5);
    const first = await api.conversations.replies({ channel: INCIDENTS, ts, limit: 4 });
    expect(first.messages?.map(({ text }) => text)).toEqual(['root', 'reply 0', 'reply 1', 'reply 2']);
    expect(first.has_more).toBe(true);
    const cursor = first.response_metadata?.next_cursor ?? '';
    const second = await api.conversations.replies({ channel: INCIDENTS, ts, limit: 4, cursor });
    expect(second.messages?.map(({ text }) => text)).toEqual(['reply 3', 'reply 4']);
    expect(second.response_metadata?.next_cursor).toBe('');
  });

  it('gives the history newest first, without replies, within bounds', async () => {
    const ts = await thread(1);
    await post(api, { channel: INCIDENTS, text: 'later' });
    const all = await api.conversations.history({ channel: INCIDENTS });
    expect(all.messages?.map(({ text }) => text)).toEqual(['later', 'root']);
    expect(all.messages?.[1]).toMatchObject({ reply_count: 1, thread_ts: ts });
    const after = await api.conversations.history({ channel: INCIDENTS, oldest: ts });
    expect(after.messages?.map(({ text }) => text)).toEqual(['later']);
    const including = await api.conversations.history({ channel: INCIDENTS, oldest: ts, inclusive: true });
    expect(including.messages).toHaveLength(2);
  });

  it.each<[string, string, Record<string, unknown>, string]>([
    ['an unknown thread', 'conversations.replies', { channel: INCIDENTS, ts: '1.2' }, 'thread_not_found'],
    ['a channel without the bot', 'conversations.history', { channel: RANDOM }, 'not_in_channel'],
    ['a private channel', 'conversations.history', { channel: SECRET }, 'channel_not_found'],
    ['an unknown channel', 'conversations.info', { channel: 'C9' }, 'channel_not_found'],
    ['a broken cursor', 'conversations.history', { channel: INCIDENTS, cursor: 'x' }, 'invalid_cursor'],
    ['an unknown person', 'users.info', { user: 'U9' }, 'user_not_found'],
    ['an unknown group', 'usergroups.users.list', { usergroup: 'S9' }, 'no_such_subteam'],
    [
      'a link to nothing',
      'chat.getPermalink',
      { channel: INCIDENTS, message_ts: '1.2' },
      'message_not_found',
    ],
  ])('refuses %s', async (_, method, args, error) => {
    expect(await errorOf(api.apiCall(method, args))).toEqual(refusedWith(error));
  });

  it('tells of channels, people and groups', async () => {
    expect((await api.conversations.info({ channel: RANDOM })).channel).toMatchObject({ is_member: false });
    const mina = await api.users.info({ user: REQUESTER, include_locale: true });
    expect(mina.user).toMatchObject({ locale: 'ko-KR', is_bot: false, deleted: false, team_id: 'T1LOCAL' });
    const sam = await api.users.info({ user: OUTSIDER });
    expect(sam.user).toMatchObject({ is_stranger: true, team_id: 'T9OTHER' });
    expect(sam.user).not.toHaveProperty('locale');
    expect(await api.usergroups.users.list({ usergroup: 'S1SRE' })).toMatchObject({ users: [APPROVER] });
  });

  it('has no groups on a free plan', async () => {
    const workspace = { teamId: 'T1', users: [], channels: [], paid: false };
    const free = await startSlack({ workspace });
    try {
      const answer = await errorOf(client(free).usergroups.users.list({ usergroup: 'S1SRE' }));
      expect(answer).toEqual(refusedWith('plan_upgrade_required'));
    } finally {
      await free.close();
    }
  });
});

describe('files', () => {
  it('come in three steps, as the SDK does them', async () => {
    const picture = Buffer.from('not really a picture');
    await api.filesUploadV2({
      channel_id: INCIDENTS,
      filename: 'chart.png',
      file: picture,
      initial_comment: 'look',
    });
    const [message] = slack.messages(INCIDENTS);
    expect(message).toMatchObject({ text: 'look', files: [{ name: 'chart.png', mimetype: 'image/png' }] });
    const bytes = await fetch(`${slack.url}files/${message?.files[0]?.id ?? ''}`);
    expect(await bytes.text()).toBe(picture.toString());
    expect(bytes.headers.get('content-type')).toBe('image/png');
  });

  it('are not shared before they arrived', async () => {
    const { file_id: id = '' } = await api.files.getUploadURLExternal({ filename: 'a.txt', length: 3 });
    const answer = await errorOf(
      api.files.completeUploadExternal({ files: [{ id }], channel_id: INCIDENTS }),
    );
    expect(answer).toEqual(refusedWith('file_not_found'));
  });
});
