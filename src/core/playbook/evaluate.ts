import type { CheckId, CheckResult } from '../domain/capture.ts';
import type { Facts, SubjectGroup } from '../domain/facts.ts';
import type { Inside } from '../domain/place.ts';
import type { Finding } from '../domain/report.ts';
import { subjectGroup } from './declarations.ts';
import { explain, inOrder } from './explaining.ts';
import { clearedFinding, matchedFinding, unknownFinding, unplacedFinding } from './finding.ts';
import type { FixContext } from './fixes.ts';
import { judge, type Judgement } from './judge.ts';
import type { Playbook } from './playbook.ts';
import {
  NO_OVERRIDES,
  thresholdsFor,
  withOverrides,
  type ThresholdOverrides,
} from './threshold-overrides.ts';
import { lookUp, type Scope } from './scope.ts';

export interface EvaluateOptions {
  /** Ports to keep out of a wider port range, as configured (`9092,30000-32767`). */
  readonly reservedPorts?: string;
  /** What this host has instead of the playbooks' own thresholds. */
  readonly thresholds?: ThresholdOverrides;
  /** A container's namespace was looked into: no button changes it. */
  readonly inside?: Inside | null;
}

/** So many subjects of one playbook get a finding; on a host with more of them one cause is behind all. */
const MAX_SUBJECTS = 20;
/** Names of missing facts that help to find out why; the rest says the same again. */
const MAX_MISSING = 20;

/** The check that lists the subjects. */
const LISTED_BY: Readonly<Record<SubjectGroup, CheckId>> = {
  listener: 'listeners',
  destination: 'sockets-by-destination',
  process: 'process-descriptors',
  service: 'sockets-idle',
};

/** Every playbook's findings about one host, in the order people read them. */
export function evaluate(
  facts: Facts,
  checks: readonly CheckResult[],
  playbooks: readonly Playbook[],
  options: EvaluateOptions = {},
): readonly Finding[] {
  return evaluateAll(facts, checks, playbooks, options).findings;
}

/** A playbook that matched for more subjects than get a finding. */
export interface LeftOut {
  readonly playbook: Playbook;
  readonly count: number;
}

/** The same, with the count of what was left out. */
export function evaluateAll(
  facts: Facts,
  checks: readonly CheckResult[],
  playbooks: readonly Playbook[],
  options: EvaluateOptions,
): { readonly findings: readonly Finding[]; readonly leftOut: readonly LeftOut[] } {
  const host: Host = {
    facts,
    checks,
    reservedPorts: options.reservedPorts ?? '',
    thresholds: options.thresholds ?? NO_OVERRIDES,
    inside: options.inside ?? null,
    listenerPorts: wasSeen(checks, 'listeners') ? listenerPorts(facts) : null,
  };
  const results = playbooks.map((playbook) => ({ playbook, ...evaluateOne(playbook, host) }));
  return {
    findings: inOrder(
      explain(
        results.flatMap(({ findings }) => findings),
        playbooks,
      ),
    ),
    leftOut: results.flatMap(({ playbook, leftOut }) => (leftOut > 0 ? [{ playbook, count: leftOut }] : [])),
  };
}

interface Host {
  readonly facts: Facts;
  readonly checks: readonly CheckResult[];
  readonly reservedPorts: string;
  readonly thresholds: ThresholdOverrides;
  readonly inside: Inside | null;
  readonly listenerPorts: readonly number[] | null;
}

interface Judged<J extends Judgement = Judgement> {
  readonly subject: string | null;
  readonly scope: Scope;
  readonly judgement: J;
}

interface Evaluated {
  readonly findings: readonly Finding[];
  readonly leftOut: number;
}

function evaluateOne(playbook: Playbook, host: Host): Evaluated {
  const group = subjectGroup(playbook.forEach);
  const ofHost = hostScope(playbook, host);
  const { groups, ratesKnown } = ofHost;
  // Spelled out, since copying with "..." for each of 500 listeners took half of the whole evaluation.
  const judged =
    group === null
      ? [judgedOne(playbook, null, ofHost)]
      : Object.entries(host.facts.subjects[group]).map(([subject, facts]) =>
          judgedOne(playbook, subject, { groups, subject: { group, facts }, ratesKnown }),
        );
  const matched = judged.filter(isMatched);
  if (matched.length > 0) {
    const shown = worstFirst(playbook, matched).slice(0, MAX_SUBJECTS);
    return {
      findings: shown.map(({ subject, judgement, scope }) =>
        withOverrides(
          matchedFinding(playbook, subject, judgement, fixContext(host, scope)),
          playbook,
          host.thresholds,
        ),
      ),
      leftOut: matched.length - shown.length,
    };
  }
  return { findings: [unmatched(playbook, host, ofHost, judged)], leftOut: 0 };
}

