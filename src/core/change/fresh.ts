import type { Change, ChangePlan, FreshLook } from '../domain/change.ts';
import type { Diagnosis, Finding } from '../domain/report.ts';

/** A void that is older than a proposal lives belongs to an incident that is over. */
const FRESH_WITHIN_MS = 15 * 60_000;
/** So many cards of one setting that were overtaken each time mean that something else writes it. */
export const MAX_FRESH = 3;

/** Whether the host is to be looked at again, since what a card showed is no longer true. */
export function wantsFreshLook({ state }: Change, nowMs: number): boolean {
  if (state.kind !== 'void' || state.fresh !== undefined) return false;
  return state.reason.code === 'CHANGE_STALE' && nowMs - state.atMs < FRESH_WITHIN_MS;
}

/** How many cards of the same setting have been overtaken and followed by another within this request. */
export const overtaken = (plan: ChangePlan, ofRequest: readonly Change[]): number =>
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
