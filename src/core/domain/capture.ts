import type { Inside } from './place.ts';

/**
 * What was read off a host, verbatim. Facts come from a capture and from nothing else, so that any run
 * can be replayed offline and a capture can serve as a test.
 */
export const CAPTURE_SCHEMA = 'tcpcheck/capture/v1';

/** The checks of the checklist; other programs know these names. */
export const CHECK_IDS = [
  'identity',
  'socket-summary',
  'listeners',
  'sockets-by-state',
  'sockets-by-destination',
  'sockets-idle',
  'sockets-worst',
  'counters',
  'sockstat',
  'softnet',
  'descriptors',
  'process-descriptors',
  'conntrack',
  'settings',
  'setting-owners',
  'pressure',
  'namespaces',
] as const;
export type CheckId = (typeof CHECK_IDS)[number];

/** Before or after the window; every rate is the difference of the two. */
export type Sample = 1 | 2;

/** The output of one check in one sample. */
export interface Section {
  readonly id: CheckId;
  readonly sample: Sample;
  /** Exit status of the check's script; 127 means a tool is missing, 124 that it ran out of time, null that it was cut off. */
  readonly exit: number | null;
  readonly ms: number;
  /** The output was longer than the check's cap, or the connection broke inside it; never evaluated as healthy. */
  readonly truncated: boolean;
  readonly text: string;
}

export interface Capture {
  readonly schema: typeof CAPTURE_SCHEMA;
  readonly host: string;
  readonly windowMs: number;
  /** Where it was looked, if not in the network namespace the account logs into. */
  readonly inside?: Inside | undefined;
  readonly sections: readonly Section[];
}

/** How well a check could look. */
export type CheckStatus = 'ok' | 'unavailable' | 'truncated' | 'timeout' | 'denied';

export interface CheckResult {
  readonly id: CheckId;
  readonly status: CheckStatus;
  readonly ms: number;
}
