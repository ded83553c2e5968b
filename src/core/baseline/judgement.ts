import type { Localized } from '../domain/locale.ts';
import type { HostView } from './host-view.ts';
import type { Relation } from './relation.ts';

/** How a host's setting looks beside the template's. */
export const VERDICTS = [
  /** Applying it takes something away, breaks something, or does nothing where it is expected to help. */
  'harmful',
  /** Good now, and gone after the next boot. */
  'not-persisted',
  /** The template goes further, which can help if the symptom is there. */
  'worse',
  'no-effect',
  'better',
  'same',
  /** This kernel, or this namespace, has no such key. */
  'absent',
  /** The live value could not be understood. */
  'unknown',
] as const;
export type BaselineVerdict = (typeof VERDICTS)[number];

/** A verdict with its reason in a sentence or two. */
export interface Judged {
  readonly verdict: BaselineVerdict;
  readonly why: Localized;
}

/** One setting under judgement. */
export interface Case {
  readonly key: string;
  readonly live: string;
  readonly template: string;
  readonly relation: Exclude<Relation, 'unreadable'>;
  readonly host: HostView;
}

/** Knows what one key of the template would do on a host. */
export type Judge = (one: Case) => Judged;

export const judged = (verdict: BaselineVerdict, en: string, ko: string): Judged => ({
  verdict,
  why: { en, ko },
});

/** For keys of which only the relation matters: the host's own value wins when it goes further. */
export const byRelation =
  (words: {
    readonly same: Localized;
    readonly behind: Localized;
    readonly beyond: readonly ['better' | 'harmful', Localized];
  }): Judge =>
  ({ relation }) => {
    if (relation === 'same') return { verdict: 'same', why: words.same };
    if (relation === 'behind' || relation === 'other') return { verdict: 'worse', why: words.behind };
    return { verdict: words.beyond[0], why: words.beyond[1] };
  };
