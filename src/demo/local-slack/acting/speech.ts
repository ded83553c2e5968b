/** What people do without the app's buttons: write, open its Home, use a shortcut on a message. */
import type { Deliveries } from '../delivery/deliveries.ts';
import type { Outcome } from '../delivery/outcome.ts';
import type { LocalMessage } from '../message.ts';
import { wireMessage } from '../message-store.ts';
import { wireView } from '../views.ts';
import type { World } from '../world.ts';
import {
  actor,
  appFields,
  channelFor,
  LocalSlackError,
  responseUrl,
  teamFields,
  trigger,
  userFields,
} from './actor.ts';

/** Longer than a person writes. */
const MAX_SAID = 12_000;

export interface Said {
  readonly userId: string;
  readonly channel: string;
  readonly text: string;
  readonly threadTs?: string;
}

export interface UsedShortcut {
  readonly userId: string;
  readonly channel: string;
  readonly ts: string;
  readonly callbackId: string;
}

/** A person writes a message; the app hears of it when it is mentioned and in the channel. */
export function say(
  world: World,
  deliveries: Deliveries,
  said: Said,
): { message: LocalMessage; heard: Promise<Outcome> | null } {
  const user = actor(world, said.userId);
  const channel = channelFor(world, user.id, said.channel);
  const { threadTs = null } = said;
  if (said.text.trim() === '' || said.text.length > MAX_SAID)
    throw new LocalSlackError('nothing to say, or too much');
  if (threadTs !== null && world.messages.get(channel.id, threadTs) === null) {
    throw new LocalSlackError(`there is no thread ${threadTs} in ${channel.id}`);
  }
  const message = world.messages.post({
    channel: channel.id,
    threadTs,
    userId: user.id,
    botId: null,
    content: { text: said.text, blocks: [], metadata: null },
  });
  const { bot } = world.workspace;
  const mentioned = said.text.includes(`<@${bot.userId}>`) && channel.members.has(bot.userId);
  const event = {
    user: user.id,
    team: user.teamId,
    text: said.text,
    ts: message.ts,
    channel: channel.id,
    event_ts: message.ts,
    ...(threadTs === null ? {} : { thread_ts: threadTs }),
  };
  if (mentioned) return { message, heard: deliveries.event({ type: 'app_mention', ...event }) };
  if (channel.kind === 'dm') {
    return { message, heard: deliveries.event({ type: 'message', channel_type: 'im', ...event }) };
  }
  return { message, heard: null };
}

/** A person opens the app's Home tab. */
export function openHome(world: World, deliveries: Deliveries, userId: string): Promise<Outcome> {
  const user = actor(world, userId);
  const home = world.views.homeOf(user.id);
  return deliveries.event({
    type: 'app_home_opened',
    user: user.id,
    channel: world.workspace.directMessage(user.id).id,
    tab: 'home',
    event_ts: (Date.now() / 1000).toFixed(6),
    ...(home === null
      ? {}
      : { view: wireView(home, { teamId: world.workspace.teamId, ...world.workspace.bot }) }),
  });
}

/** A person uses one of the app's shortcuts on a message. */
export function useShortcut(world: World, deliveries: Deliveries, used: UsedShortcut): Promise<Outcome> {
  const user = actor(world, used.userId);
  const channel = channelFor(world, user.id, used.channel);
  const message = world.messages.get(channel.id, used.ts);
  if (message === null) throw new LocalSlackError(`there is no message ${used.ts} in ${channel.id}`);
  const { ts, threadTs } = message;
  const origin = { userId: user.id, channel: channel.id, threadTs, original: { channel: channel.id, ts } };
  return deliveries.interaction({
    type: 'message_action',
    ...appFields(world),
    callback_id: used.callbackId,
    action_ts: (Date.now() / 1000).toFixed(6),
    user: userFields(user),
    team: teamFields(world),
    channel: { id: channel.id, name: channel.name },
    message_ts: ts,
    message: wireMessage(message, { teamId: world.workspace.teamId, replies: world.repliesTo(message) }),
    response_url: responseUrl(world, origin),
    trigger_id: trigger(world, user.id),
  });
}
