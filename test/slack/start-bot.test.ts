import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Problem } from '../../src/core/domain/problem.ts';
import { startBot } from '../../src/slack/start-bot.ts';
import {
  botOptions,
  like,
  localSlack,
  MODES,
  RecordingDesk,
  SECRETS,
  stage,
  typed,
  whisper,
} from './stage.ts';

const none = { botToken: null, appToken: null, signingSecret: null };

describe('tokens', () => {
  it.each([
    ['SLACK_TOKEN_MISSING', /SLACK_BOT_TOKEN/, none],
    [
      'SLACK_TOKEN_MISSING',
      /SLACK_APP_TOKEN or SLACK_SIGNING_SECRET/,
      { ...none, botToken: SECRETS.botToken },
    ],
    ['SLACK_TOKEN_MALFORMED', /SLACK_BOT_TOKEN.*xoxb-/, { ...SECRETS, botToken: 'xapp-1-swapped' }],
    ['SLACK_TOKEN_MALFORMED', /SLACK_BOT_TOKEN/, { ...SECRETS, botToken: 'xoxb-with blank' }],
    ['SLACK_TOKEN_MALFORMED', /SLACK_APP_TOKEN.*xapp-/, { ...SECRETS, appToken: 'xoxb-1-swapped' }],
    [
      'SLACK_TOKEN_MALFORMED',
      /SLACK_SIGNING_SECRET/,
      { ...SECRETS, appToken: null, signingSecret: 'xoxb-1' },
    ],
    ['SLACK_TOKEN_REJECTED', /SLACK_BOT_TOKEN with invalid_auth/, { ...SECRETS, botToken: 'xoxb-1-wrong' }],
    ['SLACK_TOKEN_REJECTED', /SLACK_APP_TOKEN with invalid_auth/, { ...SECRETS, appToken: 'xapp-1-wrong' }],
  ])('%s says which: %s', async (code, words, tokens) => {
    const slack = await localSlack();
    const started = startBot({ ...botOptions(slack, 'socket'), ...tokens });
    await expect(started).rejects.toMatchObject({
      name: 'TcpcheckError',
      code,
      message: like(words),
    });
    expect(await started.then(() => '', String)).not.toContain('-1-');
  });

  it('says that Slack cannot be reached, and where it was looked for', async () => {
    const slack = await localSlack();
    const options = botOptions(slack, 'socket');
    await slack.close();
    await expect(startBot(options)).rejects.toMatchObject({
      code: 'SLACK_UNREACHABLE',
      message: like(slack.apiUrl),
    });
  });

  it.each(['http-500', 'rate-limited', 'reset'] as const)('takes %s for Slack being away', async (kind) => {
    const slack = await localSlack();
    slack.faults.api('auth.test', { kind });
    await expect(startBot(botOptions(slack, 'http'))).rejects.toMatchObject({ code: 'SLACK_UNREACHABLE' });
    slack.faults.api('apps.connections.open', { kind });
    await expect(startBot(botOptions(slack, 'socket'))).rejects.toMatchObject({ code: 'SLACK_UNREACHABLE' });
    expect(slack.calls('auth.test')).toHaveLength(2);
    expect(slack.calls('apps.connections.open')).toHaveLength(1);
  });
});