const judgedOne = (playbook: Playbook, subject: string | null, scope: Scope): Judged => ({
  subject,
  scope,
  judgement: judge(playbook, scope),
});

const isMatched = (judged: Judged): judged is Judged<Extract<Judgement, { kind: 'matched' }>> =>
  judged.judgement.kind === 'matched';

/** One finding says it for all subjects. */
function unmatched(playbook: Playbook, host: Host, scope: Scope, judged: readonly Judged[]): Finding {
  const group = subjectGroup(playbook.forEach);
  const unknown = judged.filter(({ judgement }) => judgement.kind === 'unknown');
  const missing = [
    ...unseen(host.checks, group),
    ...unread(host.facts, group),
    ...unknown.flatMap(({ judgement }) => missingOf(judgement)),
  ];
  if (playbook.unplaced?.when.test(scope) === true) {
    return unplacedFinding(playbook, playbook.unplaced, scope, bounded(missing));
  }
  if (missing.length === 0) return withOverrides(clearedFinding(playbook, scope), playbook, host.thresholds);
  const [only, ...others] = unknown;
  return unknownFinding(playbook, others.length === 0 ? (only?.subject ?? null) : null, bounded(missing));
}

/** What a playbook is looked at with when the host itself is the subject. */
const hostScope = (playbook: Playbook, { facts, thresholds }: Host): Scope => ({
  groups: { ...facts.host, thresholds: thresholdsFor(playbook, thresholds) },
  ratesKnown: isLongEnough(playbook, facts),
});

const fixContext = ({ facts, listenerPorts, reservedPorts, inside }: Host, scope: Scope): FixContext => ({
  scope,
  sysctl: facts.sysctl,
  persisted: facts.persisted,
  listenerPorts,
  reservedPorts,
  inside,
});

/** Without a measured window there are no rates either, so nothing needs hiding. */
function isLongEnough(playbook: Playbook, facts: Facts): boolean {
  const window = facts.host.run['window_s'];
  return typeof window !== 'number' || window * 1000 >= playbook.windowMinMs;
}

const listenerPorts = (facts: Facts): readonly number[] =>
  Object.values(facts.subjects.listener).flatMap(({ port }) => (typeof port === 'number' ? [port] : []));

/** A list that was not read, or only in part, cannot clear anything. */
function unseen(checks: readonly CheckResult[], group: SubjectGroup | null): readonly string[] {
  if (group === null || wasSeen(checks, LISTED_BY[group])) return [];
  const check = checks.find(({ id }) => id === LISTED_BY[group]);
  return [`${LISTED_BY[group]} (${check?.status ?? 'unavailable'})`];
}

/**
 * Of a sample of the sockets a service with a few dozen connections may be missing, so it clears nothing about services.
 * A destination that has used up its ports cannot be: it has a share of all rows, or its range is counted exactly.
 */
function unread({ host }: Facts, group: SubjectGroup | null): readonly string[] {
  const { rows_read: read, rows_there: there } = host.sockets;
  return group === 'service' && typeof read === 'number' && typeof there === 'number'
    ? [`${LISTED_BY[group]} (${read} of ${there} sockets)`]
    : [];
}

const wasSeen = (checks: readonly CheckResult[], id: CheckId): boolean =>
  checks.some((check) => check.id === id && check.status === 'ok');

const missingOf = (judgement: Judgement): readonly string[] =>
  judgement.kind === 'cleared' ? [] : judgement.missing;

const bounded = (missing: readonly string[]): readonly string[] =>
  [...new Set(missing)].slice(0, MAX_MISSING);

const BADNESS = { critical: 2, warning: 1, info: 0 } as const;

/** The headline number, of the first evidence, tells which of two equally severe subjects is worse. */
function worstFirst<J extends Judged<Extract<Judgement, { kind: 'matched' }>>>(
  { evidence: [headline] }: Playbook,
  matched: readonly J[],
): readonly J[] {
  const ranked = matched.map((judged) => {
    const value = headline === undefined ? undefined : lookUp(judged.scope, headline.fact);
    const badness = BADNESS[judged.judgement.severity];
    return { judged, badness, number: typeof value === 'number' ? value : 0 };
  });
  return ranked.sort((a, b) => b.badness - a.badness || b.number - a.number).map(({ judged }) => judged);
}
