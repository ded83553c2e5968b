import type { Config } from '../config/config.ts';
import { SLACK_AWAY, type Directory } from '../core/domain/directory.ts';
import type { Problem } from '../core/domain/problem.ts';
import { glassAnnouncer, type AnnounceGlass } from '../jobs/announce-glass.ts';
import { followFreeze } from '../jobs/follow-freeze.ts';
import type { AnnounceContext } from '../jobs/post-announcements.ts';
import type { RulesContext } from '../jobs/rules-now.ts';
import { FreezeBook } from '../state/freeze-book.ts';
import type { OpenState } from '../state/open-state.ts';
import { Outbox } from '../state/outbox.ts';

interface RulesOptions {
  readonly config: Config;
  readonly dataDir: string;
  readonly state: OpenState;
  readonly keys: { readonly signingKeyPem: string; readonly verifyKeyPem: string };
  readonly nowMs: () => number;
  readonly report: (problem: Problem) => void;
}

/** What a bot decides by: who may, when nobody may, and how everybody hears of it. */
export interface ApprovalParts extends RulesContext {
  readonly freezes: FreezeBook;
  readonly outbox: Outbox;
  readonly announce: AnnounceGlass;
  /** Slack has told who we are; before that nobody is let in. */
  reached(slack: { readonly teamId: string; readonly directory: Directory }): void;
  /** One round of keeping channels and cards informed. */
  follow(poster: AnnounceContext['poster']): () => Promise<void>;
}

/** Opens them on the bot's data directory and Redis. */
export function approvalParts({ config, dataDir, state, keys, nowMs, report }: RulesOptions): ApprovalParts {
  const windows = () => config.approvals.freeze;
  const book = { dataDir, store: state.freeze, windows, ...keys, nowMs, report };
  const freezes = new FreezeBook({ ...book, mayBegin: true });
  const outbox = new Outbox(dataDir);
  const news = { config, freezes, outbox, state, nowMs, report };
  let slack = { teamId: '', directory: SLACK_AWAY };
  return {
    config,
    freezes,
    outbox,
    announce: glassAnnouncer(news),
    teamId: () => slack.teamId,
    directory: {
      membersOf: (group, maxAgeMs) => slack.directory.membersOf(group, maxAgeMs),
      standing: (person, maxAgeMs) => slack.directory.standing(person, maxAgeMs),
    },
    reached: ({ teamId, directory }) => {
      slack = { teamId, directory };
    },
    follow: (poster) => followFreeze({ ...news, poster }),
  };
}
