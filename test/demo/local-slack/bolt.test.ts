import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { App } from '@slack/bolt';
import type { LocalSlack } from '../../../src/demo/local-slack/local-slack.ts';
import { APPROVER, INCIDENTS, post, REQUESTER, startApp, startSlack, type Mode } from './workspace.ts';

const WAIT_MS = 5_000;

const CONFIRM = {
  title: { type: 'plain_text', text: 'Sure?' },
  text: { type: 'plain_text', text: 'net.core.somaxconn 128 -> 4096' },
  confirm: { type: 'plain_text', text: 'Apply' },
  deny: { type: 'plain_text', text: 'Cancel' },
} as const;

/** A small app: a command posts a message with a button; the button edits it and answers the person alone. */
function smallApp(app: App): void {
  app.command('/check', async ({ ack, command, client }) => {
    await ack();
    await post(client, {
      channel: command.channel_id,
      text: `looking at ${command.text}`,
      metadata: { event_type: 'run', event_payload: { key: command.trigger_id } },
      blocks: [
        { type: 'section', text: { type: 'mrkdwn', text: `*${command.text}* for <@${command.user_id}>` } },
        {
          type: 'actions',
          elements: [
            {
              type: 'button',
              action_id: 'change.approve',
              text: { type: 'plain_text', text: 'Approve' },
              style: 'primary',
              value: 'c1.hash',
              confirm: CONFIRM,
            },
          ],
        },
      ],
    });
  });
  app.action('change.approve', async ({ ack, body, action, client, respond }) => {
    await ack();
    if (body.type !== 'block_actions' || body.channel === undefined || body.message === undefined) return;
    if (action.type !== 'button') return;
    await client.chat.update({
      channel: body.channel.id,
      ts: body.message.ts,
      text: `approved by <@${body.user.id}> (${action.value ?? ''})`,
    });
    await respond({ text: 'thank you', response_type: 'ephemeral' });
  });
}

