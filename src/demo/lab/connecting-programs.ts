import { unreachable } from '../../core/domain/errors.ts';
import type { Program } from './program.ts';
import { host, inbound, outbound, SERVICE_PORT, type WorkloadPrograms } from './workload-programs.ts';
import { HOST_TRAFFIC_ADDRESS, PEER_ADDRESS, PEER_ADDRESSES } from './wires.ts';

/** Sicknesses of the handshake itself. */
export type ConnectingSpec =
  /** Connection requests that nobody finishes, beside a few real clients; `cookies` is tcp_syncookies of the host. */
  | { readonly kind: 'inbound-syn-flood'; readonly cookies: boolean }
  /** Bursts of real clients on a slow line, so that all of a burst are in their handshake at once. */
  | { readonly kind: 'inbound-handshake-burst' }
  /** The same on a server that accepts too slowly. */
  | { readonly kind: 'inbound-handshake-slow-accept' }
  /** Clients are refused: nothing listens, it listens on 127.0.0.1 only, or a rule rejects them. */
  | {
      readonly kind: 'inbound-refused';
      readonly why: 'no-listener' | 'wrong-address' | 'firewall' | 'own-programs';
    }
  /** Outbound connects that nobody answers (dropped on the way), or that the other end refuses. */
  | { readonly kind: 'outbound-unanswered' }
  | { readonly kind: 'outbound-refused' }
  /** A server without SO_REUSEADDR that cannot start again while its TIME_WAITs last. */
  | { readonly kind: 'inbound-restarting' };

/** Turns such a spec into programs. */
export function connectingPrograms(spec: ConnectingSpec): WorkloadPrograms {
  const dial = ['dial', `--to=${PEER_ADDRESS}:${SERVICE_PORT}`, '--rate=20'];
  switch (spec.kind) {
    case 'inbound-syn-flood': {
      const served = inbound(host('echo.py', ['--backlog=128']), ['--rate=5'], {
        'net.ipv4.tcp_syncookies': spec.cookies ? '1' : '0',
      });
      return spec.cookies
        ? withServers(served, FLOOD)
        : withServers(inbound(served.application, ['--rate=5', '--ready-on=failure'], served.sysctls), FLOOD);
    }
    case 'inbound-handshake-burst': {
      const clients = ['--burst=250', '--every=1.3', '--patience=5', '--answer-patience=5'];
      return withServers(inbound(host('echo.py', ['--backlog=64']), clients), slowUplink(400));
    }
    case 'inbound-handshake-slow-accept': {
      const server = host('slow_server.py', ['slow', '--backlog=32', '--rate=15']);
      const clients = ['--burst=150', '--every=1.3', '--ready-on=failure'];
      return withServers(inbound(server, clients), slowUplink(800));
    }
    case 'inbound-refused': {
      if (spec.why === 'own-programs') {
        return { ...outbound(['dial', `--to=127.0.0.1:${SERVICE_PORT}`, '--rate=20'], {}), servers: [] };
      }
      const bind = spec.why === 'wrong-address' ? ['--bind=127.0.0.1'] : [];
      const clients = ['--rate=20', '--ready-on=failure'];
      const served = inbound(host('echo.py', bind), clients);
      if (spec.why === 'wrong-address') return served;
      if (spec.why === 'firewall') return withServers(served, wire('host', 'reject'));
      // The application runs, but on another port than its clients believe.
      return inbound(host('echo.py', [], 'web', SERVICE_PORT + 1), clients);
    }
    case 'outbound-unanswered': {
      const calls = outbound(dial, {});
      return withServers(calls, wire('peer', 'drop-syn'));
    }
    case 'outbound-refused':
      return { ...outbound(dial, {}), servers: [] };
    case 'inbound-restarting': {
      const application = host('restarting.py', []);
      const calling = inbound(application, ['--rate=20', '--ready-on=failure']);
      return { ...calling, servers: [], drivers: [application, ...calling.drivers] };
    }
    default:
      return unreachable(spec);
  }
}

const withServers = (programs: WorkloadPrograms, ...more: readonly Program[]): WorkloadPrograms => ({
  ...programs,
  servers: [...programs.servers, ...more],
});

const FLOOD: Program = {
  side: 'peer',
  file: 'syn_flood.py',
  args: [
    `--to=${HOST_TRAFFIC_ADDRESS}:${SERVICE_PORT}`,
    '--rate=400',
    ...PEER_ADDRESSES.slice(1).map((address) => `--source=${address}`),
  ],
};

const wire = (side: Program['side'], style: string): Program => ({
  side,
  file: 'wire.py',
  args: [style, `--port=${SERVICE_PORT}`],
});

const slowUplink = (kbit: number): Program => ({
  side: 'peer',
  file: 'wire.py',
  args: ['slow-uplink', `--kbit=${kbit}`],
});
