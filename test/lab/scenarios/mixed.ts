import { CONTROL, critical, scenario, type Scenario } from './scenario.ts';

/** Two things at once. */
export const MIXED = {
  'one-destination-exhausted': scenario(
    { kind: 'one-destination-exhausted' },
    critical('port-exhaustion', 'time-wait', {
      offers: ['net.ipv4.tcp_tw_reuse', 'net.ipv4.ip_local_port_range'],
    }),
  ),
  'two-sicknesses': scenario(
    { kind: 'two-sicknesses' },
    critical('accept-queue-overflow', 'app-backlog', {
      beside: ['port-exhaustion'],
      offers: ['net.ipv4.tcp_tw_reuse', 'net.ipv4.ip_local_port_range'],
    }),
  ),
  'conntrack-full': scenario({ kind: 'conntrack-full' }, critical('conntrack-full', null)),
  'processors-busy': scenario({ kind: 'processors-busy' }, CONTROL),
} as const satisfies Record<string, Scenario>;
