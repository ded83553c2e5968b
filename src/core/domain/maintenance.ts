import type { FreezeWindow } from './freeze.ts';

/** A time of tcpcheck.yaml in which alerts about some hosts start nothing. */
export interface MaintenanceWindow extends FreezeWindow {
  /** Names of the inventory; at least one host or group. */
  readonly hosts: readonly string[];
  readonly groups: readonly string[];
}

/** What was held back for one channel in one maintenance window. */
export interface HeldBack {
  readonly id: string;
  /** Distinct firings. */
  readonly alerts: number;
  /** Each host with the fingerprints that still fire. */
  readonly hosts: Readonly<Record<string, readonly string[]>>;
  /** Alerts that are counted, of which it is not kept whether they still fire. */
  readonly beyond: number;
}
