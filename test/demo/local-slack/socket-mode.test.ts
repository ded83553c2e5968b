import { once } from 'node:events';
import { App, SocketModeReceiver } from '@slack/bolt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { LocalSlack } from '../../../src/demo/local-slack/local-slack.ts';
import { APP_TOKEN, BOT_TOKEN, client, INCIDENTS, post, QUIET, REQUESTER, startSlack } from './workspace.ts';

let slack: LocalSlack;
const opened: WebSocket[] = [];

beforeEach(async () => {
  slack = await startSlack({ timing: { ackMs: 200, pingMs: 30 } });
});
afterEach(async () => {
  for (const socket of opened.splice(0)) socket.terminate();
  await slack.close();
});

type Frame = Record<string, unknown>;

interface Connected {
  readonly socket: WebSocket;
  readonly frames: Frame[];
}

async function ticket(): Promise<string> {
  return (await client(slack, APP_TOKEN).apps.connections.open({})).url ?? '';
}

async function connect(acknowledge: boolean, payload?: object): Promise<Connected> {
  const socket = new WebSocket(await ticket());
  opened.push(socket);
  const frames: Frame[] = [];
  socket.on('message', (data: Buffer) => {
    const frame: unknown = JSON.parse(data.toString());
    if (typeof frame !== 'object' || frame === null) return;
    frames.push({ ...frame });
    if (acknowledge && 'envelope_id' in frame) {
      socket.send(
        JSON.stringify({ envelope_id: frame.envelope_id, ...(payload === undefined ? {} : { payload }) }),
      );
    }
  });
  await once(socket, 'message');
  return { socket, frames };
}

const command = (text = ''): ReturnType<LocalSlack['command']> =>
  slack.command({ userId: REQUESTER, channel: INCIDENTS, command: '/check', text });

describe('Socket Mode', () => {
  it('says hello and delivers to one socket at a time', async () => {
    const [one, two] = [await connect(true), await connect(true)];
    expect(one.frames[0]).toMatchObject({ type: 'hello', num_connections: 1 });
    expect(two.frames[0]).toMatchObject({ type: 'hello', num_connections: 2 });
    await Promise.all([command('a'), command('b'), command('c'), command('d')]);
    expect([one.frames.length, two.frames.length]).toEqual([3, 3]);
    expect(one.frames[1]).toMatchObject({
      type: 'slash_commands',
      accepts_response_payload: true,
      payload: { command: '/check', text: 'a', user_id: REQUESTER },
    });
  });

  it('waits for the acknowledgement as long as Slack', async () => {
    await connect(false);
    expect(await command()).toEqual({ kind: 'failed', error: 'operation_timeout' });
    expect(slack.ephemerals(REQUESTER)[0]?.text).toBe('/check failed with the error "operation_timeout"');
  });

  it('takes an answer with the acknowledgement', async () => {
    await connect(true, { text: 'at once' });
    expect(await command()).toMatchObject({ kind: 'acknowledged', body: { text: 'at once' } });
    expect(slack.ephemerals(REQUESTER)[0]?.text).toBe('at once');
  });

  it('fails at once without a socket', async () => {
    expect(await command()).toEqual({ kind: 'failed', error: 'dispatch_failed' });
  });

  it('pings', async () => {
    const { socket } = await connect(true);
    expect(await once(socket, 'ping')).toHaveLength(1);
  });

  it('lets nobody in without a fresh ticket', async () => {
    const url = await ticket();
    const first = new WebSocket(url);
    opened.push(first);
    await once(first, 'open');
    for (const bad of [url, url.replace(/ticket=[^&]+/, 'ticket=guess')]) {
      const socket = new WebSocket(bad);
      await expect(once(socket, 'open')).rejects.toThrow('401');
    }
  });

  it('has ten places', async () => {
    for (let count = 0; count < 10; count += 1) await connect(true);
    await expect(ticket()).rejects.toThrow('too_many_websockets');
  });

  it('sends nothing more to a socket it told to go', async () => {
    const old = await connect(true);
    slack.disconnectSockets('warning');
    await once(old.socket, 'message');
    const fresh = await connect(true);
    await command();
    expect(old.frames.at(-1)).toMatchObject({ type: 'disconnect', reason: 'warning' });
    expect(fresh.frames.at(-1)).toMatchObject({ type: 'slash_commands' });
  });

  it.each(['told to go', 'cut off'])('is found again by Bolt when %s', async (how) => {
    const receiver = new SocketModeReceiver({
      appToken: APP_TOKEN,
      clientPingTimeout: 100,
      installerOptions: { clientOptions: { slackApiUrl: slack.apiUrl } },
      logger: QUIET,
    });
    const app = new App({
      receiver,
      token: BOT_TOKEN,
      clientOptions: { slackApiUrl: slack.apiUrl },
      logger: QUIET,
    });
    app.command('/check', async ({ ack, command, client }) => {
      await ack();
      await post(client, { channel: command.channel_id, text: `again ${command.text}` });
    });
    await app.start();
    try {
      if (how === 'cut off') slack.dropSockets();
      else slack.disconnectSockets();
      expect(slack.socketCount).toBe(0);
      await expect.poll(() => slack.socketCount, { timeout: 5_000 }).toBe(1);
      expect(await command('api-1')).toMatchObject({ kind: 'acknowledged' });
      await slack.waitFor(({ text }) => text === 'again api-1', 5_000);
    } finally {
      await app.stop();
    }
  });
});
