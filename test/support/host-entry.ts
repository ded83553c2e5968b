import type { HostEntry } from '../../src/core/domain/host.ts';
import type { LabHost } from '../../src/demo/lab/host.ts';

/** A lab host as an inventory names it: its root login, and no changes unless said otherwise. */
export const hostEntry = (host: LabHost, more: Partial<HostEntry> = {}): HostEntry => ({
  name: host.name,
  address: host.address,
  port: host.port,
  user: host.user,
  identityFile: host.identityFile,
  knownHostsFile: host.knownHostsFile,
  groups: [],
  aliases: [],
  zone: 'default',
  changes: { kind: 'none' },
  ...more,
});
