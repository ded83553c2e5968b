import type { Config } from '../config/config.ts';
import type { Change, Person } from '../core/domain/change.ts';
import { TcpcheckError } from '../core/domain/errors.ts';
import type { State } from '../core/domain/ports.ts';
import { brokenGlassMessage, type BrokenGlass } from '../core/render/break-glass.ts';
import type { Outbox } from '../state/outbox.ts';
import type { Decision } from './decisions.ts';

interface GlassNewsContext {
  readonly config: Pick<Config, 'approvals' | 'slackChannel' | 'locale'>;
  readonly outbox: Outbox;
  readonly state: Pick<State, 'requests'>;
  readonly nowMs: () => number;
}

/** Finds out where to tell it, and fails where that is not known; what it gives back puts it on the bot's disk. */
export type AnnounceGlass = (news: BrokenGlass) => Promise<() => void>;

/**
 * Tells the channel of the card, and those who would have been asked, that somebody has gone on alone. Where there is no
 * channel to tell it fails: what nobody can hear of must not be done.
 */
export function glassAnnouncer(context: GlassNewsContext): AnnounceGlass {
  return async (news) => {
    const { config, outbox, state, nowMs } = context;
    const request = await state.requests.get(news.change.plan.requestId);
    const channel = request?.channel ?? config.slackChannel;
    if (channel === null) {
      throw new TcpcheckError(
        'GLASS_UNHEARD',
        `change ${news.change.plan.id}: no channel is known to tell of it`,
      );
    }
    const { groups, users } = config.approvals;
    const ids = [...groups, ...users].map(({ id }) => id);
    const message = brokenGlassMessage(news, config.locale, ids);
    return () => outbox.put({ channel, sinceMs: nowMs(), message });
  };
}

interface Decided {
  readonly change: Change;
  readonly person: Person;
  readonly decision: Pick<Decision, 'breakGlass'>;
}

/** For before the change is moved: where nobody could hear of it, the card is not used up. Tells nothing of other decisions. */
export async function announcement(
  { announce }: { readonly announce: AnnounceGlass },
  { change, person, decision }: Decided,
): Promise<() => void> {
  const { breakGlass } = decision;
  return breakGlass === null ? () => undefined : announce({ change, person, reason: breakGlass });
}
