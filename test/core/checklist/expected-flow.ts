import { expect } from 'vitest';
import { allSeen, between, calm, server, service, some, type Made } from './expecting.ts';

const facts = ({ reading }: Made) => reading.facts.host;

/** Clients that vanish keep their connections, and five more come every second. */
function halfOpen(made: Made): void {
  allSeen(made);
  expect(facts(made).sockets['established']).toEqual(between(125, 260));
  expect(facts(made).counters['passive_opens_per_s']).toEqual(between(3, 7));
}

function unacked(made: Made): void {
  halfOpen(made);
  expect(facts(made).counters['timeouts_per_s']).toEqual(some());
}

function idle(made: Made): void {
  calm(made);
  expect(facts(made).sockets['established']).toEqual(between(299, 310));
  expect(facts(made).counters['retrans_segs_per_s']).toEqual(between(0, 1));
}

/** Queues as long as anybody's, and next to nothing sent again that was really lost. */
function bulk(made: Made): void {
  calm(made);
  expect(facts(made).counters['lost_ratio']).toEqual(between(0, 0.009));
}

function stuck(made: Made): void {
  allSeen(made);
  expect(facts(made).sockets['established']).toEqual(between(8, 12));
  expect(facts(made).counters['out_segs_per_s']).toEqual(between(0, 60));
}

/** Lost on the way: no device of the host has lost anything. */
const lossy =
  (low: number, high: number) =>
  (made: Made): void => {
    allSeen(made);
    expect(facts(made).counters).toMatchObject({
      out_segs_per_s: between(100, 100_000),
      lost_ratio: between(low, high),
      syn_retrans_ratio: between(0, 0.2),
      needless_retrans_ratio: between(0, 0.4),
    });
    expect(facts(made).kernel['device_losses_per_s']).toBe(0);
    expect(facts(made).kernel).not.toHaveProperty('device');
  };

function lossLocal(made: Made): void {
  allSeen(made);
  const { lost_ratio, data_retrans_per_s } = facts(made).counters;
  expect(lost_ratio).toEqual(between(0.01, 0.2));
  expect(facts(made).kernel['device']).toBe('eth0');
  expect(facts(made).kernel['device_losses_per_s']).toEqual(
    between(Number(data_retrans_per_s) * 0.5, 10_000),
  );
}

function latePackets(made: Made): void {
  allSeen(made);
  expect(facts(made).counters).toMatchObject({
    retrans_ratio: between(0.03, 0.6),
    lost_ratio: between(0, 0.05),
    needless_retrans_ratio: between(0.7, 1),
  });
}

function slowPath(made: Made): void {
  allSeen(made);
  expect(facts(made).counters['out_segs_per_s']).toEqual(between(20, 140));
}

/** Most of what the host sends gets through, to another destination. */
function hole(made: Made): void {
  allSeen(made);
  expect(facts(made).counters).toMatchObject({
    out_segs_per_s: between(300, 2000),
    timeouts_per_s: between(0.1, 20),
    lost_ratio: between(0, 0.03),
  });
}

function oneExhausted(made: Made): void {
  allSeen(made);
  expect(server(made)['used_ratio']).toEqual(between(0.9, 1));
  const other = made.reading.facts.subjects.destination['10.99.0.3:8080'];
  expect(other?.['used_ratio'] ?? 0).toEqual(between(0, 0.5));
}

function twoSicknesses(made: Made): void {
  allSeen(made);
  expect(server(made)['used_ratio']).toEqual(between(0.9, 1));
  expect(service(made)).toMatchObject({ backlog: 16, queue_peak: between(17, 19) });
  expect(facts(made).counters['listen_overflows_per_s']).toEqual(some());
}

function conntrackFull(made: Made): void {
  allSeen(made);
  expect(facts(made).kernel).toMatchObject({
    conntrack_present: true,
    conntrack_used_ratio: between(0.999, 1.01),
    conntrack_drops_per_s: some(),
  });
}

function processorsBusy(made: Made): void {
  calm(made);
  expect(facts(made).sockets['established']).toEqual(between(50, 70));
}

/** Hosts on which data flows, or should. */
export const FLOW = {
  'half-open-no-keepalive': halfOpen,
  'half-open-slow-keepalive': halfOpen,
  'half-open-unacked': unacked,
  'idle-with-keepalive': idle,
  'idle-pool': idle,
  'stuck-reader': stuck,
  'stuck-peer': stuck,
  'bulk-reader': bulk,
  'bulk-sender': bulk,
  'loss-2-percent': lossy(0.006, 0.03),
  'loss-8-percent': lossy(0.04, 0.14),
  'loss-long-path': lossy(0.02, 0.1),
  'loss-local': lossLocal,
  'late-packets': latePackets,
  'slow-path': slowPath,
  'black-hole': hole,
  'mtu-black-hole': hole,
  'one-destination-exhausted': oneExhausted,
  'two-sicknesses': twoSicknesses,
  'conntrack-full': conntrackFull,
  'processors-busy': processorsBusy,
} as const satisfies Record<string, (made: Made) => void>;
