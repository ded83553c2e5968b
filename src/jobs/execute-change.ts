import type { Config } from '../config/config.ts';
import { orderStep } from '../core/audit/steps.ts';
import { windowAt } from '../core/change/freeze.ts';
import { openGo } from '../core/change/go.ts';
import type { ChangeEvent } from '../core/change/life.ts';
import { problem, type ExecuteOutcome } from '../core/change/outcome.ts';
import { otherPlaybook } from '../core/change/still-true.ts';
import type { Audit, AuditMark } from '../core/domain/audit.ts';
import type { Change, ChangePlan, ChangeProblem, Go, SignedGo } from '../core/domain/change.ts';
import type { Reached } from '../core/domain/crash-point.ts';
import { TcpcheckError, unreachable } from '../core/domain/errors.ts';
import type { State } from '../core/domain/ports.ts';
import type { Problem } from '../core/domain/problem.ts';
import { versionsOf, type Playbook } from '../core/playbook/playbook.ts';
import { executePlan } from '../host/execute-plan.ts';
import { connectForChange } from './connect-for-change.ts';
import { insist, wakeCare } from './insist.ts';
import { moveChange } from './move-change.ts';

/** What executing a signed go needs; a worker holds the public key only. */
export interface ExecuteContext {
  readonly config: Pick<Config, 'hosts' | 'approvals'>;
  readonly playbooks: readonly Playbook[];
  readonly state: State;
  readonly audit: Audit;
  readonly verifyKeyPem: string;
  readonly agentSocket: string | null;
  readonly nowMs: () => number;
  readonly reached?: Reached;
  readonly report: (problem: Problem) => void;
}

/** Nobody gives this order again: a Redis that is away for a moment must not lose it. */
const READ_FOR_MS = 20_000;

/** An order as it came out of the queue: nothing in it is believed before the signature is checked. */
export interface Order {
  readonly changeId: string;
  readonly go: SignedGo;
}

/**
 * Executes one signed go on its host, at most once, and records how it ended. The plan that is executed is
 * the signed one; what Redis holds only says whether it is still wanted.
 */
export async function executeChange(context: ExecuteContext, order: Order): Promise<void> {
  const { reached } = context;
  reached?.('order-taken');
  const opened = openGo(order.go, context.verifyKeyPem, context.nowMs());
  if ('problem' in opened) {
    await refuseOrder(context, order.changeId, opened.problem);
    return;
  }
  const { go } = opened;
  const change = await insist(READ_FOR_MS, () => context.state.changes.get(go.plan.id));
  if (go.plan.id !== order.changeId || change === null) {
    const fields = { change: order.changeId };
    context.report({ what: 'an order names no known change', code: 'CHANGE_UNKNOWN', fields });
    return;
  }
  const ready = await readyFor(context, change, { go, signed: order.go });
  if (ready === null) return;
  reached?.('begun');
  const record = await putOnRecord(context, go);
  reached?.('on-record');
  const outcome = record.refused ?? tooLate(context, order, go) ?? (await execute(context, go));
  reached?.('host-done');
  const ended = await moveChange(context, ready, endOf(context, go, { outcome, audit: record.mark }));
  reached?.('recorded');
  if (ended?.state.kind === 'applied' || ended?.state.kind === 'void')
    await wakeCare(context.state, ended.plan.id);
}

/** The change as it must stand before the host is asked; null when it is not wanted any more. */
async function readyFor(
  context: ExecuteContext,
  change: Change,
  { go, signed }: { readonly go: Go; readonly signed: SignedGo },
): Promise<Change | null> {
  switch (go.action) {
    case 'apply':
      if (await isVoid(context, change, go)) return null;
      return moveChange(context, change, { kind: 'begin', go: signed, atMs: context.nowMs() });
    case 'keep':
      return change.state.kind === 'keeping' ? change : null;
    case 'rollback':
      return change.state.kind === 'rolling-back' ? change : null;
    default:
      return unreachable(go.action);
  }
}

/** Redis and the log may have held it up: what has run out meanwhile is not executed, but for taking back. */
function tooLate(
  { verifyKeyPem, nowMs }: ExecuteContext,
  order: Order,
  { action }: Go,
): ExecuteOutcome | null {
  if (action === 'rollback') return null;
  const again = openGo(order.go, verifyKeyPem, nowMs());
  if (!('problem' in again)) return null;
  const { code, message } = again.problem;
  return { kind: 'refused', code, message };
}

