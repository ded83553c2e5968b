import type { Config } from '../config/config.ts';
import { approvalsFor } from '../core/change/still-true.ts';
import type { Playbook } from '../core/playbook/playbook.ts';
import { PROPOSE } from '../core/render/texts/propose.ts';
import { fill } from '../core/render/texts/text.ts';
import { changeAccess, needsHelper, offersOf, settingsOf } from '../jobs/propose-changes.ts';
import { operatorOf } from '../jobs/rules-now.ts';
import { beginPropose } from './begin-propose.ts';
import type { ProposeWish } from './change-context.ts';
import { lookFromHere } from './check.ts';
import { showProposed } from './show-proposed.ts';
import { progress, type Terminal } from './terminal.ts';
import { afterLook } from './why-nothing.ts';

interface DryContext {
  readonly config: Config;
  readonly playbooks: readonly Playbook[];
  readonly agentSocket: string | null;
  readonly osUser: string;
  readonly terminal: Terminal;
}

/** `change propose --dry-run`: looks as `check` does, without the service, and writes nothing. */
export async function proposeDry(context: DryContext, wish: ProposeWish): Promise<number> {
  const { config, playbooks, terminal, osUser } = context;
  const { locale } = terminal;
  const begun = beginPropose(context, wish);
  if (begun.kind === 'over') return begun.exit;
  const { host, nothing } = begun;
  const show = progress(terminal, wish.json);
  const options = { target: null, windowMs: wish.windowMs, say: (line: string) => show.say(line) };
  const diagnosis = await lookFromHere(context, host, options);
  show.end();
  const requester = operatorOf({ config, teamId: () => '' }, osUser);
  const would = offersOf(diagnosis.findings, wish.key ?? undefined).map(({ fix }) => ({
    settings: settingsOf(fix),
    risk: fix.risk,
    takesEffect: fix.takesEffect,
    approvalsNeeded: approvalsFor(fix.risk, config.approvals.twoPerson),
    requester,
  }));
  const access = changeAccess(config, host.name);
  const about = { playbooks, access, locale, host: host.name, key: wish.key };
  const outcome = {
    ...nothing,
    diagnosis,
    would,
    whyNot: would.length === 0 ? afterLook(about, diagnosis) : null,
    notes:
      would.length > 0 && needsHelper(host) ? [fill(locale, PROPOSE.helperLater, { host: host.name })] : [],
  };
  return showProposed(context, outcome, wish);
}
