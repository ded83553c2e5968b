import type { Config } from '../config/config.ts';
import {
  isApprover,
  nameOf,
  readPerson,
  riskPolicies,
  type IsApprover,
  type PolicyPerson,
  type RiskPolicy,
} from '../core/change/explain-policy.ts';
import { TcpcheckError } from '../core/domain/errors.ts';
import { NO_ACCESS, type ChangeAccessAnswer } from '../core/render/texts/finding.ts';
import { RISK_WORDS } from '../core/render/texts/common.ts';
import { POLICY } from '../core/render/texts/policy.ts';
import { fill } from '../core/render/texts/text.ts';
import { say, type Locale } from '../core/domain/locale.ts';
import { changeAccess } from '../jobs/propose-changes.ts';
import { oneHost } from './one-host.ts';
import { EXIT, type Terminal } from './terminal.ts';

interface Wanted {
  readonly host: string;
  /** As typed; null: nobody in particular. */
  readonly as: string | null;
  readonly json: boolean;
}

interface Answer {
  readonly host: string;
  readonly changes: ChangeAccessAnswer;
  readonly approvers: readonly string[];
  readonly risks: readonly RiskPolicy[];
  readonly approvals: Config['approvals'];
  readonly as: { readonly person: PolicyPerson; readonly approver: IsApprover } | null;
}

/** `policy show HOST [--as U]`: who may decide about changes of that host, and why; asks neither Slack nor the host. */
export function showPolicy(config: Config, terminal: Terminal, wanted: Wanted): number {
  const { name: host } = oneHost(config, wanted.host, 'policy show takes');
  const { approvals } = config;
  const answer: Answer = {
    host,
    changes: changeAccess(config, host),
    approvers: approvals.users.map(nameOf),
    risks: riskPolicies(approvals),
    approvals,
    as: wanted.as === null ? null : asked(wanted.as, approvals.users),
  };
  const shown = wanted.json
    ? JSON.stringify(asJson(answer), null, 2)
    : lines(answer, terminal.locale).join('\n');
  terminal.out(`${shown}\n`);
  return EXIT.ok;
}

function asked(typed: string, users: readonly PolicyPerson[]): NonNullable<Answer['as']> {
  const person = readPerson(typed);
  if (person === null) {
    throw new TcpcheckError(
      'USAGE',
      `--as takes a Slack id like U012AB3CD or T012AB3CD:U012AB3CD, not "${typed}"`,
    );
  }
  return { person, approver: isApprover(person, users) };
}

const asJson = ({ host, changes, approvers, risks, approvals, as }: Answer): unknown => ({
  schema: 'tcpcheck/policy/v1',
  host,
  changes_offered: changes === 'yes',
  why_not: changes === 'yes' ? null : changes,
  approvers,
  risks: risks.map(({ risk, approvals: needed, reachable }) => ({ risk, approvals: needed, reachable })),
  expires_in_s: approvals.expiresInMs / 1000,
  confirm_within_s: approvals.confirmWithinMs / 1000,
  per_host_hour: approvals.perHostHour,
  as: as === null ? null : { id: nameOf(as.person), approver: as.approver },
});

function lines(
  { host, changes, approvers, risks, approvals, as }: Answer,
  locale: Locale,
): readonly string[] {
  return [
    fill(locale, changes === 'yes' ? POLICY.offered : NO_ACCESS[changes], { host }),
    fill(locale, POLICY.approvers, {
      who: approvers.length === 0 ? say(POLICY.nobody, locale) : approvers.join(', '),
    }),
    ...risks.map((risk) => riskLine(risk, locale)),
    fill(locale, POLICY.expiry, {
      expires: span(approvals.expiresInMs),
      hold: span(approvals.confirmWithinMs),
    }),
    fill(locale, POLICY.caps, { cap: String(approvals.perHostHour) }),
    fill(locale, POLICY.keep),
    fill(locale, POLICY.members),
    ...(as === null ? [] : ['', fill(locale, AS[as.approver], { who: nameOf(as.person) })]),
  ];
}

const AS = { yes: POLICY.asYes, no: POLICY.asNo, 'if-home': POLICY.asIfHome } as const;

function riskLine({ risk, approvals, reachable }: RiskPolicy, locale: Locale): string {
  const line = fill(locale, approvals === 1 ? POLICY.one : POLICY.two, {
    risk: say(RISK_WORDS[risk], locale),
  });
  if (reachable === 'yes') return `  ${line}`;
  return `  ${line} (${say(reachable === 'no' ? POLICY.tooFew : POLICY.othersOnly, locale)})`;
}

/** Whole minutes as minutes, anything else as seconds. */
const span = (ms: number): string => (ms % 60_000 === 0 ? `${ms / 60_000}m` : `${ms / 1000}s`);
