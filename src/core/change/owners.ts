import type { ChangePlan } from '../domain/change.ts';
import type { Facts } from '../domain/facts.ts';
import { elsewhereOf } from '../playbook/elsewhere.ts';
import { findSysctl } from '../sysctl/catalogue.ts';
import { normaliseValue } from '../sysctl/values.ts';

/** Somebody else on the host who sets a key of the plan, or whom the change does not reach. */
export type Owner =
  | { readonly kind: 'file'; readonly key: string; readonly file: string; readonly value: string }
  | { readonly kind: 'tuned'; readonly key: string; readonly profile: string }
  | { readonly kind: 'bpftune' }
  /** Network namespaces with values of their own. */
  | { readonly kind: 'containers'; readonly count: number };

/** Why the value would be another one after the next boot, although our own file has it. */
export type KeepRival =
  | Exclude<Owner, { kind: 'bpftune' | 'containers' }>
  /** Not all that sets it could be read. */
  | { readonly kind: 'unknown'; readonly key: string };

export interface Owners {
  /** For whoever decides about applying it. */
  readonly now: readonly Owner[];
  /** For whoever decides about keeping it. */
  readonly lasting: readonly KeepRival[];
}

/** Who else has a say in the settings of the plan, as far as the run could see. */
export function ownersOf({ settings }: ChangePlan, facts: Facts | null): Owners {
  if (facts === null) {
    return { now: [], lasting: settings.map(({ key }) => ({ kind: 'unknown', key })) };
  }
  const named = settings.flatMap(({ key, to }) => ownerOf(facts, key, to));
  return {
    now: [...named.map(({ owner }) => owner), ...bpftune(facts), ...containers(settings, facts)],
    lasting: [
      ...named.flatMap(({ owner, beatsKept }) => (beatsKept ? [owner] : [])),
      ...settings.flatMap(({ key }): readonly KeepRival[] =>
        facts.persisted[key] === undefined ? [{ kind: 'unknown', key }] : [],
      ),
    ],
  };
}

interface Named {
  readonly owner: Exclude<Owner, { kind: 'bpftune' | 'containers' }>;
  readonly beatsKept: boolean;
}

/** Whoever sets it to the very same value is no rival. */
function ownerOf(facts: Facts, key: string, to: string): readonly Named[] {
  const next = facts.persisted[key];
  if (next === undefined || next.by === 'nothing') return [];
  if (next.value !== null && normaliseValue(next.value) === to) return [];
  const beatsKept = next.beatsKept === true;
  return next.by === 'tuned'
    ? [{ owner: { kind: 'tuned', key, profile: next.profile }, beatsKept }]
    : [{ owner: { kind: 'file', key, file: next.file, value: normaliseValue(next.value) }, beatsKept }];
}

/** Of the programs that set kernel settings, the one that may move any of those we offer. */
function bpftune(facts: Facts): readonly Owner[] {
  const daemons = facts.host.host['setting_daemons'];
  return typeof daemons === 'string' && daemons.split(', ').includes('bpftune') ? [{ kind: 'bpftune' }] : [];
}

function containers(settings: ChangePlan['settings'], facts: Facts): readonly Owner[] {
  const others = elsewhereOf(facts);
  const theirOwn = settings.some(({ key }) => findSysctl(key)?.scope === 'netns');
  return others === null || !theirOwn ? [] : [{ kind: 'containers', count: others.namespaces }];
}
