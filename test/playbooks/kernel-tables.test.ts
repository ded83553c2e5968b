import { describe, expect, it } from 'vitest';
import type { Facts } from '../../src/core/domain/facts.ts';
import type { Finding } from '../../src/core/domain/report.ts';
import { diagnoseCapture } from '../../src/core/playbook/diagnose.ts';
import { evaluate } from '../../src/core/playbook/evaluate.ts';
import { recordedHost, recordedHosts } from '../support/captures.ts';
import { checksByHand, factsByHand } from '../support/facts.ts';
import { shippedPlaybooks } from '../support/playbooks.ts';

/** What is one for the whole machine cannot be made in a network namespace: these hosts are made by hand. */
const OWN = [
  'conntrack-full',
  'softnet-drops',
  'orphan-sockets',
  'tcp-memory-pressure',
  'neighbour-overflow',
  'unsafe-sysctl',
];
const playbooks = shippedPlaybooks();

function find(id: string, host: Partial<Facts['host']>): Finding | undefined {
  return evaluate(factsByHand({ host }), checksByHand(), playbooks).find(({ playbook }) => playbook === id);
}

describe('conntrack-full', () => {
  it.each([
    [{ conntrack_present: false }, 'cleared', 'info'],
    [{ conntrack_used_ratio: 0.89 }, 'cleared', 'info'],
    [{ conntrack_used_ratio: 0.9 }, 'matched', 'warning'],
    [{ conntrack_used_ratio: 1 }, 'matched', 'warning'],
    [{ conntrack_used_ratio: 1, conntrack_early_drops_per_s: 205 }, 'matched', 'warning'],
    [{ conntrack_used_ratio: 1, conntrack_drops_per_s: 0.1 }, 'matched', 'critical'],
    // Dropped for another reason than a full table: an invalid packet counts as a drop too.
    [{ conntrack_used_ratio: 0.2, conntrack_drops_per_s: 5 }, 'cleared', 'info'],
  ])('%j: %s %s', (kernel, status, severity) => {
    const table = { conntrack_present: true, conntrack_count: 262_144, conntrack_max: 262_144 };
    const drops = { conntrack_drops_per_s: 0, conntrack_early_drops_per_s: 0 };
    const { conntrack_present: absent } = { conntrack_present: true, ...kernel };
    const facts = absent ? { ...table, ...drops, ...kernel } : kernel;
    expect(find('conntrack-full', { kernel: facts })).toMatchObject({ status, severity });
  });

  it('says so where drops were not measured, and is unknown where nothing was', () => {
    const kernel = { conntrack_present: true, conntrack_used_ratio: 1, conntrack_count: 9, conntrack_max: 9 };
    expect(find('conntrack-full', { kernel })).toMatchObject({
      status: 'matched',
      severity: 'warning',
      missing: ['kernel.conntrack_drops_per_s'],
    });
    expect(find('conntrack-full', {})).toMatchObject({ status: 'unknown' });
  });
});

describe('softnet-drops', () => {
  it.each([
    [10, 0, 'cleared', null],
    [10.1, 10, 'matched', 'short-backlog'],
    [500, 10.1, 'matched', 'busy-processor'],
    // Packets that are only late are no trouble.
    [0, 5000, 'cleared', null],
  ])('%s drops and %s squeezes per second: %s %s', (drops, squeezes, status, cause) => {
    const kernel = { softnet_drops_per_s: drops, softnet_squeezes_per_s: squeezes };
    expect(find('softnet-drops', { kernel })).toMatchObject({ status, cause });
  });
});

describe('orphan-sockets', () => {
  const states = { fin_wait_1: 100, last_ack: 0, closing: 0 };
  it.each([
    [{ orphans: 900, orphans_ratio: 0.9 }, 'cleared', null, 'info'],
    [{ orphans: 16_384, orphans_ratio: 0.25 }, 'cleared', null, 'info'],
    [{ orphans: 16_400, orphans_ratio: 0.2502 }, 'matched', null, 'warning'],
    [{ orphans: 40_000, orphans_ratio: 0.61 }, 'matched', null, 'critical'],
    [
      { orphans: 40_000, orphans_ratio: 0.61, fin_wait_1: 19_000, last_ack: 1000 },
      'matched',
      'peers-gone',
      'critical',
    ],
    // Inside a container the limit is hidden: few orphans are no trouble under any, many are unknown.
    [{ orphans: 20 }, 'cleared', null, 'info'],
    [{ orphans: 40_000 }, 'unknown', null, 'info'],
  ])('%j: %s %s %s', (sockets, status, cause, severity) => {
    const host = { sockets: { ...states, ...sockets }, settings: { tcp_max_orphans: 65_536 } };
    expect(find('orphan-sockets', host)).toMatchObject({ status, cause, severity });
  });
});

