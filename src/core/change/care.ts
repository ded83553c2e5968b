import type { Change, ChangeState } from '../domain/change.ts';
import { wantsFreshLook } from './fresh.ts';
import { hasSecondLook, isStanding } from './life.ts';

/** What a change waits for. */
export type Care =
  /** The host's journal must say how it stands. */
  | 'settle'
  /** A new login must tell the host that it can be reached. */
  | 'confirm'
  /** Its effect must be measured. */
  | 'judge'
  | 'second-look'
  /** What its card showed is no longer true: the host is looked at again, or it is said why not. */
  | 'look-anew'
  /** The host was dark far beyond its timer: a person must look. */
  | 'lost-sight'
  /** Nobody has decided for a day. */
  | 'leave';

/**
 * Login, the helper, and settling over new logins take under this together; after it nobody is working on an order
 * any more. Settling earlier would bar an apply that has not begun.
 */
const EXECUTION_LIMIT_MS = 3 * 60_000;
/** A new login takes seconds; whoever was to do it within this has died. */
const CONFIRM_WITHIN_MS = 20_000;
/** When so much of the time has passed in which it should have been judged, another worker holds it and measures anew. */
const TAKE_OVER_RATIO = 0.75;
/** A host that was only restarted, or whose network was mended, is back by then. */
const LOST_AFTER_MS = 3_600_000;
export const SECOND_LOOK_AFTER_MS = 15 * 60_000;
/** Long enough for the morning after; a reminder comes before. */
export const LEAVE_AFTER_MS = 24 * 3_600_000;

/** What is to be done for the change by anybody who finds it like this; null while somebody has it in hand. */
export function overdueCare(change: Change, nowMs: number): Care | null {
  const { state } = change;
  if (wantsFreshLook(state)) return 'look-anew';
  if (isStanding(state) && isToAsk(state.restoredAtMs, nowMs)) return 'settle';
  if (state.kind === 'applying' || state.kind === 'keeping' || state.kind === 'rolling-back') {
    return nowMs - state.atMs > EXECUTION_LIMIT_MS ? 'settle' : null;
  }
  if ((state.kind === 'applied' || state.kind === 'confirmed') && nowMs > state.revertsAtMs + LOST_AFTER_MS) {
    return 'lost-sight';
  }
  if (state.kind === 'applied') return nowMs - state.appliedAtMs > CONFIRM_WITHIN_MS ? 'confirm' : null;
  if (state.kind === 'confirmed') {
    const heldMs = state.revertsAtMs - state.confirmedAtMs;
    return nowMs > state.confirmedAtMs + heldMs * TAKE_OVER_RATIO ? 'confirm' : null;
  }
  return hasSecondLook(state) ? overdueLook(state, nowMs) : null;
}

/** What came back from the bot's disk may be older than what has happened; the host's journal knows. */
const isToAsk = (restoredAtMs: number | undefined, nowMs: number): boolean =>
  restoredAtMs !== undefined && nowMs - restoredAtMs < LOST_AFTER_MS;

function overdueLook(
  state: Extract<ChangeState, { kind: 'judged' | 'kept' | 'left-until-reboot' }>,
  nowMs: number,
): Care | null {
  const agoMs = nowMs - state.judgement.atMs;
  if (state.secondLook === null) return agoMs > SECOND_LOOK_AFTER_MS ? 'second-look' : null;
  return state.kind === 'judged' && agoMs > LEAVE_AFTER_MS ? 'leave' : null;
}

/**
 * The next thing to do for a change that a worker has in hand. Where the worker that was to apply it is known to be lost,
 * the journal is asked at once: if that one lives after all and has not begun, its order is barred. An order to keep or
 * to roll back is not, so there the time must pass.
 */
export function nextCare(change: Change, nowMs: number, orderLost = false): Care | null {
  if (change.state.kind === 'applied') return 'confirm';
  if (change.state.kind === 'applying' && orderLost) return 'settle';
  // One held by a worker that died, or with too little time left, first of all needs more.
  return overdueCare(change, nowMs) ?? (change.state.kind === 'confirmed' ? 'judge' : null);
}

/** Somebody has wanted it, and it has come to no end yet: whoever follows the thread waits for word of it. */
export const isUnderWay = ({ state: { kind } }: Change): boolean => UNDER_WAY.has(kind);

const UNDER_WAY: ReadonlySet<ChangeState['kind']> = new Set([
  'queued',
  'approved',
  'applying',
  'applied',
  'confirmed',
  'judged',
  'keeping',
  'rolling-back',
]);
