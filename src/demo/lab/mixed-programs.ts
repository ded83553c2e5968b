import { unreachable } from '../../core/domain/errors.ts';
import type { Program } from './program.ts';
import {
  host,
  inbound,
  outbound,
  SERVICE_PORT,
  SMALL_BACKLOG,
  SMALL_PORT_RANGE,
  type WorkloadPrograms,
} from './workload-programs.ts';
import { PEER_ADDRESS, PEER_ADDRESSES } from './wires.ts';

/** Two things at once: two sicknesses, a sick and a well destination, a busy machine with a well network. */
export type MixedSpec =
  /** The ports towards one destination are used up, and another is reached well in the same second. */
  | { readonly kind: 'one-destination-exhausted' }
  /** The ports towards a destination are used up, and the accept queue of a server overflows. */
  | { readonly kind: 'two-sicknesses' }
  /** The table of tracked connections is full of living ones: new connections are dropped. SIGHUP to "firewall" empties it. */
  | { readonly kind: 'conntrack-full' }
  /** Healthy and busy in both directions, with all processors busy besides. */
  | { readonly kind: 'processors-busy' };

const OTHER_ADDRESS = PEER_ADDRESSES[1] ?? PEER_ADDRESS;

/** Turns such a spec into programs. */
export function mixedPrograms(spec: MixedSpec): WorkloadPrograms {
  switch (spec.kind) {
    case 'one-destination-exhausted': {
      const sick = exhausting();
      const well: Program = {
        side: 'host',
        file: 'outbound.py',
        args: ['dial', `--to=${OTHER_ADDRESS}:${SERVICE_PORT}`, '--rate=1', '--name=mail'],
      };
      return { ...sick, drivers: [...sick.drivers, well] };
    }
    case 'two-sicknesses': {
      const calls = exhausting();
      const server = host('slow_server.py', ['slow', `--backlog=${SMALL_BACKLOG}`, '--rate=15']);
      const served = inbound(server, ['--rate=45', '--opening=40', '--ready-on=failure']);
      return both(served, calls);
    }
    case 'conntrack-full': {
      const served = inbound(host('echo.py', []), ['--rate=20', '--ready-on=failure']);
      // A quarter of a million entries: seconds on a quiet machine.
      const table: Program = { side: 'host', file: 'tracked.py', args: [], readyWithinMs: 60_000 };
      return { ...served, servers: [...served.servers, table] };
    }
    case 'processors-busy': {
      const calls = outbound(
        ['pool', `--to=${PEER_ADDRESS}:${SERVICE_PORT}`, '--connections=20', '--rate=60'],
        {},
      );
      const served = inbound(host('echo.py', [], 'db'), ['--sessions=40', '--ping=0.5', '--rate=5']);
      const busy = both(served, calls);
      return { ...busy, servers: [...busy.servers, { side: 'host', file: 'burner.py', args: [] }] };
    }
    default:
      return unreachable(spec);
  }
}

function exhausting(): WorkloadPrograms {
  return outbound(['close-first', `--to=${PEER_ADDRESS}:${SERVICE_PORT}`, '--rate=120'], {
    'net.ipv4.ip_local_port_range': SMALL_PORT_RANGE,
    'net.ipv4.tcp_tw_reuse': '2',
  });
}

const both = (first: WorkloadPrograms, second: WorkloadPrograms): WorkloadPrograms => ({
  servers: [...first.servers, ...second.servers],
  drivers: [...first.drivers, ...second.drivers],
  application: first.application,
  sysctls: { ...first.sysctls, ...second.sysctls },
});
