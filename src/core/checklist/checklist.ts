import type { CheckId } from '../domain/capture.ts';
import type { Inside } from '../domain/place.ts';
import type { Check } from './check.ts';
import { conntrack } from './checks/conntrack.ts';
import { counters } from './checks/counters.ts';
import { descriptors } from './checks/descriptors.ts';
import { identity } from './checks/identity.ts';
import { listeners } from './checks/listeners.ts';
import { namespaces } from './checks/namespaces.ts';
import { pressure } from './checks/pressure.ts';
import { processDescriptors } from './checks/process-descriptors.ts';
import { settingOwners } from './checks/setting-owners.ts';
import { settings } from './checks/settings.ts';
import { socketSummary } from './checks/socket-summary.ts';
import { softnet } from './checks/softnet.ts';
import { socketsByDestination } from './checks/sockets-by-destination.ts';
import { socketsByState } from './checks/sockets-by-state.ts';
import { socketsIdle } from './checks/sockets-idle.ts';
import { socketsWorst } from './checks/sockets-worst.ts';
import { sockstat } from './checks/sockstat.ts';

/**
 * Every check, in the order in which it is run and read: the cheap ones first, so that a host in trouble tells at
 * least those; the window begins when the first is done; a check may build on what stands above it.
 */
export const CHECKLIST: readonly Check[] = [
  counters,
  sockstat,
  identity,
  settings,
  settingOwners,
  softnet,
  conntrack,
  descriptors,
  socketSummary,
  listeners,
  processDescriptors,
  pressure,
  socketsByDestination,
  socketsByState,
  socketsIdle,
  socketsWorst,
  namespaces,
];

/** The checks of a run: inside a container those about the host as a whole are left out. */
export const checksFor = (inside: Inside | null): readonly Check[] =>
  inside === null ? CHECKLIST : CHECKLIST.filter(({ hostOnly }) => hostOnly !== true);

/** Caps by check, for whoever has to bound what it keeps of a section. */
export const CAP_BYTES: ReadonlyMap<CheckId, number> = new Map(
  CHECKLIST.map(({ id, capBytes }) => [id, capBytes]),
);
