import { orderOf, signedAnew, withOrder } from '../core/change/go.ts';
import { publicKeysIn } from '../core/change/verify-keys.ts';
import type { ChangeState, SignedGo } from '../core/domain/change.ts';
import type { State } from '../core/domain/ports.ts';
import type { ThreadMemory } from '../core/domain/thread-memory.ts';

interface RenewContext {
  readonly state: State;
  readonly memory: ThreadMemory;
  readonly signingKeyPem: string;
  /** With the key that is being retired; without one there is nothing to do. */
  readonly verifyKeyPem: string;
  readonly nowMs: () => number;
}

/**
 * While the key that signs is rotated, the orders of changes under way and in force are signed anew, in Redis and on the
 * bot's disk: they prove that people wanted these changes, also when the retired key is gone. It makes nothing possible
 * again, since an order's time is a part of it; one whose time is not over is met in a later round.
 */
export async function renewOrders(context: RenewContext): Promise<void> {
  const { state, memory, verifyKeyPem } = context;
  if (publicKeysIn(verifyKeyPem).length < 2) return;
  const nowMs = context.nowMs();
  const anew = (go: SignedGo): SignedGo | null => signedAnew(go, context, nowMs);
  const renewed = (state: ChangeState): ChangeState | null => {
    const go = orderOf(state);
    const next = go === null ? null : anew(go);
    return next === null ? null : withOrder(state, next);
  };
  for (const id of memory.ids()) {
    for (const change of await state.changes.ofRequest(id)) {
      // Where something moves it meanwhile, what it moves to has the order of before, and is met in the next round.
      if (renewed(change.state) !== null) await state.changes.rewrite(change.plan.id, renewed);
    }
    const thread = memory.get(id);
    if (thread === null) continue;
    const orders = new Map([...thread.orders].map(([changeId, go]) => [changeId, anew(go) ?? go]));
    const changes = thread.changes.map((change) => ({
      ...change,
      state: renewed(change.state) ?? change.state,
    }));
    memory.remember({ ...thread, changes, orders });
  }
}
