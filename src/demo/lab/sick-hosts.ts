import type { LabHostOptions } from './host-build.ts';
import { SMALL_PORT_RANGE } from './workload-programs.ts';

/** The hosts of the demo: two sick in different ways, one healthy, one that reloads well. */
export const SICK_HOSTS = {
  /** Runs out of ports towards one server; tcp_tw_reuse=1 heals it at once. */
  'api-1': {
    name: 'api-1',
    sysctls: {
      'net.ipv4.ip_local_port_range': SMALL_PORT_RANGE,
      'net.ipv4.tcp_timestamps': '1',
      'net.ipv4.tcp_tw_reuse': '2',
    },
    peerSysctls: { 'net.ipv4.tcp_timestamps': '1' },
    workload: { kind: 'outbound-time-wait' },
  },
  /** Its accept queue overflows because of the application's own backlog: no sysctl helps. */
  'web-1': {
    name: 'web-1',
    sysctls: { 'net.core.somaxconn': '4096', 'net.ipv4.tcp_syncookies': '1' },
    workload: { kind: 'inbound-slow-accept' },
  },
  /** Its accept queue is cut short by somaxconn: a higher value heals it once the server is reloaded (SIGHUP). */
  'web-2': {
    name: 'web-2',
    sysctls: { 'net.core.somaxconn': '128', 'net.ipv4.tcp_syncookies': '1' },
    workload: { kind: 'inbound-bursts' },
  },
  /** Busy and healthy. */
  'db-1': { name: 'db-1', sysctls: {}, workload: { kind: 'healthy-busy' } },
} as const satisfies Record<string, LabHostOptions>;
