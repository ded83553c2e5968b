import type { ChangePlan, ChangeState } from '../domain/change.ts';
import type { Facts } from '../domain/facts.ts';
import { hasSecondLook } from './life.ts';

/** Narrower than systemd's names (systemd.unit(5)): it becomes part of a command that people copy. */
const UNIT = /^[A-Za-z0-9][A-Za-z0-9@:._-]{0,80}\.service$/;

/** The unit whose process holds the listener that the change is about; null where the host did not tell a plain one. */
export function listeningUnit(facts: Facts | null, { subject }: ChangePlan): string | null {
  const unit = subject === null ? undefined : facts?.subjects.listener[subject]?.['restart_hint'];
  return typeof unit === 'string' && UNIT.test(unit) ? unit : null;
}

/** Whether a person must still make the service listen anew before the change can do anything. */
export function waitsForListen({ takesEffect }: ChangePlan, state: ChangeState): boolean {
  if (takesEffect !== 'relisten') return false;
  if (hasSecondLook(state)) {
    return (state.secondLook ?? state.judgement).reason?.kind === 'not-listened-anew';
  }
  return BEFORE_VERDICT.has(state.kind);
}

const BEFORE_VERDICT: ReadonlySet<ChangeState['kind']> = new Set(['proposed', 'applied', 'confirmed']);
