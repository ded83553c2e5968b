import { unreachable } from '../../core/domain/errors.ts';
import { connectingPrograms, type ConnectingSpec } from './connecting-programs.ts';
import { containedPrograms, type ContainedSpec } from './contained-programs.ts';
import { leakingPrograms, type LeakingSpec } from './leaking-programs.ts';
import { mixedPrograms, type MixedSpec } from './mixed-programs.ts';
import { pathPrograms, type PathSpec } from './path-programs.ts';
import { streamPrograms, type StreamSpec } from './stream-programs.ts';
import type { Sysctls } from './sysctls.ts';
import { vanishingPrograms, type VanishingSpec } from './vanishing-programs.ts';
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

/** Every sickness (and every look-alike) a lab host can be given, with what may be varied. */
export type WorkloadSpec =
  /**
   * A connection per call, closed by the host: TIME_WAIT uses up the ports towards one destination. Every 60 s
   * the TIME_WAITs of one fill end together and calls go through for ports / rate, about two seconds.
   */
  | { readonly kind: 'outbound-time-wait'; readonly callsPerSecond?: number }
  /** Connections opened and never closed until the ports are used up. */
  | { readonly kind: 'outbound-pool-leak' }
  /** Accepts one by one, too slowly, with an application backlog of 16: the accept queue overflows all the time. */
  | {
      readonly kind: 'inbound-slow-accept';
      readonly acceptsPerSecond?: number;
      readonly clientsPerSecond?: number;
    }
  /** Bursts longer than somaxconn allows, taken quickly; listens again with 4096 on SIGHUP. */
  | { readonly kind: 'inbound-bursts'; readonly clientsPerBurst?: number }
  /** Listens and does not accept: from the start, or after 20 answers because the process is stopped. */
  | { readonly kind: 'inbound-stalled'; readonly how: 'never-accepts' | 'stopped' }
  /** 100 sessions on a process that may hold 64 descriptors. */
  | { readonly kind: 'inbound-fd-limit' }
  | LeakingSpec
  /** Healthy: a server that closes first, with thousands of TIME_WAIT on its own port. */
  | { readonly kind: 'inbound-time-wait' }
  /** Healthy and busy in both directions, connections pooled. */
  | { readonly kind: 'healthy-busy' }
  /** Healthy: more outbound connections than ports, spread over so many destinations that none is near its limit. */
  | { readonly kind: 'many-destinations' }
  /** Healthy: a server that takes its clients in batches, so that its queue is rarely empty and never full. */
  | { readonly kind: 'momentary-queue' }
  | ConnectingSpec
  | VanishingSpec
  | StreamSpec
  | PathSpec
  | MixedSpec
  | ContainedSpec;

export type WorkloadKind = WorkloadSpec['kind'];

const SMALL_RANGE: Sysctls = {
  'net.ipv4.ip_local_port_range': SMALL_PORT_RANGE,
  'net.ipv4.tcp_tw_reuse': '2',
};

/** Turns a spec into programs and settings. */
export function programsOf(spec: WorkloadSpec): WorkloadPrograms {
  switch (spec.kind) {
    case 'outbound-fd-limit':
    case 'outbound-close-wait':
    case 'inbound-close-wait':
    case 'late-close':
      return leakingPrograms(spec);
    case 'inbound-syn-flood':
    case 'inbound-handshake-burst':
    case 'inbound-handshake-slow-accept':
    case 'inbound-refused':
    case 'outbound-unanswered':
    case 'outbound-refused':
    case 'inbound-restarting':
      return connectingPrograms(spec);
    case 'inbound-half-open':
    case 'inbound-idle':
    case 'outbound-idle-pool':
      return vanishingPrograms(spec);
    case 'inbound-stuck-reader':
    case 'outbound-stuck-peer':
    case 'bulk-reader':
    case 'bulk-sender':
      return streamPrograms(spec);
    case 'path-loss':
    case 'path-long-lossy':
    case 'path-stalls':
    case 'path-slow':
    case 'path-black-hole':
    case 'path-mtu':
    case 'local-loss':
      return pathPrograms(spec);
    case 'one-destination-exhausted':
    case 'two-sicknesses':
    case 'conntrack-full':
    case 'processors-busy':
      return mixedPrograms(spec);
    case 'contained-slow-accept':
      return containedPrograms();
    case 'outbound-time-wait':
    case 'outbound-pool-leak':
    case 'many-destinations':
    case 'healthy-busy':
    case 'inbound-slow-accept':
    case 'inbound-bursts':
    case 'inbound-stalled':
    case 'inbound-fd-limit':
    case 'inbound-time-wait':
    case 'momentary-queue':
      return plainPrograms(spec);
    default:
      return unreachable(spec);
  }
}

