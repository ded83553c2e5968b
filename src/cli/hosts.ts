import type { Config } from '../config/config.ts';
import { EXIT, type Terminal } from './terminal.ts';

/** `hosts`: the inventory, as it was understood. */
export function listHosts(config: Config, terminal: Terminal, json: boolean): number {
  const rows = [...config.hosts.values()].map((host) => ({
    name: host.name,
    address: host.port === 22 ? host.address : `${host.address}:${host.port}`,
    user: host.user,
    groups: host.groups.join(','),
    changes: host.changes.kind === 'none' ? 'no' : 'yes',
  }));
  if (json) {
    terminal.out(`${JSON.stringify(rows, null, 2)}\n`);
    return EXIT.ok;
  }
  if (rows.length === 0) {
    terminal.out('The inventory is empty: add hosts under `hosts:` in tcpcheck.yaml.\n');
    return EXIT.ok;
  }
  const header = { name: 'HOST', address: 'ADDRESS', user: 'USER', groups: 'GROUPS', changes: 'CHANGES' };
  const columns = ['name', 'address', 'user', 'groups', 'changes'] as const;
  const widths = columns.map((column) => Math.max(...[header, ...rows].map((row) => row[column].length)));
  for (const row of [header, ...rows]) {
    const line = columns.map((column, index) => row[column].padEnd(widths[index] ?? 0)).join('  ');
    terminal.out(`${line.trimEnd()}\n`);
  }
  return EXIT.ok;
}
