import type { FactGroup, Facts } from '../../src/core/domain/facts.ts';
import { factsByHand } from './facts.ts';

const many = (group: (at: number) => FactGroup): Record<string, FactGroup> =>
  Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`10.0.0.1:${at}`, group(at)]));

/** A host with 500 listeners and 500 destinations, a fifth of them sick. */
export const largeHost = (): Facts =>
  factsByHand({
    host: {
      counters: { listen_overflows_per_s: 50, active_opens_per_s: 500 },
      settings: {
        somaxconn: 128,
        tcp_timestamps: 1,
        tcp_tw_reuse: 2,
        ports_available: 28_232,
        tcp_syncookies: 1,
      },
      sockets: { time_wait_inbound: 5000, time_wait_outbound: 5000 },
    },
    listener: many((at) => ({
      port: at,
      backlog: 128,
      queue_peak: at % 5 === 0 ? 129 : 0,
      queue_first: 0,
      overflows_per_s: at % 5 === 0 ? 50 : 0,
      process_descriptor_ratio: 0.1,
      process_state: 'S',
    })),
    destination: many((at) => ({
      address: '10.0.0.2',
      port: at,
      loopback: false,
      ports_used: 28_000,
      used_ratio: at % 5 === 0 ? 0.99 : 0.1,
      time_wait: 27_000,
      established: 1000,
      time_wait_ratio: 0.96,
      established_ratio: 0.04,
      closes_per_s: 450,
    })),
    sysctl: {
      'net.core.somaxconn': '128',
      'net.ipv4.tcp_tw_reuse': '2',
      'net.ipv4.ip_local_port_range': '32768 60999',
      'net.ipv4.ip_local_reserved_ports': '',
    },
  });
