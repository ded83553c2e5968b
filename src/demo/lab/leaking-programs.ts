import { unreachable } from '../../core/domain/errors.ts';
import type { Program } from './program.ts';
import { host, inbound, SERVICE_PORT, SMALL_BACKLOG, type WorkloadPrograms } from './workload-programs.ts';
import { PEER_ADDRESS } from './wires.ts';

/** Descriptors and connections that are not given back, or late. */
export type LeakingSpec =
  /** A client that opens and never closes, with 64 descriptors and no listener. */
  | { readonly kind: 'outbound-fd-limit' }
  /**
   * A server that forgets to close what its clients have closed: CLOSE_WAIT without end, or until 256 descriptors are
   * used up and its accept queue of 16 overflows.
   */
  | { readonly kind: 'inbound-close-wait'; readonly until: 'no-end' | 'descriptors-out' }
  /** A client that forgets to close what its server has closed. */
  | { readonly kind: 'outbound-close-wait' }
  /** Healthy: closes two seconds after its clients, so that more than 100 are in CLOSE_WAIT at any time. */
  | { readonly kind: 'late-close' };

/** Turns such a spec into programs. */
export function leakingPrograms(spec: LeakingSpec): WorkloadPrograms {
  switch (spec.kind) {
    case 'outbound-fd-limit':
      return leakyClient(['--rate=10', '--opening=70', '--descriptors=64'], []);
    case 'outbound-close-wait':
      return leakyClient(['--rate=20', '--opening=200'], ['--close-first']);
    case 'inbound-close-wait':
      return spec.until === 'no-end'
        ? inbound(host('echo.py', ['--forget']), ['--rate=20', '--opening=200', '--ready-on=opening'])
        : inbound(host('echo.py', ['--forget', `--backlog=${SMALL_BACKLOG}`, '--descriptors=256']), [
            '--rate=20',
            '--opening=300',
            '--answer-patience=1',
            '--ready-on=failure',
          ]);
    case 'late-close':
      return inbound(host('echo.py', ['--close-after=2']), ['--rate=80']);
    default:
      return unreachable(spec);
  }
}

function leakyClient(args: readonly string[], serverArgs: readonly string[]): WorkloadPrograms {
  const to = `--to=${PEER_ADDRESS}:${SERVICE_PORT}`;
  const application: Program = { side: 'host', file: 'leaky_client.py', args: [to, '--name=api', ...args] };
  const server: Program = { side: 'peer', file: 'echo.py', args: [`--port=${SERVICE_PORT}`, ...serverArgs] };
  return { servers: [server], drivers: [application], application, sysctls: {} };
}
