import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { baselineOf } from '../../../src/core/baseline/baseline.ts';
import { VERDICTS } from '../../../src/core/baseline/judgement.ts';
import { TEMPLATE } from '../../../src/core/baseline/template.ts';
import { findSysctl } from '../../../src/core/sysctl/catalogue.ts';
import { adviseSetting } from '../../../src/core/sysctl/plan-setting.ts';
import { checksByHand, factsByHand } from '../../support/facts.ts';
import { MODERN, OLD, rowOf, rowsOf } from './hosts.ts';

type Host = Parameters<typeof rowsOf>[0];

function verdicts(host: Host): Readonly<Record<string, string>> {
  const told: Record<string, string> = {};
  for (const { key, verdict } of rowsOf(host).values()) told[key.slice(key.lastIndexOf('.') + 1)] = verdict;
  return told;
}

const withValues = (values: Readonly<Record<string, string>>): Readonly<Record<string, string>> => ({
  ...MODERN,
  ...values,
});

describe('a host beside the template', () => {
  it('is judged key by key: a new kernel', () => {
    expect(verdicts({ kernel: '6.18.5', tracked: 20 })).toEqual({
      tcp_rmem: 'harmful',
      'file-max': 'harmful',
      nr_open: 'harmful',
      tcp_tw_reuse: 'worse',
      ip_local_port_range: 'worse',
      nf_conntrack_max: 'worse',
      tcp_keepalive_time: 'worse',
      tcp_keepalive_intvl: 'worse',
      tcp_keepalive_probes: 'worse',
      tcp_congestion_control: 'worse',
      tcp_fin_timeout: 'no-effect',
      tcp_max_syn_backlog: 'no-effect',
      rmem_max: 'no-effect',
      wmem_max: 'no-effect',
      default_qdisc: 'no-effect',
      somaxconn: 'better',
      tcp_syncookies: 'same',
      tcp_wmem: 'same',
      tcp_moderate_rcvbuf: 'same',
      tcp_tw_recycle: 'absent',
    });
  });

  it('and an old one', () => {
    expect(verdicts({ sysctl: OLD, kernel: '3.10.0-1160.el7.x86_64', tracked: 0 })).toEqual({
      somaxconn: 'harmful',
      tcp_tw_reuse: 'worse',
      ip_local_port_range: 'worse',
      tcp_max_syn_backlog: 'worse',
      tcp_keepalive_time: 'worse',
      tcp_keepalive_intvl: 'worse',
      tcp_keepalive_probes: 'worse',
      tcp_rmem: 'worse',
      'file-max': 'worse',
      nr_open: 'worse',
      tcp_fin_timeout: 'no-effect',
      nf_conntrack_max: 'no-effect',
      rmem_max: 'no-effect',
      wmem_max: 'no-effect',
      default_qdisc: 'no-effect',
      tcp_congestion_control: 'no-effect',
      tcp_syncookies: 'same',
      tcp_wmem: 'same',
      tcp_moderate_rcvbuf: 'same',
      tcp_tw_recycle: 'same',
    });
  });

  it('lists what does harm first', () => {
    const rows = [...rowsOf({ kernel: '6.18.5' }).values()];
    const ranks = rows.map(({ verdict }) => VERDICTS.indexOf(verdict));
    expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
    expect(rows).toHaveLength(TEMPLATE.length);
  });

  it('is nothing at all where no setting could be read', () => {
    expect(baselineOf({ facts: factsByHand({}), checks: checksByHand() })).toBeNull();
  });
});

