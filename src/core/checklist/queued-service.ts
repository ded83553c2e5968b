import type { FactGroup } from '../domain/facts.ts';
import type { GroupFacts } from './check.ts';
import { endpointName } from './endpoint.ts';
import { ratio } from './figures.ts';
import type { Service } from './service-look.ts';
import type { SocketDetail } from './socket-detail.ts';
import {
  ackedBytes,
  isHeardOf,
  isUnread,
  readBytes,
  sending,
  type Sending,
  type SocketPair,
} from './socket-progress.ts';

/** Connections of one service that had something in their queues, and some beside them, as both samples show them. */
export interface QueuedService extends Service {
  /** The service's own ends, in the one spelling we use: local ones where it is a listener. */
  readonly ends: ReadonlySet<string>;
  /** How many were picked because of their Recv-Q, and of their Send-Q. */
  readonly recv: number;
  readonly send: number;
  readonly pairs: readonly SocketPair[];
}

/** The connection is one of this service. */
export function belongs(
  { second: { here, there } }: SocketPair,
  { inbound, ends }: Omit<QueuedService, 'pairs'>,
): boolean {
  return ends.has(endpointName(inbound ? here : there));
}

/** What lies unread in the sockets of one service; `group` holds what the walk counted. */
export function receiving(queued: QueuedService | null, group: FactGroup): GroupFacts<'service'> {
  const all = lasting(group['recv_queued_first'], group['recv_queued']);
  if (all === 0) return { recv_stuck: 0 };
  if (queued === null || queued.recv === 0 || all === undefined) return {};
  const had = queued.pairs.filter(({ first }) => first.recvQ > 0);
  const stuck = had.filter(isUnread).sort((a, b) => b.second.recvQ - a.second.recvQ);
  const [worst] = stuck;
  if (worst === undefined) {
    // Where no kernel counter tells, a queue that has changed may have been read, or only have grown.
    const unclear = had.some((pair) => pair.second.recvQ > 0 && readBytes(pair) === undefined);
    return { recv_looked: queued.recv, recv_stuck: unclear ? undefined : 0 };
  }
  return {
    recv_looked: queued.recv,
    recv_stuck: estimate(all, stuck.length, queued.recv),
    recv_stuck_bytes: worst.second.recvQ,
    recv_peer: endpointName(worst.second.there),
    recv_peers: addresses(stuck),
    recv_last_received_s: Math.round(worst.second.lastReceivedMs / 1000),
  };
}

/** What the sockets of one service cannot get rid of. */
export function sendingFacts(
  queued: QueuedService | null,
  group: FactGroup,
  windowMs: number,
): GroupFacts<'service'> {
  const all = lasting(group['send_queued_first'], group['send_queued']);
  if (all === 0)
    return {
      send_stuck: 0,
      send_peer_full: 0,
      send_lost: 0,
      send_oversize: 0,
      send_unacked: 0,
      send_moving: 0,
    };
  if (queued === null || queued.send === 0 || all === undefined) return {};
  // A firewall may let other ports through: only what comes of this very service tells that its way is open.
  const heard = new Set(
    queued.pairs.filter((pair) => isHeardOf(pair, windowMs)).map(({ second }) => second.there.address),
  );
  const opened = newConnections(queued, group) > 0;
  const told = queued.pairs.flatMap((pair) => {
    const isHeard =
      heard.has(pair.second.there.address) || (!queued.inbound && (opened || neverAcknowledged(pair)));
    const how = sending(pair, isHeard);
    return how === null ? [] : [{ pair, how }];
  });
  const had = queued.pairs.filter(({ first }) => first.sendQ > 0);
  // Where the kernel does not count what was acknowledged, nothing can be told.
  if (told.length === 0 && had.some(({ second }) => second.sendQ > 0)) return { send_looked: queued.send };
  const many = (how: Sending): number =>
    estimate(all, told.filter((each) => each.how === how).length, queued.send);
  const counts = {
    send_peer_full: many('peer-full'),
    send_lost: many('lost'),
    send_oversize: many('oversize'),
    send_unacked: many('unacked'),
    send_moving: many('moving'),
  };
  const stuck = told.filter(({ how }) => STUCK.has(how));
  const moving = told.flatMap(({ pair, how }) =>
    how === 'moving' ? [{ pair, drainS: drain(pair, windowMs) }] : [],
  );
  const slowest = moving.sort((a, b) => b.drainS - a.drainS);
  const main = MAIN.map((how) => stuck.filter((each) => each.how === how)).sort(
    (a, b) => b.length - a.length,
  )[0];
  const worst = main?.sort((a, b) => b.pair.second.sendQ - a.pair.second.sendQ)[0]?.pair ?? slowest[0]?.pair;
  return {
    send_looked: queued.send,
    send_stuck: estimate(all, stuck.length, queued.send),
    ...counts,
    send_peers: addresses(stuck.length > 0 ? stuck.map(({ pair }) => pair) : moving.map(({ pair }) => pair)),
    // Half of those that move, the slower half, take at least so long.
    send_drain_s: slowest.length === 0 ? undefined : slowest[Math.floor((slowest.length - 1) / 2)]?.drainS,
    ...(worst === undefined ? {} : { ...numbers(worst.second), ...growths(worst, windowMs) }),
  };
}

