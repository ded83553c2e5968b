import { createPublicKey, sign, verify } from 'node:crypto';
import type { Approval, ChangePlan, ChangeState } from '../domain/change.ts';
import { canonicalJson } from './canonical-json.ts';
import { planHash } from './plan-hash.ts';

/** Says what the signature is for, so that it can never stand for anything else signed with the key. */
const SCHEMA = 'tcpcheck/approval/v1';

/** Signs a yes that waits for a second one: the store it waits in could be written by somebody else. */
export const proveApproval = (plan: ChangePlan, approval: Approval, signingKeyPem: string): string =>
  sign(null, bytesOf(plan, approval), signingKeyPem).toString('base64');

/** The state with a proof at each yes that waits and has none. */
export function withProofs(plan: ChangePlan, state: ChangeState, signingKeyPem: string): ChangeState {
  if (state.kind !== 'proposed') return state;
  const approvals = state.approvals.map((approval) =>
    approval.proof === undefined
      ? { ...approval, proof: proveApproval(plan, approval, signingKeyPem) }
      : approval,
  );
  return { ...state, approvals };
}

/** Whether whoever holds one of these keys took that yes, from that person, to exactly this plan. */
export function isProven(plan: ChangePlan, approval: Approval, keysPem: readonly string[]): boolean {
  // Whoever breaks the glass waits for nobody: a reason at a yes that waits was put there by somebody else.
  if (approval.proof === undefined || approval.breakGlass !== undefined) return false;
  const signature = Buffer.from(approval.proof, 'base64');
  return keysPem.some((pem) => verify(null, bytesOf(plan, approval), createPublicKey(pem), signature));
}

const bytesOf = (plan: ChangePlan, { by, atMs }: Approval): Buffer =>
  Buffer.from(canonicalJson({ schema: SCHEMA, plan: planHash(plan), by, atMs }), 'utf8');
