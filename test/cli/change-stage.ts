import type { ChangeCommandContext } from '../../src/cli/change-context.ts';
import { makeKeyPair } from '../../src/config/keys.ts';
import type { Locale } from '../../src/core/domain/locale.ts';
import { APPROVER, CONFIG, PLAYBOOK_VERSIONS, REQUESTER, TEAM, type Bench } from '../jobs/bench.ts';

/** The key that the bot's has taken the place of. */
export const RETIRED = makeKeyPair();

const OPERATORS = [
  { user: 'alice', slack: null },
  { user: 'bob', slack: { teamId: null, id: REQUESTER } },
  { user: 'carol', slack: { teamId: null, id: APPROVER } },
];

/** A terminal on the bench's Redis, audit log and keys, and what was written to it. */
export interface InTerminal {
  readonly context: ChangeCommandContext & { readonly config: typeof CONFIG };
  readonly out: () => string;
  readonly err: () => string;
}

let ids = 0;

/** As a command of this OS user works with it. */
export function inTerminal(bench: Bench, osUser: string, locale: Locale = 'en'): InTerminal {
  let [out, err] = ['', ''];
  const context = {
    config: { ...CONFIG, approvals: { ...CONFIG.approvals, operators: [...OPERATORS] } },
    playbookVersions: PLAYBOOK_VERSIONS,
    state: bench.state,
    audit: bench.audit,
    agentSocket: null,
    signingKeyPem: () => bench.keys.signing,
    verifyKeyPem: () => `${bench.keys.verify}${RETIRED.verify}`,
    slack: { teamId: TEAM, directory: bench.deciding.directory },
    freezes: () => bench.deciding.freezes,
    announce: bench.deciding.announce,
    utcOffsetMs: 9 * 3_600_000,
    osUser,
    newId: () => `id-${(ids += 1)}`,
    nowMs: () => bench.clock.nowMs,
    terminal: {
      locale,
      colour: false,
      width: 80,
      animated: false,
      out: (text: string) => void (out += text),
      err: (text: string) => void (err += text),
    },
    report: bench.show.report,
  };
  return { context, out: () => out, err: () => err };
}
