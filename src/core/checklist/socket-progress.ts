import type { SocketDetail } from './socket-detail.ts';

/** One connection in both samples. */
export interface SocketPair {
  readonly first: SocketDetail;
  readonly second: SocketDetail;
}

/**
 * Why what a connection has to send stays where it is. `peer-full`: the other end answers that it has no room.
 * `lost`: nothing is answered, and more waits behind. `oversize`: the same, but small packets do come from there.
 * `unacked`: a few messages were sent to somebody who does not answer. `waiting`: nothing has moved, too early to
 * tell. `moving`: bytes were acknowledged in the window.
 */
export type Sending = 'peer-full' | 'lost' | 'oversize' | 'unacked' | 'waiting' | 'moving';

/** Unanswered tries from which on it is not a single lost packet: 1.4 s at least (200 ms, doubled twice). */
const TRIES_LOST = 3;
/** A lone small packet is lost more easily: 6 s at least. */
const TRIES_GONE = 5;
/**
 * A program that sends in bulk fills its send buffer, which holds so much from the start (the middle of tcp_wmem);
 * less is a message or a few.
 */
const BULK_BYTES = 16_384;
/** Where neither sample tells a segment size. */
const USUAL_MSS = 1448;

/** Bytes the application took out of the socket between the samples; undefined where that cannot be told. */
export function readBytes({ first, second }: SocketPair): number | undefined {
  const grown = second.recvQ - first.recvQ;
  if (first.receivedBytes === undefined || second.receivedBytes === undefined) {
    // No counter (Linux before 4.1): a queue that stays the same to the byte is not read.
    return grown === 0 ? 0 : undefined;
  }
  return Math.max(0, second.receivedBytes - first.receivedBytes - grown);
}

/** Bytes the other end acknowledged between the samples. */
export function ackedBytes({ first, second }: SocketPair): number | undefined {
  if (first.ackedBytes === undefined || second.ackedBytes === undefined) return undefined;
  const acked = second.ackedBytes - first.ackedBytes;
  return acked < 0 ? undefined : acked;
}

/** The application left everything unread that lay there, all through the window. */
export const isUnread = (pair: SocketPair): boolean =>
  pair.first.recvQ > 0 && pair.second.recvQ > 0 && !pair.second.waiting && readBytes(pair) === 0;

/** What became of what it had to send; null where there was nothing, or it cannot be told. */
export function sending(pair: SocketPair, isHeard: boolean): Sending | null {
  const { first, second } = pair;
  if (first.sendQ === 0 || second.sendQ === 0) return null;
  const acked = ackedBytes(pair);
  if (acked === undefined) return null;
  if (acked > 0) return 'moving';
  const tries = Math.max(second.timer?.tries ?? 0, second.timer?.kind === 'on' ? second.backoff : 0);
  if (second.timer?.kind === 'persist') return tries < TRIES_LOST ? 'peer-full' : 'lost';
  if (second.timer?.kind !== 'on' || tries < TRIES_LOST) return 'waiting';
  if (isHeard && !wasIdle(second) && areFull(second)) return 'oversize';
  if (second.sendQ >= BULK_BYTES) return 'lost';
  return tries >= TRIES_GONE ? 'unacked' : 'waiting';
}

/**
 * It had been silent for a while before what is stuck now was sent: then it is more likely that a firewall or a load
 * balancer has forgotten this one connection. A timeout doubles with each try, so it has tried for twice as long at
 * most as it waits now, until the kernel's longest wait.
 */
function wasIdle({ rtoMs, timer, lastAckMs }: SocketDetail): boolean {
  if (rtoMs === undefined) return false;
  const triedMs = rtoMs < MAX_RTO_MS ? 2 * rtoMs : MAX_RTO_MS * ((timer?.tries ?? 0) + 1);
  return lastAckMs > triedMs + IDLE_MS;
}

/** TCP_RTO_MAX of include/net/tcp.h. */
const MAX_RTO_MS = 120_000;
/** No firewall forgets a connection sooner. */
const IDLE_MS = 30_000;

/** The packets on their way are of the largest size; small ones do not hang because of it. */
function areFull({ sendQ, notSentBytes = 0, unacked, mss = USUAL_MSS }: SocketDetail): boolean {
  return sendQ - notSentBytes >= mss * Math.max(unacked, 1) * NEARLY;
}

/** The last packet of several may be shorter. */
const NEARLY = 0.8;

/** Something arrived from there in the window: data, or an acknowledgement of anything. */
export function isHeardOf({ first, second }: SocketPair, windowMs: number): boolean {
  const moved =
    (second.receivedBytes ?? 0) > (first.receivedBytes ?? 0) ||
    (second.ackedBytes ?? 0) > (first.ackedBytes ?? 0);
  return moved || Math.min(second.lastReceivedMs, second.lastAckMs) < windowMs;
}