describe.each(MODES)('the bot in %s mode', (mode) => {
  it('knows who it is, with one call', async () => {
    const { slack, bot } = await stage(mode);
    expect([bot.teamId, bot.botUserId, bot.connected()]).toEqual(['THOME', 'UBOT', true]);
    await slack.command(typed('help'));
    await whisper(slack, 'UREQ');
    expect(slack.calls('auth.test')).toHaveLength(1);
  });

  it('never lets the SDK repeat a call', async () => {
    const { slack, bot } = await stage(mode);
    slack.faults.api('*', { kind: 'http-500' }, 5);
    const message = { key: 'root', text: 'x', blocks: [{ type: 'divider' }] };
    expect((await bot.poster.post({ channel: 'CIN', threadTs: null, key: 'k' }, message)).kind).toBe(
      'unsure',
    );
    expect(slack.calls('chat.postMessage')).toHaveLength(1);
    expect(slack.faults.pending()).toBe(4);
  });

  it('lets what has begun end before it closes', async () => {
    const { slack, bot, desk } = await stage(mode);
    // Long after the intake is closed: only waiting for the listener can see its answer.
    desk.onAsk = () => sleep(500, { kind: 'accepted' as const, hosts: ['web-1'] });
    await slack.command(typed('web-1'));
    await expect.poll(() => desk.questions.length).toBe(1);
    await bot.stopIntake(5_000);
    expect(JSON.stringify(slack.ephemerals('UREQ'))).toContain('In the queue');
    expect(bot.connected()).toBe(false);
    expect((await slack.command(typed('web-1'))).kind).toBe('failed');
    const message = { key: 'root', text: 'x', blocks: [{ type: 'divider' }] };
    expect((await bot.poster.post({ channel: 'CIN', threadTs: null, key: 'k' }, message)).kind).toBe('sent');
    await bot.close(1_000);
  });

  it('closes in time although something hangs', async () => {
    const { slack, bot, desk } = await stage(mode);
    desk.onAsk = () => new Promise(() => undefined);
    await slack.command(typed('web-1'));
    await expect.poll(() => desk.questions.length).toBe(1);
    const startedMs = performance.now();
    await bot.close(300);
    expect(performance.now() - startedMs).toBeLessThan(1_500);
  });
});

describe('the port for signed requests', () => {
  it('is reported when another program has it', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => {
      other.listen(0, '127.0.0.1', resolve);
    });
    onTestFinished(() => {
      other.close();
    });
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const slack = await localSlack();
    await expect(startBot({ ...botOptions(slack, 'http'), port })).rejects.toMatchObject({
      code: 'SLACK_PORT',
      message: like(`127.0.0.1:${port}`),
    });
  });
});

describe('the socket', () => {
  it('comes back when Slack asks for it and when it breaks, and works again', async () => {
    const { slack, bot, desk } = await stage('socket');
    for (const drop of [() => slack.disconnectSockets('refresh_requested'), () => slack.dropSockets()]) {
      drop();
      await expect.poll(() => bot.connected() && slack.socketCount === 1, { timeout: 10_000 }).toBe(true);
    }
    await slack.command(typed('web-1'));
    await expect.poll(() => desk.questions.length).toBe(1);
  });

  it('keeps trying while Slack refuses, says so, and survives', async () => {
    const { slack, bot, problems } = await stage('socket');
    slack.faults.api('apps.connections.open', { kind: 'http-500' });
    slack.faults.api('apps.connections.open', { kind: 'reset' });
    slack.dropSockets();
    await expect.poll(() => bot.connected()).toBe(false);
    await expect.poll(() => bot.connected() && slack.socketCount === 1, { timeout: 10_000 }).toBe(true);
    expect(problems.filter(({ what }) => what.startsWith('the connection to Slack is lost'))).toHaveLength(2);
  });

  it('ends for good while it is being reopened', async () => {
    const slack = await localSlack();
    const problems: Problem[] = [];
    const bot = await startBot({
      ...botOptions(slack, 'socket'),
      desk: new RecordingDesk(),
      onProblem: (problem) => problems.push(problem),
    });
    slack.faults.api('apps.connections.open', { kind: 'http-500' }, 3);
    slack.dropSockets();
    await expect.poll(() => problems.length).toBeGreaterThan(0);
    await bot.close(2_000);
    const calls = slack.calls('apps.connections.open').length;
    await sleep(1_200);
    expect(slack.calls('apps.connections.open')).toHaveLength(calls);
    expect(slack.socketCount).toBe(0);
  });
});
