import type { FactGroup, FactValue, SubjectGroup } from '../domain/facts.ts';
import type { FactRef } from './declarations.ts';

/** The facts one condition, text or fix is looked at with. */
export interface Scope {
  readonly groups: Readonly<Record<string, FactGroup>>;
  /** Apart from the groups, which all subjects share. */
  readonly subject?: { readonly group: SubjectGroup; readonly facts: FactGroup };
  /** False when the window was shorter than the playbook wants: its rates say nothing. */
  readonly ratesKnown: boolean;
}

/** The fact's value; undefined when it was not measured. A number that is none counts as not measured. */
export function lookUp(scope: Scope, fact: FactRef): FactValue | undefined {
  if (fact.overWindow && !scope.ratesKnown) return undefined;
  const { subject } = scope;
  const group = subject?.group === fact.group ? subject.facts : scope.groups[fact.group];
  const value = group?.[fact.name];
  return typeof value === 'number' && !Number.isFinite(value) ? undefined : value;
}
