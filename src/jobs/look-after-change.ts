import { findHost, type Config } from '../config/config.ts';
import { nextCare, overdueCare, type Care } from '../core/change/care.ts';
import { orderOf, provenGo } from '../core/change/go.ts';
import { MAX_HOLD_S } from '../core/change/hold.ts';
import { isStanding, type ChangeEvent } from '../core/change/life.ts';
import { problem, saysTakenBack, type ExecuteOutcome } from '../core/change/outcome.ts';
import type { Audit } from '../core/domain/audit.ts';
import type { Change, ChangePlan } from '../core/domain/change.ts';
import type { Reached } from '../core/domain/crash-point.ts';
import { TcpcheckError, unreachable } from '../core/domain/errors.ts';
import { confirmPlan, executePlan, isSettled, settlePlan } from '../host/execute-plan.ts';
import type { HostConnection } from '../host/open-host.ts';
import { connectForChange } from './connect-for-change.ts';
import { judgeChange, verifyWindowMs, type JudgeContext } from './judge-change.ts';
import { lookAnew } from './look-anew.ts';
import { moveChange } from './move-change.ts';

/** What looking after a change needs; a worker holds the public key only. */
export interface CareContext extends JudgeContext {
  readonly config: JudgeContext['config'] & Pick<Config, 'windowMs'>;
  readonly audit: Audit;
  readonly verifyKeyPem: string;
  readonly reached?: Reached;
}

/** From confirm to verdict, and no loop: a change that asks for more than that is met again by the sweep. */
const MAX_STEPS = 4;

/**
 * Does for a change whatever it waits for, until nothing is due: a new login that confirms it, the look at its effect,
 * the question to the host's journal where somebody died in the middle. May be done any number of times, by anybody.
 */
export async function lookAfterChange(
  context: CareContext,
  changeId: string,
  signal: AbortSignal,
  { orderLost }: { readonly orderLost: boolean } = { orderLost: false },
): Promise<void> {
  let change = await context.state.changes.get(changeId);
  for (let step = 0; step < MAX_STEPS && change !== null && !signal.aborted; step += 1) {
    const care = nextCare(change, context.nowMs(), orderLost);
    if (care === null) return;
    const event = await eventOf(context, change, { care, signal });
    if (event === null || signal.aborted) return;
    const moved = await moveChange(context, change, event);
    // Where the host could not be asked, asking again at once would not help: the sweep comes by again.
    if (moved === null || isStuck(moved, change)) return;
    change = moved;
  }
}

const isStuck = (now: Change, was: Change): boolean =>
  now.state.kind === was.state.kind && 'problem' in now.state && now.state.problem !== null;

interface Task {
  readonly care: Care;
  readonly signal: AbortSignal;
}

async function eventOf(
  context: CareContext,
  change: Change,
  { care, signal }: Task,
): Promise<ChangeEvent | null> {
  if (care === 'lost-sight') {
    const message = `${change.plan.host}: it could not be asked for an hour after its timer must have run out`;
    return { kind: 'lost-sight', reason: problem('CHANGE_UNKNOWN', message), atMs: context.nowMs() };
  }
  if (care === 'look-anew') {
    const fresh = await lookAnew(context, change, signal);
    return fresh === null ? null : { kind: 'looked-anew', fresh };
  }
  if (care === 'leave') return { kind: 'leave', atMs: context.nowMs() };
  const plan = provenPlan(context, change);
  if (plan === null) return null;
  switch (care) {
    case 'confirm':
      return confirm(context, plan);
    case 'judge':
      return judged(context, plan, signal);
    case 'second-look':
      return { kind: 'second-look', judgement: await judgeChange(context, plan, signal) };
    case 'settle':
      return settle(context, change, plan);
    default:
      return unreachable(care);
  }
}

