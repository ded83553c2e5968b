import { isUnderWay } from '../core/change/care.ts';
import { isQuestionId } from '../core/change/group-ids.ts';
import type { FindPlace, State, ThreadPoster } from '../core/domain/ports.ts';
import { lostChangeMessage, lostGroupMessage, lostMessage } from '../core/render/lost.ts';
import type { OpenThread, OpenThreads } from '../state/open-threads.ts';

/** What telling threads that their records are gone needs. */
export interface LostContext {
  readonly state: State;
  readonly poster: ThreadPoster;
  readonly open: OpenThreads;
}

/** Threads whose request is gone from Redis are told so; nobody waits for what cannot come. */
export async function tellLostThreads(context: LostContext): Promise<void> {
  for (const thread of context.open.all()) {
    if (await isKnown(context.state, thread.requestId)) {
      // Another bot has told it: a record that runs out in a month is no loss then.
      if (!(await isOwed(context.state, thread))) context.open.forget(thread.requestId);
      continue;
    }
    const isTold =
      thread.owes === 'change' ? await tellOfChange(context, thread) : await tell(context, thread);
    // Slack is away, or wants a pause: the next round goes on, and the end of the process need not wait.
    if (!isTold) return;
    context.open.forget(thread.requestId);
  }
}

async function isKnown(state: State, id: string): Promise<boolean> {
  const record = isQuestionId(id) ? await state.groups.question(id) : await state.requests.get(id);
  return record !== null;
}

async function isOwed(state: State, { requestId, owes }: OpenThread): Promise<boolean> {
  // What its thread owes is settled where it is shown.
  if (isQuestionId(requestId)) return true;
  return owes === 'change'
    ? (await state.changes.ofRequest(requestId)).some(isUnderWay)
    : !(await hasEnd(state, requestId));
}

/** Whether the thread has its result. */
export const hasEnd = async (state: State, requestId: string): Promise<boolean> =>
  (await state.threads.entries(requestId)).has('end');

async function tell({ poster }: LostContext, thread: OpenThread): Promise<boolean> {
  const { kind } = await poster.update({ channel: thread.channel, ts: thread.rootTs }, lostMessage(thread));
  return kind === 'sent' || kind === 'refused';
}

/** A reply, since the thread has its result and an edit notifies nobody; looked for first, as an earlier try may be there. */
async function tellOfChange({ poster }: LostContext, thread: OpenThread): Promise<boolean> {
  const { channel, rootTs, requestId } = thread;
  const message = isQuestionId(requestId) ? lostGroupMessage(thread) : lostChangeMessage(thread);
  const key = `${requestId}:${message.key}`;
  const place: FindPlace = { channel, threadTs: rootTs, key, sinceMs: Number(rootTs) * 1000 };
  if ((await poster.find(place)).kind === 'found') return true;
  const { kind } = await poster.post(place, message);
  return kind === 'sent' || kind === 'refused';
}
