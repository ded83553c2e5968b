/** One step of a change, as it is put on record. */
export interface AuditStep {
  /** `approve`, `apply-begins`, `apply-ended` … */
  readonly step: string;
  readonly change: string;
  readonly host: string;
  /** Whose doing it is: `T1/U2`, `os:alice`; nobody for what the product does by itself. */
  readonly by: readonly string[];
  /** Plain data: the plan, the answer of the host, the verdict. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Where a record stands: enough to find out later whether the log still holds it. */
export interface AuditMark {
  readonly log: string;
  readonly seq: number;
  readonly hash: string;
}

/** Puts steps on record: when it returns, the record is on disk. */
export interface Audit {
  /** Fails with AUDIT_UNWRITABLE or AUDIT_BROKEN; then nothing may be done that must be on record. */
  record(step: AuditStep): Promise<AuditMark>;
}
