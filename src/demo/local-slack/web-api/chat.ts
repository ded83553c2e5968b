import type { LocalMessage } from '../message.ts';
import { wireMessage } from '../message-store.ts';
import type { Channel } from '../workspace.ts';
import type { World } from '../world.ts';
import type { Arguments } from './arguments.ts';
import { MAX_TEXT, MAX_UPDATE_TEXT, readContent } from './content.ts';
import { done, refused, type Answer, type Method } from './method.ts';

type Place =
  | { readonly kind: 'channel'; readonly channel: Channel }
  | { readonly kind: 'refused'; readonly answer: Answer };

/** Where the bot may post; a private channel it is not in does not exist for it. */
function placeFor(args: Arguments, world: World): Place {
  const channel = world.workspace.destination(args.text('channel'));
  const isMember = channel?.members.has(world.workspace.bot.userId) === true;
  if (channel === null || (channel.kind === 'private' && !isMember)) {
    return { kind: 'refused', answer: refused('channel_not_found') };
  }
  const mayAnywhere = world.options.scopes?.includes('chat:write.public') === true;
  if (!isMember && !mayAnywhere) return { kind: 'refused', answer: refused('not_in_channel') };
  return { kind: 'channel', channel };
}

function asBot(world: World): { userId: string; botId: string } {
  return { userId: world.workspace.bot.userId, botId: world.workspace.bot.botId };
}

function shown(message: LocalMessage, world: World): object {
  return wireMessage(message, {
    teamId: world.workspace.teamId,
    replies: world.repliesTo(message),
    withMetadata: true,
  });
}

function postMessage(args: Arguments, world: World): Answer {
  const place = placeFor(args, world);
  if (place.kind === 'refused') return place.answer;
  const reading = readContent(args, MAX_TEXT);
  if (reading.kind === 'refused') return reading.answer;
  const channel = place.channel.id;
  const asked = args.text('thread_ts');
  const parent = asked === '' ? null : world.messages.get(channel, asked);
  if (asked !== '' && parent === null) return refused('thread_not_found');
  const message = world.messages.post({
    channel,
    threadTs: parent === null ? null : (parent.threadTs ?? parent.ts),
    ...asBot(world),
    content: reading.content,
    broadcast: parent !== null && args.flag('reply_broadcast'),
  });
  return done({ channel, ts: message.ts, message: shown(message, world) }, reading.warnings);
}

/** The bot's own message, or why it may not be touched. */
function ownMessage(
  args: Arguments,
  world: World,
  refusal: string,
):
  | { readonly kind: 'own'; readonly message: LocalMessage }
  | { readonly kind: 'refused'; readonly answer: Answer } {
  const channel = world.workspace.channel(args.text('channel'));
  if (channel === null) return { kind: 'refused', answer: refused('channel_not_found') };
  const message = world.messages.get(channel.id, args.text('ts'));
  if (message === null) return { kind: 'refused', answer: refused('message_not_found') };
  if (message.userId !== world.workspace.bot.userId) return { kind: 'refused', answer: refused(refusal) };
  return { kind: 'own', message };
}

/** Text without blocks takes the blocks away; metadata stays when none is sent. */
function update(args: Arguments, world: World): Answer {
  const own = ownMessage(args, world, 'cant_update_message');
  if (own.kind === 'refused') return own.answer;
  const reading = readContent(args, MAX_UPDATE_TEXT);
  if (reading.kind === 'refused') return reading.answer;
  const { content, sent, warnings } = reading;
  const message = world.messages.edit(
    own.message,
    { ...content, metadata: sent.metadata ? content.metadata : own.message.metadata },
    { showsEdited: content.blocks.length === 0 },
  );
  const { channel, ts, text } = message;
  return done({ channel, ts, text, message: shown(message, world) }, warnings);
}

function remove(args: Arguments, world: World): Answer {
  const own = ownMessage(args, world, 'cant_delete_message');
  if (own.kind === 'refused') return own.answer;
  world.messages.remove(own.message);
  return done({ channel: own.message.channel, ts: own.message.ts });
}

function postEphemeral(args: Arguments, world: World): Answer {
  const place = placeFor(args, world);
  if (place.kind === 'refused') return place.answer;
  const userId = args.text('user');
  if (!world.workspace.users.has(userId)) return refused('user_not_found');
  if (place.channel.kind !== 'public' && !place.channel.members.has(userId))
    return refused('user_not_in_channel');
  const reading = readContent(args, MAX_TEXT);
  if (reading.kind === 'refused') return reading.answer;
  const thread = args.text('thread_ts');
  const message = world.messages.post({
    channel: place.channel.id,
    threadTs: thread === '' ? null : thread,
    ...asBot(world),
    content: reading.content,
    ephemeralTo: userId,
  });
  return done({ message_ts: message.ts }, reading.warnings);
}

function getPermalink(args: Arguments, world: World): Answer {
  const channel = world.workspace.channel(args.text('channel'));
  if (channel === null) return refused('channel_not_found');
  const message = world.messages.get(channel.id, args.text('message_ts'));
  if (message === null) return refused('message_not_found');
  return done({ channel: channel.id, permalink: permalink(message) });
}

/** Looks like Slack's; the name can never be resolved (RFC 2606). */
export function permalink({ channel, ts, threadTs }: LocalMessage): string {
  const thread = threadTs === null ? '' : `?thread_ts=${threadTs}&cid=${channel}`;
  return `https://local-slack.invalid/archives/${channel}/p${ts.replace('.', '')}${thread}`;
}

export const CHAT: Readonly<Record<string, Method>> = {
  'chat.postMessage': { token: 'bot', scope: 'chat:write', run: postMessage },
  'chat.update': { token: 'bot', scope: 'chat:write', run: update },
  'chat.delete': { token: 'bot', scope: 'chat:write', run: remove },
  'chat.postEphemeral': { token: 'bot', scope: 'chat:write', run: postEphemeral },
  'chat.getPermalink': { token: 'bot', scope: null, run: getPermalink },
};
