import type { Config } from '../config/config.ts';
import { buttonValue } from '../core/change/plan-hash.ts';
import { whoMayApprove } from '../core/change/who-may-approve.ts';
import type { Change } from '../core/domain/change.ts';
import type { Locale } from '../core/domain/locale.ts';
import type { Diagnosis } from '../core/domain/report.ts';
import type { Requester } from '../core/domain/run.ts';
import { cleanLine, cleanText } from '../core/render/plain.ts';
import { findingsInShort, termsLines, unofferedLines, type ProposedTerms } from '../core/render/proposal.ts';
import { renderReport } from '../core/render/report-json.ts';
import { PROPOSE } from '../core/render/texts/propose.ts';
import { fill } from '../core/render/texts/text.ts';
import { changeJson, iso, type ProposeWish } from './change-context.ts';
import { EXIT, type Terminal } from './terminal.ts';
import type { WhyNot } from './why-nothing.ts';

/** What came of it. */
export interface Proposed {
  readonly host: string;
  /** Null where the service was not asked. */
  readonly requestId: string | null;
  /** Null where it took no look to know. */
  readonly diagnosis: Diagnosis | null;
  readonly changes: readonly Change[];
  /** What a dry run would have proposed. */
  readonly would: readonly WouldBe[];
  /** Null where something is, or would be, proposed, and where the host could not be looked at. */
  readonly whyNot: WhyNot | null;
  /** What else is to be known of it. */
  readonly notes: readonly string[];
}

/** A change that nobody has proposed. */
export type WouldBe = ProposedTerms & { readonly requester: Requester };

interface Showing {
  readonly config: Pick<Config, 'approvals'>;
  readonly terminal: Terminal;
}

/** Tells what came of it, and how it is decided about; the exit code. What stands in Redis may be anybody's words. */
export function showProposed(showing: Showing, proposed: Proposed, wish: ProposeWish): number {
  const { terminal } = showing;
  const error = proposed.diagnosis?.error ?? null;
  if (wish.json) terminal.out(`${JSON.stringify(asJson(proposed, wish, terminal.locale), null, 2)}\n`);
  else if (error !== null) {
    terminal.err(
      `tcpcheck: ${cleanLine(error.message)}\n  ${cleanLine(error.hint)} [${cleanLine(error.code)}]\n`,
    );
  } else terminal.out(`${lines(showing, proposed).map(cleanText).join('\n')}\n`);
  return exitOf(proposed);
}

function exitOf({ diagnosis, whyNot }: Proposed): number {
  if (diagnosis !== null && diagnosis.error !== null) return EXIT.unknown;
  if (whyNot === null) return EXIT.ok;
  // Where too little was seen, nobody knows that there is nothing.
  return diagnosis?.verdict === 'unknown' ? EXIT.unknown : EXIT.findings;
}

function lines(
  showing: Showing,
  { host, diagnosis, changes, would, whyNot, notes }: Proposed,
): readonly string[] {
  const { locale } = showing.terminal;
  return [
    ...(diagnosis === null ? [] : [...findingsInShort(diagnosis, locale), '']),
    ...changes.flatMap((change) => changeLines(showing, change)),
    ...would.flatMap((one) => [fill(locale, PROPOSE.would, { host }), ...indented(terms(showing, one))]),
    ...(whyNot === null ? [] : [fill(locale, PROPOSE.nothing, { why: whyNot.text })]),
    ...(whyNot?.code === 'nothing-offered' && diagnosis !== null
      ? indented(unofferedLines(diagnosis, locale))
      : []),
    ...notes,
    ...(diagnosis === null ? [] : [fill(locale, PROPOSE.seeCheck, { host })]),
  ];
}

function changeLines(showing: Showing, { plan }: Change): readonly string[] {
  const { locale } = showing.terminal;
  const command = `tcpcheck change approve ${buttonValue(plan)}`;
  return [
    fill(locale, PROPOSE.proposed, { host: plan.host, id: plan.id }),
    ...indented([
      ...terms(showing, plan),
      fill(locale, PROPOSE.expires, { when: iso(plan.expiresAtMs) }),
      fill(locale, PROPOSE.next, { command }),
    ]),
  ];
}

const terms = ({ config, terminal }: Showing, one: WouldBe): readonly string[] =>
  termsLines(one, whoMayApprove(config.approvals, one), terminal.locale);

const indented = (all: readonly string[]): readonly string[] => all.map((line) => `  ${line}`);

function asJson(
  { host, requestId, diagnosis, changes, would, whyNot }: Proposed,
  { dryRun }: ProposeWish,
  locale: Locale,
): unknown {
  return {
    schema: 'tcpcheck/proposal/v1',
    host,
    dry_run: dryRun,
    request: requestId,
    report: diagnosis === null ? null : renderReport(diagnosis, locale),
    proposed: changes.map(changeJson),
    would_propose: would.map(({ settings, risk, takesEffect, approvalsNeeded }) => ({
      settings,
      risk,
      takes_effect: takesEffect,
      approvals: approvalsNeeded,
    })),
    why_not: whyNot,
  };
}
