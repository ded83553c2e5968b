import type { Config } from '../config/config.ts';
import { mayPropose } from '../core/change/policy.ts';
import { neverProposed, whyNotProposed, type NotProposed } from '../core/change/why-not-proposed.ts';
import { say, type Locale } from '../core/domain/locale.ts';
import type { Diagnosis } from '../core/domain/report.ts';
import type { Playbook } from '../core/playbook/playbook.ts';
import { notProposedText } from '../core/render/proposal.ts';
import { NO_ACCESS, NO_BUTTON, type ChangeAccessAnswer } from '../core/render/texts/finding.ts';
import { PROPOSE } from '../core/render/texts/propose.ts';
import { fill } from '../core/render/texts/text.ts';
import { changeAccess, offersOf } from '../jobs/propose-changes.ts';
import type { Terminal } from './terminal.ts';

/** Why nothing is proposed: for other programs, and in a sentence. */
export interface WhyNot {
  readonly code: NotProposed['kind'] | Exclude<ChangeAccessAnswer, 'yes'> | 'no-proposal' | 'nothing-offered';
  readonly text: string;
}

interface Asker {
  readonly config: Pick<Config, 'approvals'>;
  readonly osUser: string;
  readonly terminal: Terminal;
}

/** Whoever may not ask is told so. */
export function notAllowed({ config, osUser, terminal }: Asker): boolean {
  const names = config.approvals.operators.map(({ user }) => user);
  const permission = mayPropose(osUser, names);
  if (permission.allowed) return false;
  terminal.err(`tcpcheck: ${say(permission.reason, terminal.locale)} [${permission.code}]\n`);
  return true;
}

interface Rules {
  readonly config: Pick<Config, 'hosts' | 'approvals'>;
  readonly playbooks: readonly Playbook[];
  readonly locale: Locale;
}

/** What no look at the host would change; null where it takes one. */
export function beforeLook(
  { config, playbooks, locale }: Rules,
  host: string,
  key: string | null,
): WhyNot | null {
  const never = key === null ? null : neverProposed(key, playbooks);
  if (key !== null && never !== null) {
    return { code: never.kind, text: notProposedText(never, { key, host }, locale) };
  }
  return withoutAccess(changeAccess(config, host), host, locale);
}

interface Looked {
  readonly playbooks: readonly Playbook[];
  readonly access: ChangeAccessAnswer;
  readonly locale: Locale;
  readonly host: string;
  readonly key: string | null;
}

/** Why a look that has ended proposes nothing; null where there was none, which is another matter. */
export function afterLook(
  { playbooks, access, locale, host, key }: Looked,
  diagnosis: Diagnosis,
): WhyNot | null {
  if (diagnosis.error !== null) return null;
  if (offersOf(diagnosis.findings, key ?? undefined).length > 0) {
    const noProposal = { code: 'no-proposal', text: say(NO_BUTTON.noProposal, locale) } as const;
    return withoutAccess(access, host, locale) ?? noProposal;
  }
  if (key === null) return { code: 'nothing-offered', text: fill(locale, PROPOSE.nothingOffered, { host }) };
  const reason = whyNotProposed(key, diagnosis, playbooks);
  return { code: reason.kind, text: notProposedText(reason, { key, host }, locale) };
}

const withoutAccess = (access: ChangeAccessAnswer, host: string, locale: Locale): WhyNot | null =>
  access === 'yes' ? null : { code: access, text: fill(locale, NO_ACCESS[access], { host }) };
