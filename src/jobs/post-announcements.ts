import type { State, ThreadPoster } from '../core/domain/ports.ts';
import type { Problem } from '../core/domain/problem.ts';
import type { Announcement, Outbox } from '../state/outbox.ts';

/** What posting needs. */
export interface AnnounceContext {
  readonly state: Pick<State, 'dedupe'>;
  readonly poster: ThreadPoster;
  readonly outbox: Outbox;
  readonly nowMs: () => number;
  readonly report: (problem: Problem) => void;
}

/** Longer than a post takes; another bot that has begun and died is followed after it. */
const ONE_BOT_S = 30;
/** After this it is posted whatever Redis says: whoever can write Redis must not be able to keep it quiet. */
const MUST_BE_TOLD_MS = 5 * 60_000;

/** Posts what waits in the outbox, each once: looked for first, since an earlier try or another bot may have posted it. */
export async function postAnnouncements(context: AnnounceContext): Promise<void> {
  for (const announcement of context.outbox.waiting()) {
    if (await isSettled(context, announcement)) context.outbox.settled(announcement);
  }
}

async function isSettled(
  { state, poster, nowMs, report }: AnnounceContext,
  { channel, sinceMs, message }: Announcement,
): Promise<boolean> {
  const place = { channel, threadTs: null, key: message.key, sinceMs };
  if ((await poster.find(place)).kind === 'found') return true;
  const isMine = await state.dedupe.firstTime(`announce:${message.key}`, ONE_BOT_S);
  if (!isMine && nowMs() - sinceMs < MUST_BE_TOLD_MS) return false;
  const outcome = await poster.post(place, message);
  if (outcome.kind === 'refused') {
    const fields = { channel, key: message.key, said: outcome.message };
    report({ what: 'a channel could not be told', code: outcome.code, fields });
  }
  return outcome.kind === 'sent' || outcome.kind === 'refused';
}
