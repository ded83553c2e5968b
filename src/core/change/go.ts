import { z } from 'zod';
import type { ChangeProblem, ChangeState, Go, NeedsHumanState, SignedGo } from '../domain/change.ts';
import { assert } from '../domain/errors.ts';
import { canonicalJson } from './canonical-json.ts';
import { problem } from './outcome.ts';
import { areEnough } from './people.ts';
import { CHANGE_ID } from './plan-hash.ts';
import { personSchema, planSchema } from './plan-schema.ts';
import { publicKeysIn } from './verify-keys.ts';
import { parseJson } from '../domain/json.ts';
import { isSigned, signText } from './signature.ts';

/** How long a signed go may be executed: long enough for a queue, too short to be kept and used later. */
export const GO_VALID_MS = 60_000;

/** How far the clock of the bot may be ahead of the worker's. */
export const CLOCK_SKEW_MS = 5_000;

/** Says what the signature is for, so that it can never stand for anything else signed with the key. */
const GO_SCHEMA = 'tcpcheck/go/v1';

/** How long after the proposal ran out a host of a group may still have its turn. */
const MAX_GROUP_MS = 3_600_000;

/** Two approve at most. */
const MAX_PEOPLE = 2;

/** Room for two sentences; a shorter one than MIN says nothing to whoever reads the record. */
export const MAX_BREAK_GLASS_REASON = 300;
export const MIN_BREAK_GLASS_REASON = 10;

const goSchema = z.strictObject({
  schema: z.literal(GO_SCHEMA),
  action: z.enum(['apply', 'keep', 'rollback']),
  plan: planSchema,
  group: z
    .strictObject({
      id: z.string().regex(CHANGE_ID),
      hash: z.string().regex(/^[0-9a-f]{64}$/),
      beginsUntilMs: z.number().int().nonnegative(),
    })
    .optional(),
  by: z.array(personSchema).min(1).max(MAX_PEOPLE),
  breakGlass: z.string().min(1).max(MAX_BREAK_GLASS_REASON).exactOptional(),
  issuedAtMs: z.number().int().nonnegative(),
  validUntilMs: z.number().int().nonnegative(),
});

/** Signs that this plan may be executed now; only the bot holds the key. */
export function signGo(go: Go, privateKeyPem: string): SignedGo {
  assert(go.validUntilMs > go.issuedAtMs, 'a go ends after it begins');
  assert(go.validUntilMs - go.issuedAtMs <= GO_VALID_MS, 'a go is short');
  return signText(canonicalJson(goSchema.parse({ schema: GO_SCHEMA, ...go })), privateKeyPem);
}

/** The go, if the bot signed every byte of it and it may be executed now. */
export function openGo(
  signed: SignedGo,
  publicKeyPem: string,
  nowMs: number,
): { readonly go: Go } | { readonly problem: ChangeProblem } {
  // Nothing is read out of the payload before the signature is known to be right.
  if (!isSigned(signed, publicKeysIn(publicKeyPem)))
    return unsigned('the signature does not belong to this order');
  const parsed = goSchema.safeParse(parseJson(signed.payload));
  if (!parsed.success)
    return unsigned('the signature is right, but this version does not know such an order');
  const { schema: _schema, ...go } = parsed.data;
  return untimely(go, nowMs) ?? tooFew(go) ?? { go };
}

/**
 * The go without regard to its age: proof, long after the order, that the bot signed exactly this plan. Whoever looks
 * after a change trusts this and nothing else that the store says about it.
 */
export function provenGo(signed: SignedGo, publicKeyPem: string): Go | null {
  if (!isSigned(signed, publicKeysIn(publicKeyPem))) return null;
  const parsed = goSchema.safeParse(parseJson(signed.payload));
  if (!parsed.success) return null;
  const { schema: _schema, ...go } = parsed.data;
  return go;
}

/** The order that a change was applied by; null where there was none. */
export function orderOf(state: ChangeState): SignedGo | null {
  if ('go' in state) return state.go;
  if (state.kind === 'needs-human') return state.last?.go ?? null;
  if (!('was' in state)) return null;
  return 'go' in state.was ? state.was.go : (state.was.last?.go ?? null);
}

/** The same state with another signature of that order. */
export function withOrder(state: ChangeState, go: SignedGo): ChangeState {
  if ('go' in state) return { ...state, go };
  if (state.kind === 'needs-human') return withLast(state, go);
  if (state.kind === 'keeping') return { ...state, was: { ...state.was, go } };
  if (state.kind !== 'rolling-back') return state;
  const { was } = state;
  return { ...state, was: was.kind === 'needs-human' ? withLast(was, go) : { ...was, go } };
}

const withLast = (state: NeedsHumanState, go: SignedGo): NeedsHumanState =>
  state.last === null ? state : { ...state, last: { ...state.last, go } };

/**
 * An order that a retired key has signed, by the key that has taken its place; null where there is nothing to do. Only one
 * whose time is over: whoever has the retired key could have written one for a time when that key is long gone.
 */
export function signedAnew(
  signed: SignedGo,
  { signingKeyPem, verifyKeyPem }: { readonly signingKeyPem: string; readonly verifyKeyPem: string },
  nowMs: number,
): SignedGo | null {
  if (isSigned(signed, [signingKeyPem])) return null;
  const go = provenGo(signed, verifyKeyPem);
  return go === null || go.validUntilMs > nowMs ? null : signGo(go, signingKeyPem);
}

function untimely(go: Go, nowMs: number): { readonly problem: ChangeProblem } | null {
  if (go.validUntilMs - go.issuedAtMs > GO_VALID_MS) return unsigned('the order claims to be valid too long');
  if (nowMs < go.issuedAtMs - CLOCK_SKEW_MS) {
    const aheadMs = go.issuedAtMs - nowMs;
    return expired(`the order is from ${aheadMs} ms in the future; compare the clocks of bot and worker`);
  }
  if (nowMs > go.validUntilMs) return expired(`the order ran out ${nowMs - go.validUntilMs} ms ago`);
  // Only an apply is: neither keeping what is in force nor taking back is stopped by the age of the proposal.
  if (go.action === 'apply' && go.issuedAtMs > beginsUntilMs(go)) {
    return expired('the proposal had run out before the order was given');
  }
  return null;
}

/** With several hosts the later ones wait for the earlier, but never longer than this worker allows. */
const beginsUntilMs = ({ plan, group }: Go): number =>
  group === undefined ? plan.expiresAtMs : Math.min(group.beginsUntilMs, plan.expiresAtMs + MAX_GROUP_MS);

/** A signature does not make up for people: a bot with a fault must not get past two. */
function tooFew({ action, by, plan, breakGlass }: Go): { readonly problem: ChangeProblem } | null {
  if (action !== 'apply' || breakGlass !== undefined || areEnough(by, plan)) return null;
  const message = `the order names ${by.length} of ${plan.approvalsNeeded} people who must approve`;
  return { problem: problem('CHANGE_SECOND_PERSON', message) };
}

const unsigned = (message: string): { problem: ChangeProblem } => ({
  problem: problem('CHANGE_UNSIGNED', message),
});
const expired = (message: string): { problem: ChangeProblem } => ({
  problem: problem('CHANGE_EXPIRED', message),
});
