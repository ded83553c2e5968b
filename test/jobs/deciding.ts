import type { Config } from '../../src/config/config.ts';
import { NO_DIRECTORY, type Directory } from '../../src/core/domain/directory.ts';
import type { FreezeWindow } from '../../src/core/domain/freeze.ts';
import type { Problem } from '../../src/core/domain/problem.ts';
import { glassAnnouncer } from '../../src/jobs/announce-glass.ts';
import type { DecideContext } from '../../src/jobs/decide-change.ts';
import { FreezeBook } from '../../src/state/freeze-book.ts';
import type { OpenState } from '../../src/state/open-state.ts';
import { Outbox } from '../../src/state/outbox.ts';

interface Place {
  readonly dataDir: string;
  readonly state: OpenState;
  readonly config: Pick<Config, 'approvals'>;
  readonly signingKeyPem: string;
  readonly nowMs: () => number;
  readonly report: (problem: Problem) => void;
}

/** What a bot decides with besides its stores. */
interface DecidingParts extends Pick<DecideContext, 'announce'> {
  readonly freezes: FreezeBook;
  readonly directory: Directory;
  readonly outbox: Outbox;
  /** Another book of the same disk and Redis, as of a bot that is started anew. */
  readonly freezesWith: (windows: readonly FreezeWindow[]) => FreezeBook;
}

/** As a bot has them on this data directory and Redis; without Slack unless a directory is given. */
export function decidingParts(place: Place, directory: Directory = NO_DIRECTORY): DecidingParts {
  const { dataDir, state, config, signingKeyPem, nowMs, report } = place;
  const base = { dataDir, store: state.freeze, signingKeyPem, mayBegin: true, nowMs, report };
  const freezesWith = (windows: readonly FreezeWindow[]): FreezeBook =>
    new FreezeBook({ ...base, windows: () => windows });
  const outbox = new Outbox(dataDir);
  const news = { approvals: config.approvals, slackChannel: null, locale: 'en' } as const;
  return {
    freezes: freezesWith(config.approvals.freeze),
    directory,
    outbox,
    freezesWith,
    announce: glassAnnouncer({ config: news, outbox, state, nowMs }),
  };
}
