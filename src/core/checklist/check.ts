import type { CheckId } from '../domain/capture.ts';
import type { FACT_CATALOGUE } from '../domain/fact-catalogue.ts';
import type { Facts, FactValue, HostGroup, Persisted, SubjectGroup } from '../domain/facts.ts';
import type { Localized } from '../domain/locale.ts';

/** What one check printed in each sample; null where it was not taken or cannot be used. */
export interface Samples {
  readonly first: string | null;
  readonly second: string | null;
  /** Some of it was cut off: what takes all of it (the largest, a sum) is not known. */
  readonly cut?: boolean;
}

/** Facts of one group by the names of the catalogue; undefined is the same as absent. */
export type GroupFacts<G extends HostGroup | SubjectGroup> = {
  readonly [Name in keyof (typeof FACT_CATALOGUE)[G]]?: FactValue | undefined;
};

/** What one check adds to the facts of a run. */
export interface Contribution {
  readonly host?: { readonly [G in HostGroup]?: GroupFacts<G> };
  readonly listeners?: ReadonlyMap<string, GroupFacts<'listener'>>;
  readonly destinations?: ReadonlyMap<string, GroupFacts<'destination'>>;
  /** By `port N`, or `to ADDRESS:PORT`. */
  readonly services?: ReadonlyMap<string, GroupFacts<'service'>>;
  /** By `pid N`. */
  readonly processes?: ReadonlyMap<string, GroupFacts<'process'>>;
  readonly sysctl?: ReadonlyMap<string, string>;
  readonly persisted?: ReadonlyMap<string, Persisted>;
}

/** Output of an earlier section that a check's script finds in TC_INPUT. */
export interface CheckInput {
  readonly of: CheckId;
  /** Of the first sample (its own is empty there), or of the sample that is being taken. */
  readonly sample: 'first' | 'same';
}

/**
 * One line of the checklist: what is run on the host, what it may cost, and what its output means. The script is
 * POSIX sh, reads only, and finds TC_SAMPLE (1 or 2), TC_INPUT, TC_WINDOW_S and TC_UNTIL_CS (end of the window in
 * hundredths of a second of /proc/uptime) in its environment. Exit 127: a tool is missing; 126: not allowed.
 */
export interface Check {
  readonly id: CheckId;
  /** What it looks at, as the coverage line names it. */
  readonly title: Localized;
  readonly samples: 'first' | 'second' | 'both';
  /** The verdict can be "ok" only when this check was read. */
  readonly core: boolean;
  readonly capBytes: number;
  /**
   * Seconds after which it is stopped. Null where it only reads a few small files that the kernel makes: it then runs in
   * the shell of the frame, which starts no process for it, under the limit of the whole run.
   */
  readonly timeoutS: number | null;
  /** Files of the host's owner may hold anything: what it prints goes through `head`, so that a flood ends early. */
  readonly mayFlood?: true;
  /**
   * sh that the frame runs before it, from what is known already: where it succeeds, what it printed is the section, and
   * the script is not started at all.
   */
  readonly shortcut?: string;
  /** What it costs on a big host. */
  readonly cost: string;
  readonly script: string;
  readonly input: CheckInput | null;
  /** Its second sample lasts as long as the window. */
  readonly fillsWindow: boolean;
  /** Every whole line stands for itself, so that the lines before a cut still hold. */
  readonly linesHold: boolean;
  /** It asks about the host as a whole, so that it says nothing about a container that was looked into. */
  readonly hostOnly?: true;
  /** Turns the output into facts; `before` holds those of the checks above it. Null: nothing in it was understood. */
  readonly read: (samples: Samples, before: Facts) => Contribution | null;
}
