import { createHash } from 'node:crypto';
import { TcpcheckError, unreachable } from '../core/domain/errors.ts';
import type {
  FindOutcome,
  FindPlace,
  PostOutcome,
  State,
  ThreadEntry,
  ThreadMessage,
  ThreadPoster,
} from '../core/domain/ports.ts';
import type { DiagnosisRequest } from '../core/domain/run.ts';
import type { Problem } from '../core/domain/problem.ts';

/** An answer lost on the way may still be on its way into the channel: look only after it had time to arrive. */
const LOOK_AFTER_MS = 2_000;

/** When Slack could not even be asked; its outages last minutes. */
const LOOK_AGAIN_MS = 15_000;

/** What bringing a thread in line needs. */
export interface SyncContext {
  readonly state: State;
  readonly poster: ThreadPoster;
  readonly report: (problem: Problem) => void;
}

/** A thread by its id, which is that of its request where it has one. */
export type ThreadPlace = Pick<DiagnosisRequest, 'id' | 'channel' | 'createdAtMs'>;

/** `done` when Slack shows all of it; `later` when another wake-up is on its way; `given-up` when it never will. */
export type SyncOutcome = 'done' | 'later' | 'given-up';

/**
 * Brings the thread in Slack in line with the messages wanted: posts what is missing, edits what differs,
 * the root first. Whatever is interrupted, doing it again completes it; nothing is posted twice.
 */
export async function syncMessages(
  context: SyncContext,
  request: ThreadPlace,
  messages: readonly ThreadMessage[],
): Promise<SyncOutcome> {
  let outcome: SyncOutcome = 'done';
  for (const message of messages) {
    const entries = await context.state.threads.entries(request.id);
    const threadTs = message.key === 'root' ? null : (entries.get('root')?.ts ?? null);
    if (message.key !== 'root' && threadTs === null) return 'later';
    const place: FindPlace = {
      channel: request.channel,
      threadTs,
      key: postKey(request, message),
      sinceMs: request.createdAtMs,
    };
    const result = await ensure(context, { request, message, place }, entries.get(message.key));
    if (result !== 'done' && message.key === 'root') return result;
    // One that is given up must not hide that another is still to come.
    if (result !== 'done' && outcome !== 'later') outcome = result;
  }
  return outcome;
}

/** Keys are unique over all threads, so that a message can be found again in a channel full of them. */
const postKey = (request: ThreadPlace, message: ThreadMessage): string => `${request.id}:${message.key}`;

interface Item {
  readonly request: ThreadPlace;
  readonly message: ThreadMessage;
  readonly place: FindPlace;
}

async function ensure(
  context: SyncContext,
  item: Item,
  entry: ThreadEntry | undefined,
): Promise<SyncOutcome> {
  if (entry === undefined) return post(context, item);
  if (entry.ts === null) return lookForLost(context, item);
  return entry.hash === hashOf(item.message) ? 'done' : edit(context, item, entry.ts);
}

async function post(context: SyncContext, item: Item): Promise<SyncOutcome> {
  const { request, message, place } = item;
  const hash = hashOf(message);
  if (!(await context.state.threads.begin(request.id, message.key, hash))) return 'later';
  const outcome = await context.poster.post(place, message);
  switch (outcome.kind) {
    case 'sent':
      await context.state.threads.posted(request.id, message.key, { ts: outcome.ts, hash });
      return 'done';
    case 'unsure':
      await context.state.wake.thread(request.id, LOOK_AFTER_MS);
      return 'later';
    case 'later':
      await context.state.threads.forget(request.id, message.key);
      await context.state.wake.thread(request.id, outcome.afterMs);
      return 'later';
    case 'refused':
      await context.state.threads.forget(request.id, message.key);
      return giveUp(context, item, outcome);
    default:
      return unreachable(outcome);
  }
}

/** The answer to a post was lost, or we died before it came: the message may be there or not. */
async function lookForLost(context: SyncContext, item: Item): Promise<SyncOutcome> {
  const { request, message, place } = item;
  const found = await find(context, request, place);
  if (found === 'later') return 'later';
  if (found.kind === 'found') {
    await context.state.threads.posted(request.id, message.key, { ts: found.ts, hash: 'unknown' });
    return edit(context, item, found.ts);
  }
  // Without leave to read the channel nobody can know. The root is worth a possible second copy, since
  // without it the asker would get no answer at all; a reply is not.
  if (found.kind === 'unreadable' && message.key !== 'root') return 'given-up';
  await context.state.threads.forget(request.id, message.key);
  return post(context, item);
}

/** Nobody knows yet while Slack does not answer; retries that end would leave the thread as it is for ever. */
async function find(
  context: SyncContext,
  request: ThreadPlace,
  place: FindPlace,
): Promise<FindOutcome | 'later'> {
  try {
    return await context.poster.find(place);
  } catch (error) {
    if (!(error instanceof TcpcheckError)) throw error;
    const fields = { request: request.id, channel: place.channel, said: error.message };
    context.report({ what: 'a thread could not be read back', code: error.code, fields });
    if (error.code === 'SLACK_REFUSED') return { kind: 'unreadable' };
    await context.state.wake.thread(request.id, LOOK_AGAIN_MS);
    return 'later';
  }
}

async function edit(context: SyncContext, item: Item, ts: string): Promise<SyncOutcome> {
  const { request, message, place } = item;
  const outcome = await context.poster.update({ channel: place.channel, ts }, message);
  switch (outcome.kind) {
    case 'sent':
      await context.state.threads.posted(request.id, message.key, { ts, hash: hashOf(message) });
      return 'done';
    case 'unsure':
      await context.state.wake.thread(request.id, LOOK_AFTER_MS);
      return 'later';
    case 'later':
      await context.state.wake.thread(request.id, outcome.afterMs);
      return 'later';
    case 'refused':
      return giveUp(context, item, outcome);
    default:
      return unreachable(outcome);
  }
}

function giveUp(
  context: SyncContext,
  item: Item,
  refusal: Extract<PostOutcome, { kind: 'refused' }>,
): SyncOutcome {
  context.report({
    what: 'Slack refused a message',
    code: refusal.code,
    fields: {
      request: item.request.id,
      channel: item.request.channel,
      key: item.message.key,
      said: refusal.message,
    },
  });
  return 'given-up';
}

const hashOf = (message: ThreadMessage): string =>
  createHash('sha256')
    .update(JSON.stringify([message.text, message.blocks]))
    .digest('hex')
    .slice(0, 32);
