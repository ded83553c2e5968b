import { expect } from 'vitest';
import type { FirstLook } from '../../../src/core/checklist/first-look.ts';
import type { Reading } from '../../../src/core/checklist/read-facts.ts';
import type { FactGroup } from '../../../src/core/domain/facts.ts';

/** What was made of one host. */
export interface Made {
  readonly reading: Reading;
  readonly first: FirstLook;
}

export const SERVICE = '0.0.0.0:8080';
export const SERVER = '10.99.0.2:8080';

export const group = (groups: Readonly<Record<string, FactGroup>>, name: string): FactGroup => {
  expect(Object.keys(groups)).toContain(name);
  return groups[name] ?? {};
};
export const service = ({ reading }: Made): FactGroup => group(reading.facts.subjects.listener, SERVICE);
export const server = ({ reading }: Made): FactGroup => group(reading.facts.subjects.destination, SERVER);
export const marks = ({ first }: Made): Record<string, string> =>
  Object.fromEntries(first.marks.map(({ topic, state }) => [topic, state]));
export const between = (low: number, high: number): unknown =>
  expect.toSatisfy(
    (value) => typeof value === 'number' && value >= low && value <= high,
    `a number from ${low} to ${high}`,
  );
export const spelled = (pattern: RegExp): unknown => expect.stringMatching(pattern);
export const some = (): unknown => between(1, 1_000_000);

export function allSeen({ reading }: Made): void {
  expect(reading.checks.filter(({ status }) => status !== 'ok')).toEqual([]);
  expect(reading.coverage).toEqual({ seen: reading.checks.length, of: reading.checks.length, why: [] });
  expect(reading.coreComplete).toBe(true);
  expect(reading.facts.host.host).toMatchObject({ system: 'Linux', is_root: true, cpus: some() });
}

export function calm(made: Made): void {
  allSeen(made);
  expect(made.reading.facts.host.counters).toMatchObject({
    listen_overflows_per_s: 0,
    listen_drops_per_s: 0,
    time_wait_overflow_per_s: 0,
  });
  for (const listener of Object.values(made.reading.facts.subjects.listener)) {
    expect(listener).toMatchObject({ overflows_per_s: 0 });
    expect(Number(listener['fill_ratio'])).toBeLessThan(0.5);
  }
  expect(made.first.facts.fullListeners).toEqual([]);
  expect(marks(made)).toEqual({
    'time-wait': 'good',
    'accept-queue': 'pending',
    descriptors: 'good',
    connections: 'pending',
  });
}

/** Full all the time, and more is dropped. */
export function overflowing(made: Made, backlog: number): void {
  expect(made.reading.facts.host.counters['listen_overflows_per_s']).toEqual(some());
  expect(service(made)).toMatchObject({
    address: '0.0.0.0',
    port: 8080,
    sockets: 1,
    backlog,
    // Handshakes that end on two processors at once may each find the last place free.
    queue_peak: between(backlog + 1, backlog + 3),
    fill_ratio: between(1, 1.2),
    overflows_per_s: made.reading.facts.host.counters['listen_overflows_per_s'],
    drops_per_s: some(),
  });
}