function plainPrograms(
  spec: Exclude<
    WorkloadSpec,
    LeakingSpec | ConnectingSpec | VanishingSpec | StreamSpec | PathSpec | MixedSpec | ContainedSpec
  >,
): WorkloadPrograms {
  switch (spec.kind) {
    case 'outbound-time-wait': {
      const rate = spec.callsPerSecond ?? 120;
      return outbound(['close-first', `--to=${PEER_ADDRESS}:${SERVICE_PORT}`, `--rate=${rate}`], SMALL_RANGE);
    }
    case 'outbound-pool-leak':
      return outbound(['leak', `--to=${PEER_ADDRESS}:${SERVICE_PORT}`, '--rate=20'], SMALL_RANGE);
    case 'many-destinations': {
      const servers = PEER_ADDRESSES.map((address) => `--to=${address}:${SERVICE_PORT}`);
      return outbound(['pool', ...servers, '--connections=1000', '--rate=50'], SMALL_RANGE);
    }
    case 'healthy-busy': {
      const calls = outbound(
        ['pool', `--to=${PEER_ADDRESS}:${SERVICE_PORT}`, '--connections=20', '--rate=60'],
        {},
      );
      const served = inbound(host('echo.py', [], 'db'), ['--sessions=40', '--ping=0.5', '--rate=5']);
      return {
        servers: [...served.servers, ...calls.servers],
        drivers: [served.drivers[0], calls.application],
        application: served.application,
        sysctls: {},
      };
    }
    case 'inbound-slow-accept': {
      const { acceptsPerSecond = 15, clientsPerSecond = 45 } = spec;
      const server = host('slow_server.py', [
        'slow',
        `--backlog=${SMALL_BACKLOG}`,
        `--rate=${acceptsPerSecond}`,
      ]);
      return inbound(server, [`--rate=${clientsPerSecond}`, '--opening=40', '--ready-on=failure']);
    }
    case 'inbound-bursts': {
      const server = host('slow_server.py', ['batch', '--backlog=4096', '--away=1']);
      const clients = [`--burst=${spec.clientsPerBurst ?? 180}`, '--every=1.3', '--ready-on=failure'];
      return inbound(server, clients, { 'net.core.somaxconn': '128' });
    }
    case 'inbound-stalled': {
      const style = spec.how === 'stopped' ? 'stop' : 'never';
      const server = host('slow_server.py', [style, `--backlog=${SMALL_BACKLOG}`]);
      const clients = ['--rate=15', '--opening=60', '--answer-patience=1', '--ready-on=failure'];
      return inbound(server, clients);
    }
    case 'inbound-fd-limit': {
      const server = host('echo.py', [`--backlog=${SMALL_BACKLOG}`, '--descriptors=64']);
      return inbound(server, ['--sessions=100', '--ping=2', '--answer-patience=1', '--ready-on=failure']);
    }
    case 'inbound-time-wait': {
      const server = host('echo.py', ['--close-first']);
      return inbound(server, ['--server-closes', '--rate=50', '--opening=3000', '--ready-on=opening']);
    }
    case 'momentary-queue': {
      const server = host('slow_server.py', ['batch', '--backlog=512', '--away=0.4']);
      return inbound(server, ['--rate=40']);
    }
    default:
      return unreachable(spec);
  }
}
