import { findHost, type Config } from '../config/config.ts';
import { nextState, type ChangeEvent } from '../core/change/life.ts';
import { canonicalJson } from '../core/change/canonical-json.ts';
import { openGo } from '../core/change/go.ts';
import { problem, type ExecuteOutcome } from '../core/change/outcome.ts';
import type { Change, ChangePlan, Go, SignedGo } from '../core/domain/change.ts';
import { TcpcheckError } from '../core/domain/errors.ts';
import type { HostEntry } from '../core/domain/host.ts';
import type { State } from '../core/domain/ports.ts';
import { executePlan } from '../host/execute-plan.ts';
import { openHost, type HostConnection } from '../host/open-host.ts';
import { insist, wakeRecorded } from './insist.ts';
import { jumpOf } from './jump-of.ts';
import { measureEffect, type MeasureContext } from './measure-effect.ts';
import type { Problem } from '../core/domain/problem.ts';
import { changeAccount } from './propose-changes.ts';

/** What was done on the host is recorded even when Redis is away for a while; the card waits for it so long. */
const RECORD_FOR_MS = 60_000;

/** What executing a signed go needs; a worker holds the public key only. */
export interface ExecuteContext extends MeasureContext {
  readonly config: Pick<Config, 'hosts' | 'windowMs'>;
  readonly state: State;
  readonly verifyKeyPem: string;
  readonly agentSocket: string | null;
  readonly nowMs: () => number;
  readonly report: (problem: Problem) => void;
}

/** An order as it came out of the queue: nothing in it is believed before the signature is checked. */
export interface Order {
  readonly changeId: string;
  readonly go: SignedGo;
}

/**
 * Executes one signed go on its host, at most once, and records how it ended. The plan that is executed is
 * the signed one; what Redis holds only says whether it is still wanted.
 */
export async function executeChange(
  context: ExecuteContext,
  order: Order,
  signal: AbortSignal,
): Promise<void> {
  const opened = openGo(order.go, context.verifyKeyPem, context.nowMs());
  if ('problem' in opened) {
    await refuseOrder(context, order.changeId, opened.problem);
    return;
  }
  const { go } = opened;
  const change = await context.state.changes.get(go.plan.id);
  if (go.plan.id !== order.changeId || change === null) {
    context.report({
      what: 'an order names no known change',
      code: 'CHANGE_UNKNOWN',
      fields: { change: order.changeId },
    });
    return;
  }
  const ready =
    go.action === 'apply' ? await step(context, change, { kind: 'begin', atMs: context.nowMs() }) : change;
  if (ready === null || (go.action === 'rollback' && ready.state.kind !== 'rolling-back')) return;
  const outcome = await execute(context, go);
  const kind = go.action === 'apply' ? 'apply-ended' : 'roll-back-ended';
  const atMs = context.nowMs();
  const ended = await insist(RECORD_FOR_MS, () => step(context, ready, { kind, outcome, atMs }));
  if (ended?.state.kind === 'applied' && go.action === 'apply') await measure(context, ended, signal);
}

/** Moves the change on, and shows it in the thread; null when something else moved it first. */
async function step(context: ExecuteContext, change: Change, event: ChangeEvent): Promise<Change | null> {
  const next = nextState(change, event);
  if ('refused' in next) {
    context.report({
      what: 'a change was elsewhere already',
      code: next.refused.code,
      fields: { said: next.refused.message },
    });
    return null;
  }
  const { moved, change: now } = await context.state.changes.move(change.plan.id, change.state.kind, next.ok);
  await wakeRecorded(context.state, change.plan.requestId);
  // A report that is made again may find that it had arrived, and only the answer was lost.
  if (moved || (event.kind !== 'begin' && canonicalJson(now.state) === canonicalJson(next.ok))) return now;
  context.report({
    what: 'a change was elsewhere already',
    code: 'CHANGE_DECIDED',
    fields: { change: change.plan.id, wanted: next.ok.kind, found: now.state.kind },
  });
  return null;
}

/** An order without a valid signature, or too old: nothing is executed, and the change says so. */
async function refuseOrder(
  context: ExecuteContext,
  changeId: string,
  why: { code: string; message: string; hint: string },
): Promise<void> {
  context.report({
    what: 'an order to change a setting was refused',
    code: why.code,
    fields: { change: changeId, said: why.message },
  });
  const change = await context.state.changes.get(changeId);
  if (change === null) return;
  const atMs = context.nowMs();
  if (change.state.kind === 'approved') await step(context, change, { kind: 'void', reason: why, atMs });
  if (change.state.kind === 'rolling-back') {
    const outcome: ExecuteOutcome = { kind: 'refused', code: why.code, message: why.message };
    await step(context, change, { kind: 'roll-back-ended', outcome, atMs });
  }
}

async function execute(context: ExecuteContext, go: Go): Promise<ExecuteOutcome> {
  const host = findHost(context.config, go.plan.host);
  if (host === undefined || host.changes.kind === 'none') {
    return {
      kind: 'refused',
      code: 'ACCESS_DENIED',
      message: "the worker's inventory does not allow changes on this host",
    };
  }
  const account = changeAccount(host);
  try {
    const connection = await connect(context, account);
    try {
      return await executePlan(connection, { action: go.action, plan: go.plan }, () =>
        connect(context, account),
      );
    } finally {
      connection.close();
    }
  } catch (error) {
    return notReached(go.plan, error);
  }
}

/** Failing to log in happens before the first write. */
function notReached(plan: ChangePlan, error: unknown): ExecuteOutcome {
  if (error instanceof TcpcheckError) return { kind: 'refused', code: error.code, message: error.message };
  return { kind: 'unknown', message: problem('INTERNAL', `${plan.host}: ${String(error)}`).message };
}

const connect = (context: ExecuteContext, host: HostEntry): Promise<HostConnection> =>
  openHost(host, { jump: jumpOf(context.config, host), agentSocket: context.agentSocket });

/** The look after the change is a courtesy: without it the change still stands as applied. */
async function measure(context: ExecuteContext, change: Change, signal: AbortSignal): Promise<void> {
  const effect = await measureEffect(context, change.plan, signal);
  await step(context, change, { kind: 'measured', effect });
}
