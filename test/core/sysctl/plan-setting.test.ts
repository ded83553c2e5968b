import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SYSCTL_CATALOGUE } from '../../../src/core/sysctl/catalogue.ts';
import { inverse, planSetting } from '../../../src/core/sysctl/plan-setting.ts';
import { parsePortList } from '../../../src/core/sysctl/port-list.ts';
import { checkValue, parseNumbers } from '../../../src/core/sysctl/values.ts';

const OFFERED = Object.entries(SYSCTL_CATALOGUE)
  .filter(([, spec]) => spec.policy === 'offer')
  .map(([key]) => key);

describe('planSetting', () => {
  it.each([
    ['net.core.somaxconn', '4096', '128', { kind: 'change', from: '128', to: '4096' }],
    ['net.core.somaxconn', '4096', '4096', { kind: 'no-op' }],
    ['net.core.somaxconn', '4096', '65535', { kind: 'no-op' }],
    ['net.ipv4.tcp_tw_reuse', '1', '2', { kind: 'change', from: '2', to: '1' }],
    ['net.ipv4.tcp_tw_reuse', '1', '0', { kind: 'change', from: '0', to: '1' }],
    ['net.ipv4.tcp_tw_reuse', '1', '1', { kind: 'no-op' }],
    [
      'net.ipv4.ip_local_port_range',
      '10000 65535',
      '32768\t60999',
      { kind: 'change', from: '32768 60999', to: '10000 65535' },
    ],
    [
      'net.ipv4.ip_local_port_range',
      '10000 65535',
      '5000 40000',
      { kind: 'change', from: '5000 40000', to: '5000 65535' },
    ],
    ['net.ipv4.ip_local_port_range', '10000 65535', '1024 65535', { kind: 'no-op' }],
    ['net.ipv4.ip_local_reserved_ports', '8080', '', { kind: 'change', from: '', to: '8080' }],
    [
      'net.ipv4.ip_local_reserved_ports',
      '8080-8082,9092',
      '8083,30000-32767',
      { kind: 'change', from: '8083,30000-32767', to: '8080-8083,9092,30000-32767' },
    ],
    ['net.ipv4.ip_local_reserved_ports', '8080', '8000-8100', { kind: 'no-op' }],
    ['net.ipv4.tcp_syncookies', '1', '0', { kind: 'change', from: '0', to: '1' }],
    ['net.ipv4.tcp_keepalive_time', '120', '7200', { kind: 'change', from: '7200', to: '120' }],
    ['net.ipv4.tcp_keepalive_time', '120', '60', { kind: 'no-op' }],
    ['net.ipv4.tcp_congestion_control', 'bbr', 'cubic', { kind: 'change', from: 'cubic', to: 'bbr' }],
  ])('%s to %j from %j', (key, target, current, plan) => {
    expect(planSetting(key, target, current)).toEqual(plan);
  });

  it.each([
    ['a worse choice', 'net.ipv4.tcp_tw_reuse', '2', '1'],
    ['to take away a value somebody chose for more', 'net.ipv4.tcp_syncookies', '1', '2'],
    ['a keepalive that would wake every peer', 'net.ipv4.tcp_keepalive_time', '10', '7200'],
    ['a current value nobody understands', 'net.ipv4.tcp_tw_reuse', '1', '7'],
    ['half a current pair', 'net.ipv4.ip_local_port_range', '10000 65535', '32768'],
    ['a current range below our bounds', 'net.ipv4.ip_local_port_range', '10000 65535', '500 40000'],
    ['junk as target', 'net.core.somaxconn', '4096 junk', '128'],
    ['a target out of bounds', 'net.core.somaxconn', '65535', '128'],
    ['an empty current value', 'net.core.somaxconn', '4096', ''],
    ['a forbidden key', 'net.ipv4.tcp_tw_recycle', '1', '0'],
    ['a key we only advise on', 'net.ipv4.tcp_fin_timeout', '30', '60'],
    ['a key we know nothing about', 'kernel.panic', '1', '0'],
  ])('refuses %s', (_, key, target, current) => {
    const plan = planSetting(key, target, current);
    expect(plan).toMatchObject({ kind: 'refused' });
    expect(plan).toHaveProperty('why.en');
    expect(plan).toHaveProperty('why.ko');
  });
});

