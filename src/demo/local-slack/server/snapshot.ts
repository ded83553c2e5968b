/** What one person sees, as JSON for the page. */
import type { JsonObject } from '../json.ts';
import type { LocalMessage } from '../message.ts';
import { canSee, type Channel } from '../workspace.ts';
import type { World } from '../world.ts';
import type { SidePanel } from './panel.ts';

/** The page shows that many messages of each channel's threads together. */
const MAX_SHOWN = 2_000;

/** Everything at once; afterwards the page is told of changes only. */
export function snapshot(world: World, userId: string, panel: SidePanel): JsonObject {
  const { workspace } = world;
  const channels = channelsFor(world, userId);
  const seen = world.messages.all().filter((message) => maySee(world, userId, message));
  return {
    me: userId,
    workspace: { name: workspace.name, teamId: workspace.teamId },
    bot: workspace.bot,
    users: [...workspace.users.values()],
    userGroups: [...workspace.userGroups.values()].map(({ id, handle }) => ({ id, handle })),
    channels: channels.map(wireChannel),
    messages: [...seen.slice(-MAX_SHOWN), ...world.messages.ephemerals(userId)],
    views: viewsFor(world, userId),
    panel,
    commands: world.options.commands ?? [],
    shortcuts: world.options.shortcuts ?? [],
  };
}

export function viewsFor(world: World, userId: string): JsonObject {
  return { modal: world.views.modalOf(userId), home: world.views.homeOf(userId) };
}

/** Everybody has a direct message with the app. */
export function channelsFor(world: World, userId: string): readonly Channel[] {
  world.workspace.directMessage(userId);
  return world.workspace.channelsOf(userId);
}

export function maySee(world: World, userId: string, message: LocalMessage): boolean {
  if (message.ephemeralTo !== null) return message.ephemeralTo === userId;
  const channel = world.workspace.channel(message.channel);
  return channel !== null && canSee(channel, userId);
}

function wireChannel({ id, name, kind, members }: Channel): JsonObject {
  return { id, name, kind, members: [...members] };
}
