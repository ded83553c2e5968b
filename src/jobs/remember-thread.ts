import type { ChangeState, SignedGo } from '../core/domain/change.ts';
import type { State } from '../core/domain/ports.ts';
import { TcpcheckError } from '../core/domain/errors.ts';
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
  const before = orderedIn(memory, requestId);
  const records = await recordsOf(state, requestId);
  // Where an order was given meanwhile, what that has put here is newer than these records; its worker wakes the thread.
  if (records === null || orderedIn(memory, requestId) !== before) return;
  if (records.changes.some((change) => WORTH_IT.has(change.state.kind))) {
    memory.remember({ ...records, orders: ordersOf(memory, requestId) });
  } else {
    memory.forget(requestId);
  }
}

/** Before a worker is told: from here on the change may be in force, whatever Redis says of it later. */
export async function rememberOrder(
  context: MemoryContext,
  requestId: string,
  { changeId, go }: { readonly changeId: string; readonly go: SignedGo },
): Promise<void> {
  const records = await recordsOf(context.state, requestId);
  if (records === null || !records.changes.some(({ plan }) => plan.id === changeId)) {
    throw new TcpcheckError(
      'REDIS_LOST',
      `change ${changeId}: Redis has lost its thread since it was decided`,
    );
  }
  // Read last, with nothing in between: other changes of the thread are ordered at the same moment.
  const orders = new Map([...ordersOf(context.memory, requestId), [changeId, go]]);
  if (context.memory.remember({ ...records, orders })) return;
  throw new TcpcheckError(
    'AUDIT_UNWRITABLE',
    `the order of change ${changeId} cannot be put on the bot's disk`,
  );
}

const ordersOf = (memory: ThreadMemory, requestId: string): ReadonlyMap<string, SignedGo> =>
  memory.get(requestId)?.orders ?? new Map<string, SignedGo>();

/** The ids of the changes that were ordered. */
const orderedIn = (memory: ThreadMemory, requestId: string): string =>
  [...ordersOf(memory, requestId).keys()].toSorted().join(' ');

/** All that Redis knows of a thread; null where it was emptied before, or while this was read piece by piece. */
async function recordsOf(state: State, requestId: string): Promise<ThreadRecords | null> {
  const before = await state.requests.get(requestId);
  const changes = await state.changes.ofRequest(requestId);
  const { runs: runIds } = await state.requests.runsOf(requestId);
  const wanted = [...new Set([...runIds, ...changes.map(({ plan }) => plan.runId)])];
  const runs = await Promise.all(wanted.map(async (id) => state.runs.get(id)));
  const entries = await state.threads.entries(requestId);
  const request = await state.requests.get(requestId);
  // One that was brought back in between says so.
  if (request === null || before === null || request.restoredAtMs !== before.restoredAtMs) return null;
  return { request, runIds, runs: runs.filter((run) => run !== null), changes, entries };
}
