import { unreachable } from '../../core/domain/errors.ts';
import { host, inbound, outbound, SERVICE_PORT, type WorkloadPrograms } from './workload-programs.ts';
import { PEER_ADDRESS } from './wires.ts';

/** Connections whose other end is gone, and idle ones whose other end lives. */
export type VanishingSpec =
  /**
   * Clients that take a place at a server of the host and vanish without a word; more keep coming. The server has no
   * SO_KEEPALIVE, or has it with the kernel's two hours, or goes on sending to those who are gone. SIGHUP restarts it.
   */
  | {
      readonly kind: 'inbound-half-open';
      readonly how: 'no-keepalive' | 'slow-keepalive' | 'unacked';
      /** Places; once all are taken every new client is turned away. Default: enough for minutes. */
      readonly seats?: number;
      readonly clientsPerSecond?: number;
    }
  /** Healthy: 300 clients that stay and are idle, on a server with SO_KEEPALIVE. */
  | { readonly kind: 'inbound-idle' }
  /** Healthy: a pool of 300 idle connections to a living server, without SO_KEEPALIVE. */
  | { readonly kind: 'outbound-idle-pool' };

/** Enough to be seen among the ordinary connections of a host. */
const GONE_AT_START = 120;
/** A quarter of an hour of newcomers. */
const PLENTY_OF_SEATS = 5000;

/** Turns such a spec into programs. */
export function vanishingPrograms(spec: VanishingSpec): WorkloadPrograms {
  switch (spec.kind) {
    case 'inbound-half-open': {
      const { how, seats = PLENTY_OF_SEATS, clientsPerSecond = 5 } = spec;
      const server = host('seats.py', [`--seats=${seats}`, ...SERVER[how]]);
      const opening = [`--opening=${GONE_AT_START}`, `--rate=${clientsPerSecond}`];
      // Until the kernel has sent again what nobody acknowledges three or four times (0.2, 0.4, 0.8, 1.6 s).
      const settle = how === 'unacked' ? ['--settle=4'] : [];
      return inbound(server, [...opening, ...settle], {}, 'vanishing.py');
    }
    case 'inbound-idle':
      return inbound(
        host('seats.py', [`--seats=${PLENTY_OF_SEATS}`, '--keepalive']),
        ['--stay', '--opening=300', '--rate=5'],
        {},
        'vanishing.py',
      );
    case 'outbound-idle-pool':
      return outbound(['pool', `--to=${PEER_ADDRESS}:${SERVICE_PORT}`, '--connections=300', '--rate=2'], {});
    default:
      return unreachable(spec);
  }
}

const SERVER = {
  'no-keepalive': [],
  'slow-keepalive': ['--keepalive'],
  unacked: ['--push=1'],
} as const satisfies Record<string, readonly string[]>;
