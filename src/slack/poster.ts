import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import type {
  FindOutcome,
  FindPlace,
  PostOutcome,
  ThreadMessage,
  ThreadPoster,
} from '../core/domain/ports.ts';
import { Pace } from './pace.ts';
import { plainMessage } from './plain-message.ts';
import { isTokenError, slackError, slackFailure, type SlackFailure } from './slack-failure.ts';
import type { OnProblem } from './slack-client.ts';

/**
 * Slack allows about one post a second and channel (docs.slack.dev/apis/web-api/rate-limits); a little
 * more, since the requests may catch up with each other on the way.
 */
const SPACING_MS = 1_100;
/** A whole thread of findings may wait here; a longer queue waits outside. */
const MAX_WAIT_MS = 6_000;
/** When Slack is in trouble, or its token is. */
const TROUBLE_MS = 5_000;
const TOKEN_TROUBLE_MS = 60_000;

/** Our messages carry their key here, so that a post with a lost answer can be found again. */
const EVENT_TYPE = 'tcpcheck_message';

/** Reading back a channel: so many messages are enough to cover the seconds since the post. */
const FIND_PAGES = 5;
const FIND_PAGE_SIZE = 200;
/** Our clock and Slack's may differ; a page more costs nothing. */
const CLOCK_SKEW_MS = 120_000;

const BAD_BLOCKS = new Set([
  'invalid_blocks',
  'invalid_blocks_format',
  'msg_blocks_too_long',
  'msg_too_long',
]);
/** Slack will not let us read, ever. */
const MAY_NOT_READ = new Set([
  'missing_scope',
  'not_in_channel',
  'channel_not_found',
  'no_permission',
  'access_denied',
  'not_allowed_token_type',
]);

/** Brings messages to Slack; says honestly what became of each. */
export function createPoster(client: WebClient, onProblem: OnProblem): ThreadPoster {
  const posts = new Pace({ spacingMs: SPACING_MS, maxWaitMs: MAX_WAIT_MS });
  const edits = new Pace({ spacingMs: SPACING_MS, maxWaitMs: MAX_WAIT_MS });
  const parts: Parts = { client, onProblem };
  return {
    post: (place, message) =>
      paced(posts, place.channel, () =>
        deliver(parts, 'chat.postMessage', message, {
          channel: place.channel,
          ...(place.threadTs === null ? {} : { thread_ts: place.threadTs }),
          unfurl_links: false,
          unfurl_media: false,
          metadata: { event_type: EVENT_TYPE, event_payload: { key: place.key } },
        }),
      ),
    update: (place, message) =>
      paced(edits, `${place.channel}:${place.ts}`, () =>
        deliver(parts, 'chat.update', message, { channel: place.channel, ts: place.ts }),
      ),
    find: (place) => find(client, place),
  };
}

interface Parts {
  readonly client: WebClient;
  readonly onProblem: OnProblem;
}

async function paced(pace: Pace, place: string, call: () => Promise<PostOutcome>): Promise<PostOutcome> {
  const awayMs = await pace.turn(place);
  if (awayMs !== null) return { kind: 'later', afterMs: awayMs };
  const outcome = await call();
  if (outcome.kind === 'later') pace.hold(place, outcome.afterMs);
  return outcome;
}

type Method = 'chat.postMessage' | 'chat.update';

async function deliver(
  parts: Parts,
  method: Method,
  message: ThreadMessage,
  args: Readonly<Record<string, unknown>>,
): Promise<PostOutcome> {
  const first = await attempt(parts.client, method, { ...args, text: message.text, blocks: message.blocks });
  if (first.kind === 'sent') return first;
  if (!isRefusedFor(BAD_BLOCKS, first.failure)) return outcomeOf(parts, method, first.failure);
  const { details } = first.failure;
  parts.onProblem({
    what: 'Slack refused the blocks of a message; it is sent as plain text',
    code: 'SLACK_REFUSED',
    fields: { key: message.key, said: details.join('; ').slice(0, 300) },
  });
  const plain = plainMessage(message);
  const second = await attempt(parts.client, method, { ...args, text: plain.text, blocks: plain.blocks });
  return second.kind === 'sent' ? second : outcomeOf(parts, method, second.failure);
}

