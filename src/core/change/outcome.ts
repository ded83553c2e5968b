import type { ChangePlan, ChangeProblem, ReadBack } from '../domain/change.ts';
import { ERROR_CATALOGUE, type ErrorCode } from '../domain/error-catalogue.ts';
import { unreachable } from '../domain/errors.ts';

/** A key whose value was not the wanted one. `key` may also be `host key` or `netns`. */
interface Mismatch {
  readonly key: string;
  readonly wanted: string;
  readonly found: string;
  /** The kernel's own reason, where it gave one. */
  readonly why?: string | undefined;
}

/** How the execution of a signed go on the host ended. */
export type ExecuteOutcome =
  /** Every key was written and read back. */
  | { readonly kind: 'applied'; readonly readBack: readonly ReadBack[] }
  /** Every value is the new one, seen over a new login; the host's timer has its new deadline, or none. */
  | { readonly kind: 'confirmed'; readonly readBack: readonly ReadBack[] }
  /** Our own file holds the values too. */
  | { readonly kind: 'kept'; readonly file: string; readonly readBack: readonly ReadBack[] }
  /** Every key has its old value again. */
  | { readonly kind: 'rolled-back'; readonly readBack: readonly ReadBack[] }
  /** The host has taken the change back by itself: nobody confirmed it in time, or it was started anew. */
  | { readonly kind: 'reverted'; readonly why: 'timer' | 'reboot' }
  /** The host had done this before; nothing was written now, and the values are the wanted ones. */
  | { readonly kind: 'already'; readonly readBack: readonly ReadBack[] }
  /** What was shown is no longer true; nothing was written. */
  | ({ readonly kind: 'stale' } & Mismatch)
  /** Another change holds the host's lock; nothing was written. */
  | { readonly kind: 'busy' }
  /** The host's helper did not want to, or could not; nothing was written. */
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }
  /** The kernel did not take the key's value, or the helper was cut off; every key has its old value again. */
  | ({ readonly kind: 'put-back' } & Mismatch)
  /** The key could not be given its old value (`wanted`) back. */
  | ({ readonly kind: 'undo-failed' } & Mismatch)
  /** Somebody else has changed the key since; it was left alone, and so were the keys it leans on. */
  | ({ readonly kind: 'foreign' } & Mismatch)
  /** Neither the host's answer nor its journal could be had. */
  | { readonly kind: 'unknown'; readonly message: string };

/** What the helper answers about a change that it has taken back, or will never apply. */
const TAKEN_BACK: ReadonlySet<string> = new Set(['taken-back', 'barred', 'not-begun']);

/** Whether the host's journal says that nothing of the change is in force. */
export const saysTakenBack = (outcome: ExecuteOutcome): boolean =>
  outcome.kind === 'refused' && TAKEN_BACK.has(outcome.code);

/** The outcomes after which something went otherwise than planned. */
type Trouble = Exclude<
  ExecuteOutcome,
  { kind: 'applied' | 'confirmed' | 'kept' | 'rolled-back' | 'already' }
>;

/** The outcome in the words of the error catalogue. */
export function problemOf(outcome: Trouble, { host }: Pick<ChangePlan, 'host'>): ChangeProblem {
  switch (outcome.kind) {
    case 'stale':
      return problem('CHANGE_STALE', `${host}: ${difference(outcome)}; nothing was written`);
    case 'busy':
      return problem('CHANGE_BUSY', `${host}: another change holds the lock; nothing was written`);
    case 'refused':
      return problem('CHANGE_REFUSED', `${host}: ${outcome.message} (${outcome.code}); nothing was written`);
    case 'reverted':
      return problem('CHANGE_REVERTED', `${host}: ${REVERTED[outcome.why]}`);
    case 'put-back':
      return problem(
        'CHANGE_NOT_TAKEN',
        `${host}: ${difference(outcome)}; every key has its old value again`,
      );
    case 'undo-failed':
      return problem(
        'CHANGE_UNDO_FAILED',
        `${host}: ${difference(outcome)}; it could not be given its old value back`,
      );
    case 'foreign':
      return problem('CHANGE_FOREIGN', `${host}: ${difference(outcome)}; it was left alone`);
    case 'unknown':
      return problem('CHANGE_UNKNOWN', `${host}: ${outcome.message}`);
    default:
      return unreachable(outcome);
  }
}

const REVERTED = {
  timer: 'nobody confirmed the change in time, so the host took it back by itself',
  reboot: 'the host was started anew, which ended the change',
} as const;

/** A problem of the catalogue with what exactly happened. */
export function problem(code: ErrorCode, message: string): ChangeProblem {
  return { code, message, hint: ERROR_CATALOGUE[code].hint };
}

const difference = ({ key, wanted, found, why }: Mismatch): string =>
  `${key} should be "${wanted}" and is "${found}"${why === undefined ? '' : ` (${why})`}`;
