import type { JsonObject } from '../json.ts';
import type { LocalMessage } from '../message.ts';
import { wireMessage } from '../message-store.ts';
import type { Channel } from '../workspace.ts';
import type { World } from '../world.ts';
import type { Arguments } from './arguments.ts';
import { done, refused, type Answer, type Method } from './method.ts';

/** Slack's own defaults and caps. */
const REPLIES_LIMIT = 1000;
const HISTORY_LIMIT = 100;
const MAX_LIMIT = 999;

type Reading =
  | { readonly kind: 'readable'; readonly channel: Channel }
  | { readonly kind: 'refused'; readonly answer: Answer };

function readable(args: Arguments, world: World): Reading {
  const channel = world.workspace.channel(args.text('channel'));
  if (channel === null) return { kind: 'refused', answer: refused('channel_not_found') };
  const isMember = channel.members.has(world.workspace.bot.userId);
  const scope = channel.kind === 'private' ? 'groups:history' : 'channels:history';
  if (!isMember) {
    const error = channel.kind === 'private' ? 'channel_not_found' : 'not_in_channel';
    return { kind: 'refused', answer: refused(error) };
  }
  if (channel.kind !== 'dm' && !world.hasScope(scope)) {
    return { kind: 'refused', answer: refused('missing_scope', [], { needed: scope }) };
  }
  return { kind: 'readable', channel };
}

function info(args: Arguments, world: World): Answer {
  const channel = world.workspace.channel(args.text('channel'));
  const isMember = channel?.members.has(world.workspace.bot.userId) === true;
  if (channel === null || (channel.kind === 'private' && !isMember)) return refused('channel_not_found');
  return done({
    channel: {
      id: channel.id,
      name: channel.name,
      is_channel: channel.kind === 'public',
      is_group: channel.kind === 'private',
      is_im: channel.kind === 'dm',
      is_private: channel.kind !== 'public',
      is_archived: false,
      is_member: isMember,
      context_team_id: world.workspace.teamId,
      ...(args.flag('include_num_members') ? { num_members: channel.members.size } : {}),
    },
  });
}

function replies(args: Arguments, world: World): Answer {
  const place = readable(args, world);
  if (place.kind === 'refused') return place.answer;
  const root = world.messages.get(place.channel.id, args.text('ts'));
  if (root === null) return refused('thread_not_found');
  const thread = root.threadTs === null ? world.messages.inThread(root.channel, root.ts) : [root];
  const later = thread.filter((message) => message.ts === root.ts || inRange(message, args));
  return page(later, args, world, REPLIES_LIMIT);
}

function history(args: Arguments, world: World): Answer {
  const place = readable(args, world);
  if (place.kind === 'refused') return place.answer;
  const newestFirst = world.messages.inChannel(place.channel.id).filter((one) => inRange(one, args));
  return page(newestFirst.toReversed(), args, world, HISTORY_LIMIT);
}

function inRange({ ts }: LocalMessage, args: Arguments): boolean {
  const oldest = args.text('oldest');
  const latest = args.text('latest');
  const inclusive = args.flag('inclusive');
  const afterOldest = oldest === '' || Number(ts) > Number(oldest) || (inclusive && ts === oldest);
  const beforeLatest = latest === '' || Number(ts) < Number(latest) || (inclusive && ts === latest);
  return afterOldest && beforeLatest;
}

/** The cursor is the place of the next message; metadata comes only when asked for. */
function page(all: readonly LocalMessage[], args: Arguments, world: World, fallback: number): Answer {
  const limit = Math.min(Math.max(args.integer('limit', fallback), 1), MAX_LIMIT);
  const cursor = args.text('cursor');
  const place = cursor === '' ? '0' : Buffer.from(cursor, 'base64').toString();
  if (!/^\d{1,9}$/.test(place)) return refused('invalid_cursor');
  const from = Number(place);
  const next = from + limit < all.length ? Buffer.from(String(from + limit)).toString('base64') : '';
  const withMetadata = args.flag('include_all_metadata');
  return done({
    messages: all.slice(from, from + limit).map((message): JsonObject =>
      wireMessage(message, {
        teamId: world.workspace.teamId,
        replies: world.repliesTo(message),
        withMetadata,
      }),
    ),
    has_more: next !== '',
    response_metadata: { next_cursor: next },
  });
}

export const CONVERSATIONS: Readonly<Record<string, Method>> = {
  'conversations.info': { token: 'bot', scope: 'channels:read', run: info },
  'conversations.replies': { token: 'bot', scope: null, run: replies },
  'conversations.history': { token: 'bot', scope: null, run: history },
};
