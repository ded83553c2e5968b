/** A small workspace and a Bolt app in it, for the tests of the local Slack. */
import { App, LogLevel } from '@slack/bolt';
import { WebClient, type ChatPostMessageArguments, type ChatPostMessageResponse } from '@slack/web-api';
import { startLocalSlack, type LocalSlack } from '../../../src/demo/local-slack/local-slack.ts';
import type { LocalSlackOptions } from '../../../src/demo/local-slack/options.ts';
import { DEFAULT_BOT } from '../../../src/demo/local-slack/workspace.ts';

export const BOT_TOKEN = 'xoxb-local';
export const APP_TOKEN = 'xapp-local';
export const SIGNING_SECRET = 'a signing secret';

export const REQUESTER = 'U1REQUESTER';
export const APPROVER = 'U2APPROVER';
export const OUTSIDER = 'U3OUTSIDER';
export const INCIDENTS = 'C1INCIDENTS';
export const RANDOM = 'C2RANDOM';
export const SECRET = 'G3SECRET';

export function startSlack(options: Partial<LocalSlackOptions> = {}): Promise<LocalSlack> {
  return startLocalSlack({
    botToken: BOT_TOKEN,
    appToken: APP_TOKEN,
    signingSecret: SIGNING_SECRET,
    workspace: {
      teamId: 'T1LOCAL',
      users: [
        { id: REQUESTER, name: 'mina', locale: 'ko-KR' },
        { id: APPROVER, name: 'alex' },
        { id: OUTSIDER, name: 'sam', isStranger: true, teamId: 'T9OTHER' },
        { id: 'U4GONE', name: 'gone', deleted: true },
      ],
      channels: [
        { id: INCIDENTS, name: 'incidents', members: [DEFAULT_BOT.userId, REQUESTER, APPROVER] },
        { id: RANDOM, name: 'random', members: [REQUESTER] },
        { id: SECRET, name: 'secret', members: [APPROVER], isPrivate: true },
      ],
      userGroups: [{ id: 'S1SRE', handle: 'sre', users: [APPROVER] }],
    },
    ...options,
  });
}

/** The SDK as an app should use it: no retries behind our back. */
export function client(slack: LocalSlack, token = BOT_TOKEN): WebClient {
  return new WebClient(token, {
    slackApiUrl: slack.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: 2_000,
    logLevel: LogLevel.ERROR,
    logger: QUIET,
  });
}

/**
 * chat.postMessage by its name: a lint rule for browser windows mistakes the method of the SDK for
 * window.postMessage.
 */
export function post(client: WebClient, message: ChatPostMessageArguments): Promise<ChatPostMessageResponse> {
  return client.apiCall('chat.postMessage', { ...message });
}

/** Errors of the SDK are wanted in these tests; their log lines are not. */
export const QUIET = {
  debug: (): void => undefined,
  info: (): void => undefined,
  warn: (): void => undefined,
  error: (): void => undefined,
  setLevel: (): void => undefined,
  getLevel: (): LogLevel => LogLevel.ERROR,
  setName: (): void => undefined,
};

export type Mode = 'http' | 'socket';

/** A real Bolt app against the local Slack, in either mode. */
export async function startApp(
  slack: LocalSlack,
  mode: Mode,
  listen: (app: App) => void,
): Promise<{ app: App; stop: () => Promise<void> }> {
  const app = new App({
    ...(mode === 'http'
      ? { signingSecret: SIGNING_SECRET }
      : { socketMode: true as const, appToken: APP_TOKEN }),
    token: BOT_TOKEN,
    clientOptions: { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } },
    logger: QUIET,
    deferInitialization: true,
  });
  await app.init();
  listen(app);
  if (mode === 'socket') await app.start();
  else slack.setRequestUrl(`http://127.0.0.1:${await portOf(app)}/slack/events`);
  return {
    app,
    stop: async () => {
      await app.stop();
    },
  };
}

async function portOf(app: App): Promise<string> {
  const server: unknown = await app.start({ port: 0, host: '127.0.0.1' });
  const address = hasAddress(server) ? server.address() : null;
  if (address === null) throw new Error('the app listens nowhere');
  return String(address.port);
}

function hasAddress(value: unknown): value is { address: () => { port: number } | null } {
  return (
    typeof value === 'object' && value !== null && 'address' in value && typeof value.address === 'function'
  );
}
