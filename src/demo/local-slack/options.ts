/** What a local Slack is made of. */

export interface UserOptions {
  readonly id: string;
  readonly name: string;
  /** Like `ko-KR`; default `en-US`. */
  readonly locale?: string;
  readonly isBot?: boolean;
  readonly deleted?: boolean;
  /** Guests. */
  readonly isRestricted?: boolean;
  readonly isUltraRestricted?: boolean;
  /** A member of another workspace, seen through a shared channel. */
  readonly isStranger?: boolean;
  /** Default: the workspace's. */
  readonly teamId?: string;
}

export interface ChannelOptions {
  readonly id: string;
  readonly name: string;
  /** User ids; the bot is in the channel when its id is among them. */
  readonly members: readonly string[];
  readonly isPrivate?: boolean;
}

export interface UserGroupOptions {
  readonly id: string;
  readonly handle: string;
  readonly users: readonly string[];
  /** As its managers can do in Slack; then it cannot be read. */
  readonly disabled?: boolean;
}

/** The app's own identity in the workspace. */
export interface BotOptions {
  readonly userId: string;
  readonly botId: string;
  readonly appId: string;
  readonly name: string;
}

export interface WorkspaceOptions {
  readonly teamId: string;
  readonly name?: string;
  readonly bot?: Partial<BotOptions>;
  readonly users: readonly UserOptions[];
  readonly channels: readonly ChannelOptions[];
  readonly userGroups?: readonly UserGroupOptions[];
  /** User groups exist on paid plans only; default true. */
  readonly paid?: boolean;
}

/** Slack's own figures; tests shorten them. */
export interface Timing {
  /** The app must acknowledge within this time. */
  readonly ackMs: number;
  readonly triggerMs: number;
  readonly responseUrlMs: number;
  /** Waits before the repeated deliveries of an event. */
  readonly eventRetriesMs: readonly number[];
  readonly pingMs: number;
}

export const SLACK_TIMING: Timing = {
  ackMs: 3000,
  triggerMs: 3000,
  responseUrlMs: 30 * 60_000,
  eventRetriesMs: [0, 60_000, 300_000],
  pingMs: 5000,
};

export interface LocalSlackOptions {
  readonly workspace: WorkspaceOptions;
  readonly botToken: string;
  readonly appToken: string;
  readonly signingSecret: string;
  /** Where signed HTTP requests go; without it deliveries go through Socket Mode. May be set later. */
  readonly requestUrl?: string;
  readonly port?: number;
  /** Commands the app has registered; without the list every command is delivered. */
  readonly commands?: readonly { readonly command: string; readonly description: string }[];
  /** Message shortcuts of the app, shown in the menu of each message. */
  readonly shortcuts?: readonly { readonly callbackId: string; readonly name: string }[];
  /** Scopes of the bot token; without the list it may do everything. */
  readonly scopes?: readonly string[];
  /** One message per second and channel, as the real one wants it; default off. */
  readonly rateLimit?: boolean;
  readonly timing?: Partial<Timing>;
}
