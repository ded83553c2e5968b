import { problemOf } from '../core/change/outcome.ts';
import { rollBackByJournal, type JournalContext } from '../jobs/roll-back-by-journal.ts';
import type { JournalWish } from './change-context.ts';
import { EXIT, type Terminal } from './terminal.ts';

interface OnHostContext extends JournalContext {
  readonly osUser: string;
  readonly terminal: Terminal;
}

/** `change rollback HOST/ID` where nothing but the host knows the change: from another machine, or without Redis. */
export async function rollBackOnHost(
  context: OnHostContext,
  { host, id, dryRun }: JournalWish,
): Promise<number> {
  const { terminal, osUser } = context;
  const outcome = await rollBackByJournal(
    context,
    { host, change: id, osUser },
    {
      really: !dryRun,
      seen: ({ state, settings }) => {
        const back = settings.toReversed().map(({ key, from, to }) => `${key}: ${to} -> ${from}`);
        terminal.out(`${host}: its journal has change ${id} as ${state}\n  ${back.join('\n  ')}\n`);
      },
    },
  );
  if (outcome === null) {
    terminal.out('it would be taken back; nothing was done\n');
    return EXIT.ok;
  }
  if (outcome.kind === 'rolled-back' || outcome.kind === 'already') {
    terminal.out(`rolled back by ${osUser}: the host has its old values\n`);
    return EXIT.ok;
  }
  if (outcome.kind === 'applied' || outcome.kind === 'confirmed' || outcome.kind === 'kept') {
    terminal.err(`tcpcheck: ${host} gave an answer that does not fit: ${outcome.kind} [CHANGE_UNKNOWN]\n`);
    return EXIT.findings;
  }
  const { code, message, hint } = problemOf(outcome, { host });
  terminal.err(`tcpcheck: ${message} [${code}]\n  ${hint}\n`);
  return EXIT.findings;
}
