import { createHash } from 'node:crypto';
import type { HostEntry } from '../domain/host.ts';
import type { HeldBack, MaintenanceWindow } from '../domain/maintenance.ts';

/** The record is written anew with every round of alerts: hosts, and firing alerts of each, that are kept by name. */
const MAX_HOSTS = 1_000;
const MAX_FIRING_PER_HOST = 20;
/** Of a fingerprint: enough to tell the alerts of one host apart. */
const FINGERPRINT_CHARS = 12;

type Covered = Pick<HostEntry, 'name' | 'groups'>;

/** Whether the window speaks of the host, whenever it is. */
export const covers = ({ hosts, groups }: MaintenanceWindow, host: Covered): boolean =>
  hosts.includes(host.name) || host.groups.some((group) => groups.includes(group));

/** The windows that cover the host at this moment; first the one that ends last, which holds its alerts. */
export const maintenanceAt = (
  windows: readonly MaintenanceWindow[],
  host: Covered,
  nowMs: number,
): readonly MaintenanceWindow[] =>
  windows
    .filter((window) => window.fromMs <= nowMs && nowMs < window.toMs && covers(window, host))
    .toSorted((one, other) => other.toMs - one.toMs);

/** Names a window by what it says, so that it is the same one after a restart. */
export const windowId = ({ fromMs, toMs, hosts, groups }: MaintenanceWindow): string =>
  createHash('sha256')
    .update(JSON.stringify([fromMs, toMs, hosts, groups]))
    .digest('hex')
    .slice(0, 20);

export const heldId = (window: MaintenanceWindow, channel: string): string =>
  `held:${windowId(window)}:${channel}`;

/** An alert of one host that fires. */
export interface HeldAlert {
  readonly host: string;
  readonly fingerprint: string;
}

/** Counts an alert that starts nothing; one that only repeats is not counted again. */
export function holdBack(
  before: HeldBack | undefined,
  id: string,
  { host, fingerprint }: HeldAlert,
): HeldBack {
  const held = before ?? { id, alerts: 0, hosts: {}, beyond: 0 };
  const firing = held.hosts[host];
  const mark = fingerprint.slice(0, FINGERPRINT_CHARS);
  if (firing?.includes(mark) === true) return held;
  const counted = { ...held, alerts: held.alerts + 1 };
  const isFull =
    firing === undefined ? Object.keys(held.hosts).length >= MAX_HOSTS : firing.length >= MAX_FIRING_PER_HOST;
  if (isFull) return { ...counted, beyond: held.beyond + 1 };
  return { ...counted, hosts: { ...held.hosts, [host]: [...(firing ?? []), mark] } };
}

/** Takes note that an alert that was held back has resolved. */
export function resolveHeld(held: HeldBack, { host, fingerprint }: HeldAlert): HeldBack {
  const firing = held.hosts[host] ?? [];
  const mark = fingerprint.slice(0, FINGERPRINT_CHARS);
  if (!firing.includes(mark)) return held;
  return { ...held, hosts: { ...held.hosts, [host]: firing.filter((one) => one !== mark) } };
}
