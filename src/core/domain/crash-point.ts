/**
 * The steps of a change after which tests kill the process (TCPCHECK_TEST_CRASH_AT); without that variable passing one
 * does nothing. Named here and nowhere else.
 */
export const CRASH_POINTS = [
  /** Bot: the decision is recorded, and no worker knows of it. */
  'decided',
  /** Bot: the order is on its own disk. */
  'remembered',
  /** Bot: a worker has been told. */
  'ordered',
  /** Worker: the order is out of the queue. */
  'order-taken',
  /** Worker: the change is said to be under way. */
  'begun',
  /** Worker: the order is on record. */
  'on-record',
  /** Worker: it has logged in. */
  'logged-in',
  /** Worker: the host has done it, and nobody knows. */
  'host-done',
  /** Worker: how it ended is known. */
  'recorded',
  /** Worker: the host has its new deadline, or its verdict, and nobody knows. */
  'host-told',
  /** Worker: the effect is measured, and the host not told. */
  'measured',
] as const;

export type CrashPoint = (typeof CRASH_POINTS)[number];

/** Told as each point is passed. */
export type Reached = (point: CrashPoint) => void;
