import type { MaintenanceWindow } from '../core/domain/maintenance.ts';
import { unknown } from './nearest-names.ts';
import type { RawConfig } from './schema.ts';

/** What is held back is remembered for 30 days; a host that is away for longer leaves the inventory. */
const MAX_DAYS = 30;
const DAY_MS = 24 * 3_600_000;

/** What a schema cannot see of maintenance windows: names that nothing has, and an end before the start. */
export function checkMaintenance(
  { alerts, hosts }: Pick<RawConfig, 'alerts' | 'hosts'>,
  add: (where: readonly PropertyKey[], message: string) => void,
): void {
  const known = {
    hosts: Object.keys(hosts),
    groups: [...new Set(Object.values(hosts).flatMap((host) => host.groups))],
  };
  for (const [at, window] of alerts.maintenance.entries()) {
    const where = ['alerts', 'maintenance', at];
    const lengthMs = Date.parse(window.to) - Date.parse(window.from);
    if (lengthMs <= 0) add([...where, 'to'], 'a maintenance ends after it begins');
    if (lengthMs > MAX_DAYS * DAY_MS) add([...where, 'to'], `a maintenance takes ${MAX_DAYS} days at most`);
    for (const [index, name] of window.hosts.entries()) {
      if (!known.hosts.includes(name)) add([...where, 'hosts', index], unknown('host', name, known.hosts));
    }
    for (const [index, name] of window.groups.entries()) {
      if (!known.groups.includes(name))
        add([...where, 'groups', index], unknown('group', name, known.groups));
    }
  }
}

/** The windows as the product works with them. */
export const toMaintenance = ({ maintenance }: RawConfig['alerts']): readonly MaintenanceWindow[] =>
  maintenance.map(({ from, to, hosts, groups, reason }) => ({
    fromMs: Date.parse(from),
    toMs: Date.parse(to),
    hosts,
    groups,
    reason,
  }));
