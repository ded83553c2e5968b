import type { Access, SlackId } from '../config/config.ts';
import { fillMd, join, line, type Markup } from '../core/render/markup.ts';
import { BOT } from '../core/render/texts/bot.ts';
import type { Member } from './members.ts';

const REFUSALS = { guest: BOT.guest, foreigner: BOT.foreigner, unverified: BOT.unverified } as const;

/** Why this person may not use us at all; null when they may. */
export const memberRefusal = (member: Member): Markup | null =>
  member.kind === 'full' ? null : fillMd(member.locale, REFUSALS[member.kind]);

/** Channel names as links would ping nobody, but ids are what the config holds. */
const MAX_CHANNELS = 5;

/** Why this member may not ask for a diagnosis here; null when they may. */
export function askRefusal(
  access: Access,
  member: Member,
  from: { teamId: string; userId: string; channel: string },
): Markup | null {
  if (access.users.length > 0 && !access.users.some((user) => isUser(user, from))) {
    return fillMd(member.locale, BOT.wrongUser);
  }
  if (access.channels.length > 0 && !access.channels.includes(from.channel)) {
    const channels = join(access.channels.slice(0, MAX_CHANNELS).map(channelLink), ', ');
    return fillMd(member.locale, BOT.wrongChannel, { channels });
  }
  return null;
}

/** A bare id belongs to the home workspace, and so does every member that got here. */
const isUser = (user: SlackId, from: { teamId: string; userId: string }): boolean =>
  user.id === from.userId && (user.teamId === null || user.teamId === from.teamId);

const channelLink = (id: string): Markup =>
  /^[CG][A-Z0-9]+$/.test(id) ? { mrkdwn: `<#${id}>` } : line(id, 30);
