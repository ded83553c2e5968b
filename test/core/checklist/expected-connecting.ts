import { expect } from 'vitest';
import { allSeen, between, overflowing, server, service, some, type Made } from './expecting.ts';

const facts = ({ reading }: Made) => reading.facts.host;

/** Half-open connections as long as the queue is, and nothing waits for accept(). */
function flooded(made: Made): void {
  allSeen(made);
  expect(facts(made).sockets).toMatchObject({
    syn_recv: between(64, 140),
    syn_recv_listener: '0.0.0.0:8080',
    syn_recv_listener_count: between(64, 140),
    syn_recv_listener_backlog: 128,
  });
  expect(facts(made).counters).toMatchObject({ listen_overflows_per_s: 0, refused_per_s: between(0, 1) });
  expect(service(made)['queue_peak']).toEqual(between(0, 5));
}

function synFlood(made: Made): void {
  flooded(made);
  expect(facts(made).counters).toMatchObject({
    req_q_full_do_cookies_per_s: between(100, 450),
    syncookies_sent_per_s: between(100, 450),
    syncookies_recv_per_s: between(0, 10),
    req_q_full_drop_per_s: 0,
    listen_drops_per_s: between(0, 50),
  });
  expect(facts(made).settings['tcp_syncookies']).toBe(1);
}

function synFloodNoCookies(made: Made): void {
  flooded(made);
  expect(facts(made).counters).toMatchObject({
    req_q_full_do_cookies_per_s: 0,
    req_q_full_drop_per_s: between(100, 500),
    listen_drops_per_s: between(100, 500),
  });
  expect(facts(made).settings['tcp_syncookies']).toBe(0);
}

function handshakeBurst(made: Made): void {
  allSeen(made);
  const { counters } = facts(made);
  expect(counters).toMatchObject({
    listen_overflows_per_s: 0,
    req_q_full_do_cookies_per_s: some(),
    passive_opens_per_s: some(),
    refused_per_s: between(0, 1),
  });
  expect(Number(counters['syncookies_recv_per_s'])).toBeGreaterThan(
    Number(counters['syncookies_sent_per_s']) * 0.7,
  );
}

function handshakeSlowAccept(made: Made): void {
  allSeen(made);
  overflowing(made, 32);
  expect(facts(made).counters).toMatchObject({ req_q_full_do_cookies_per_s: some() });
}

/** Clients ask 20 times a second and are sent away. */
function refused(made: Made, refusedPerS: unknown): void {
  allSeen(made);
  expect(facts(made).counters).toMatchObject({
    refused_per_s: refusedPerS,
    out_rsts_per_s: refusedPerS,
    listen_overflows_per_s: 0,
    syn_retrans_per_s: between(0, 1),
  });
}

function refusedNoListener(made: Made): void {
  refused(made, between(15, 25));
  expect(facts(made).counters).toMatchObject({ attempt_fails_per_s: 0, icmp_rejects_per_s: 0 });
  expect(facts(made).sockets).toMatchObject({ loopback_only_ports: 0, leftover_count: 0 });
  expect(Object.keys(made.reading.facts.subjects.listener)).not.toContain('0.0.0.0:8080');
}

function refusedWrongAddress(made: Made): void {
  refused(made, between(15, 25));
  expect(facts(made).sockets).toMatchObject({ loopback_only_ports: 1, loopback_only: '8080' });
}

function refusedFirewall(made: Made): void {
  allSeen(made);
  expect(facts(made).counters).toMatchObject({
    refused_per_s: 0,
    icmp_rejects_per_s: between(0.5, 30),
    attempt_fails_per_s: 0,
  });
  expect(facts(made).sockets['loopback_only_ports']).toBe(0);
}

function refusedOwnPrograms(made: Made): void {
  refused(made, between(15, 25));
  expect(facts(made).counters['attempt_fails_per_s']).toEqual(facts(made).counters['refused_per_s']);
}

function outboundRefused(made: Made): void {
  refused(made, 0);
  expect(facts(made).counters).toMatchObject({
    attempt_fails_per_s: between(15, 25),
    active_opens_per_s: between(15, 25),
  });
  expect(facts(made).sockets['syn_sent']).toEqual(between(0, 2));
}

function unanswered(made: Made): void {
  allSeen(made);
  expect(server(made)).toMatchObject({
    syn_sent: between(20, 110),
    syn_sent_first: between(10, 110),
    established: 0,
    time_wait: 0,
  });
  expect(facts(made).counters).toMatchObject({
    syn_retrans_per_s: between(10, 120),
    attempt_fails_per_s: 0,
    refused_per_s: 0,
  });
}

function addressInUse(made: Made): void {
  allSeen(made);
  expect(facts(made).sockets).toMatchObject({
    leftover_port: 8080,
    leftover_count: between(20, 30),
    leftover_time_wait: between(20, 30),
    loopback_only_ports: 0,
  });
  expect(facts(made).counters['refused_per_s']).toEqual(between(15, 25));
}

/** Hosts on which connecting goes wrong. */
export const CONNECTING = {
  'syn-flood': synFlood,
  'syn-flood-no-cookies': synFloodNoCookies,
  'handshake-burst': handshakeBurst,
  'handshake-slow-accept': handshakeSlowAccept,
  'refused-no-listener': refusedNoListener,
  'refused-wrong-address': refusedWrongAddress,
  'refused-firewall': refusedFirewall,
  'refused-own-programs': refusedOwnPrograms,
  'outbound-refused': outboundRefused,
  unanswered,
  'address-in-use': addressInUse,
} as const satisfies Record<string, (made: Made) => void>;
