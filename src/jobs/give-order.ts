import { GO_VALID_MS, signGo } from '../core/change/go.ts';
import type { Reached } from '../core/domain/crash-point.ts';
import type { Change, ChangeAction, GroupPart, Person } from '../core/domain/change.ts';
import type { State } from '../core/domain/ports.ts';
import type { ThreadMemory } from '../core/domain/thread-memory.ts';
import { insist } from './insist.ts';
import { rememberOrder } from './remember-thread.ts';

/** A decision is recorded before it is ordered; the same go may be ordered again, and is worth nothing later. */
const ORDER_FOR_MS = 20_000;

interface OrderContext {
  readonly state: State;
  readonly signingKeyPem: string;
  readonly memory?: ThreadMemory;
  readonly reached?: Reached;
}

interface Ordered {
  readonly change: Change;
  readonly by: readonly Person[];
  readonly action: ChangeAction | null;
  readonly breakGlass: string | null;
  /** The plan for several hosts whose turn this is. */
  readonly group?: GroupPart;
  /** The moment of the decision, so that a decision in time is an order in time. */
  readonly issuedAtMs: number;
}

/** Signs the go and has a worker execute it; what decided it is on record already. */
export async function giveOrder(context: OrderContext, ordered: Ordered): Promise<void> {
  const { change, by, action, breakGlass, issuedAtMs, group } = ordered;
  if (action === null) return;
  const part = group === undefined ? {} : { group };
  const go = { action, plan: change.plan, by, issuedAtMs, validUntilMs: issuedAtMs + GO_VALID_MS, ...part };
  const signed = signGo(breakGlass === null ? go : { ...go, breakGlass }, context.signingKeyPem);
  const { memory, state } = context;
  if (action === 'apply' && memory !== undefined) {
    const order = { changeId: change.plan.id, go: signed };
    await insist(ORDER_FOR_MS, () => rememberOrder({ memory, state }, change.plan.requestId, order));
  }
  context.reached?.('remembered');
  await insist(ORDER_FOR_MS, () => context.state.wake.change(change.plan.id, signed));
  context.reached?.('ordered');
}
