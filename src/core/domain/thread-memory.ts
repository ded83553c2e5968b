import type { Change, SignedGo } from './change.ts';
import type { ThreadEntry } from './ports.ts';
import type { DiagnosisRequest, Run } from './run.ts';

/** All that is kept of one thread. */
export interface ThreadRecords {
  readonly request: DiagnosisRequest;
  /** Of the runs that answer the request, oldest first. */
  readonly runIds: readonly string[];
  /** These, and those that its changes come from. */
  readonly runs: readonly Run[];
  readonly changes: readonly Change[];
  readonly entries: ReadonlyMap<string, ThreadEntry>;
}

/** A thread with the orders that its changes were given, by their ids. */
export interface RememberedThread extends ThreadRecords {
  readonly orders: ReadonlyMap<string, SignedGo>;
}

/** Threads with a change under way or in force, kept outside Redis. */
export interface ThreadMemory {
  /** False where the disk does not take it, which is reported: Redis holds it as well. */
  remember(thread: RememberedThread): boolean;
  forget(requestId: string): void;
  ids(): readonly string[];
  /** Null when there is none, or nobody can read it. */
  get(requestId: string): RememberedThread | null;
}
