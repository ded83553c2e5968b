import type { Comparison, Judgement, Verdict, VerdictReason } from '../domain/change.ts';
import type { FactValue } from '../domain/facts.ts';
import type { FindingStatus, TakesEffect } from '../domain/report.ts';
import type { FactRef } from '../playbook/declarations.ts';
import { formatFact } from '../playbook/format-fact.ts';

/** What a playbook says must move after a change, and how much must go on for that to mean anything. */
export interface Expected {
  readonly facts: readonly { readonly fact: FactRef; readonly wanted: 'lower' | 'higher' }[];
  readonly volume: { readonly fact: FactRef; readonly atLeast: number } | null;
}

/** One look: facts by their flat names, and the finding that the change is about, evaluated again. */
export interface Look {
  readonly facts: Readonly<Record<string, FactValue>>;
  readonly finding: FindingStatus;
}

export interface Looks {
  readonly expected: Expected;
  readonly takesEffect: TakesEffect;
  /** Listener, destination or process the finding is about. */
  readonly subject: string | null;
  readonly before: Look;
  readonly after: Look;
  readonly atMs: number;
}

/** Moves smaller than a tenth are what two looks at the same busy host differ by anyway. */
const NOISE_RATIO = 0.1;
/** So are moves of less than one a second, or one socket; ratios are finer. */
const NOISE = 1;
const NOISE_OF_RATIO = 0.02;

/**
 * What the change did: the finding evaluated again, and the facts that its playbook names, side by side. The first
 * fact weighs most; a finding that is gone is proof, one that stands with all facts unmoved is none.
 */
export function judge(looks: Looks): Judgement {
  const { expected, after, atMs } = looks;
  const effect = expected.facts.map(({ fact, wanted }) => compare(looks, fact, wanted));
  const base = { effect, finding: after.finding, atMs };
  const reason = whyUnknown(looks, effect);
  if (reason !== null) return { ...base, verdict: 'unknown', reason };
  return { ...base, verdict: verdictOf(effect, looks), reason: null };
}

function whyUnknown(looks: Looks, effect: readonly Comparison[]): VerdictReason | null {
  const { expected, takesEffect, after } = looks;
  if (expected.facts.length === 0) return { kind: 'nothing-to-compare' };
  const worse = effect.some(({ moved }) => moved === 'worse');
  if (takesEffect === 'relisten' && !worse && !hasListenedAnew(looks)) return { kind: 'not-listened-anew' };
  const { volume } = expected;
  if (volume !== null) {
    const fact = volume.fact.id;
    const found = after.facts[nameOf(fact, looks.subject, after.facts)];
    if (typeof found !== 'number') {
      return { kind: 'not-measured', said: fact };
    }
    if (found < volume.atLeast) {
      return { kind: 'little-traffic', fact, atLeast: volume.atLeast, found };
    }
  }
  // A destination or listener that is not worth telling any more has no facts; that its finding is gone is enough.
  return after.finding !== 'cleared' && effect.every(({ moved }) => moved === 'unknown')
    ? { kind: 'not-measured', said: effect.map(({ fact }) => fact).join(', ') }
    : null;
}

/** A new backlog shows in the listener's own limit (Send-Q), whatever the sysctl says. */
function hasListenedAnew({ subject, before, after }: Looks): boolean {
  const name = nameOf('listener.backlog', subject, before.facts);
  const [old, now] = [before.facts[name], after.facts[name]];
  return typeof old === 'number' && typeof now === 'number' && now > old;
}

function verdictOf(effect: readonly Comparison[], { before, after }: Looks): Verdict {
  const [first] = effect.filter(({ moved }) => moved === 'better' || moved === 'worse');
  if (before.finding === 'matched' && after.finding === 'cleared') {
    return effect.length > 0 && effect.every(({ moved }) => moved === 'worse') ? 'worse' : 'verified';
  }
  if (first === undefined) return 'no-effect';
  return first.moved === 'better' ? 'verified' : 'worse';
}

function compare({ before, after, subject }: Looks, ref: FactRef, wanted: 'lower' | 'higher'): Comparison {
  const fact = ref.id;
  const old = before.facts[nameOf(fact, subject, before.facts)];
  const now = after.facts[nameOf(fact, subject, after.facts)];
  const shown = { fact, before: text(ref, old), after: text(ref, now) };
  if (typeof old !== 'number' || typeof now !== 'number') return { ...shown, moved: 'unknown' };
  const noise = fact.endsWith('_ratio') ? NOISE_OF_RATIO : NOISE;
  if (Math.abs(now - old) <= Math.max(noise, Math.abs(old) * NOISE_RATIO)) return { ...shown, moved: 'same' };
  return { ...shown, moved: now > old === (wanted === 'higher') ? 'better' : 'worse' };
}

/** Digits read the same in both languages. */
const text = (fact: FactRef, value: FactValue | undefined): string | null =>
  value === undefined ? null : formatFact(fact, value, 'en');

/** Facts of a listener or destination carry the subject of the change in their name. */
const nameOf = (fact: string, subject: string | null, facts: Readonly<Record<string, FactValue>>): string =>
  fact in facts || subject === null ? fact : `${fact}[${subject}]`;
