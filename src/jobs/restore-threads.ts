import { isStanding } from '../core/change/life.ts';
import { orderOf, provenGo } from '../core/change/go.ts';
import { problem } from '../core/change/outcome.ts';
import { planHash } from '../core/change/plan-hash.ts';
import type { Change, ChangePlan, NeedsHumanState, SignedGo } from '../core/domain/change.ts';
import type { State } from '../core/domain/ports.ts';
import type { RememberedThread, ThreadMemory, ThreadRecords } from '../core/domain/thread-memory.ts';
import type { Problem } from '../core/domain/problem.ts';
import { wakeRecorded } from './insist.ts';

/** What bringing threads back into an emptied Redis needs. */
export interface RestoreContext {
  readonly state: State;
  readonly memory: ThreadMemory;
  /** Of the orders that were signed here, also with a key that is being retired. */
  readonly verifyKeyPem: string;
  readonly nowMs: () => number;
  readonly report: (problem: Problem) => void;
}

/** A day less than Redis keeps a request: one that has run out there is no loss. */
const RETENTION_MS = 29 * 86_400_000;

/**
 * Where Redis was emptied, threads with a change under way or in force come back from the bot's disk: their buttons work
 * again, and the sweep has each host asked how its change stands. A thread with a change that lacks the bot's signature does not come back.
 */
export async function restoreThreads(context: RestoreContext): Promise<void> {
  const { state, memory, report } = context;
  for (const id of memory.ids()) {
    if ((await state.requests.get(id)) !== null) continue;
    const thread = memory.get(id);
    if (thread === null) continue;
    if (context.nowMs() - thread.request.createdAtMs > RETENTION_MS) {
      memory.forget(id);
      continue;
    }
    const changes = thread.changes.map((change) => brought(context, thread, change));
    const forged = thread.changes.filter((_, index) => changes[index] === null);
    for (const { plan } of forged) {
      const what = 'a remembered change carries no order of this bot and is not brought back';
      report({ what, code: 'CHANGE_UNSIGNED', fields: { change: plan.id } });
    }
    // One is enough to doubt the rest: the thread is told that it is lost.
    if (forged.length > 0) continue;
    const back = changes.filter((change) => change !== null);
    if (await state.restore(asOf(context.nowMs(), thread, back))) {
      report({
        what: 'Redis was emptied; a thread was brought back',
        code: 'REDIS_LOST',
        fields: { request: id },
      });
      await wakeRecorded(state, id);
    }
  }
}

const asOf = (restoredAtMs: number, thread: RememberedThread, changes: readonly Change[]): ThreadRecords => ({
  ...thread,
  request: { ...thread.request, restoredAtMs },
  changes,
});

/** The change as it comes back; null when nothing proves that people wanted it. */
function brought(context: RestoreContext, { orders }: RememberedThread, change: Change): Change | null {
  const { plan, state } = change;
  if (state.kind === 'approved') {
    const go = orders.get(plan.id);
    // A terminal, or a bot that has died, may have told a worker all the same: only the host knows.
    if (go === undefined) return { plan, state: inDoubt(context, plan) };
    if (!isOurs(context, change, go)) return null;
    return { plan, state: { kind: 'applying', approvals: state.approvals, go, atMs: state.atMs } };
  }
  const go = orderOf(state);
  if (go === null) return change;
  if (!isOurs(context, change, go)) return null;
  return isStanding(state) ? { plan, state: { ...state, restoredAtMs: context.nowMs() } } : change;
}

/** Taking it back asks the host, and settles it whichever way it was. */
function inDoubt({ nowMs }: RestoreContext, { host }: ChangePlan): NeedsHumanState {
  const message = `${host}: Redis was emptied after this was approved; whether a worker was told is not known here. Roll back settles it either way`;
  return { kind: 'needs-human', atMs: nowMs(), reason: problem('CHANGE_UNKNOWN', message), last: null };
}

function isOurs({ verifyKeyPem }: RestoreContext, { plan }: Change, signed: SignedGo): boolean {
  const go = provenGo(signed, verifyKeyPem);
  return go !== null && go.action === 'apply' && planHash(go.plan) === planHash(plan);
}