type Attempt =
  | { readonly kind: 'sent'; readonly ts: string }
  | { readonly kind: 'failed'; readonly failure: SlackFailure };

const SENT = z.object({ ts: z.string().min(1) });

async function attempt(client: WebClient, method: Method, args: Record<string, unknown>): Promise<Attempt> {
  try {
    const { ts } = SENT.parse(await client.apiCall(method, args));
    return { kind: 'sent', ts };
  } catch (error) {
    return { kind: 'failed', failure: slackFailure(error) };
  }
}

type Refused = Extract<SlackFailure, { kind: 'refused' }>;

const isRefusedFor = (errors: ReadonlySet<string>, failure: SlackFailure): failure is Refused =>
  failure.kind === 'refused' && errors.has(failure.error);

function outcomeOf({ onProblem }: Parts, method: Method, failure: SlackFailure): PostOutcome {
  switch (failure.kind) {
    case 'rate-limited':
      return { kind: 'later', afterMs: failure.afterMs };
    case 'not-sent':
      return { kind: 'later', afterMs: TROUBLE_MS };
    case 'unsure':
      // An edit may be repeated without harm.
      return method === 'chat.update' ? { kind: 'later', afterMs: TROUBLE_MS } : { kind: 'unsure' };
    case 'refused':
      break;
  }
  const said = `${method} answered ${failure.error}`;
  if (isTokenError(failure.error)) {
    onProblem({ what: 'Slack rejected SLACK_BOT_TOKEN', code: 'SLACK_TOKEN_REJECTED', fields: { said } });
    return { kind: 'later', afterMs: TOKEN_TROUBLE_MS };
  }
  return { kind: 'refused', code: refusalCode(failure.error), message: said };
}

function refusalCode(error: string): string {
  if (error === 'not_in_channel') return 'SLACK_NOT_IN_CHANNEL';
  return error === 'channel_not_found' ? 'SLACK_CHANNEL_NOT_FOUND' : 'SLACK_REFUSED';
}

const PAGE = z.object({
  messages: z.array(
    z.object({
      ts: z.string(),
      metadata: z
        .object({ event_type: z.string(), event_payload: z.object({ key: z.string() }) })
        .optional()
        // Other apps' metadata has other shapes.
        .catch(undefined),
    }),
  ),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
});

/** Rejects with SLACK_UNREACHABLE when Slack does not answer: then nobody knows yet. */
async function find(client: WebClient, place: FindPlace): Promise<FindOutcome> {
  const method = place.threadTs === null ? 'conversations.history' : 'conversations.replies';
  let cursor: string | undefined;
  for (let page = 0; page < FIND_PAGES; page += 1) {
    const args = {
      channel: place.channel,
      ...(place.threadTs === null ? {} : { ts: place.threadTs }),
      oldest: String((place.sinceMs - CLOCK_SKEW_MS) / 1000),
      limit: FIND_PAGE_SIZE,
      include_all_metadata: true,
      ...(cursor === undefined ? {} : { cursor }),
    };
    const read = await readPage(client, method, args);
    if (read.kind !== 'page') return read;
    const found = read.page.messages.find(
      ({ metadata }) => metadata?.event_type === EVENT_TYPE && metadata.event_payload.key === place.key,
    );
    if (found !== undefined) return { kind: 'found', ts: found.ts };
    cursor = read.page.response_metadata?.next_cursor;
    if (cursor === undefined || cursor === '') return { kind: 'absent' };
  }
  // More was written since than we read: it may be there.
  return { kind: 'unreadable' };
}

type Read =
  | { readonly kind: 'page'; readonly page: z.infer<typeof PAGE> }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreadable' };

async function readPage(client: WebClient, method: string, args: Record<string, unknown>): Promise<Read> {
  try {
    return { kind: 'page', page: PAGE.parse(await client.apiCall(method, args)) };
  } catch (error) {
    const failure = slackFailure(error);
    if (isRefusedFor(MAY_NOT_READ, failure)) return { kind: 'unreadable' };
    // Without its first message a thread has no reply of ours either.
    if (isRefusedFor(new Set(['thread_not_found']), failure)) return { kind: 'absent' };
    throw slackError(`looking for a message with ${method}`, 'SLACK_BOT_TOKEN', failure);
  }
}
