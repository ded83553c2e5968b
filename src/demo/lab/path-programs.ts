import { unreachable } from '../../core/domain/errors.ts';
import type { Program } from './program.ts';
import type { Sysctls } from './sysctls.ts';
import { SERVICE_PORT, type WorkloadPrograms } from './workload-programs.ts';
import { PEER_ADDRESS, PEER_ADDRESSES } from './wires.ts';

/**
 * Bulk sending over a path that loses, delays or swallows packets. Unless said otherwise a second destination is
 * reached over the same wire without any trouble.
 */
export type PathSpec =
  /** Of the packets to one destination this many percent are lost: 2 slows down, 8 nearly stops. */
  | { readonly kind: 'path-loss'; readonly percent: 2 | 8 }
  /** RTT 40 ms, 20 Mbit/s, 4 % lost: two connections that stay, two that are new for every 700 KB. */
  | { readonly kind: 'path-long-lossy' }
  /** RTT 20 ms; nothing is lost, but now and then everything waits for 0.4 s, as on a radio link. */
  | { readonly kind: 'path-stalls' }
  /** 1 Mbit/s with a queue, for all destinations: hardly anything is lost, everything waits. */
  | { readonly kind: 'path-slow' }
  /** Two seconds after the start whatever is sent to one destination vanishes. */
  | { readonly kind: 'path-black-hole' }
  /** Packets above 1,200 bytes to one destination vanish without an ICMP message; who stalls for 10 s starts again. */
  | { readonly kind: 'path-mtu' }
  /** The host's own card, behind a bridge, drops a few percent, whatever the destination, and counts them. */
  | { readonly kind: 'local-loss' };

/** The one that stays well. */
const OTHER_ADDRESS = PEER_ADDRESSES[1] ?? PEER_ADDRESS;
/** Loss-based, and to be had in every namespace; the machine's own default may be anything. */
const RENO: Sysctls = { 'net.ipv4.tcp_congestion_control': 'reno' };

/** Turns such a spec into programs. */
export function pathPrograms(spec: PathSpec): WorkloadPrograms {
  switch (spec.kind) {
    case 'path-loss':
      return sending(
        [sender(spec.percent === 2 ? ['--connections=4', ...STEADY] : ['--connections=4']), WELL],
        onTheWay('lossy', `--percent=${spec.percent}`),
      );
    case 'path-long-lossy':
      return sending(
        [
          sender(['--connections=2'], PEER_ADDRESS, 'replica'),
          sender(['--connections=2', '--renew-after=700000']),
        ],
        [ONE_BY_ONE, path('--delay=0.02', '--rate=2500000', '--loss=4')],
      );
    case 'path-stalls':
      return sending(
        [sender(['--connections=20', '--rate=14480', '--tick=0.1'])],
        [ONE_BY_ONE, path('--delay=0.01', '--stall=0.4')],
      );
    case 'path-slow':
      return sending(
        // The losses of the slow start are over by then.
        [sender(['--connections=2', '--settle=5'])],
        [ONE_BY_ONE, path('--rate=125000', '--queue=30')],
      );
    case 'path-black-hole':
      return sending(
        [sender(['--connections=4', '--settle=4', ...STEADY]), WELL],
        onTheWay('black-hole', '--after=2'),
      );
    case 'path-mtu':
      return sending(
        [sender(['--connections=4', '--give-up=10', '--settle=3', ...STEADY]), WELL],
        onTheWay('mtu', '--bytes=1200'),
      );
    case 'local-loss':
      return sending(
        [
          sender(['--connections=4', ...FLOWING]),
          sender(['--connections=2', ...FLOWING], OTHER_ADDRESS, 'sync'),
        ],
        [BRIDGED, { side: 'peer', file: 'wire.py', args: ['tight', '--percent=8'] }],
      );
    default:
      return unreachable(spec);
  }
}

/** So often that a device which fails for moments always meets some of it. */
const FLOWING = ['--rate=400000', '--tick=0.01'];
/** In bursts of 80 KB. */
const STEADY = ['--rate=400000', '--tick=0.2'];

const sender = (args: readonly string[], to = PEER_ADDRESS, name = 'backup'): Program => ({
  side: 'host',
  file: 'streams.py',
  args: ['send', `--to=${to}:${SERVICE_PORT}`, `--name=${name}`, ...args],
});

/** To the destination that is reached well. */
const WELL = sender(['--connections=2', ...STEADY], OTHER_ADDRESS, 'sync');

function sending(drivers: WorkloadPrograms['drivers'], wires: readonly Program[]): WorkloadPrograms {
  const sink: Program = {
    side: 'peer',
    file: 'streams.py',
    args: ['receive', `--listen=${SERVICE_PORT}`, '--name=sink'],
  };
  return { servers: [...wires, sink], drivers, application: drivers[0], sysctls: RENO };
}

const ONE_BY_ONE: Program = { side: 'host', file: 'wire.py', args: ['one-by-one'] };

const BRIDGED: Program = { side: 'host', file: 'wire.py', args: ['bridged'] };

const path = (...args: readonly string[]): Program => ({ side: 'peer', file: 'path.py', args });

const onTheWay = (style: string, ...args: readonly string[]): readonly Program[] => [
  ONE_BY_ONE,
  {
    side: 'peer',
    file: 'wire.py',
    args: [style, `--address=${PEER_ADDRESS}`, `--port=${SERVICE_PORT}`, ...args],
  },
];
