import type { ChangeState, SignedGo } from '../core/domain/change.ts';
import type { State } from '../core/domain/ports.ts';
import type { ThreadMemory, ThreadRecords } from '../core/domain/thread-memory.ts';

interface MemoryContext {
  readonly state: State;
  readonly memory: ThreadMemory;
}

/** Under way, in force, or perhaps so: what people must be able to take back whatever becomes of Redis. */
const WORTH_IT: ReadonlySet<ChangeState['kind']> = new Set([
  'approved',
  'applying',
  'applied',
  'confirmed',
  'judged',
  'left-until-reboot',
  'keeping',
  'kept',
  'rolling-back',
  'needs-human',
]);

/** Keeps the thread beside Redis while a change of it is under way or in force, and no longer. */
export async function rememberThread(context: MemoryContext, requestId: string): Promise<void> {
  const { state, memory } = context;
  const changes = await state.changes.ofRequest(requestId);
  if (!changes.some((change) => WORTH_IT.has(change.state.kind))) {
    // Looked for last: a Redis that was emptied meanwhile has no changes either, and then this is all there is.
    if ((await state.requests.get(requestId)) !== null) memory.forget(requestId);
    return;
  }
  const records = await recordsOf(state, requestId);
  if (records === null) return;
  const orders = memory.get(requestId)?.orders ?? new Map<string, SignedGo>();
  memory.remember({ ...records, orders });
}

/** Before a worker is told: from here on the change may be in force, whatever Redis says of it later. */
export async function rememberOrder(
  context: MemoryContext,
  requestId: string,
  order: { readonly changeId: string; readonly go: SignedGo },
): Promise<void> {
  const records = await recordsOf(context.state, requestId);
  if (records === null) return;
  const orders = new Map([
    ...(context.memory.get(requestId)?.orders ?? []),
    [order.changeId, order.go] as const,
  ]);
  context.memory.remember({ ...records, orders });
}

/** All that Redis knows of a thread. */
async function recordsOf(state: State, requestId: string): Promise<ThreadRecords | null> {
  const request = await state.requests.get(requestId);
  if (request === null) return null;
  const changes = await state.changes.ofRequest(requestId);
  const { runs: runIds } = await state.requests.runsOf(requestId);
  const wanted = [...new Set([...runIds, ...changes.map(({ plan }) => plan.runId)])];
  const runs = await Promise.all(wanted.map(async (id) => state.runs.get(id)));
  return {
    request,
    runIds,
    runs: runs.filter((run) => run !== null),
    changes,
    entries: await state.threads.entries(requestId),
  };
}
