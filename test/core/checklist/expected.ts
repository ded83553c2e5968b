import { expect } from 'vitest';
import { CONTAINER } from '../../../src/demo/lab/contained-programs.ts';
import { CONNECTING } from './expected-connecting.ts';
import { FLOW } from './expected-flow.ts';
import { LEAKS } from './expected-leaks.ts';
import {
  allSeen,
  between,
  calm,
  marks,
  overflowing,
  server,
  service,
  SERVICE,
  some,
  type Made,
  spelled,
} from './expecting.ts';

const STALLED = { queue: 17, queue_first: 17, waiting: 17, stayed_ratio: 1, process: 'web' };

function portExhaustion(made: Made): void {
  allSeen(made);
  expect(server(made)).toMatchObject({
    address: '10.99.0.2',
    port: 8080,
    loopback: false,
    ports_used: between(195, 200),
    used_ratio: between(0.97, 1),
    time_wait: between(190, 200),
    time_wait_ratio: between(0.97, 1),
    established: between(0, 10),
    closes_per_s: between(3.1, 3.4),
  });
  expect(made.reading.facts.host.sockets).toMatchObject({ time_wait_inbound: between(0, 3) });
  expect(made.reading.facts.host.settings).toMatchObject({
    ports_available: 200,
    tcp_tw_reuse: 2,
    tcp_timestamps: 1,
  });
  expect(made.reading.facts.sysctl['net.ipv4.ip_local_port_range']).toBe('40000 40199');
  expect(marks(made)['time-wait']).toBe('bad');
}

function poolLeak(made: Made): void {
  allSeen(made);
  expect(server(made)).toMatchObject({
    ports_used: between(195, 200),
    used_ratio: between(0.97, 1),
    established: between(195, 200),
    established_ratio: between(0.97, 1),
    time_wait: 0,
    time_wait_ratio: 0,
    closes_per_s: 0,
    peer_timestamps: true,
  });
  expect(marks(made)['time-wait']).toBe('bad');
}

function appBacklog(made: Made): void {
  allSeen(made);
  overflowing(made, 16);
  expect(service(made)).toMatchObject({
    process: 'web',
    pid: some(),
    // Between two accepts, or waiting for a processor.
    process_state: spelled(/^[RS]$/),
    process_descriptor_limit: 8192,
  });
  // It accepts 15 a second, so that nobody waits through the window.
  expect(Number(service(made)['stayed_ratio'])).toBeLessThan(0.5);
  expect(Number(service(made)['process_descriptor_ratio'])).toBeLessThan(0.1);
  expect(made.reading.facts.host.settings['somaxconn']).toBe(4096);
  expect(made.first.facts.fullListeners).toEqual([SERVICE]);
  expect(marks(made)).toMatchObject({ 'accept-queue': 'bad', 'time-wait': 'good', descriptors: 'good' });
}

function somaxconn(made: Made): void {
  allSeen(made);
  overflowing(made, 128);
  expect(made.reading.facts.host.settings['somaxconn']).toBe(128);
  expect(service(made)['process']).toBe('web');
}

function stalledNeverAccepts(made: Made): void {
  allSeen(made);
  overflowing(made, 16);
  expect(service(made)).toMatchObject({ ...STALLED, process_state: 'S', process_cpu_ratio: 0 });
}

function stalledStopped(made: Made): void {
  allSeen(made);
  overflowing(made, 16);
  expect(service(made)).toMatchObject({ ...STALLED, process_state: 'T', process_cpu_ratio: 0 });
}

function fdLimit(made: Made): void {
  allSeen(made);
  overflowing(made, 16);
  expect(service(made)).toMatchObject({
    ...STALLED,
    process_descriptor_limit: 64,
    process_descriptors: between(64, 66),
    process_descriptor_ratio: between(1, 1.04),
  });
  expect(marks(made)).toMatchObject({ descriptors: 'bad', 'accept-queue': 'bad' });
}

function timeWaitInbound(made: Made): void {
  calm(made);
  expect(made.reading.facts.host.sockets).toMatchObject({
    time_wait: between(2500, 6000),
    time_wait_inbound: between(2500, 6000),
    time_wait_outbound: between(0, 5),
  });
  expect(made.reading.facts.subjects.destination).toEqual({});
}

function healthyIdle(made: Made): void {
  calm(made);
  expect(made.reading.facts.host.sockets).toMatchObject({ established: 0, time_wait: 0, close_wait: 0 });
  expect(made.reading.facts.subjects.destination).toEqual({});
  expect(Object.keys(made.reading.facts.subjects.listener).sort()).toEqual(['0.0.0.0:22', '[::]:22']);
}

function healthyBusy(made: Made): void {
  calm(made);
  expect(server(made)).toMatchObject({ established: between(15, 20), used_ratio: between(0, 0.01) });
  expect(made.reading.facts.host.sockets['established']).toEqual(between(50, 70));
}

function manyDestinations(made: Made): void {
  calm(made);
  expect(made.reading.facts.host.sockets['established']).toEqual(between(990, 1010));
  expect(Object.keys(made.reading.facts.subjects.destination)).toHaveLength(40);
  for (const each of Object.values(made.reading.facts.subjects.destination)) {
    expect(each).toMatchObject({ ports_used: 25, used_ratio: 0.125 });
  }
}

