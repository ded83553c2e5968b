import type { Change, ChangePlan, ChangeState, FreshLook } from '../domain/change.ts';
import type { Diagnosis, Finding } from '../domain/report.ts';

/** A void that is older than a proposal lives belongs to an incident that is over. */
const FRESH_WITHIN_MS = 15 * 60_000;
/** So many cards of one setting that were overtaken each time mean that something else writes it. */
const MAX_FRESH = 3;

/** Whether a card that was no longer true still waits for the look at its host, or for what is said instead of it. */
export const wantsFreshLook = (state: ChangeState): boolean =>
  state.kind === 'void' && state.fresh === undefined && state.reason.code === 'CHANGE_STALE';

/** What is said without a look, where one would come too late or once too often; null where the host is to be looked at. */
export function insteadOfLook(
  { plan, state }: Change,
  ofRequest: readonly Change[],
  atMs: number,
): FreshLook | null {
  const before = overtaken(plan, ofRequest);
  if (before >= MAX_FRESH) return { kind: 'too-often', times: before + 1, atMs };
  const isOver = state.kind === 'void' && atMs - state.atMs >= FRESH_WITHIN_MS;
  return isOver ? { kind: 'too-late', atMs } : null;
}

/** How many cards of the same setting have been overtaken and followed by another within this request. */
const overtaken = (plan: ChangePlan, ofRequest: readonly Change[]): number =>
  ofRequest.filter(
    ({ plan: other, state }) =>
      other.id !== plan.id &&
      mainKey(other) === mainKey(plan) &&
      state.kind === 'void' &&
      state.fresh?.kind === 'proposed',
  ).length;

/** The setting that the plan is about; its companions are written before it. */
const mainKey = ({ settings }: ChangePlan): string => settings.at(-1)?.key ?? '';

/** What the host says now of the finding that the card was about. */
export function freshFinding(
  plan: ChangePlan,
  { error, findings }: Diagnosis,
): { readonly kind: 'offered'; readonly finding: Finding } | Exclude<FreshFound, { kind: 'proposed' }> {
  if (error !== null) return { kind: 'not-looked', said: error.message };
  const own = findings.filter(({ playbook }) => playbook === plan.playbook);
  const matched = own.find(({ status, subject }) => status === 'matched' && subject === plan.subject);
  if (matched !== undefined) {
    return offers(matched, mainKey(plan)) ? { kind: 'offered', finding: matched } : { kind: 'not-offered' };
  }
  const unknown = own.find(({ status }) => status === 'unknown');
  if (own.length > 0 && unknown === undefined) return { kind: 'gone' };
  return { kind: 'not-looked', said: unknown?.missing.join(', ') ?? plan.playbook };
}

type FreshFound = FreshLook extends infer Look
  ? Look extends FreshLook
    ? Omit<Look, 'atMs'>
    : never
  : never;

const offers = ({ fixes }: Finding, key: string): boolean =>
  fixes.some((fix) => fix.kind === 'sysctl' && fix.offered && fix.key === key);

/** Of a fresh look, only what the card was about becomes a card again. */
export const isSameOffer = (plan: ChangePlan, finding: Finding, key: string): boolean =>
  finding.playbook === plan.playbook && finding.subject === plan.subject && key === mainKey(plan);

/** Another change of the same finding that has helped, so that this one has nothing left to do; null without one. */
export function helpedInstead(plan: ChangePlan, ofRequest: readonly Change[]): Change | null {
  return (
    ofRequest.find((other) => {
      const { state, plan: its } = other;
      if (its.id === plan.id || its.playbook !== plan.playbook || its.subject !== plan.subject) return false;
      if (state.kind !== 'judged' && state.kind !== 'kept' && state.kind !== 'left-until-reboot')
        return false;
      const { verdict, finding } = state.secondLook ?? state.judgement;
      // Where it helped and the finding still stands, another one may help further.
      return verdict === 'verified' && finding !== 'matched';
    }) ?? null
  );
}
