import { unreachable } from '../../core/domain/errors.ts';
import type { Program } from './program.ts';
import { SERVICE_PORT, type WorkloadPrograms } from './workload-programs.ts';
import { HOST_TRAFFIC_ADDRESS, PEER_ADDRESS } from './wires.ts';

/** Bulk transfers: stuck ones, and healthy ones with queues just as long. */
export type StreamSpec =
  /** The application stops reading after 2 MB of each of eight connections, until SIGHUP: Recv-Q stands still. */
  | { readonly kind: 'inbound-stuck-reader' }
  /** The same at the other end: what the host sends is not read there, Send-Q stands still. */
  | { readonly kind: 'outbound-stuck-peer' }
  /** Healthy: reads 5 MB/s of each of four connections, whose senders could do more, so that Recv-Q is always long. */
  | { readonly kind: 'bulk-reader' }
  /** Healthy: sends as fast as two readers take it, 20 MB/s each, so that Send-Q is always long. */
  | { readonly kind: 'bulk-sender' };

const STUCK_AFTER = '--stuck-after=2000000';

/** Turns such a spec into programs. */
export function streamPrograms(spec: StreamSpec): WorkloadPrograms {
  switch (spec.kind) {
    case 'inbound-stuck-reader':
      return uploads([STUCK_AFTER], ['--connections=8', '--rate=4000000', '--settle=3']);
    case 'outbound-stuck-peer':
      return sending(['--connections=8', '--rate=4000000', '--settle=3'], [STUCK_AFTER]);
    case 'bulk-reader':
      return uploads(['--rate=5000000'], ['--connections=4']);
    case 'bulk-sender':
      return sending(['--connections=2'], ['--rate=20000000']);
    default:
      return unreachable(spec);
  }
}

/** The host receives; how its clients get on is what counts. */
function uploads(server: readonly string[], clients: readonly string[]): WorkloadPrograms {
  const application = listening('host', 'web', server);
  const to = `--to=${HOST_TRAFFIC_ADDRESS}:${SERVICE_PORT}`;
  const driver: Program = { side: 'peer', file: 'streams.py', args: ['send', to, ...clients] };
  return { servers: [application], drivers: [driver], application, sysctls: {} };
}

/** The host sends. */
function sending(args: readonly string[], peer: readonly string[]): WorkloadPrograms {
  const to = `--to=${PEER_ADDRESS}:${SERVICE_PORT}`;
  const application: Program = {
    side: 'host',
    file: 'streams.py',
    args: ['send', to, '--name=backup', ...args],
  };
  return {
    servers: [listening('peer', 'sink', peer)],
    drivers: [application],
    application,
    sysctls: {},
  };
}

const listening = (side: Program['side'], name: string, args: readonly string[]): Program => ({
  side,
  file: 'streams.py',
  args: ['receive', `--listen=${SERVICE_PORT}`, `--name=${name}`, ...args],
});
