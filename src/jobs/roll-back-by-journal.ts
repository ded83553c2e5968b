import type { Config } from '../config/config.ts';
import { personId } from '../core/audit/steps.ts';
import type { ExecuteOutcome } from '../core/change/outcome.ts';
import { mayDecide } from '../core/change/policy.ts';
import type { Audit } from '../core/domain/audit.ts';
import type { Person } from '../core/domain/change.ts';
import { TcpcheckError } from '../core/domain/errors.ts';
import { say } from '../core/domain/locale.ts';
import type { Problem } from '../core/domain/problem.ts';
import type { SettingChange } from '../core/domain/report.ts';
import { askJournal, executePlan, type HostPlan } from '../host/execute-plan.ts';
import { connectForChange } from './connect-for-change.ts';

/** What taking back a change needs of which nothing is left but the host: its inventory entry, and a login. */
export interface JournalContext {
  readonly config: Pick<Config, 'hosts' | 'approvals'>;
  readonly audit: Audit;
  readonly agentSocket: string | null;
  readonly report: (problem: Problem) => void;
}

interface OnHost {
  readonly host: string;
  readonly change: string;
  readonly osUser: string;
}

/** What the host has on record. */
export interface Recorded {
  readonly state: string;
  readonly settings: readonly SettingChange[];
}

/**
 * Takes a change back by what its host has on record, without Redis and without the bot: the way back from any machine
 * that may log in. `seen` is told first; without `really` that is all.
 */
export async function rollBackByJournal(
  context: JournalContext,
  { host, change, osUser }: OnHost,
  { really, seen }: { readonly really: boolean; readonly seen: (recorded: Recorded) => void },
): Promise<ExecuteOutcome | null> {
  const person: Person = { kind: 'os-user', name: osUser };
  const operators = context.config.approvals.operators.map(({ user }) => user);
  const permission = mayDecide(person, { users: [], operators, unreadable: [], unsure: [] });
  if (!permission.allowed) throw new TcpcheckError(permission.code, say(permission.reason, 'en'));
  const connection = await connectForChange(context, { host }, 'take-back');
  try {
    const answer = await askJournal(connection, change);
    if ('trouble' in answer) throw new TcpcheckError('CHANGE_UNKNOWN', `${host}: ${answer.trouble}`);
    const { entry } = answer;
    if (entry === null || entry.settings.length === 0) {
      throw new TcpcheckError('CHANGE_NOT_APPLIED', `${host}: its journal knows nothing of change ${change}`);
    }
    seen(entry);
    if (!really) return null;
    const { settings, netns } = entry;
    const plan: HostPlan = {
      id: change,
      host,
      hostKeyFingerprint: connection.hostKeyFingerprint,
      netns,
      settings,
    };
    const record = recorder(context, { host, change, person });
    await record('roll-back', { from: 'journal', settings });
    const outcome = await executePlan(connection, { action: 'rollback', plan }, () =>
      connectForChange(context, { host }, 'take-back'),
    );
    await record('roll-back-ended', { from: 'journal', outcome });
    return outcome;
  } finally {
    connection.close();
  }
}

/** A roll back goes on where it cannot be put on record. */
const recorder =
  (
    { audit, report }: JournalContext,
    { host, change, person }: { readonly host: string; readonly change: string; readonly person: Person },
  ) =>
  async (step: string, detail: Readonly<Record<string, unknown>>): Promise<void> => {
    try {
      await audit.record({ step, change, host, by: [personId(person)], detail });
    } catch (error) {
      if (!(error instanceof TcpcheckError)) throw error;
      report({
        what: 'a roll back is not on record',
        code: error.code,
        fields: { change, said: error.message },
      });
    }
  };
