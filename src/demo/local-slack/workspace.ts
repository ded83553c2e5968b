import type { BotOptions, UserGroupOptions, UserOptions, WorkspaceOptions } from './options.ts';

export type User = Required<UserOptions>;

export interface Channel {
  readonly id: string;
  readonly name: string;
  readonly kind: 'public' | 'private' | 'dm';
  readonly members: Set<string>;
}

/** Identity of the app where the options name none. */
export const DEFAULT_BOT: BotOptions = {
  userId: 'U0LOCALBOT',
  botId: 'B0LOCALBOT',
  appId: 'A0LOCALAPP',
  name: 'app',
};

/** People, groups and channels; direct messages open on first use. */
export class Workspace {
  readonly teamId: string;
  readonly name: string;
  readonly bot: BotOptions;
  readonly paid: boolean;
  readonly users: Map<string, User>;
  readonly userGroups: Map<string, UserGroupOptions>;
  readonly #channels: Map<string, Channel>;

  constructor(options: WorkspaceOptions) {
    this.teamId = options.teamId;
    this.name = options.name ?? 'Local Slack';
    this.bot = { ...DEFAULT_BOT, ...options.bot };
    this.paid = options.paid ?? true;
    const bot = complete({ id: this.bot.userId, name: this.bot.name, isBot: true }, this.teamId);
    const people = options.users.map((user) => complete(user, this.teamId));
    this.users = new Map([bot, ...people].map((user) => [user.id, user]));
    this.userGroups = new Map((options.userGroups ?? []).map((group) => [group.id, group]));
    this.#channels = new Map(
      options.channels.map(({ id, name, members, isPrivate }) => [
        id,
        { id, name, kind: isPrivate === true ? 'private' : 'public', members: new Set(members) },
      ]),
    );
  }

  /** An admin adds somebody, or changes what they are. */
  setUser(user: UserOptions): void {
    this.users.set(user.id, complete(user, this.teamId));
  }

  channel(id: string): Channel | null {
    return this.#channels.get(id) ?? null;
  }

  /** As chat.postMessage names it: an id, a name with or without #, or a user for a direct message. */
  destination(named: string): Channel | null {
    if (this.users.has(named)) return this.directMessage(named);
    const name = named.replace(/^#/, '');
    const byName = [...this.#channels.values()].find(
      (channel) => channel.kind !== 'dm' && channel.name === name,
    );
    return this.channel(named) ?? byName ?? null;
  }

  directMessage(userId: string): Channel {
    const id = `D${userId.slice(1)}`;
    const known = this.#channels.get(id);
    if (known !== undefined) return known;
    const opened: Channel = {
      id,
      name: 'directmessage',
      kind: 'dm',
      members: new Set([userId, this.bot.userId]),
    };
    this.#channels.set(id, opened);
    return opened;
  }

  /** What the user finds in the sidebar. */
  channelsOf(userId: string): readonly Channel[] {
    return [...this.#channels.values()].filter((channel) => canSee(channel, userId));
  }
}

export function canSee(channel: Channel, userId: string): boolean {
  return channel.kind === 'public' || channel.members.has(userId);
}

function complete(user: UserOptions, teamId: string): User {
  return {
    locale: 'en-US',
    isBot: false,
    deleted: false,
    isRestricted: false,
    isUltraRestricted: false,
    isStranger: false,
    teamId,
    ...user,
  };
}