/** What this worker knows by itself and would not do, whatever the bot has signed. */
async function isVoid(context: ExecuteContext, change: Change, go: Go): Promise<boolean> {
  const reason = ownDoubt(context, go);
  if (reason === null) return false;
  const ended = await moveChange(context, change, { kind: 'void', reason, atMs: context.nowMs() });
  if (ended !== null) await wakeCare(context.state, ended.plan.id);
  return true;
}

/** A freeze of its own configuration, or another playbook than was shown: it would judge the change by other rules. */
function ownDoubt(
  { config, playbooks, nowMs }: ExecuteContext,
  { plan, breakGlass }: Go,
): ChangeProblem | null {
  if (breakGlass === undefined && windowAt(config.approvals.freeze, nowMs()) !== null) {
    return problem('CHANGE_FROZEN', "the worker's configuration has changes frozen now");
  }
  return otherPlaybook(plan, versionsOf(playbooks))?.reason ?? null;
}

interface Recorded {
  readonly mark: AuditMark | null;
  /** Why nothing may be done; null: it may. */
  readonly refused: ExecuteOutcome | null;
}

/** Before the effect it must be on disk that it was wanted, and by whom; only taking back goes on without. */
async function putOnRecord({ audit, report }: ExecuteContext, go: Go): Promise<Recorded> {
  try {
    return { mark: await audit.record(orderStep(go)), refused: null };
  } catch (error) {
    if (!(error instanceof TcpcheckError)) throw error;
    const fields = { change: go.plan.id, step: go.action, said: error.message };
    report({ what: 'an order to change a setting could not be put on record', code: error.code, fields });
    if (go.action === 'rollback') return { mark: null, refused: null };
    return { mark: null, refused: { kind: 'refused', code: error.code, message: error.message } };
  }
}

function endOf(
  { config, nowMs }: ExecuteContext,
  go: Go,
  { outcome, audit }: { readonly outcome: ExecuteOutcome; readonly audit: AuditMark | null },
): ChangeEvent {
  const atMs = nowMs();
  switch (go.action) {
    case 'apply':
      return {
        kind: 'apply-ended',
        outcome,
        audit,
        atMs,
        revertsAtMs: atMs + config.approvals.confirmWithinMs,
      };
    case 'keep':
      return { kind: 'keep-ended', outcome, atMs };
    case 'rollback':
      return { kind: 'roll-back-ended', outcome, atMs };
    default:
      return unreachable(go.action);
  }
}

/** An order without a valid signature, or too old: nothing is executed, and the change says so. */
async function refuseOrder(
  context: ExecuteContext,
  changeId: string,
  why: { code: string; message: string; hint: string },
): Promise<void> {
  const fields = { change: changeId, said: why.message };
  context.report({ what: 'an order to change a setting was refused', code: why.code, fields });
  const change = await context.state.changes.get(changeId);
  if (change === null) return;
  const atMs = context.nowMs();
  const outcome: ExecuteOutcome = { kind: 'refused', code: why.code, message: why.message };
  if (change.state.kind === 'approved')
    await moveChange(context, change, { kind: 'void', reason: why, atMs });
  if (change.state.kind === 'keeping')
    await moveChange(context, change, { kind: 'keep-ended', outcome, atMs });
  if (change.state.kind === 'rolling-back') {
    await moveChange(context, change, { kind: 'roll-back-ended', outcome, atMs });
  }
}

async function execute(context: ExecuteContext, { action, plan }: Go): Promise<ExecuteOutcome> {
  const purpose = action === 'rollback' ? 'take-back' : 'change';
  try {
    const connection = await connectForChange(context, plan, purpose);
    context.reached?.('logged-in');
    try {
      const holdS = Math.round(context.config.approvals.confirmWithinMs / 1000);
      return await executePlan(
        connection,
        action === 'apply' ? { action, plan, holdS } : { action, plan },
        () => connectForChange(context, plan, purpose),
      );
    } finally {
      connection.close();
    }
  } catch (error) {
    return notReached(plan, error);
  }
}

/** Failing to log in happens before the first write. */
function notReached(plan: ChangePlan, error: unknown): ExecuteOutcome {
  if (error instanceof TcpcheckError) return { kind: 'refused', code: error.code, message: error.message };
  return { kind: 'unknown', message: problem('INTERNAL', `${plan.host}: ${String(error)}`).message };
}
