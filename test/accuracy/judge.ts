import type { Diagnosis, Finding } from '../../src/core/domain/report.ts';
import { forbiddenAdvice } from '../support/forbidden-advice.ts';
import type { Expected } from '../lab/scenarios/scenario.ts';

/** How a diagnosis compares with what is true of the host. */
export interface Judgement {
  /** The first finding at warning or above, where there is or should be one; else the first of all. */
  readonly found: string;
  /** `open`: the cause was left unknown, and it was said what is missing. */
  readonly cause: 'right' | 'wrong' | 'open' | 'none-wanted';
  readonly falseAlarms: readonly string[];
  readonly offered: readonly string[];
  readonly forbidden: readonly string[];
  /** Everything that is not as expected; nothing for a right diagnosis. */
  readonly problems: readonly string[];
}

type Sick = Extract<Expected, { kind: 'sick' }>;

/** Whether the account could see everything that root sees. */
export type Account = 'root' | 'account';

/**
 * Lab hosts share one kernel, and these read counters that it keeps for the whole machine: they may rightly match for
 * the packets of a neighbour that runs at the same moment. What they say is tested on captures.
 */
const OF_THE_MACHINE: ReadonlySet<string> = new Set(['softnet-drops']);

export function judge(expected: Expected, diagnosis: Diagnosis, account: Account): Judgement {
  const own = diagnosis.findings.filter(({ playbook }) => !OF_THE_MACHINE.has(playbook));
  const alarms = own.filter(isAlarm);
  const falseAlarms = alarms.filter((finding) => !isWanted(finding, expected)).map(nameOf);
  const offered = diagnosis.findings.flatMap(({ fixes }) =>
    fixes.flatMap((fix) => (fix.kind === 'sysctl' && fix.offered ? [fix.key] : [])),
  );
  const first = alarms[0] ?? (isNote(expected) ? own.find(isMatched) : undefined);
  const cause = causeOf(expected, first, { diagnosis, account });
  const found = first === undefined ? verdictOf(diagnosis) : nameOf(first);
  const forbidden = forbiddenAdvice(diagnosis);
  const wrongOffers =
    cause === 'open' ? [] : differing(expected.kind === 'sick' ? expected.offers : [], offered);
  const problems = [
    ...(cause === 'wrong' ? [`first is ${found}`] : []),
    ...falseAlarms.map((name) => `false alarm: ${name}`),
    ...forbidden.map((what) => `forbidden: ${what}`),
    ...wrongOffers,
    ...(expected.kind === 'control' && account === 'root' && diagnosis.verdict === 'unknown'
      ? ['a healthy host is not called so']
      : []),
  ];
  return { found, cause, falseAlarms, offered, forbidden, problems };
}

const isMatched = ({ status }: Finding): boolean => status === 'matched';

const isAlarm = (finding: Finding): boolean => isMatched(finding) && finding.severity !== 'info';

/** Worth a line and no alarm. */
const isNote = (expected: Expected): boolean => expected.kind === 'sick' && expected.severity === 'info';

const nameOf = ({ playbook, cause, severity }: Finding): string =>
  `${playbook}${cause === null ? '' : `/${cause}`} (${severity})`;

const verdictOf = ({ verdict, error }: Diagnosis): string => error?.code ?? `nothing (${verdict})`;

/** What follows from the first finding is no alarm of its own. */
function isWanted(finding: Finding, expected: Expected): boolean {
  if (expected.kind !== 'sick' || isNote(expected)) return false;
  const { playbook, beside = [] } = expected;
  return finding.playbook === playbook || finding.explainedBy !== null || beside.includes(finding.playbook);
}

function causeOf(
  expected: Expected,
  first: Finding | undefined,
  seen: { diagnosis: Diagnosis; account: Account },
): Judgement['cause'] {
  if (expected.kind === 'control') return 'none-wanted';
  if (expected.kind === 'sick') return causeFound(expected, first, seen);
  const { verdict, notes } = seen.diagnosis;
  // Without root the container has an id and no name.
  const named = notes.some(({ en }) => /^[\w.-]+: .* per second in its own network namespace/.test(en));
  return first === undefined && verdict === 'unknown' && named ? 'right' : 'wrong';
}

function causeFound(
  expected: Sick,
  first: Finding | undefined,
  { diagnosis, account }: { diagnosis: Diagnosis; account: Account },
): 'right' | 'wrong' | 'open' {
  const { playbook, cause, severity } = expected;
  if (first?.playbook === playbook && first.cause === cause && first.severity === severity) return 'right';
  if (account === 'root' || expected.openWithoutRoot === undefined) return 'wrong';
  const own = diagnosis.findings.find((finding) => finding.playbook === playbook);
  const saysWhy = own !== undefined && own.missing.length > 0;
  const isOpen =
    expected.openWithoutRoot === 'finding'
      ? own?.status === 'unknown'
      : first?.playbook === playbook && first.cause === null;
  return isOpen && saysWhy ? 'open' : 'wrong';
}

function differing(wanted: readonly string[], got: readonly string[]): readonly string[] {
  return wanted.join() === got.join()
    ? []
    : [`offers ${got.join(', ') || 'nothing'} instead of ${wanted.join(', ') || 'nothing'}`];
}