const figure = fc.oneof(fc.integer({ min: -10, max: 70_000 }), fc.constantFrom(0, 1, 2, 1024, 65_535));
const pair = fc.tuple(figure, figure);
const list = fc
  .array(
    fc.oneof(
      figure.map(String),
      pair.map((span) => span.join('-')),
    ),
    { maxLength: 4 },
  )
  .map((spans) => spans.join(','));
const value = fc.oneof(
  figure.map(String),
  pair.map((both) => both.join(' ')),
  pair.map((both) => both.join('\t')),
  list,
  fc.string({ maxLength: 12 }),
);
/** Targets that are often, but not always, values of the key. */
const VALUES: Readonly<Record<string, fc.Arbitrary<string>>> = {
  'net.core.somaxconn': figure.map(String),
  'net.ipv4.tcp_tw_reuse': fc.constantFrom('0', '1', '2', '3'),
  'net.ipv4.ip_local_port_range': pair.map((both) => both.join(' ')),
  'net.ipv4.ip_local_reserved_ports': list,
  'net.ipv4.tcp_syncookies': fc.constantFrom('0', '1', '2', '3'),
  'net.ipv4.tcp_mtu_probing': fc.constantFrom('0', '1', '2', '3'),
  'net.ipv4.tcp_congestion_control': fc.constantFrom('reno', 'cubic', 'bbr', 'none'),
  'net.ipv4.tcp_keepalive_time': figure.map(String),
  'net.ipv4.tcp_keepalive_intvl': figure.map(String),
  'net.ipv4.tcp_keepalive_probes': figure.map(String),
};

function ports(list: string): ReadonlySet<number> {
  const all = new Set<number>();
  for (const { low, high } of parsePortList(list) ?? []) for (let p = low; p <= high; p += 1) all.add(p);
  return all;
}

/** Whether `to` only adds to what `from` allows. */
function isBetter(key: string, from: string, to: string): boolean {
  if (key === 'net.core.somaxconn') return Number(to) > Number(from);
  if (key === 'net.ipv4.tcp_tw_reuse') return to === '1' && from !== '1';
  if (key === 'net.ipv4.tcp_syncookies' || key === 'net.ipv4.tcp_mtu_probing')
    return from === '0' && to === '1';
  if (key === 'net.ipv4.tcp_congestion_control') return from !== 'bbr' && to === 'bbr';
  if (key.startsWith('net.ipv4.tcp_keepalive_')) return Number(to) > 0 && Number(to) < Number(from);
  if (key === 'net.ipv4.ip_local_port_range') {
    const [low = 0, high = 0] = parseNumbers(from, 2) ?? [];
    const [newLow = 0, newHigh = 0] = parseNumbers(to, 2) ?? [];
    return newLow <= low && newHigh >= high && newHigh - newLow > high - low;
  }
  const will = ports(to);
  return will.size > ports(from).size && [...ports(from)].every((port) => will.has(port));
}

describe('a planned change, whatever stands on the host and in the playbook', () => {
  it.each(OFFERED)('is better, within bounds, and done once: %s', (key) => {
    let changes = 0;
    const likely = VALUES[key] ?? fc.string();
    const sound = fc.property(likely, fc.oneof(value, likely), (target, current) => {
      const plan = planSetting(key, target, current);
      if (plan.kind !== 'change') return true;
      changes += 1;
      return (
        checkValue(key, plan.to).kind === 'ok' &&
        isBetter(key, plan.from, plan.to) &&
        planSetting(key, target, plan.to).kind === 'no-op' &&
        planSetting(key, plan.to, plan.to).kind === 'no-op'
      );
    });
    expect(fc.check(sound, { numRuns: 2000 })).toMatchObject({ failed: false });
    expect(changes).toBeGreaterThan(40);
  });
});

describe('inverse', () => {
  it('writes the old values in the opposite order', () => {
    const settings = [
      { key: 'net.ipv4.ip_local_reserved_ports', from: '', to: '10050' },
      { key: 'net.ipv4.ip_local_port_range', from: '32768 60999', to: '10000 65535' },
    ];
    expect(inverse(settings)).toEqual([
      { key: 'net.ipv4.ip_local_port_range', from: '10000 65535', to: '32768 60999' },
      { key: 'net.ipv4.ip_local_reserved_ports', from: '10050', to: '' },
    ]);
    expect(inverse(inverse(settings))).toEqual(settings);
  });
});
