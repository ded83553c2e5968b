import type { Change } from '../domain/change.ts';

/** What people have not decided: whether to apply it, or whether it stays. */
export type Reminder = 'approve' | 'decide';

/** As much time is left to act in as has gone. */
const APPROVE_RATIO = 0.5;
/** The incident is over by then, and whoever was on call is still there. A day later the change ends with the boot. */
const DECIDE_AFTER_MS = 3_600_000;

/** What people are reminded of by now; null while they have time, and once they have decided. */
export function dueReminder({ plan, state }: Change, nowMs: number): Reminder | null {
  if (state.kind === 'proposed') {
    const { proposedAtMs, expiresAtMs } = plan;
    const dueAtMs = proposedAtMs + (expiresAtMs - proposedAtMs) * APPROVE_RATIO;
    return dueAtMs <= nowMs && nowMs < expiresAtMs ? 'approve' : null;
  }
  return state.kind === 'judged' && nowMs >= state.judgement.atMs + DECIDE_AFTER_MS ? 'decide' : null;
}