describe('the reason', () => {
  it.each([
    ['net.ipv4.tcp_rmem', {}, /lower this kernel’s maximum from 32 MiB to 6 MiB/],
    ['fs.file-max', {}, /lower the limit of the machine from 9223372036854775807/],
    ['fs.nr_open', {}, /logins that ask for more fail to start, SSH included/],
    ['net.ipv4.tcp_fin_timeout', {}, /does not touch TIME_WAIT/],
    ['net.ipv4.tcp_max_syn_backlog', {}, /While tcp_syncookies is not 0 the kernel does not look/],
    [
      'net.ipv4.tcp_tw_reuse',
      {},
      /nothing for a listener.*default 2 means loopback only \(since Linux 4\.19\)/,
    ],
    ['net.ipv4.ip_local_port_range', {}, /28,232 ports, 470 .*55,536 ports, 925/],
    ['net.core.somaxconn', { kernel: '3.10.0' }, /16 bits/],
    ['net.ipv4.tcp_keepalive_time', {}, /SO_KEEPALIVE.*120 s rather than 600/],
    ['net.core.rmem_max', {}, /SO_RCVBUF/],
    ['net.core.wmem_max', {}, /SO_SNDBUF/],
  ])('%s %j', (key, host, why) => {
    expect(rowOf(key, { kernel: '6.18.5', ...host })[1]).toMatch(why);
  });
});

describe('look-alikes', () => {
  const range = 'net.ipv4.ip_local_port_range';
  it.each([
    [
      'timestamps off',
      'net.ipv4.tcp_tw_reuse',
      { sysctl: withValues({ 'net.ipv4.tcp_timestamps': '0' }) },
      'no-effect',
    ],
    [
      'set already',
      'net.ipv4.tcp_tw_reuse',
      { sysctl: withValues({ 'net.ipv4.tcp_tw_reuse': '1' }) },
      'same',
    ],
    ['a service inside the wider range', range, { listenerPorts: [22, 10_050] }, 'harmful'],
    [
      'its port reserved',
      range,
      {
        listenerPorts: [22, 10_050],
        sysctl: withValues({ 'net.ipv4.ip_local_reserved_ports': '10000-10100' }),
      },
      'worse',
    ],
    ['a service inside the live range', range, { listenerPorts: [22, 40_000] }, 'worse'],
    ['listeners not read', range, { checks: { listeners: 'denied' } }, 'harmful'],
    ['a wider range', range, { sysctl: withValues({ [range]: '1024 65535' }) }, 'better'],
    ['more ports, but other ones', range, { sysctl: withValues({ [range]: '1024 60999' }) }, 'better'],
    ['fewer ports, and other ones', range, { sysctl: withValues({ [range]: '9000 20000' }) }, 'worse'],
    ['half a pair', range, { sysctl: withValues({ [range]: '10000' }) }, 'unknown'],
    [
      'cookies off',
      'net.ipv4.tcp_max_syn_backlog',
      { sysctl: withValues({ 'net.ipv4.tcp_syncookies': '0' }) },
      'worse',
    ],
    [
      'cookies off',
      'net.ipv4.tcp_syncookies',
      { sysctl: withValues({ 'net.ipv4.tcp_syncookies': '0' }) },
      'worse',
    ],
    [
      'cookies always',
      'net.ipv4.tcp_syncookies',
      { sysctl: withValues({ 'net.ipv4.tcp_syncookies': '2' }) },
      'worse',
    ],
    [
      'keepalive sooner',
      'net.ipv4.tcp_keepalive_time',
      { sysctl: withValues({ 'net.ipv4.tcp_keepalive_time': '120' }) },
      'better',
    ],
    [
      'keepalive of nonsense',
      'net.ipv4.tcp_keepalive_time',
      { sysctl: withValues({ 'net.ipv4.tcp_keepalive_time': '0' }) },
      'unknown',
    ],
    ['a short queue', 'net.core.somaxconn', { sysctl: withValues({ 'net.core.somaxconn': '128' }) }, 'worse'],
    [
      'a longer queue',
      'net.core.somaxconn',
      { sysctl: withValues({ 'net.core.somaxconn': '100000' }) },
      'better',
    ],
    [
      'recycle on',
      'net.ipv4.tcp_tw_recycle',
      { kernel: '3.10.0', sysctl: withValues({ 'net.ipv4.tcp_tw_recycle': '1' }) },
      'harmful',
    ],
    [
      'one part lower, one higher',
      'net.ipv4.tcp_rmem',
      { sysctl: withValues({ 'net.ipv4.tcp_rmem': '4096 87380 33554432' }) },
      'harmful',
    ],
    [
      'a smaller maximum',
      'net.ipv4.tcp_rmem',
      { sysctl: withValues({ 'net.ipv4.tcp_rmem': '4096 131072 4194304' }) },
      'worse',
    ],
    [
      'a larger table',
      'net.netfilter.nf_conntrack_max',
      { sysctl: withValues({ 'net.netfilter.nf_conntrack_max': '2097152' }) },
      'harmful',
    ],
    ['no bbr in this kernel', 'net.ipv4.tcp_congestion_control', { kernel: '4.4.0' }, 'no-effect'],
    ['a version nobody knows', 'net.core.somaxconn', { kernel: 'custom' }, 'better'],
  ] as const)('%s: %s', (_, key, host, verdict) => {
    expect(rowOf(key, { kernel: '6.18.5', ...host })[0]).toBe(verdict);
  });
});

