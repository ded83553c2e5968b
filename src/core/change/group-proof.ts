import { createPublicKey, sign, verify } from 'node:crypto';
import { unreachable } from '../domain/errors.ts';
import type { Person } from '../domain/change.ts';
import type { GroupChange, GroupDecision, GroupPlan } from '../domain/group.ts';
import { canonicalJson } from './canonical-json.ts';
import { groupHash } from './group-hash.ts';
import { areEnough } from './people.ts';

/** Says what the signature is for, so that it can never stand for anything else signed with the key. */
const SCHEMA = 'tcpcheck/group-decision/v1';

/** `pass:CHANGE_ID` goes on past that host. */
export type DecidedWhat = 'approve' | 'keep' | 'roll-back' | `pass:${string}`;

interface Word {
  readonly by: Person;
  readonly atMs: number;
}

/** Signs what somebody decided about a group plan: it is acted on for minutes, from a store that proves nothing. */
export function proveDecision(
  plan: GroupPlan,
  what: DecidedWhat,
  { word, signingKeyPem }: { readonly word: Word; readonly signingKeyPem: string },
): GroupDecision {
  const proof = sign(null, bytesOf(plan, what, word), signingKeyPem).toString('base64');
  return { ...word, proof };
}

/** Whether all that the state rests on was decided through whoever holds one of these keys, about exactly this plan. */
export function isGenuine({ plan, state }: GroupChange, keysPem: readonly string[]): boolean {
  const isProven = (what: DecidedWhat, decision: GroupDecision): boolean => {
    const [bytes, proof] = [bytesOf(plan, what, decision), Buffer.from(decision.proof, 'base64')];
    return keysPem.some((pem) => verify(null, bytes, createPublicKey(pem), proof));
  };
  switch (state.kind) {
    case 'proposed':
      return state.approvals.every((one) => isProven('approve', one));
    case 'running':
    case 'stopped':
    case 'done':
      return (
        state.approvals.every((one) => isProven('approve', one)) &&
        state.passed.every(({ changeId, decision }) => isProven(`pass:${changeId}`, decision)) &&
        areEnough(
          state.approvals.map(({ by }) => by),
          plan,
        )
      );
    case 'keeping':
    case 'kept':
      return isProven('keep', state.decision);
    case 'rolling-back':
    case 'rolled-back':
      return isProven('roll-back', state.decision);
    case 'rejected':
    case 'expired':
    case 'void':
      return true;
    default:
      return unreachable(state);
  }
}

const bytesOf = (plan: GroupPlan, what: DecidedWhat, { by, atMs }: Word): Buffer =>
  Buffer.from(canonicalJson({ schema: SCHEMA, plan: groupHash(plan), what, by, atMs }), 'utf8');
