import { expect, onTestFinished } from 'vitest';
import type { Access } from '../../src/config/config.ts';
import type {
  AskOutcome,
  Click,
  ClickOutcome,
  Desk,
  FreezeOutcome,
  GlassOutcome,
  Question,
} from '../../src/core/domain/ports.ts';
import { startLocalSlack, type LocalSlack } from '../../src/demo/local-slack/local-slack.ts';
import type { LocalSlackOptions } from '../../src/demo/local-slack/options.ts';
import type { FreezeSaid } from '../../src/core/domain/freeze.ts';
import { plan } from '../core/render/examples.ts';
import type { Problem } from '../../src/core/domain/problem.ts';
import { startBot, type Bot, type BotOptions } from '../../src/slack/start-bot.ts';

export const SECRETS = {
  botToken: 'xoxb-1-local',
  appToken: 'xapp-1-local',
  signingSecret: '8f742231b10e8888abcd99yyyzzz85a5',
} as const;

const users = [
  { id: 'UREQ', name: 'requester' },
  { id: 'UAPP', name: 'approver', locale: 'ko-KR' },
  { id: 'UGUEST', name: 'guest', isRestricted: true },
  { id: 'UGUEST1', name: 'single-channel guest', isUltraRestricted: true },
  { id: 'UGONE', name: 'gone', deleted: true },
  { id: 'UROBOT', name: 'robot', isBot: true },
  { id: 'UFAR', name: 'stranger', isStranger: true, teamId: 'TFAR' },
] as const;

const everybody = ['UBOT', ...users.map((user) => user.id)];

/** A workspace with one channel the bot is in, one it is not in, and all kinds of people. */
export async function localSlack(options: Partial<LocalSlackOptions> = {}): Promise<LocalSlack> {
  const slack = await startLocalSlack({
    ...SECRETS,
    workspace: {
      teamId: 'THOME',
      bot: { userId: 'UBOT', botId: 'BBOT', appId: 'ATCP', name: 'tcpcheck' },
      users,
      channels: [
        { id: 'CIN', name: 'incidents', members: everybody },
        { id: 'COUT', name: 'elsewhere', members: users.map((user) => user.id) },
        { id: 'GHID', name: 'hidden', members: [users[0].id], isPrivate: true },
      ],
    },
    ...options,
  });
  onTestFinished(() => slack.close());
  return slack;
}

/** A desk that writes down what it was asked, and answers as told. */
export class RecordingDesk implements Desk {
  readonly questions: Question[] = [];
  readonly clicks: (readonly [string, Click])[] = [];
  readonly reasons: string[] = [];
  readonly frozen: FreezeSaid[] = [];
  onGlass: () => Promise<GlassOutcome> = async () => ({ kind: 'ask', plan });
  onAsk: (question: Question) => Promise<AskOutcome> = async () => ({ kind: 'accepted', hosts: ['web-1'] });
  onClick: () => Promise<ClickOutcome> = async () => ({ kind: 'done' });

  ask(question: Question): Promise<AskOutcome> {
    this.questions.push(question);
    return this.onAsk(question);
  }
  approve(click: Click): Promise<ClickOutcome> {
    return this.#click('approve', click);
  }
  reject(click: Click): Promise<ClickOutcome> {
    return this.#click('reject', click);
  }
  keep(click: Click): Promise<ClickOutcome> {
    return this.#click('keep', click);
  }
  rollback(click: Click): Promise<ClickOutcome> {
    return this.#click('rollback', click);
  }
  recheck(click: Click): Promise<ClickOutcome> {
    return this.#click('recheck', click);
  }
  acknowledge(click: Click): Promise<ClickOutcome> {
    return this.#click('acknowledge', click);
  }
  chooseHost(click: Click): Promise<ClickOutcome> {
    return this.#click('chooseHost', click);
  }
  mayBreakGlass(click: Click): Promise<GlassOutcome> {
    this.clicks.push(['may break glass', click]);
    return this.onGlass();
  }
  breakGlass(click: Click, reason: string): Promise<ClickOutcome> {
    this.reasons.push(reason);
    return this.#click('break glass', click);
  }
  async freeze(said: FreezeSaid): Promise<FreezeOutcome> {
    this.frozen.push(said);
    return { kind: 'done', answer: { en: 'frozen', ko: '동결' } };
  }
  #click(what: string, click: Click): Promise<ClickOutcome> {
    this.clicks.push([what, click]);
    return this.onClick();
  }
}

export type Mode = 'socket' | 'http';
export const MODES: readonly Mode[] = ['socket', 'http'];

export interface Stage {
  readonly slack: LocalSlack;
  readonly bot: Bot;
  readonly desk: RecordingDesk;
  readonly problems: Problem[];
}

export const botOptions = (slack: LocalSlack, mode: Mode): BotOptions => ({
  botToken: SECRETS.botToken,
  appToken: mode === 'socket' ? SECRETS.appToken : null,
  signingSecret: mode === 'http' ? SECRETS.signingSecret : null,
  apiUrl: slack.apiUrl,
  listen: '127.0.0.1',
  port: 0,
  desk: new RecordingDesk(),
  access: { channels: [], users: [] },
  hosts: [
    { name: 'web-1', groups: ['web'] },
    { name: 'db-1', groups: [] },
  ],
  onProblem: () => undefined,
});

/** The bot, connected to a local Slack; both end with the test. */
export async function stage(
  mode: Mode,
  options: { access?: Access; slack?: Partial<LocalSlackOptions> } = {},
): Promise<Stage> {
  const slack = await localSlack(options.slack);
  const desk = new RecordingDesk();
  const problems: Problem[] = [];
  const bot = await startBot({
    ...botOptions(slack, mode),
    desk,
    ...(options.access === undefined ? {} : { access: options.access }),
    onProblem: (problem) => problems.push(problem),
  });
  onTestFinished(() => bot.close(2_000));
  slack.setRequestUrl(bot.requestUrl);
  return { slack, bot, desk, problems };
}

export const typed = (text: string, userId = 'UREQ', channel = 'CIN') => ({
  userId,
  channel,
  command: '/tcpcheck',
  text,
});

/** The next words only this person sees. */
export async function whisper(slack: LocalSlack, userId: string): Promise<string> {
  const message = await slack.waitFor((one) => one.ephemeralTo === userId, 5_000);
  return JSON.stringify(message.blocks);
}

/** Some text with that in it, where the rest does not matter. */
export const like = (part: RegExp | string): unknown => expect.stringMatching(part);