/** The plan that the bot signed, and nothing else that Redis says: a forged record must not hold a host's timer. */
function provenPlan(context: CareContext, { plan, state }: Change): ChangePlan | null {
  const go = orderOf(state);
  const proven = go === null ? null : provenGo(go, context.verifyKeyPem);
  if (proven !== null && proven.action === 'apply' && proven.plan.id === plan.id) return proven.plan;
  const fields = { change: plan.id, state: state.kind };
  context.report({ what: 'a change carries no valid order', code: 'CHANGE_UNSIGNED', fields });
  return null;
}

async function confirm(context: CareContext, plan: ChangePlan): Promise<ChangeEvent> {
  // The window, and as much again as a login may take.
  const holdMs = Math.min(
    verifyWindowMs(context, plan) + context.config.approvals.confirmWithinMs,
    MAX_HOLD_S * 1000,
  );
  const outcome = await onHost(context, plan, async (connection) =>
    confirmPlan(connection, plan, Math.ceil(holdMs / 1000)),
  );
  context.reached?.('host-told');
  const atMs = context.nowMs();
  return { kind: 'confirm-ended', outcome, atMs, revertsAtMs: atMs + holdMs };
}

/** The verdict decides what the host is told: that it may stay, or that it must go. */
async function judged(
  context: CareContext,
  plan: ChangePlan,
  signal: AbortSignal,
): Promise<ChangeEvent | null> {
  const judgement = await judgeChange(context, plan, signal);
  context.reached?.('measured');
  // Cut short: whoever takes over measures anew.
  if (signal.aborted) return null;
  const outcome = await onHost(context, plan, async (connection) =>
    judgement.verdict === 'worse'
      ? executePlan(connection, { action: 'rollback', plan }, () =>
          connectForChange(context, plan, 'take-back'),
        )
      : confirmPlan(connection, plan, 'reboot'),
  );
  return { kind: 'judged', judgement, outcome };
}

async function settle(context: CareContext, change: Change, plan: ChangePlan): Promise<ChangeEvent | null> {
  const outcome = await onHost(context, plan, async (connection) => settlePlan(connection, plan));
  const atMs = context.nowMs();
  const { kind } = change.state;
  // Asked early, and somebody may be at it still: what is not certain is asked again when nobody can be.
  if (kind === 'applying' && overdueCare(change, atMs) === null && !isSettled(outcome)) return null;
  // Where it is in force, its timer ends at a time not known here: it is confirmed next.
  if (kind === 'applying') return { kind: 'apply-ended', outcome, audit: null, atMs, revertsAtMs: atMs };
  if (kind === 'keeping') return { kind: 'keep-ended', outcome: standing(outcome, plan), atMs };
  if (isStanding(change.state)) return { kind: 'host-said', outcome, atMs };
  if (kind === 'rolling-back') return { kind: 'roll-back-ended', outcome: notYetBack(outcome, plan), atMs };
  return null;
}

/** The journal says that the change stands; whether our file was written, the next press of the button tells. */
const standing = (outcome: ExecuteOutcome, { host }: ChangePlan): ExecuteOutcome =>
  outcome.kind === 'already'
    ? { kind: 'unknown', message: `${host}: no worker told whether it was kept` }
    : outcome;

function notYetBack(outcome: ExecuteOutcome, { host }: ChangePlan): ExecuteOutcome {
  if (outcome.kind === 'already') {
    const message = `${host}: the worker that was to roll back has died before it began`;
    return { kind: 'refused', code: 'not-begun', message };
  }
  return saysTakenBack(outcome) ? { kind: 'rolled-back', readBack: [] } : outcome;
}

/** One new login; where it fails, the outcome says why. */
async function onHost(
  context: CareContext,
  plan: ChangePlan,
  work: (connection: HostConnection) => Promise<ExecuteOutcome>,
): Promise<ExecuteOutcome> {
  if (findHost(context.config, plan.host) === undefined) {
    return { kind: 'refused', code: 'HOST_UNKNOWN', message: "the worker's inventory has no such host" };
  }
  try {
    const connection = await connectForChange(context, plan, 'change');
    try {
      return await work(connection);
    } finally {
      connection.close();
    }
  } catch (error) {
    if (!(error instanceof TcpcheckError)) throw error;
    return { kind: 'unknown', message: error.message };
  }
}
