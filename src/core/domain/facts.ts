/**
 * Facts are what the parsers made of a capture: flat names `group.name`, unit last. A fact that could
 * not be measured is absent, never zero.
 */
export type FactValue = number | string | boolean;

/** Facts of one group or one subject: short name -> value. */
export type FactGroup = Readonly<Record<string, FactValue>>;

/** The subjects a playbook can be evaluated for, one by one. */
export const SUBJECT_GROUPS = ['listener', 'destination', 'process', 'service'] as const;
export type SubjectGroup = (typeof SUBJECT_GROUPS)[number];

/** Groups with one set of facts per host. */
export const HOST_GROUPS = [
  'host',
  'sockets',
  'counters',
  'kernel',
  'descriptors',
  'settings',
  'pressure',
  'run',
] as const;
export type HostGroup = (typeof HOST_GROUPS)[number];

/** Who gives a setting its value at the next boot. A key that could not be told is absent from `Facts.persisted`. */
export type Persisted =
  /** The value that wins, and the file it stands in (or "kernel command line"). */
  | ({ readonly by: 'file'; readonly value: string; readonly file: string } & Rival)
  /** The active profile of tuned; null where it writes an expression and no value. */
  | ({ readonly by: 'tuned'; readonly value: string | null; readonly profile: string } & Rival)
  /** Nobody: the kernel's default comes back. */
  | { readonly by: 'nothing' };

interface Rival {
  /** It would have the last word over the file in which we keep a change as well; absent where ours would have it. */
  readonly beatsKept?: true | undefined;
}

export interface Facts {
  readonly host: Readonly<Record<HostGroup, FactGroup>>;
  /** Per subject, e.g. `subjects.listener['0.0.0.0:8080']`. */
  readonly subjects: Readonly<Record<SubjectGroup, Readonly<Record<string, FactGroup>>>>;
  /** Live values by full key (`net.core.somaxconn`), whitespace normalised to single blanks; what a change compares with. */
  readonly sysctl: Readonly<Record<string, string>>;
  /** By full key: what the next boot will set, beside the live value. Absent is unknown, never "not persisted". */
  readonly persisted: Readonly<Record<string, Persisted>>;
}

/**
 * The contract's flat form: `counters.listen_overflows_per_s`, `listener.backlog[0.0.0.0:8080]`, and of each setting
 * `setting.live[KEY]`, `setting.after_boot[KEY]` and `setting.from[KEY]`.
 */
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
  for (const [key, value] of Object.entries(facts.sysctl)) flat[`setting.live[${key}]`] = value;
  for (const [key, persisted] of Object.entries(facts.persisted)) {
    const { value, from } = flatPersisted(persisted);
    if (value !== null) flat[`setting.after_boot[${key}]`] = value;
    flat[`setting.from[${key}]`] = from;
  }
  return flat;
}

function flatPersisted(persisted: Persisted): { readonly value: string | null; readonly from: string } {
  if (persisted.by === 'nothing') return { value: null, from: 'nothing' };
  const from = persisted.by === 'file' ? persisted.file : `tuned profile ${persisted.profile}`;
  return { value: persisted.value, from };
}
