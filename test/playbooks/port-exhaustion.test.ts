import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FactGroup } from '../../src/core/domain/facts.ts';
import type { Finding, SysctlFix } from '../../src/core/domain/report.ts';
import { evaluate } from '../../src/core/playbook/evaluate.ts';
import { checksByHand, factsByHand } from '../support/facts.ts';
import { shippedPlaybooks } from '../support/playbooks.ts';

const playbooks = shippedPlaybooks();
const SETTINGS: FactGroup = {
  tcp_timestamps: 1,
  tcp_tw_reuse: 2,
  ports_available: 28_232,
  port_range_low: 32_768,
  port_range_high: 60_999,
};
const SICK: FactGroup = {
  address: '10.0.0.9',
  port: 443,
  loopback: false,
  ports_used: 27_000,
  used_ratio: 0.956,
  time_wait: 26_000,
  established: 1000,
  other: 0,
  time_wait_ratio: 0.963,
  established_ratio: 0.037,
  peer_timestamps: true,
  closes_per_s: 433,
};
const SYSCTL = {
  'net.ipv4.tcp_tw_reuse': '2',
  'net.ipv4.ip_local_port_range': '32768 60999',
  'net.ipv4.ip_local_reserved_ports': '',
};

interface Host {
  readonly destination?: FactGroup;
  readonly settings?: FactGroup;
  readonly sockets?: FactGroup;
  readonly counters?: FactGroup;
  readonly sysctl?: Readonly<Record<string, string>>;
}

function findings(host: Host): readonly Finding[] {
  const facts = factsByHand({
    host: {
      settings: { ...SETTINGS, ...host.settings },
      sockets: host.sockets ?? {},
      counters: { active_opens_per_s: 430, ...host.counters },
    },
    destination: { '10.0.0.9:443': { ...SICK, ...host.destination } },
    sysctl: { ...SYSCTL, ...host.sysctl },
  });
  return evaluate(facts, checksByHand(), playbooks);
}

const portExhaustion = (host: Host): Finding | undefined =>
  findings(host).find(({ playbook }) => playbook === 'port-exhaustion');
const setting = (host: Host, wanted: string): SysctlFix | undefined =>
  portExhaustion(host)
    ?.fixes.filter((fix) => fix.kind === 'sysctl')
    .find(({ key }) => key === wanted);
const reuse = (host: Host): SysctlFix | undefined => setting(host, 'net.ipv4.tcp_tw_reuse');
const range = (host: Host): SysctlFix | undefined => setting(host, 'net.ipv4.ip_local_port_range');

