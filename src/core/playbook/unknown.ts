/** The value of an expression for which a fact was wanted that nobody could measure. */
export class Unknown {
  /** Full names of the facts that would settle it. */
  readonly facts: readonly string[];

  constructor(facts: readonly string[]) {
    this.facts = facts;
  }
}

/** Both sides are needed: what is missing is missing together. */
export const neither = (a: Unknown, b: Unknown): Unknown =>
  new Unknown([...new Set([...a.facts, ...b.facts])]);