function momentaryQueue(made: Made): void {
  calm(made);
  expect(service(made)).toMatchObject({ backlog: 512, queue_peak: between(3, 60) });
}

function noRoot(made: Made): void {
  const { reading } = made;
  expect(reading.checks.filter(({ status }) => status !== 'ok')).toMatchObject([
    { id: 'process-descriptors', status: 'denied' },
  ]);
  expect(reading.coverage.why.map(({ en }) => en)).toEqual([
    'processes that listen: no root, so other users’ processes stay hidden',
  ]);
  expect(reading.coreComplete).toBe(true);
  expect(reading.facts.host.host['is_root']).toBe(false);
  overflowing(made, 16);
  expect(Object.keys(service(made)).filter((name) => name.startsWith('process'))).toEqual([]);
  expect(marks(made)).toMatchObject({ 'accept-queue': 'bad', descriptors: 'unknown' });
}

function noSs(made: Made): void {
  const { reading } = made;
  const blind = ['socket-summary', 'sockets-worst'];
  expect(reading.checks.filter(({ status }) => status !== 'ok').map(({ id }) => id)).toEqual(blind);
  expect(reading.coverage.why[0]?.en).toMatch(/^no ss: /);
  expect(reading.coreComplete).toBe(true);
  expect(reading.facts.host.counters['listen_overflows_per_s']).toEqual(some());
  // The queue is seen, and who waits in it; how many may is not.
  expect(service(made)).toMatchObject({
    queue_peak: between(17, 19),
    waiting: between(15, 19),
    process: 'web',
  });
  for (const fact of ['backlog', 'fill_ratio', 'overflows_per_s', 'drops_per_s']) {
    expect(service(made)).not.toHaveProperty(fact);
  }
  expect(reading.facts.host.sockets).toMatchObject({ read_from_proc: true, established: some() });
  expect(reading.facts.host.sockets).not.toHaveProperty('established_or_close_wait');
  expect(made.first.facts).toMatchObject({ established: some(), fullListeners: [] });
  expect(marks(made)).toMatchObject({ 'time-wait': 'good', 'accept-queue': 'pending' });
}

function cutOff(made: Made): void {
  const { reading } = made;
  const status = Object.fromEntries(reading.checks.map((check) => [check.id, check.status]));
  expect(status).toMatchObject({
    identity: 'ok',
    settings: 'ok',
    counters: 'unavailable',
    listeners: 'unavailable',
  });
  expect(status['process-descriptors']).not.toBe('ok');
  expect(reading.coreComplete).toBe(false);
  // State of the first sample is there, everything that takes two is not.
  expect(reading.facts.host.run).toEqual({});
  expect(reading.facts.host.counters['listen_overflows_per_s']).toBeUndefined();
  expect(reading.facts.host.counters['listen_overflows_since_boot']).toEqual(some());
  const known = service(made);
  expect(known).toMatchObject({ backlog: 16, queue_first: between(15, 17) });
  for (const fact of [
    'queue',
    'queue_peak',
    'fill_ratio',
    'overflows_per_s',
    'stayed_ratio',
    'process_cpu_ratio',
  ]) {
    expect(known).not.toHaveProperty(fact);
  }
}

/** Nothing of the sick container is seen here but its sockets and counters. */
function contained(made: Made): void {
  const { facts, coverage, coreComplete } = made.reading;
  expect(coreComplete).toBe(true);
  expect(Object.keys(facts.subjects.listener).sort()).toEqual(['0.0.0.0:22', '[::]:22']);
  expect(facts.host.counters).toMatchObject({ listen_overflows_per_s: 0 });
  expect(facts.host.sockets).toMatchObject({
    elsewhere: between(20, 2000),
    elsewhere_namespaces: 2,
    elsewhere_calm: false,
    elsewhere_trouble: 'ListenOverflows',
    elsewhere_trouble_in: CONTAINER.name,
    elsewhere_trouble_per_s: between(1, 1000),
  });
  expect(coverage.why.map(({ en }) => en)).toEqual([
    spelled(/^TCP sockets in 2 other network namespaces: \d+$/),
  ]);
}

/** What each host has to look like, live and recorded. */
export const EXPECTED = {
  'port-exhaustion': portExhaustion,
  'pool-leak': poolLeak,
  'app-backlog': appBacklog,
  somaxconn: somaxconn,
  'stalled-never-accepts': stalledNeverAccepts,
  'stalled-stopped': stalledStopped,
  'fd-limit': fdLimit,
  'time-wait-inbound': timeWaitInbound,
  'healthy-idle': healthyIdle,
  'healthy-busy': healthyBusy,
  'many-destinations': manyDestinations,
  'momentary-queue': momentaryQueue,
  'no-root': noRoot,
  'no-ss': noSs,
  'cut-off': cutOff,
  contained,
  ...LEAKS,
  ...CONNECTING,
  ...FLOW,
} as const satisfies Record<string, (made: Made) => void>;

export type Name = keyof typeof EXPECTED;
export const isName = (text: string): text is Name => text in EXPECTED;