/**
 * Connections to the one remote end that were opened in the window, at least: a handshake is made of small packets.
 * Those that came in may be of anybody.
 */
function newConnections({ pairs }: QueuedService, group: FactGroup): number {
  const [before, now] = [group['established_first'], group['established']];
  if (typeof before !== 'number' || typeof now !== 'number') return 0;
  return now - before + pairs.filter(({ second }) => !second.established).length;
}

/** Its handshake went well, and nothing after it: the SYN alone is counted as one byte. */
const neverAcknowledged = ({ second }: SocketPair): boolean =>
  second.ackedBytes !== undefined && second.ackedBytes <= 1;

const STUCK: ReadonlySet<Sending> = new Set(['peer-full', 'lost', 'oversize', 'unacked']);
const MAIN: readonly Sending[] = ['lost', 'oversize', 'peer-full', 'unacked'];

const addresses = (pairs: readonly SocketPair[]): number =>
  new Set(pairs.map(({ second }) => second.there.address)).size;

/** How many can have had a queue all through the window; the walk of the second sample may be left out. */
function lasting(first: unknown, second: unknown): number | undefined {
  const known = [first, second].filter((each) => typeof each === 'number');
  return known.length === 0 ? undefined : Math.min(...known);
}

/** Of all with a queue, as large a share as of those looked at, and never fewer than were seen. */
function estimate(all: number, found: number, looked: number): number {
  if (found === 0 || looked >= all) return found;
  return Math.max(found, Math.round((all * found) / looked));
}

/** Seconds until what waits now has arrived, at the pace of the window. */
function drain(pair: SocketPair, windowMs: number): number {
  const acked = ackedBytes(pair) ?? 0;
  const perS = windowMs > 0 ? (acked * 1000) / windowMs : 0;
  return perS > 0 ? Math.round((pair.second.sendQ / perS) * 1000) / 1000 : 0;
}

function growths(pair: SocketPair, windowMs: number): GroupFacts<'service'> {
  const { first, second } = pair;
  const segments = grown(first.sentSegments, second.sentSegments);
  const acked = ackedBytes(pair);
  return {
    send_segments: segments,
    send_retrans_ratio: ratio(grown(first.retransmits, second.retransmits), segments),
    send_acked_bytes_per_s:
      acked === undefined || windowMs === 0 ? undefined : Math.round((acked * 1000) / windowMs),
  };
}

const grown = (first: number | undefined, second: number | undefined): number | undefined =>
  first === undefined || second === undefined || second < first ? undefined : second - first;

function numbers(socket: SocketDetail): GroupFacts<'service'> {
  return {
    send_peer: endpointName(socket.there),
    send_local: endpointName(socket.here),
    send_queue_bytes: socket.sendQ,
    send_notsent_bytes: socket.notSentBytes,
    send_unacked_segments: socket.unacked,
    send_timer: socket.timer?.kind,
    send_tries: Math.max(socket.timer?.tries ?? 0, socket.backoff),
    send_rto_ms: socket.rtoMs,
    send_rtt_ms: socket.rttMs,
    send_min_rtt_ms: socket.minRttMs,
    send_cwnd_segments: socket.cwnd,
    send_mss_bytes: socket.mss,
    send_path_mtu_bytes: socket.pmtu,
    send_rwnd_limited_ratio: socket.rwndLimitedRatio,
    send_sndbuf_limited_ratio: socket.sndbufLimitedRatio,
    send_last_ack_s: Math.round(socket.lastAckMs / 1000),
    send_congestion: socket.congestion,
  };
}
