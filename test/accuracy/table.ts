import type { Expected } from '../lab/scenarios/scenario.ts';
import type { Circumstances } from './circumstances.ts';
import type { Measured } from './effect.ts';
import type { Account, Judgement } from './judge.ts';
import { markdownTable } from './markdown-table.ts';

/** One lab host, told. */
export interface Row {
  readonly scenario: string;
  readonly expected: Expected;
  readonly judged: Readonly<Record<Account, Judgement>>;
  readonly effects: readonly Measured[];
}

/** docs/accuracy.md, without what the slow run adds; `windowS` between the two samples. */
export function accuracyPage(
  rows: readonly Row[],
  { kernel, iproute2, date }: Circumstances,
  windowS: number,
): string {
  return `# Accuracy
Written by \`npm run accuracy\` on ${date}: Linux ${kernel}, iproute2 ${iproute2}, a window of ${windowS} s. Every host is a
network namespace with its own sshd, settings and one live workload; it is looked at through ssh by root and by an
ordinary account at the same time. "Unknown" means that the account could not see enough, and was told what was missing.
Drops of the packet backlog are counted by the kernel for the whole machine, which all hosts share; they are not judged.

${summary(rows)}

## Diagnosis
${markdownTable(
  [
    'scenario',
    'expected',
    'found (root)',
    'found (account)',
    'right cause first',
    'false alarms',
    'offered',
    'forbidden',
  ],
  rows.map(diagnosisRow),
)}

## Effect of what was offered
Applied and taken back by the signed plan and the helper on the host, one after the other. The figures are the
workload's own: calls that went well, of those that were made.

${markdownTable(['scenario', 'setting', 'before', 'after', 'after roll back'], rows.flatMap(effectRows))}
`;
}

function summary(rows: readonly Row[]): string {
  const sick = rows.filter(({ expected }) => expected.kind === 'sick');
  const controls = rows.filter(({ expected }) => expected.kind === 'control').length;
  const elsewhere = rows.length - sick.length - controls;
  const judgements = rows.flatMap(({ judged }) => [judged.root, judged.account]);
  const right = (account: Account, cause: Judgement['cause']): number =>
    sick.filter(({ judged }) => judged[account].cause === cause).length;
  const count = (of: (judgement: Judgement) => readonly string[]): number =>
    judgements.reduce((sum, judgement) => sum + of(judgement).length, 0);
  return [
    `- ${sick.length} sick hosts: the right cause first for ${right('root', 'right')} as root; as an ordinary account for ${right('account', 'right')}, with ${right('account', 'open')} more left unknown with the reason.`,
    `- ${controls} healthy hosts that look sick, and the sick ones: ${count(({ falseAlarms }) => falseAlarms)} false alarms.`,
    `- ${elsewhere} clean hosts with a sick container: not called ok, and the container named, for ${rows.filter(({ expected, judged }) => expected.kind === 'elsewhere' && judged.root.cause === 'right' && judged.account.cause === 'right').length}.`,
    `- ${rows.flatMap(({ judged }) => judged.root.offered).length} settings offered to root; ${count(({ forbidden }) => forbidden)} offers to either account against the rules.`,
  ].join('\n');
}

const CAUSE: Readonly<Record<Judgement['cause'], string>> = {
  right: 'yes',
  wrong: '**no**',
  open: 'unknown, said why',
  'none-wanted': 'healthy',
};

function diagnosisRow({ scenario, expected, judged: { root, account } }: Row): readonly string[] {
  const wanted =
    expected.kind !== 'sick'
      ? expected.kind === 'control'
        ? 'healthy'
        : `not ok: trouble in container ${expected.container}`
      : `${expected.playbook}${expected.cause === null ? '' : `/${expected.cause}`} (${expected.severity})`;
  const cause =
    root.cause === account.cause
      ? CAUSE[root.cause]
      : `root: ${CAUSE[root.cause]}; account: ${CAUSE[account.cause]}`;
  const both = (of: (judgement: Judgement) => readonly string[]): string =>
    [...new Set([...of(root), ...of(account)])].join(', ') || '–';
  return [
    scenario,
    wanted,
    root.found,
    account.found === root.found ? 'the same' : account.found,
    cause,
    both(({ falseAlarms }) => falseAlarms),
    root.offered.join(', ') || '–',
    both(({ forbidden }) => forbidden),
  ];
}

const share = ({ ok, failed }: { ok: number; failed: number }): string => `${ok} of ${ok + failed}`;

function effectRows({ scenario, effects }: Row): readonly (readonly string[])[] {
  return effects.map(({ key, from, to, before, after, afterRollBack }) => [
    scenario,
    `${key} ${from} → ${to}`,
    share(before),
    share(after),
    share(afterRollBack),
  ]);
}
