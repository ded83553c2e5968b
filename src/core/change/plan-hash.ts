import { createHash } from 'node:crypto';
import type { ChangePlan } from '../domain/change.ts';
import { canonicalJson } from './canonical-json.ts';

/** Ids of changes: safe as a file name on the host, in a button and in a log line. */
export const CHANGE_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/;

const BUTTON_VALUE = /^([A-Za-z0-9][A-Za-z0-9_-]{0,62})\.([0-9a-f]{64})$/;

/** SHA-256 (hex) of the whole plan: the same for what was shown, approved, signed and applied. */
export function planHash(plan: ChangePlan): string {
  return createHash('sha256').update(canonicalJson(plan), 'utf8').digest('hex');
}

/** What a button of the change carries: which change, and exactly what its card showed. */
export function buttonValue(plan: ChangePlan): string {
  return `${plan.id}.${planHash(plan)}`;
}

/** The parts of a button's value; null when we never made such a value. */
export function readButtonValue(value: string): { readonly id: string; readonly hash: string } | null {
  const [, id, hash] = BUTTON_VALUE.exec(value) ?? [];
  return id === undefined || hash === undefined ? null : { id, hash };
}
