import type { Config } from '../config/config.ts';
import { TcpcheckError } from '../core/domain/errors.ts';
import type { State } from '../core/domain/ports.ts';
import { brokenGlassMessage, type BrokenGlass } from '../core/render/break-glass.ts';
import type { Outbox } from '../state/outbox.ts';

interface GlassNewsContext {
  readonly config: Pick<Config, 'approvals' | 'slackChannel' | 'locale'>;
  readonly outbox: Outbox;
  readonly state: Pick<State, 'requests'>;
  readonly nowMs: () => number;
}

/**
 * Tells the channel of the card, and those who would have been asked, that somebody has gone on alone. Where there is no
 * channel to tell it fails: what nobody can hear of must not be done.
 */
export function glassAnnouncer(context: GlassNewsContext): (news: BrokenGlass) => Promise<void> {
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
    outbox.put({ channel, sinceMs: nowMs(), message: brokenGlassMessage(news, config.locale, ids) });
  };
}
