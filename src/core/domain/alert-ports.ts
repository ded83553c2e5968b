/** The small interfaces through which alerts are taken and kept. */
import type { AlertNotice } from './alert.ts';
import type { HostChoice, Incident, KnownAlert, Storm, UnknownHosts, Weather } from './incident.ts';
import type { HeldBack } from './maintenance.ts';
import type { DiagnosisRequest } from './run.ts';

/** What one sender has sent at once. */
export interface AlertDelivery {
  /** A UUID of ours: the same delivery handed over again is recognised by it. */
  readonly id: string;
  readonly notices: readonly AlertNotice[];
}

/** Takes deliveries for good; ends when a sender may be told that they will not be lost. */
export interface AlertQueue {
  /** Rejects with REDIS_UNAVAILABLE or QUEUE_FULL: then nothing was promised. */
  submit(delivery: AlertDelivery): Promise<void>;
}

/** The kinds of records about alerts. */
export interface AlertRecords {
  readonly incident: Incident;
  readonly storm: Storm;
  readonly weather: Weather;
  readonly choice: HostChoice;
  readonly note: UnknownHosts;
  readonly held: HeldBack;
}

/** A record with the revision in which it was read. */
export interface Kept<R> {
  readonly record: R;
  readonly rev: string;
}

/** All that changes together, or not at all. */
export interface AlertCommit {
  /** Ids of the deliveries that it works off: the first that wait. */
  readonly taken: readonly string[];
  readonly records: readonly {
    readonly kind: keyof AlertRecords;
    readonly id: string;
    /** As it was read; `0` for a new one. */
    readonly rev: string;
    readonly record: AlertRecords[keyof AlertRecords];
    /** When time alone will change it. */
    readonly dueAtMs: number | null;
  }[];
  /** Host and its last incident. */
  readonly incidentOf: readonly (readonly [string, string])[];
  readonly known: readonly {
    readonly incidentId: string;
    readonly fingerprint: string;
    readonly alert: KnownAlert;
  }[];
  /** Requests that are kept and not yet waiting for a run: `RequestStore.again` starts their first. */
  readonly requests: readonly DiagnosisRequest[];
  /** Threads that owe news of this. */
  readonly owed: readonly { readonly threadId: string; readonly atMs: number }[];
  /** Alerts that wait for a choice. */
  readonly pending: readonly { readonly choiceId: string; readonly notice: AlertNotice }[];
  /** To be worked off later. */
  readonly deliveries: readonly AlertDelivery[];
}

/** What is known about alerts; several bots may change it, each change in one transaction. */
export interface AlertStore {
  /** Deliveries that nobody has worked off, oldest first. */
  deliveries(max: number): Promise<readonly AlertDelivery[]>;
  load<K extends keyof AlertRecords>(
    kind: K,
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, Kept<AlertRecords[K]>>>;
  /** The last incident of each host that has had one. */
  incidentOf(hosts: readonly string[]): Promise<ReadonlyMap<string, string>>;
  known(incidentId: string, fingerprints: readonly string[]): Promise<ReadonlyMap<string, KnownAlert>>;
  /** Alerts that wait for a choice. */
  pending(choiceId: string): Promise<readonly AlertNotice[]>;
  /** `kind id` of records whose time has come. */
  due(nowMs: number): Promise<readonly string[]>;
  /** False when something of it was changed meanwhile: read again, decide again. */
  commit(commit: AlertCommit): Promise<boolean>;
  /** A place for a look that an alert has caused; false while as many as may be are taken. */
  takeLook(incidentId: string, jump: string | null, nowMs: number): Promise<boolean>;
  leaveLook(incidentId: string): Promise<void>;
}
