import { SICK_HOSTS } from '../../../src/demo/lab/sick-hosts.ts';
import { critical, HEALED, scenario, type Scenario, warning } from './scenario.ts';

/** Ports used up, full TIME_WAIT tables, accept queues that overflow. */
export const QUEUES_AND_PORTS = {
  'port-exhaustion': {
    host: SICK_HOSTS['api-1'],
    expected: critical('port-exhaustion', 'time-wait', {
      offers: ['net.ipv4.tcp_tw_reuse', 'net.ipv4.ip_local_port_range'],
    }),
    effects: [
      { key: 'net.ipv4.tcp_tw_reuse', reaches: 'now', seconds: 4, better: HEALED },
      { key: 'net.ipv4.ip_local_port_range', reaches: 'now', seconds: 4, better: HEALED },
    ],
  },
  'pool-leak': scenario({ kind: 'outbound-pool-leak' }, critical('port-exhaustion', 'pool-leak')),
  'time-wait-overflow': scenario({ kind: 'inbound-time-wait' }, warning('time-wait-overflow', 'lowered'), {
    'net.ipv4.tcp_max_tw_buckets': '200',
  }),
  'app-backlog': {
    host: SICK_HOSTS['web-1'],
    expected: critical('accept-queue-overflow', 'app-backlog'),
  },
  somaxconn: {
    host: SICK_HOSTS['web-2'],
    expected: critical('accept-queue-overflow', 'somaxconn', { offers: ['net.core.somaxconn'] }),
    effects: [{ key: 'net.core.somaxconn', reaches: 'after-hup', seconds: 4, better: HEALED }],
  },
  'stalled-never-accepts': scenario(
    { kind: 'inbound-stalled', how: 'never-accepts' },
    critical('accept-queue-overflow', 'stalled-app'),
  ),
  'stalled-stopped': scenario(
    { kind: 'inbound-stalled', how: 'stopped' },
    critical('accept-queue-overflow', 'stalled-app'),
  ),
} as const satisfies Record<string, Scenario>;
