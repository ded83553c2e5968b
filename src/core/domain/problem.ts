/** Something an operator should see in the log: a static sentence, a code, and the particulars as fields. */
export interface Problem {
  readonly what: string;
  readonly code: string;
  readonly fields: Readonly<Record<string, string | number | boolean | null>>;
}