describe('port-exhaustion', () => {
  it.each([
    [0.69, 'cleared', 'info'],
    [0.7, 'matched', 'warning'],
    [0.899, 'matched', 'warning'],
    [0.9, 'matched', 'critical'],
  ])('at %s of the ports: %s %s', (used_ratio, status, severity) => {
    expect(portExhaustion({ destination: { used_ratio } })).toMatchObject({ status, severity });
  });

  it('has no cause where neither TIME_WAIT nor open connections dominate', () => {
    const destination = {
      time_wait_ratio: 0.3,
      established_ratio: 0.3,
      time_wait: 1,
      established: 1,
      other: 9000,
    };
    expect(portExhaustion({ destination })).toMatchObject({ status: 'matched', cause: null, fixes: [] });
    expect(portExhaustion({ destination })?.summary.en).toContain('9000 in other states');
  });

  it('offers reuse, with the connection pool before it', () => {
    expect(portExhaustion({})?.fixes.map((fix) => (fix.kind === 'sysctl' ? fix.key : fix.kind))).toEqual([
      'advice',
      'advice',
      'advice',
      'net.ipv4.tcp_tw_reuse',
      'net.ipv4.ip_local_port_range',
    ]);
    expect(reuse({})).toMatchObject({
      from: '2',
      to: '1',
      offered: true,
      takesEffect: 'now',
      risk: 'medium',
    });
    expect(reuse({ sysctl: { 'net.ipv4.tcp_tw_reuse': '0' } })).toMatchObject({ from: '0', offered: true });
  });

  it.each([
    ['timestamps are off here', { settings: { tcp_timestamps: 0 } }, 'tcp_timestamps is 0'],
    [
      'the peer has no timestamps',
      { destination: { peer_timestamps: false } },
      'peer does not use TCP timestamps',
    ],
    [
      'the destination is this host and 2 covers that',
      { destination: { loopback: true } },
      'current value 2 reuses ports',
    ],
    [
      'there are more connects than ports',
      { counters: { active_opens_per_s: 30_000 } },
      '30,000 connects per second',
    ],
  ])('does not offer reuse when %s', (_, host, reason) => {
    expect(reuse(host)).toMatchObject({ offered: false });
    expect(reuse(host)?.why.en).toContain(reason);
  });

  it('offers reuse where nothing of the peer could be seen, and says what it needs', () => {
    const { peer_timestamps: _, ...unseen } = SICK;
    const facts = factsByHand({
      host: { settings: SETTINGS },
      destination: { d: unseen },
      sysctl: SYSCTL,
    });
    const [finding] = evaluate(facts, checksByHand(), playbooks);
    expect(finding?.fixes[3]).toMatchObject({ key: 'net.ipv4.tcp_tw_reuse', offered: true });
  });

  it('offers reuse towards this host where it is switched off', () => {
    const host = {
      destination: { loopback: true },
      settings: { tcp_tw_reuse: 0 },
      sysctl: { 'net.ipv4.tcp_tw_reuse': '0' },
    };
    expect(reuse(host)).toMatchObject({ offered: true });
  });

  it('does not offer a wider range that the rate would use up as well', () => {
    expect(range({ counters: { active_opens_per_s: 900 } })).toMatchObject({ offered: true });
    expect(range({ counters: { active_opens_per_s: 930 } })).toMatchObject({ offered: false });
    expect(range({ counters: { active_opens_per_s: 930 } })?.why.en).toMatch(/^930 connects per second/);
    // Reused after a second, a port serves sixty times as many.
    expect(range({ counters: { active_opens_per_s: 930 }, settings: { tcp_tw_reuse: 1 } })).toMatchObject({
      offered: true,
    });
  });

  it('proposes nothing that is there already', () => {
    const sysctl = { 'net.ipv4.tcp_tw_reuse': '1', 'net.ipv4.ip_local_port_range': '1024 65535' };
    expect(
      portExhaustion({ sysctl, settings: { tcp_tw_reuse: 1 } })?.fixes.filter(
        ({ kind }) => kind === 'sysctl',
      ),
    ).toEqual([]);
  });

  it('warns off the popular settings that do not help', () => {
    expect(portExhaustion({})?.notAdvised.map(({ key }) => key)).toEqual([
      'net.ipv4.tcp_fin_timeout',
      'net.ipv4.tcp_max_tw_buckets',
      'net.netfilter.nf_conntrack_max',
      'net.ipv4.tcp_tw_recycle',
    ]);
    const leak = portExhaustion({ destination: { time_wait_ratio: 0, established_ratio: 1 } });
    expect(leak).toMatchObject({ cause: 'pool-leak' });
    expect(leak?.fixes.every(({ kind }) => kind === 'advice')).toBe(true);
    expect(leak?.notAdvised.map(({ key }) => key)).toEqual(
      expect.arrayContaining(['net.ipv4.tcp_tw_reuse', 'net.ipv4.ip_local_port_range']),
    );
  });

  it('never blames "connection refused"', () => {
    expect(portExhaustion({})?.summary.en).toContain('EADDRNOTAVAIL "Cannot assign requested address"');
    expect(portExhaustion({})?.summary.en).toContain('never with "connection refused"');
  });
});

const healthy = (sockets: FactGroup): Finding | undefined =>
  findings({ sockets, destination: { used_ratio: 0.1 } }).find(
    ({ playbook }) => playbook === 'time-wait-healthy',
  );

describe('time-wait-healthy', () => {
  it.each([
    [{ time_wait_inbound: 58_234, time_wait_outbound: 0 }, 'matched'],
    [{ time_wait_inbound: 999, time_wait_outbound: 0 }, 'cleared'],
    [{ time_wait_inbound: 58_234, time_wait_outbound: 20_000 }, 'cleared'],
    [{ time_wait_inbound: 58_234 }, 'unknown'],
    [{ time_wait_inbound: 5 }, 'cleared'],
  ])('%o: %s', (sockets, status) => {
    expect(healthy(sockets)).toMatchObject({ status, fixes: [] });
  });

  it('never says "do not change" what port-exhaustion offers at the same time', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const contradiction = fc.property(share, share, fc.nat({ max: 200_000 }), (used, waiting, inbound) => {
      const ports_used = Math.round(28_232 * used);
      const time_wait = Math.round(ports_used * waiting);
      const found = findings({
        sockets: { time_wait_inbound: inbound, time_wait_outbound: time_wait },
        destination: {
          ports_used,
          time_wait,
          used_ratio: ports_used / 28_232,
          time_wait_ratio: ports_used === 0 ? 0 : time_wait / ports_used,
        },
      }).filter(({ status }) => status === 'matched');
      const offers = found.some(({ fixes }) => fixes.some((fix) => fix.kind === 'sysctl' && fix.offered));
      return !(offers && found.some(({ playbook }) => playbook === 'time-wait-healthy'));
    });
    expect(fc.check(contradiction, { numRuns: 500 })).toMatchObject({ failed: false });
  });
});
