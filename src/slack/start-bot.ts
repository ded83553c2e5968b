import { App } from '@slack/bolt';
import type { Access } from '../config/config.ts';
import type { LinkTo } from '../core/domain/link-to.ts';
import type { Desk, ThreadPoster } from '../core/domain/ports.ts';
import type { Directory } from '../core/domain/directory.ts';
import { createAnswer } from './answer.ts';
import type { KnownHost } from './help.ts';
import { createDirectory } from './directory.ts';
import { createHttpIntake } from './http-intake.ts';
import { identify } from './identity.ts';
import { InFlight } from './in-flight.ts';
import type { Intake } from './intake.ts';
import { listen } from './listeners.ts';
import { createMembers } from './members.ts';
import { createPoster } from './poster.ts';
import { clientOptions, createClient, libraryLogger, type OnProblem } from './slack-client.ts';
import { createSocketIntake } from './socket-intake.ts';
import { createOpenForm } from './open-form.ts';
import { checkTokens, type SlackTokens, type Way } from './tokens.ts';

export interface BotOptions extends SlackTokens {
  /** `https://slack.com/api/`, or a local Slack. */
  readonly apiUrl: string;
  /** Address and port for signed requests; not used in Socket Mode. */
  readonly listen: string;
  readonly port: number;
  readonly desk: Desk;
  readonly access: Access;
  readonly hosts: readonly KnownHost[];
  readonly onProblem: OnProblem;
}

export interface Bot {
  readonly directory: Directory;
  readonly poster: ThreadPoster;
  /** The address of a message for people's browsers; null where the workspace has not told its own. */
  readonly linkTo: LinkTo;
  readonly teamId: string;
  readonly botUserId: string;
  /** Where Slack must send signed requests; null in Socket Mode. */
  readonly requestUrl: string | null;
  connected(): boolean;
  /** Takes nothing new and lets what has begun end; messages can still be posted. */
  stopIntake(graceMs: number): Promise<void>;
  close(graceMs: number): Promise<void>;
}

/**
 * Comes online: Socket Mode with an app token, else signed HTTP. Rejects with a SLACK_… error that names
 * the token or address at fault.
 */
export async function startBot(options: BotOptions): Promise<Bot> {
  const { botToken, way } = checkTokens(options);
  const { onProblem } = options;
  const client = createClient(botToken, sdkOptions(options));
  const identity = await identify(client);
  const intake = createIntake(options, way);
  const app = new App({
    token: botToken,
    botId: identity.botId,
    botUserId: identity.botUserId,
    receiver: intake.receiver,
    clientOptions: sdkOptions(options),
    logger: libraryLogger(onProblem),
    // Else a wrong token surfaces as an unhandled rejection; ours was verified above.
    deferInitialization: true,
    tokenVerificationEnabled: false,
    convoStore: false,
  });
  await app.init();
  const inFlight = new InFlight();
  const members = createMembers(client, identity.teamId, onProblem);
  listen(app, {
    identity,
    desk: options.desk,
    access: options.access,
    hosts: options.hosts,
    members,
    answer: createAnswer(client, onProblem),
    openForm: createOpenForm(client, onProblem),
    inFlight,
    onProblem,
  });
  const requestUrl = await intake.start();
  const stopIntake = async (graceMs: number): Promise<void> => {
    const untilMs = performance.now() + graceMs;
    await intake.stop(graceMs);
    await inFlight.idle(Math.max(0, untilMs - performance.now()));
  };
  return {
    directory: createDirectory(client, { teamId: identity.teamId, members, onProblem }),
    poster: createPoster(client, onProblem),
    linkTo: linkTo(identity.url),
    teamId: identity.teamId,
    botUserId: identity.botUserId,
    requestUrl,
    connected: () => intake.connected(),
    stopIntake,
    close: stopIntake,
  };
}

/** As chat.getPermalink gives them: docs.slack.dev/reference/methods/chat.getPermalink. */
const linkTo =
  (workspaceUrl: string | null): LinkTo =>
  ({ channel, ts, threadTs }) => {
    if (workspaceUrl === null) return null;
    const message = `${workspaceUrl}archives/${channel}/p${ts.replace('.', '')}`;
    return threadTs === undefined ? message : `${message}?thread_ts=${threadTs}&cid=${channel}`;
  };

/** Fresh ones for everybody: Bolt and Socket Mode write into the object they are given. */
const sdkOptions = ({ apiUrl, onProblem }: BotOptions): ReturnType<typeof clientOptions> =>
  clientOptions(apiUrl, libraryLogger(onProblem));

function createIntake(options: BotOptions, way: Way): Intake {
  const logger = libraryLogger(options.onProblem);
  if (way.kind === 'http') {
    return createHttpIntake({
      signingSecret: way.signingSecret,
      listen: options.listen,
      port: options.port,
      logger,
    });
  }
  return createSocketIntake({
    appToken: way.appToken,
    clientOptions: sdkOptions(options),
    logger,
    onProblem: options.onProblem,
  });
}
