import { CONTROL, HEALED, note, scenario, warning, type Scenario } from './scenario.ts';

/** Bulk transfers that stand still, crawl or lose packets, and healthy ones with queues just as long. */
export const STREAMS = {
  'stuck-reader': scenario(
    { kind: 'inbound-stuck-reader' },
    warning('recv-queue-stuck', 'blocked', { openWithoutRoot: 'cause' }),
  ),
  'stuck-peer': scenario({ kind: 'outbound-stuck-peer' }, warning('send-queue-stuck', 'peer-not-reading')),
  'bulk-reader': scenario({ kind: 'bulk-reader' }, CONTROL),
  'bulk-sender': scenario({ kind: 'bulk-sender' }, CONTROL),
  'loss-2-percent': scenario({ kind: 'path-loss', percent: 2 }, note('retransmissions', 'path')),
  'loss-8-percent': scenario({ kind: 'path-loss', percent: 8 }, warning('retransmissions', 'path')),
  'loss-long-path': {
    host: { workload: { kind: 'path-long-lossy' } },
    expected: warning('retransmissions', 'path', { offers: ['net.ipv4.tcp_congestion_control'] }),
    effects: [
      {
        key: 'net.ipv4.tcp_congestion_control',
        reaches: 'new-connections',
        // In five of them it lost nothing now and then, and there was nothing to gain.
        seconds: 10,
        better: { kind: 'throughput', times: 1.2 },
      },
    ],
  },
  'loss-local': scenario({ kind: 'local-loss' }, warning('retransmissions', 'local')),
  'late-packets': scenario({ kind: 'path-stalls' }, note('retransmissions', 'needless')),
  'slow-path': scenario({ kind: 'path-slow' }, warning('send-queue-stuck', 'slow-path')),
  'black-hole': scenario({ kind: 'path-black-hole' }, warning('send-queue-stuck', 'black-hole')),
  'mtu-black-hole': {
    host: { workload: { kind: 'path-mtu' } },
    expected: warning('mtu-black-hole', 'path-mtu', { offers: ['net.ipv4.tcp_mtu_probing'] }),
    // Smaller packets are tried after some timeouts only, or by the next connection.
    effects: [{ key: 'net.ipv4.tcp_mtu_probing', reaches: 'now', settleS: 15, seconds: 4, better: HEALED }],
  },
} as const satisfies Record<string, Scenario>;
