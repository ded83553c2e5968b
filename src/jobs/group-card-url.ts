import type { GroupPlan, GroupQuestion } from '../core/domain/group.ts';
import type { LinkTo } from '../core/domain/link-to.ts';
import type { State } from '../core/domain/ports.ts';

/** The address of the card for several hosts; null until it is posted. */
export async function groupCardUrl(
  { state, linkTo }: { readonly state: State; readonly linkTo: LinkTo },
  { id, channel }: Pick<GroupQuestion, 'id' | 'channel'>,
  plan: GroupPlan,
): Promise<string | null> {
  const entries = await state.threads.entries(id);
  const [ts, threadTs] = [entries.get(`card:${plan.id}`)?.ts, entries.get('root')?.ts];
  if (typeof ts !== 'string' || typeof threadTs !== 'string') return null;
  return linkTo({ channel, ts, threadTs });
}
