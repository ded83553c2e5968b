import type { CheckId } from '../../../../src/core/domain/capture.ts';
import type { FactValue } from '../../../../src/core/domain/facts.ts';

/** What a check prints where we have no such host: made by hand from the named source, never recorded. */
export interface Format {
  readonly check: CheckId;
  /** Version, and where the format stands. */
  readonly from: string;
  readonly text: string;
  /** Facts that one reading must give; others may come with them. */
  readonly facts: Readonly<Record<string, FactValue>>;
  /** Facts that must be absent: this version does not tell them. */
  readonly untold?: readonly string[];
}
