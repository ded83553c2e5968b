import { createHash } from 'node:crypto';
import type { Change } from '../domain/change.ts';
import type { GroupChange, GroupPlan, GroupQuestion } from '../domain/group.ts';
import type { Finding, Risk } from '../domain/report.ts';
import type { Run } from '../domain/run.ts';
import { canonicalJson } from './canonical-json.ts';
import { groupId } from './group-ids.ts';
import { planHash } from './plan-hash.ts';

/** A host that has been looked at, and a change that waits for a decision there. */
export interface Candidate {
  readonly run: Run;
  readonly change: Change;
}

export interface GroupTerms {
  readonly nowMs: number;
  readonly hostsPerApproval: number;
  /** How long one host may take from its turn to its verdict. */
  readonly perHostMs: number;
}

/** One host alone is decided about in its own thread. */
const MIN_HOSTS = 2;
/** People must be able to read and press; a plan with less time left is not worth a card. */
const MIN_LEFT_MS = 30_000;
/** Whoever approved is still there, and the diagnosis still means something. */
const MAX_RUN_MS = 3_600_000;

/** The plans for several hosts to offer now: one for each setting that at least two hosts want for the same cause. */
export function formGroups(
  question: GroupQuestion,
  {
    candidates,
    earlier,
  }: { readonly candidates: readonly Candidate[]; readonly earlier: readonly GroupChange[] },
  terms: GroupTerms,
): readonly GroupPlan[] {
  const groups = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    const { plan, state } = candidate.change;
    if (state.kind !== 'proposed' || plan.expiresAtMs < terms.nowMs + MIN_LEFT_MS) continue;
    const name = nameOf({ ...plan, key: keyOf(candidate.change) });
    groups.set(name, [...(groups.get(name) ?? []), candidate]);
  }
  return [...groups.entries()].flatMap(([name, alike]) => {
    const before = earlier.filter(({ plan }) => nameOf(plan) === name);
    const mayFollow = before.every(({ state }) => LEADS_ON.has(state.kind));
    const chosen = inOrder(alike).slice(0, terms.hostsPerApproval);
    const [first] = chosen;
    if (!mayFollow || first === undefined || chosen.length < MIN_HOSTS) return [];
    return [planOf(question, { chosen, first: first.change }, terms)];
  });
}

/** Only what helped everywhere leads on to the next hosts, and what fell apart before anything was done. */
const LEADS_ON: ReadonlySet<GroupChange['state']['kind']> = new Set(['done', 'kept', 'void']);

const nameOf = ({ playbook, cause, key }: Pick<GroupPlan, 'playbook' | 'cause' | 'key'>): string =>
  canonicalJson([playbook, cause, key]);

/** The setting that a plan is about comes last; its companions are written before it. */
export const keyOf = ({ plan }: Change): string => plan.settings.at(-1)?.key ?? '';

/** The host that suffers most goes first: there the effect shows best, and there is least to lose. */
function inOrder(alike: readonly Candidate[]): readonly Candidate[] {
  return alike.toSorted((a, b) => {
    const [one, other] = [findingOf(a), findingOf(b)];
    return rank(one) - rank(other) || size(other) - size(one);
  });
}

const findingOf = ({ run, change: { plan } }: Candidate): Finding | null =>
  run.diagnosis?.findings.find(
    ({ playbook, cause, subject, status }) =>
      status === 'matched' && playbook === plan.playbook && cause === plan.cause && subject === plan.subject,
  ) ?? null;

const SEVERITIES = ['critical', 'warning', 'info'];

const rank = (finding: Finding | null): number =>
  finding === null ? SEVERITIES.length : SEVERITIES.indexOf(finding.severity);

/** The number that the finding leads with. */
const size = (finding: Finding | null): number => {
  const value = finding?.evidence[0]?.value;
  return typeof value === 'number' ? value : 0;
};

const RISKS: readonly Risk[] = ['low', 'medium', 'high'];

function planOf(
  { id, group, requester }: GroupQuestion,
  { chosen, first }: { readonly chosen: readonly Candidate[]; readonly first: Change },
  { nowMs, perHostMs }: GroupTerms,
): GroupPlan {
  const plans = chosen.map(({ change }) => change.plan);
  const members = plans.map((plan) => ({ changeId: plan.id, host: plan.host, planHash: planHash(plan) }));
  const hash = createHash('sha256')
    .update(canonicalJson([id, members]))
    .digest('hex');
  return {
    id: groupId(hash),
    questionId: id,
    group,
    key: keyOf(first),
    playbook: first.plan.playbook,
    cause: first.plan.cause,
    members,
    risk: RISKS.findLast((risk) => plans.some((plan) => plan.risk === risk)) ?? 'high',
    takesEffect: first.plan.takesEffect,
    approvalsNeeded: plans.some(({ approvalsNeeded }) => approvalsNeeded === 2) ? 2 : 1,
    requester,
    proposedAtMs: nowMs,
    expiresAtMs: Math.min(...plans.map(({ expiresAtMs }) => expiresAtMs)),
    runForMs: Math.min(plans.length * perHostMs, MAX_RUN_MS),
  };
}
