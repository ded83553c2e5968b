import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import { localeFrom, type Locale } from '../core/domain/locale.ts';
import { within } from './deadline.ts';
import { slackFailure } from './slack-failure.ts';
import type { OnProblem } from './slack-client.ts';

/** What Slack says about a person; only `full` members may use us. */
export type Member =
  | {
      readonly kind: 'full';
      readonly locale: Locale;
      /** How far their clock on the wall is ahead of UTC. */
      readonly utcOffsetMs: number;
    }
  | { readonly kind: 'guest'; readonly locale: Locale }
  | { readonly kind: 'foreigner'; readonly locale: Locale }
  /** Slack did not tell: not to be let in. */
  | { readonly kind: 'unverified'; readonly locale: Locale };

/** What Slack says about a person, no older than a minute, or than the caller allows. */
export type Members = (
  who: { readonly teamId: string; readonly userId: string },
  maxAgeMs?: number,
) => Promise<Member>;

/** A person who was deactivated keeps access no longer than this. */
const CACHE_MS = 60_000;
const MAX_CACHED = 2_000;
/** The person waits for an answer meanwhile. */
const LOOKUP_MS = 2_000;

interface Cached {
  readonly atMs: number;
  readonly member: Promise<Member>;
}

/** Looks people up at Slack, remembering what it said for a minute. */
export function createMembers(client: WebClient, teamId: string, onProblem: OnProblem): Members {
  const cache = new Map<string, Cached>();
  return async (who, maxAgeMs = CACHE_MS) => {
    if (who.teamId !== teamId) return { kind: 'foreigner', locale: 'en' };
    const known = cache.get(who.userId);
    const youngMs = Math.min(maxAgeMs, CACHE_MS);
    if (known !== undefined && performance.now() - known.atMs < youngMs) return known.member;
    const member = lookUp(client, teamId, who.userId, onProblem);
    cache.delete(who.userId);
    cache.set(who.userId, { atMs: performance.now(), member });
    dropOldest(cache);
    // What Slack did not tell is asked again next time.
    if ((await member).kind === 'unverified' && cache.get(who.userId)?.member === member)
      cache.delete(who.userId);
    return member;
  };
}

function dropOldest(cache: Map<string, Cached>): void {
  const [oldest] = cache.keys();
  if (cache.size > MAX_CACHED && oldest !== undefined) cache.delete(oldest);
}

const ANSWER = z.object({
  user: z.object({
    id: z.string(),
    team_id: z.string(),
    locale: z.string().optional(),
    tz_offset: z.number().optional(),
    deleted: z.boolean().optional(),
    is_bot: z.boolean().optional(),
    is_restricted: z.boolean().optional(),
    is_ultra_restricted: z.boolean().optional(),
    is_stranger: z.boolean().optional(),
  }),
});

async function lookUp(
  client: WebClient,
  teamId: string,
  userId: string,
  onProblem: OnProblem,
): Promise<Member> {
  const unverified = (why: string): Member => {
    onProblem({
      what: 'a person could not be looked up at Slack',
      code: 'SLACK_UNREACHABLE',
      fields: { userId, why },
    });
    return { kind: 'unverified', locale: 'en' };
  };
  try {
    const call = client.apiCall('users.info', { user: userId, include_locale: true });
    const answer = await within(call, LOOKUP_MS);
    if (answer.kind === 'late') return unverified('no answer in time');
    const { user } = ANSWER.parse(answer.value);
    if (user.id !== userId) return unverified('the answer is about somebody else');
    const locale = localeFrom(user.locale);
    if (user.team_id !== teamId || user.is_stranger === true) return { kind: 'foreigner', locale };
    // A field that is missing lets nobody in.
    const full = [user.deleted, user.is_bot, user.is_restricted, user.is_ultra_restricted].every(
      (flag) => flag === false,
    );
    if (!full) return { kind: 'guest', locale };
    return { kind: 'full', locale, utcOffsetMs: (user.tz_offset ?? 0) * 1000 };
  } catch (error) {
    const failure = slackFailure(error);
    return unverified(failure.kind === 'refused' ? failure.error : failure.kind);
  }
}
