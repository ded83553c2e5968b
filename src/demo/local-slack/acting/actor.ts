import type { Channel, User } from '../workspace.ts';
import { canSee } from '../workspace.ts';
import type { World } from '../world.ts';

/** Somebody asked this Slack for what no person could do in it. */
export class LocalSlackError extends Error {
  override readonly name = 'LocalSlackError';
}

/** The person who acts. */
export function actor(world: World, userId: string): User {
  const user = world.workspace.users.get(userId);
  if (user === undefined) throw new LocalSlackError(`there is no user ${userId} in this workspace`);
  if (user.deleted || user.isBot) throw new LocalSlackError(`user ${userId} cannot act: deleted, or a bot`);
  return user;
}

/** A channel as the person sees it. */
export function channelFor(world: World, userId: string, channelId: string): Channel {
  const channel = world.workspace.channel(channelId);
  if (channel === null || !canSee(channel, userId)) {
    throw new LocalSlackError(`user ${userId} sees no channel ${channelId}`);
  }
  return channel;
}

/** A trigger is good for three seconds and one modal. */
export function trigger(world: World, userId: string): string {
  const nowMs = Date.now();
  const id = `${String(nowMs)}.${String(nowMs % 10_000_000)}.`;
  return world.triggers.issue({ userId }, id + crypto.randomUUID().replaceAll('-', ''));
}

export const RESPONSE_PATH = '/response/';

export function responseUrl(world: World, use: Parameters<World['responseUrls']['issue']>[0]): string {
  return `${world.origin}${RESPONSE_PATH}${world.responseUrls.issue(use)}`;
}

/** The app's side of every interaction payload. */
export function appFields(world: World): {
  readonly api_app_id: string;
  readonly token: string;
  readonly enterprise: null;
  readonly is_enterprise_install: false;
} {
  return {
    api_app_id: world.workspace.bot.appId,
    token: 'local',
    enterprise: null,
    is_enterprise_install: false,
  };
}

export function userFields(user: User): {
  readonly id: string;
  readonly username: string;
  readonly name: string;
  readonly team_id: string;
} {
  return { id: user.id, username: user.name, name: user.name, team_id: user.teamId };
}

export function teamFields(world: World): { readonly id: string; readonly domain: string } {
  return { id: world.workspace.teamId, domain: 'local-slack' };
}