describe.each<Mode>(['http', 'socket'])('a Bolt app over %s', (mode) => {
  let slack: LocalSlack;
  let stop: (() => Promise<void>) | null = null;

  beforeEach(async () => {
    slack = await startSlack();
  });
  afterEach(async () => {
    await stop?.();
    stop = null;
    await slack.close();
  });

  const run = async (listen: (app: App) => void): Promise<App> => {
    const started = await startApp(slack, mode, listen);
    stop = started.stop;
    return started.app;
  };

  it('takes a command, posts, is clicked, edits, answers one person', async () => {
    await run(smallApp);
    const outcome = await slack.command({
      userId: REQUESTER,
      channel: INCIDENTS,
      command: '/check',
      text: 'api-1',
    });
    expect(outcome).toMatchObject({ kind: 'acknowledged', body: null });

    const posted = await slack.waitFor(({ text }) => text === 'looking at api-1', WAIT_MS);
    expect(posted).toMatchObject({ channel: INCIDENTS, threadTs: null, edits: 0, ephemeralTo: null });
    expect(posted.metadata).toMatchObject({ event_type: 'run' });

    const click = { userId: APPROVER, channel: INCIDENTS, ts: posted.ts, actionId: 'change.approve' };
    await expect(slack.click(click)).rejects.toThrow('asks for confirmation first');
    await slack.click({ ...click, confirmed: true });

    const edited = await slack.waitFor(({ edits }) => edits === 1, WAIT_MS);
    expect(edited).toMatchObject({ ts: posted.ts, text: `approved by <@${APPROVER}> (c1.hash)`, blocks: [] });
    expect(edited.metadata).toEqual(posted.metadata);
    const told = await slack.waitFor(({ text }) => text === 'thank you', WAIT_MS);
    expect(told.ephemeralTo).toBe(APPROVER);
    expect(slack.ephemerals(REQUESTER)).toEqual([]);
    expect(slack.warnings).toEqual([]);
    await expect(slack.click({ ...click, confirmed: true })).rejects.toThrow('there is no change.approve');
  });

  it('shows the answer that comes with the acknowledgement', async () => {
    await run((app) => {
      app.command('/help', async ({ ack }) => ack('type a host'));
    });
    await slack.command({ userId: REQUESTER, channel: INCIDENTS, command: '/help', text: '' });
    expect(slack.ephemerals(REQUESTER).map(({ text }) => text)).toEqual(['type a host']);
  });

  it('opens a modal and takes its submission', async () => {
    await run((app) => {
      app.command('/ask', async ({ ack, body, client }) => {
        await ack();
        await client.views.open({
          trigger_id: body.trigger_id,
          view: {
            type: 'modal',
            callback_id: 'why',
            title: { type: 'plain_text', text: 'Why' },
            submit: { type: 'plain_text', text: 'Send' },
            blocks: [
              {
                type: 'input',
                block_id: 'reason',
                label: { type: 'plain_text', text: 'Reason' },
                element: { type: 'plain_text_input', action_id: 'text' },
              },
            ],
          },
        });
      });
      app.view('why', async ({ ack, view, client }) => {
        const reason = view.state.values['reason']?.['text']?.value ?? '';
        if (reason.length < 3) return ack({ response_action: 'errors', errors: { reason: 'too short' } });
        await ack();
        await post(client, { channel: INCIDENTS, text: `because ${reason}` });
      });
    });
    await slack.command({ userId: REQUESTER, channel: INCIDENTS, command: '/ask', text: '' });
    await expect.poll(() => slack.modal(REQUESTER)).not.toBeNull();
    const viewId = slack.modal(REQUESTER)?.id ?? '';
    await expect(slack.submit({ userId: REQUESTER, viewId, values: {} })).rejects.toThrow('required field');
    expect(await slack.submit({ userId: REQUESTER, viewId, values: { text: 'x' } })).toEqual({
      kind: 'errors',
      errors: { reason: 'too short' },
    });
    expect(await slack.submit({ userId: REQUESTER, viewId, values: { text: 'slow' } })).toEqual({
      kind: 'closed',
    });
    await slack.waitFor(({ text }) => text === 'because slow', WAIT_MS);
    expect(slack.modal(REQUESTER)).toBeNull();
  });

  it('tells the app of a mention, and of its Home being opened', async () => {
    await run((app) => {
      app.event('app_mention', async ({ event, say }) => {
        await say({ text: `you said ${event.text}`, thread_ts: event.ts });
      });
      app.event('app_home_opened', async ({ event, client }) => {
        const text = { type: 'plain_text', text: 'Hello' } as const;
        await client.views.publish({
          user_id: event.user,
          view: { type: 'home', blocks: [{ type: 'header', text }] },
        });
      });
    });
    const { message } = slack.say({
      userId: REQUESTER,
      channel: INCIDENTS,
      text: `<@${slack.bot.userId}> hi`,
    });
    const reply = await slack.waitFor(({ text }) => text.startsWith('you said'), WAIT_MS);
    expect(reply.threadTs).toBe(message.ts);
    expect(slack.messages(INCIDENTS, message.ts).map(({ ts }) => ts)).toEqual([message.ts, reply.ts]);
    await slack.openHome(REQUESTER);
    await expect.poll(() => slack.home(REQUESTER)?.view['blocks']).toHaveLength(1);
  });

  it('brings a message shortcut', async () => {
    await run((app) => {
      app.shortcut('look', async ({ ack, shortcut, client }) => {
        await ack();
        if (shortcut.type !== 'message_action') return;
        await post(client, {
          channel: shortcut.channel.id,
          thread_ts: shortcut.message_ts,
          text: `looking: ${String(shortcut.message.text)}`,
        });
      });
    });
    const { message } = slack.say({ userId: REQUESTER, channel: INCIDENTS, text: 'api-1 is slow' });
    await slack.useShortcut({ userId: REQUESTER, channel: INCIDENTS, ts: message.ts, callbackId: 'look' });
    const reply = await slack.waitFor(({ text }) => text.startsWith('looking'), WAIT_MS);
    expect(reply).toMatchObject({ text: 'looking: api-1 is slow', threadTs: message.ts });
  });

  it('delivers twice when told to', async () => {
    const triggers: string[] = [];
    await run((app) => {
      app.command('/check', async ({ ack, body }) => {
        triggers.push(body.trigger_id);
        await ack();
      });
    });
    slack.faults.duplicate('command');
    await slack.command({ userId: REQUESTER, channel: INCIDENTS, command: '/check', text: '' });
    expect(triggers).toHaveLength(2);
    expect(new Set(triggers).size).toBe(1);
  });
});
