import { planHash, readButtonValue } from '../core/change/plan-hash.ts';
import type { Change } from '../core/domain/change.ts';
import type { ErrorCode } from '../core/domain/error-catalogue.ts';
import type { Click, ClickOutcome, State } from '../core/domain/ports.ts';
import { errorAnswer } from './answers.ts';

type Refused = Extract<ClickOutcome, { kind: 'refused' }>;

/** The change that this very card shows; anything else than the card's own plan, place or message is refused. */
export async function changeOfCard(state: State, click: Click): Promise<Change | Refused> {
  const shown = readButtonValue(click.value);
  if (shown === null) return refuse('CHANGE_STALE');
  const change = await state.changes.get(shown.id);
  if (change === null) return refuse('REDIS_LOST');
  if (planHash(change.plan) !== shown.hash) return refuse('CHANGE_STALE');
  const { requestId } = change.plan;
  const request = await state.requests.get(requestId);
  const entries = await state.threads.entries(requestId);
  const inPlace = [...entries.values()].some((entry) => entry.ts === click.messageTs);
  return request?.channel === click.channel && inPlace ? change : refuse('CHANGE_STALE');
}

const refuse = (code: ErrorCode): Refused => ({ kind: 'refused', code, answer: errorAnswer(code) });
