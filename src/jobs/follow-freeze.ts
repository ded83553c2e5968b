import { canonicalJson } from '../core/change/canonical-json.ts';
import type { State } from '../core/domain/ports.ts';
import { announceFreeze, type FreezeNewsContext } from './announce-freeze.ts';
import { postAnnouncements, type AnnounceContext } from './post-announcements.ts';

type FollowContext = FreezeNewsContext & AnnounceContext & { readonly state: State };

/** One round: channels are told of freezes and of broken glass, and cards show whether changes are frozen. */
export function followFreeze(context: FollowContext): () => Promise<void> {
  const { state, freezes } = context;
  let shown = '';
  return async () => {
    await announceFreeze(context);
    const now = canonicalJson(freezes.lastSeen());
    if (now !== shown) {
      await redrawCards(state);
      shown = now;
    }
    await postAnnouncements(context);
  };
}

async function redrawCards(state: State): Promise<void> {
  for (const id of await state.changes.open()) {
    const change = await state.changes.get(id);
    if (change?.state.kind === 'proposed') await state.wake.thread(change.plan.requestId);
  }
}
