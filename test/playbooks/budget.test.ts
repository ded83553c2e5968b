import { describe, expect, it } from 'vitest';
import type { FactGroup } from '../../src/core/domain/facts.ts';
import { readFacts } from '../../src/core/checklist/read-facts.ts';
import { evaluate } from '../../src/core/playbook/evaluate.ts';
import { recordedHost, recordedHosts } from '../support/captures.ts';
import { checksByHand, factsByHand } from '../support/facts.ts';
import { shippedPlaybooks } from '../support/playbooks.ts';

const BUDGET_MS = 5;
const ROUNDS = 30;
const playbooks = shippedPlaybooks();

/** Processor time of the fastest round of each: what the code needs, whatever else the machine does. */
function fastestMs(...works: readonly (() => unknown)[]): readonly number[] {
  const fastest = works.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [at, work] of works.entries()) {
      const start = process.cpuUsage();
      work();
      const { user, system } = process.cpuUsage(start);
      fastest[at] = Math.min(fastest[at] ?? 0, (user + system) / 1000);
    }
  }
  return fastest;
}

const many = (group: (at: number) => FactGroup): Record<string, FactGroup> =>
  Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`10.0.0.1:${at}`, group(at)]));

describe('evaluating all playbooks', () => {
  it.each(recordedHosts())('stays within 5 ms: %s', (name) => {
    const { facts, checks } = readFacts(recordedHost(name));
    expect(fastestMs(() => evaluate(facts, checks, playbooks))[0]).toBeLessThan(BUDGET_MS);
  });

  it('does not grow out of hand on a host with 500 listeners and 500 destinations, a fifth of them sick', () => {
    const facts = factsByHand({
      host: {
        counters: { listen_overflows_per_s: 50, active_opens_per_s: 500 },
        settings: {
          somaxconn: 128,
          tcp_timestamps: 1,
          tcp_tw_reuse: 2,
          ports_available: 28_232,
          tcp_syncookies: 1,
        },
        sockets: { time_wait_inbound: 5000, time_wait_outbound: 5000 },
      },
      listener: many((at) => ({
        port: at,
        backlog: 128,
        queue_peak: at % 5 === 0 ? 129 : 0,
        queue_first: 0,
        overflows_per_s: at % 5 === 0 ? 50 : 0,
        process_descriptor_ratio: 0.1,
        process_state: 'S',
      })),
      destination: many((at) => ({
        address: '10.0.0.2',
        port: at,
        loopback: false,
        ports_used: 28_000,
        used_ratio: at % 5 === 0 ? 0.99 : 0.1,
        time_wait: 27_000,
        established: 1000,
        time_wait_ratio: 0.96,
        established_ratio: 0.04,
        closes_per_s: 450,
      })),
      sysctl: {
        'net.core.somaxconn': '128',
        'net.ipv4.tcp_tw_reuse': '2',
        'net.ipv4.ip_local_port_range': '32768 60999',
        'net.ipv4.ip_local_reserved_ports': '',
      },
    });
    const checks = checksByHand();
    const found = evaluate(facts, checks, playbooks);
    const matched = (id: string): number =>
      found.filter((one) => one.playbook === id && one.status === 'matched').length;
    // 100 subjects of each are sick; each playbook tells of its 20 worst.
    expect([matched('accept-queue-overflow'), matched('port-exhaustion')]).toEqual([20, 20]);
    // Some 4 ms on an idle machine. A busy one needs more for everything, so a yardstick is measured in turn with it:
    // the facts, read five times from JSON (3 ms), which grow with the host in the same way.
    const text = JSON.stringify(facts);
    const yardstick = (): unknown => Array.from({ length: 5 }, (): unknown => JSON.parse(text));
    const [own = 0, reading = 0] = fastestMs(() => evaluate(facts, checks, playbooks), yardstick);
    expect(own / reading).toBeLessThan(3);
  });
});
