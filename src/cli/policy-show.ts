import type { Config } from '../config/config.ts';
import { freezeAt } from '../core/change/freeze.ts';
import {
  countedTwice,
  isApprover,
  nameOf,
  readPerson,
  riskPolicies,
  type IsApprover,
  type PolicyPerson,
  type RiskPolicy,
} from '../core/change/explain-policy.ts';
import { TcpcheckError } from '../core/domain/errors.ts';
import type { Declaration, Freeze } from '../core/domain/freeze.ts';
import { freezeStatus } from '../core/render/freeze-words.ts';
import { cleanLine } from '../core/render/plain.ts';
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
  readonly freeze: Freeze | null;
  readonly as: As | null;
}

type As =
  | { readonly kind: 'slack'; readonly person: PolicyPerson; readonly approver: IsApprover }
  | { readonly kind: 'os-user'; readonly name: string; readonly isOperator: boolean };

/** What is known on this machine besides the configuration. */
interface Known {
  /** As the bot has last seen it; null where there is no bot, or its data may not be read. */
  readonly declared: Declaration | null;
  readonly nowMs: number;
}

/** `policy show HOST [--as U]`: who may decide about changes of that host, and why; asks neither Slack nor the host. */
export function showPolicy(config: Config, terminal: Terminal, wanted: Wanted, known: Known): number {
  const { name: host } = oneHost(config, wanted.host, 'policy show takes');
  const { approvals } = config;
  const answer: Answer = {
    host,
    changes: changeAccess(config, host),
    approvers: approvals.users.map(nameOf),
    risks: riskPolicies(approvals),
    approvals,
    freeze: freezeAt(approvals.freeze, known.declared?.freeze ?? null, known.nowMs),
    as: wanted.as === null ? null : asked(wanted.as, approvals),
  };
  const shown = wanted.json
    ? JSON.stringify(asJson(answer), null, 2)
    : lines(answer, terminal.locale).join('\n');
  terminal.out(`${shown}\n`);
  return EXIT.ok;
}

function asked(typed: string, approvals: Config['approvals']): As {
  const [, name] = /^os:([A-Za-z0-9_][A-Za-z0-9_.-]{0,31})$/.exec(typed) ?? [];
  if (name !== undefined) {
    return { kind: 'os-user', name, isOperator: approvals.operators.some(({ user }) => user === name) };
  }
  const person = readPerson(typed);
  if (person === null) {
    throw new TcpcheckError(
      'USAGE',
      `--as takes a Slack id like U012AB3CD or T012AB3CD:U012AB3CD, or os:NAME, not "${typed}"`,
    );
  }
  return { kind: 'slack', person, approver: isApprover(person, approvals) };
}

const asJson = ({ host, changes, approvers, risks, approvals, freeze, as }: Answer): unknown => ({
  schema: 'tcpcheck/policy/v1',
  host,
  changes_offered: changes === 'yes',
  why_not: changes === 'yes' ? null : changes,
  approvers,
  groups: approvals.groups.map(nameOf),
  operators: approvals.operators.map(({ user, slack }) => ({
    user,
    slack: slack === null ? null : nameOf(slack),
  })),
  risks: risks.map(({ risk, approvals: needed, reachable }) => ({ risk, approvals: needed, reachable })),
  expires_in_s: approvals.expiresInMs / 1000,
  confirm_within_s: approvals.confirmWithinMs / 1000,
  per_host_hour: approvals.perHostHour,
  break_glass: approvals.breakGlass,
  frozen:
    freeze === null ? null : { kind: freeze.kind, until: freeze.toMs === null ? null : iso(freeze.toMs) },
  freeze: approvals.freeze.map(({ fromMs, toMs, reason }) => ({ from: iso(fromMs), to: iso(toMs), reason })),
  as: as === null ? null : asOf(as),
});

const asOf = (as: As): unknown =>
  as.kind === 'slack'
    ? { id: nameOf(as.person), approver: as.approver }
    : { id: `os:${as.name}`, approver: as.isOperator ? 'yes' : 'no' };

const iso = (ms: number): string => new Date(ms).toISOString();

function lines(answer: Answer, locale: Locale): readonly string[] {
  const { host, changes, approvers, risks, approvals, freeze, as } = answer;
  const apart = countedTwice(approvals);
  return [
    fill(locale, changes === 'yes' ? POLICY.offered : NO_ACCESS[changes], { host }),
    ...(freeze === null ? [] : [fill(locale, POLICY.frozen, { why: say(freezeStatus(freeze), locale) })]),
    ...whoLines(approvers, approvals, locale),
    ...(apart.length === 0 ? [] : [fill(locale, POLICY.apart, { who: apart.join(', ') })]),
    ...risks.map((risk) => riskLine(risk, locale)),
    fill(locale, POLICY.expiry, {
      expires: span(approvals.expiresInMs),
      hold: span(approvals.confirmWithinMs),
    }),
    fill(locale, POLICY.caps, { cap: String(approvals.perHostHour) }),
    ...approvals.freeze.map((window) => windowLine(window, locale)),
    fill(locale, approvals.breakGlass ? POLICY.glass : POLICY.noGlass),
    fill(locale, POLICY.keep),
    fill(locale, POLICY.members),
    ...(as === null ? [] : ['', asLine(as, approvals, locale)]),
  ];
}

function whoLines(
  approvers: readonly string[],
  { groups, operators }: Config['approvals'],
  locale: Locale,
): readonly string[] {
  const named = operators.map(({ user, slack }) =>
    slack === null ? user : fill(locale, POLICY.operatorIs, { user, slack: nameOf(slack) }),
  );
  const who = approvers.length === 0 ? say(POLICY.nobody, locale) : approvers.join(', ');
  return [
    fill(locale, POLICY.approvers, { who }),
    ...(groups.length === 0 ? [] : [fill(locale, POLICY.groups, { groups: groups.map(nameOf).join(', ') })]),
    ...(named.length === 0 ? [] : [fill(locale, POLICY.operators, { who: named.join(', ') })]),
  ];
}

const windowLine = (
  { fromMs, toMs, reason }: Config['approvals']['freeze'][number],
  locale: Locale,
): string =>
  fill(locale, POLICY.window, {
    from: iso(fromMs),
    to: iso(toMs),
    reason: reason === '' ? '' : ` ${cleanLine(reason)}`,
  });

function asLine(as: As, { groups }: Config['approvals'], locale: Locale): string {
  if (as.kind === 'os-user') {
    return fill(locale, as.isOperator ? POLICY.asOperator : POLICY.asNoOperator, { who: as.name });
  }
  const who = nameOf(as.person);
  return as.approver === 'if-member'
    ? fill(locale, POLICY.asMember, { who, groups: groups.map(nameOf).join(', ') })
    : fill(locale, AS[as.approver], { who });
}

const AS = { yes: POLICY.asYes, no: POLICY.asNo, 'if-home': POLICY.asIfHome } as const;

function riskLine({ risk, approvals, reachable }: RiskPolicy, locale: Locale): string {
  const line = fill(locale, approvals === 1 ? POLICY.one : POLICY.two, {
    risk: say(RISK_WORDS[risk], locale),
  });
  return reachable === 'yes' ? `  ${line}` : `  ${line} (${say(REACHABLE[reachable], locale)})`;
}

const REACHABLE = {
  no: POLICY.tooFew,
  'only-if-another-asked': POLICY.othersOnly,
  'depends-on-group': POLICY.onlyGroup,
} as const;

/** Whole minutes as minutes, anything else as seconds. */
const span = (ms: number): string => (ms % 60_000 === 0 ? `${ms / 60_000}m` : `${ms / 1000}s`);
