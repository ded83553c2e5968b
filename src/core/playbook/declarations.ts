import { FACT_CATALOGUE } from '../domain/fact-catalogue.ts';
import type { FactKind } from '../domain/fact-spec.ts';
import { HOST_GROUPS, type SubjectGroup } from '../domain/facts.ts';

/** What a playbook is evaluated for, one by one. */
export type ForEach = 'none' | 'listeners' | 'destinations' | 'processes' | 'services';

/** Group -> name -> kind: every fact a playbook can name. */
export type Declarations = ReadonlyMap<string, ReadonlyMap<string, FactKind>>;

/** A fact by its full name, checked against the declarations. */
export interface FactRef {
  readonly id: string;
  readonly group: string;
  readonly name: string;
  readonly kind: FactKind;
  /** It comes from the window between the samples, so a window that is too short makes it unknown. */
  readonly overWindow: boolean;
}

const SUBJECT_OF: Readonly<Record<ForEach, SubjectGroup | null>> = {
  none: null,
  listeners: 'listener',
  destinations: 'destination',
  processes: 'process',
  services: 'service',
};

/** The fact group of the subjects; null where the host itself is the subject. */
export const subjectGroup = (forEach: ForEach): SubjectGroup | null => SUBJECT_OF[forEach];

/** The facts a playbook may name: those of the host, of its subject, and its own thresholds. */
export function declareFacts(forEach: ForEach, thresholds: readonly string[]): Declarations {
  const subject = subjectGroup(forEach);
  const groups = [...HOST_GROUPS, ...(subject === null ? [] : [subject])];
  const declared = new Map<string, ReadonlyMap<string, FactKind>>(
    groups.map((group) => [
      group,
      new Map(Object.entries(FACT_CATALOGUE[group]).map(([name, spec]) => [name, spec.kind])),
    ]),
  );
  return declared.set('thresholds', new Map(thresholds.map((name) => [name, 'number'])));
}

/** Measured over the window although the name does not end in `_per_s`. */
const OVER_WINDOW = new Set([
  'stayed_ratio',
  'close_wait_stayed_ratio',
  'process_cpu_ratio',
  'process_throttled_ratio',
  'cpu_waiting_ratio',
  'memory_waiting_ratio',
  'memory_stalled_ratio',
  'io_waiting_ratio',
  'cpu_busy_ratio',
  'steal_ratio',
]);
/** A rate that the kernel's own 60 s of TIME_WAIT give, however short our window is. */
const OVER_A_MINUTE = new Set(['destination.closes_per_s']);

export type FactLookup =
  { readonly kind: 'fact'; readonly fact: FactRef } | { readonly kind: 'wrong'; readonly message: string };

/** Finds `group.name`; a misspelt one is told what there is. */
export function findFact(declarations: Declarations, group: string, name: string): FactLookup {
  const facts = declarations.get(group);
  if (facts === undefined) {
    const known = [...declarations.keys()].join(', ');
    return { kind: 'wrong', message: `there are no facts "${group}"; there are: ${known}` };
  }
  const kind = facts.get(name);
  const id = `${group}.${name}`;
  if (kind === undefined) {
    const known = [...facts.keys()].join(', ');
    return { kind: 'wrong', message: `there is no fact "${id}"; ${group} has: ${known}` };
  }
  const isRate = group !== 'thresholds' && name.endsWith('_per_s') && !OVER_A_MINUTE.has(id);
  const overWindow = isRate || OVER_WINDOW.has(name);
  return { kind: 'fact', fact: { id, group, name, kind, overWindow } };
}

/** The same for a full name, `listener.backlog`. */
export function findFactByName(declarations: Declarations, id: string): FactLookup {
  const [group = '', name = '', ...rest] = id.split('.');
  if (name === '' || rest.length > 0)
    return { kind: 'wrong', message: `"${id}" is not a fact like group.name` };
  return findFact(declarations, group, name);
}
