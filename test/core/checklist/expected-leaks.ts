import { expect } from 'vitest';
import type { FactGroup } from '../../../src/core/domain/facts.ts';
import { allSeen, between, calm, marks, overflowing, service, some, type Made } from './expecting.ts';

/** The process of that name; its id differs from host to host. */
function processNamed({ reading }: Made, name: string): FactGroup {
  const found = Object.entries(reading.facts.subjects.process).filter(([, each]) => each['name'] === name);
  expect(found).toHaveLength(1);
  const [subject, process] = found[0] ?? ['', {}];
  expect(subject).toBe(`pid ${String(process['pid'])}`);
  return process;
}

const LEAKED = {
  close_wait: between(200, 600),
  close_wait_first: between(200, 600),
  close_wait_ratio: between(0.9, 1),
  close_wait_stayed_ratio: 1,
  sockets_ratio: between(0.95, 1),
};

function closeWaitInbound(made: Made): void {
  calm(made);
  const web = processNamed(made, 'web');
  expect(web).toMatchObject({ ...LEAKED, descriptor_limit: 8192, descriptor_ratio: between(0.02, 0.08) });
  expect(Number(web['close_wait'])).toBeGreaterThan(Number(web['close_wait_first']));
  expect(Number(web['descriptors'])).toBeGreaterThan(Number(web['descriptors_first']));
  const { sockets } = made.reading.facts.host;
  expect(sockets).toMatchObject({
    close_wait: between(200, 600),
    close_wait_stayed_ratio: 1,
    close_wait_port: 8080,
    close_wait_port_count: between(200, 600),
    close_wait_peer_count: between(1, 3),
  });
  expect(Number(sockets['close_wait'])).toBeGreaterThan(Number(sockets['close_wait_first']));
}

function closeWaitOutbound(made: Made): void {
  calm(made);
  const api = processNamed(made, 'api');
  expect(api).toMatchObject(LEAKED);
  expect(Number(api['close_wait'])).toBeGreaterThan(Number(api['close_wait_first']));
  expect(made.reading.facts.host.sockets).toMatchObject({
    close_wait_peer: '10.99.0.2:8080',
    close_wait_peer_count: between(200, 600),
    close_wait_port_count: between(1, 3),
  });
}

function closeWaitLate(made: Made): void {
  calm(made);
  expect(processNamed(made, 'web')).toMatchObject({
    close_wait: between(50, 250),
    close_wait_first: between(50, 250),
    close_wait_stayed_ratio: between(0, 0.3),
  });
}

function closeWaitNoRoot(made: Made): void {
  const { reading } = made;
  expect(reading.facts.host.host['is_root']).toBe(false);
  expect(reading.facts.subjects.process).toEqual({});
  expect(reading.coreComplete).toBe(true);
  expect(reading.facts.host.sockets).toMatchObject({
    close_wait: between(200, 600),
    close_wait_stayed_ratio: 1,
    close_wait_port: 8080,
  });
}

function descriptorsLeaked(made: Made): void {
  allSeen(made);
  overflowing(made, 16);
  expect(processNamed(made, 'web')).toMatchObject({
    descriptors: between(255, 257),
    descriptor_limit: 256,
    descriptor_ratio: between(0.99, 1.01),
    close_wait: between(230, 256),
    close_wait_ratio: between(0.9, 1),
    close_wait_stayed_ratio: 1,
  });
  expect(marks(made)).toMatchObject({ descriptors: 'bad', 'accept-queue': 'bad' });
}

/** A process at its limit, and a listener of nobody that takes nothing. */
function atLimitNoRoot(made: Made): void {
  overflowing(made, 16);
  const { host } = made.reading.facts;
  expect(host.descriptors).toMatchObject({
    fullest_process: 'web',
    fullest_process_ratio: between(0.99, 1.04),
  });
  expect(service(made)).toMatchObject({ stayed_ratio: 1 });
  expect(service(made)).not.toHaveProperty('process');
  expect(processNamed(made, 'web')).not.toHaveProperty('close_wait');
}

function descriptorsLeakedNoRoot(made: Made): void {
  atLimitNoRoot(made);
  expect(made.reading.facts.host.sockets).toMatchObject({
    // With those that nobody has accepted yet.
    close_wait: between(230, 290),
    close_wait_stayed_ratio: 1,
  });
}

function fdLimitClient(made: Made): void {
  allSeen(made);
  expect(processNamed(made, 'api')).toMatchObject({
    descriptors: between(64, 66),
    descriptors_first: between(64, 66),
    descriptor_limit: 64,
    descriptor_ratio: between(1, 1.04),
  });
  // It listens to nobody.
  expect(Object.keys(made.reading.facts.subjects.listener).sort()).toEqual(['0.0.0.0:22', '[::]:22']);
  expect(marks(made)).toMatchObject({ descriptors: 'bad' });
}

function timeWaitOverflow(made: Made): void {
  allSeen(made);
  expect(made.reading.facts.host.counters).toMatchObject({
    time_wait_overflow_per_s: between(10, 100),
    time_wait_overflow_since_boot: some(),
  });
  expect(made.reading.facts.host.sockets).toMatchObject({ time_wait: between(190, 200) });
  expect(made.reading.facts.host.settings).toMatchObject({ tcp_max_tw_buckets: 200 });
}

/** What hosts with leaks and full tables look like. */
export const LEAKS = {
  'close-wait-inbound': closeWaitInbound,
  'close-wait-outbound': closeWaitOutbound,
  'close-wait-late': closeWaitLate,
  'close-wait-no-root': closeWaitNoRoot,
  'descriptors-leaked': descriptorsLeaked,
  'fd-limit-client': fdLimitClient,
  'fd-limit-no-root': atLimitNoRoot,
  'descriptors-leaked-no-root': descriptorsLeakedNoRoot,
  'time-wait-overflow': timeWaitOverflow,
} as const satisfies Record<string, (made: Made) => void>;
