/**
 * Facts are what the parsers made of a capture: flat names `group.name`, unit last. A fact that could
 * not be measured is absent, never zero.
 */
export type FactValue = number | string | boolean;

/** Facts of one group or one subject: short name -> value. */
export type FactGroup = Readonly<Record<string, FactValue>>;

/** The subjects a playbook can be evaluated for, one by one. */
export const SUBJECT_GROUPS = ['listener', 'destination', 'process'] as const;
export type SubjectGroup = (typeof SUBJECT_GROUPS)[number];

/** Groups with one set of facts per host. */
export const HOST_GROUPS = [
  'host',
  'sockets',
  'counters',
  'kernel',
  'descriptors',
  'settings',
  'run',
] as const;
export type HostGroup = (typeof HOST_GROUPS)[number];

export interface Facts {
  readonly host: Readonly<Record<HostGroup, FactGroup>>;
  /** Per subject, e.g. `subjects.listener['0.0.0.0:8080']`. */
  readonly subjects: Readonly<Record<SubjectGroup, Readonly<Record<string, FactGroup>>>>;
  /** Live values by full key (`net.core.somaxconn`), whitespace normalised to single blanks; what a change compares with. */
  readonly sysctl: Readonly<Record<string, string>>;
}

/** The contract's flat form: `counters.listen_overflows_per_s`, `listener.backlog[0.0.0.0:8080]`. */
export function flattenFacts(facts: Facts): Record<string, FactValue> {
  const flat: Record<string, FactValue> = {};
  for (const [group, values] of Object.entries(facts.host)) {
    for (const [name, value] of Object.entries(values)) flat[`${group}.${name}`] = value;
  }
  for (const [group, subjects] of Object.entries(facts.subjects)) {
    for (const [subject, values] of Object.entries(subjects)) {
      for (const [name, value] of Object.entries(values)) flat[`${group}.${name}[${subject}]`] = value;
    }
  }
  return flat;
}
