import { nextState, type ChangeEvent } from '../core/change/life.ts';
import type { Change } from '../core/domain/change.ts';
import type { State } from '../core/domain/ports.ts';
import type { OpenState } from '../state/open-state.ts';

/** Login, helper and settling together take well under this; after it, nobody is working on it any more. */
const EXECUTION_LIMIT_MS = 3 * 60_000;

/** What the regular sweep needs. */
export interface SweepContext {
  readonly state: State & Pick<OpenState, 'sweep'>;
  readonly nowMs: () => number;
}

/**
 * Puts right what a lost wake-up or a dead worker left behind: hosts with waiting requests and no job,
 * proposals that ran out, changes nobody finished.
 */
export async function sweep(context: SweepContext): Promise<void> {
  const { state } = context;
  for (const { host, asker } of await state.sweep()) await state.wake.host(host, asker);
  for (const id of await state.changes.open()) {
    const change = await state.changes.get(id);
    if (change !== null) await settleOverdue(context, change);
  }
}

/** After a start: every thread that still owes an answer is brought in line. */
export async function wakeUnanswered(state: State): Promise<void> {
  for (const id of await state.requests.unanswered()) await state.wake.thread(id);
}

async function settleOverdue({ state, nowMs }: SweepContext, change: Change): Promise<void> {
  const event = overdueEvent(change, nowMs());
  if (event === null) return;
  const next = nextState(change, event);
  if ('refused' in next) return;
  const { moved } = await state.changes.move(change.plan.id, change.state.kind, next.ok);
  if (moved) await state.wake.thread(change.plan.requestId);
}

function overdueEvent({ state }: Change, atMs: number): ChangeEvent | null {
  if (state.kind === 'proposed' || state.kind === 'approved') return { kind: 'expire', atMs };
  if (state.kind !== 'applying' && state.kind !== 'rolling-back') return null;
  if (atMs - state.atMs < EXECUTION_LIMIT_MS) return null;
  const message = `no worker reported the end of it within ${EXECUTION_LIMIT_MS / 60_000} minutes`;
  const kind = state.kind === 'applying' ? 'apply-ended' : 'roll-back-ended';
  return { kind, outcome: { kind: 'unknown', message }, atMs };
}