describe('every judgement', () => {
  const value = fc.oneof(
    fc.nat(4_000_000_000).map(String),
    fc.tuple(fc.nat(70_000), fc.nat(70_000)).map((pair) => pair.join(' ')),
    fc.tuple(fc.nat(1e8), fc.nat(1e8), fc.nat(1e8)).map((triple) => triple.join('\t')),
    fc.constantFrom('0', '1', '2', '-1', '', '1 junk', 'fq', 'bbr', 'cubic', '9223372036854775807'),
    fc.constantFrom(...TEMPLATE.map((line) => line.value)),
  );
  const host = fc.record({
    sysctl: fc.dictionary(fc.constantFrom(...TEMPLATE.map(({ key }) => key)), value, { minKeys: 1 }),
    kernel: fc.constantFrom('6.18.5', '5.4.0', '4.18.0-553.el8', '3.10.0', 'custom'),
    listenerPorts: fc.array(fc.nat(65_535), { maxLength: 5 }),
  });

  it('has its reason in both languages, and calls a value "same" only when it is', () => {
    fc.assert(
      fc.property(host, (one) => {
        const rows = [...rowsOf(one).values()];
        const texts = rows.flatMap(({ why }) => [why.en, why.ko]);
        expect(texts.filter((text) => text.length < 10 || text.includes('undefined'))).toEqual([]);
        expect(rows.filter(({ live, verdict }) => (live === null) !== (verdict === 'absent'))).toEqual([]);
        const same = rows.filter(({ verdict }) => verdict === 'same');
        expect(same.map(({ live }) => normal(live ?? ''))).toEqual(same.map(({ template }) => template));
      }),
      { numRuns: 300 },
    );
  });

  it('calls "could help" only what takes nothing away in the catalogue’s own direction', () => {
    fc.assert(
      fc.property(host, (one) => {
        const helping = [...rowsOf(one).values()].filter(({ verdict }) => verdict === 'worse');
        const numeric = helping.filter(({ key }) => ['int', 'triple'].includes(findSysctl(key)?.kind ?? ''));
        for (const { key, live, template } of numeric) {
          // What we would write of it is the template's value as it stands, or nothing: somaxconn's is beyond our bounds.
          const plan = adviseSetting(key, template, live ?? '');
          expect([key, plan.kind === 'change' ? plan.to : plan.kind]).toEqual([
            key,
            key === 'net.core.somaxconn' || plan.kind === 'refused' ? 'refused' : template,
          ]);
        }
      }),
      { numRuns: 300 },
    );
  });
});

const normal = (value: string): string => value.trim().replaceAll(/\s+/g, ' ');