describe('tcp-memory-pressure', () => {
  const calm = { memory_pressures_per_s: 0, abort_on_memory_per_s: 0 };
  it.each([
    [{ memory_pages: 200_000, memory_pressure_ratio: 1, memory_ratio: 0.67 }, calm, 'cleared', 'info'],
    [{ memory_pages: 250_000, memory_pressure_ratio: 1.03, memory_ratio: 0.69 }, calm, 'matched', 'warning'],
    [{ memory_pages: 330_000, memory_pressure_ratio: 1.36, memory_ratio: 0.91 }, calm, 'matched', 'critical'],
    // A limit of a few pages that somebody set by mistake is reached by nobody's data.
    [{ memory_pages: 40, memory_pressure_ratio: 4, memory_ratio: 2 }, calm, 'cleared', 'info'],
    [{ memory_pages: 40 }, { ...calm, memory_pressures_per_s: 0.1 }, 'matched', 'warning'],
    [{ memory_pages: 40 }, { memory_pressures_per_s: 1, abort_on_memory_per_s: 1 }, 'matched', 'critical'],
    // Connections cut for too many orphans count there as well; without pressure that is not this trouble.
    [{ memory_pages: 4000 }, { ...calm, abort_on_memory_per_s: 9 }, 'cleared', 'info'],
    [{ memory_pages: 400_000 }, calm, 'unknown', 'info'],
  ])('%j, %j: %s %s', (sockets, counters, status, severity) => {
    expect(find('tcp-memory-pressure', { sockets, counters })).toMatchObject({ status, severity });
  });
});

describe('neighbour-overflow', () => {
  it.each([
    [[0, 0], 'cleared', null, 'info'],
    [[0.1, 0], 'matched', 'ipv4', 'warning'],
    [[0, 0.1], 'matched', 'ipv6', 'warning'],
    [[1.1, 0], 'matched', 'ipv4', 'critical'],
    [[5, 5], 'matched', 'ipv4', 'critical'],
  ])('%j overflows per second, IPv4 and IPv6: %s %s %s', ([four, six], status, cause, severity) => {
    const kernel = { neighbour_overflows_per_s: four ?? 0, neighbour6_overflows_per_s: six ?? 0 };
    expect(find('neighbour-overflow', { kernel })).toMatchObject({ status, cause, severity });
  });
});

describe('unsafe-sysctl', () => {
  const usual = { tcp_timestamps: 1, tcp_window_scaling: 1, tcp_sack: 1, tcp_syncookies: 1 };
  it.each([
    [{}, 'cleared', null, 'info'],
    [{ tcp_tw_recycle: 0 }, 'cleared', null, 'info'],
    [{ tcp_syncookies: 2, tcp_timestamps: 2 }, 'cleared', null, 'info'],
    [{ tcp_tw_recycle: 1 }, 'matched', 'tw-recycle', 'critical'],
    // Without timestamps nothing is recycled, so nobody is dropped.
    [{ tcp_tw_recycle: 1, tcp_timestamps: 0 }, 'matched', 'tw-recycle', 'info'],
    [{ tcp_timestamps: 0 }, 'matched', 'timestamps-off', 'info'],
    [{ tcp_sack: 0 }, 'matched', 'sack-off', 'info'],
    [{ tcp_syncookies: 0 }, 'matched', 'syncookies-off', 'info'],
    [{ tcp_window_scaling: 0, tcp_sack: 0 }, 'matched', 'window-scaling-off', 'info'],
  ])('%j: %s %s %s', (settings, status, cause, severity) => {
    expect(find('unsafe-sysctl', { settings: { ...usual, ...settings } })).toMatchObject({
      status,
      cause,
      severity,
    });
  });
});

const made = recordedHosts().filter((name) => name.startsWith('made-by-hand-'));

describe('on every other host', () => {
  const recorded = recordedHosts().filter((name) => !made.includes(name));
  it.each(recorded)('%s they find nothing', (name) => {
    const { findings } = diagnoseCapture(recordedHost(name), playbooks);
    const matched = findings.filter(({ playbook, status }) => OWN.includes(playbook) && status === 'matched');
    // Flooded because somebody has turned the cookies off, so that is right.
    const rightly = name.startsWith('syn-flood-no-cookies') ? ['unsafe-sysctl syncookies-off'] : [];
    // The one table that can be filled in a network namespace.
    const really = name.startsWith('conntrack-full-linux') ? ['conntrack-full null'] : [];
    expect(matched.map(({ playbook, cause }) => `${playbook} ${cause}`)).toEqual([...rightly, ...really]);
  });

  it.each(made)('%s one thing is found, and no button offered', (name) => {
    const { findings } = diagnoseCapture(recordedHost(name), playbooks);
    const troubles = findings.filter(({ status }) => status === 'matched');
    expect(troubles.length).toBeLessThanOrEqual(1);
    expect(troubles.flatMap(({ fixes }) => fixes).filter(({ kind }) => kind === 'sysctl')).toEqual([]);
  });
});
