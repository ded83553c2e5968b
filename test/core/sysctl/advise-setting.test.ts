import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findSysctl, SYSCTL_CATALOGUE } from '../../../src/core/sysctl/catalogue.ts';
import { adviseSetting, planSetting } from '../../../src/core/sysctl/plan-setting.ts';
import { parsePortList } from '../../../src/core/sysctl/port-list.ts';
import type { SysctlSpec } from '../../../src/core/sysctl/spec.ts';
import { checkValue, parseNumbers } from '../../../src/core/sysctl/values.ts';

const CATALOGUE: readonly (readonly [string, SysctlSpec])[] = Object.entries(SYSCTL_CATALOGUE);
const FORBIDDEN = CATALOGUE.filter(([, { policy }]) => policy === 'forbid');
const ADVISED = CATALOGUE.filter(([, { policy }]) => policy !== 'forbid');

/** Values of a key as they come: its bounds and around them, ordinary ones, and what is no value at all. */
function valuesOf(spec: SysctlSpec): fc.Arbitrary<string> {
  if (spec.kind === 'enum') return fc.constantFrom(...spec.values, '3', '', 'none', '1 junk');
  if (spec.kind === 'port-list')
    return fc.array(fc.integer({ min: 0, max: 70_000 }), { maxLength: 3 }).map((ports) => ports.join(','));
  const { min, max } = spec;
  const figure = fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min, max }) },
    fc.constantFrom(min, max, min - 1, max + 1, -5, 0, min + 1),
  );
  const count = { int: 1, pair: 2, triple: 3 }[spec.kind];
  const numbers = fc
    .array(figure, { minLength: count, maxLength: count })
    .map((all) => all.toSorted((a, b) => a - b).join('\t'));
  return fc.oneof(
    { weight: 8, arbitrary: numbers },
    fc.constantFrom('', '1 junk', '0x1000', '-5', `${min}.5`),
  );
}

/** Whether every part of `to` is at least as good as in `from`, and one is better. */
function isBetter(spec: SysctlSpec, from: string, to: string): boolean {
  if (spec.kind === 'enum') return spec.choices.includes(to) && to !== from;
  if (spec.kind === 'port-list') {
    const [was, will] = [parsePortList(from) ?? [], parsePortList(to) ?? []];
    const inside = was.every(({ low, high }) => will.some((span) => span.low <= low && span.high >= high));
    return inside && from !== to;
  }
  const count = { int: 1, pair: 2, triple: 3 }[spec.kind];
  const [was, will] = [parseNumbers(from, count) ?? [], parseNumbers(to, count) ?? []];
  const steps = will.map((each, at) => {
    const up = each - (was[at] ?? Number.NaN);
    if (spec.kind === 'int') return spec.direction === 'lower' ? -up : up;
    return spec.kind === 'pair' && at === 0 ? -up : up;
  });
  return steps.length === count && steps.every((step) => step >= 0) && steps.some((step) => step > 0);
}

describe('advice, whatever stands on the host and in the text', () => {
  it.each(ADVISED)('is better, within bounds, and never twice: %s', (key, spec) => {
    let changes = 0;
    const values = valuesOf(spec);
    const sound = fc.property(values, values, (target, current) => {
      const plan = adviseSetting(key, target, current);
      if (plan.kind !== 'change') return true;
      changes += 1;
      return (
        checkValue(key, plan.to).kind === 'ok' &&
        isBetter(spec, plan.from, plan.to) &&
        adviseSetting(key, target, plan.to).kind === 'no-op'
      );
    });
    expect(fc.check(sound, { numRuns: 400 })).toMatchObject({ failed: false });
    // A key without a value we would choose is never advised at all.
    const choosable = spec.kind !== 'enum' || spec.choices.length > 0;
    expect(changes > 0).toBe(choosable);
  });

  it.each(FORBIDDEN)('never is to write %s', (key, spec) => {
    fc.assert(
      fc.property(valuesOf(spec), valuesOf(spec), (target, current) => {
        expect(adviseSetting(key, target, current)).toMatchObject({ kind: 'refused' });
        expect(checkValue(key, target)).toMatchObject({ kind: 'wrong' });
      }),
      { numRuns: 50 },
    );
  });

  it('gets no button where the policy is not to offer', () => {
    for (const [key, { note }] of CATALOGUE.filter(([, { policy }]) => policy !== 'offer')) {
      expect(planSetting(key, '1', '0')).toEqual({ kind: 'refused', why: note });
    }
  });
});

/** Values of usual production templates, and of the kernels they make worse. */
describe('a template made for another machine', () => {
  it.each([
    ['net.ipv4.tcp_rmem', '4096 131072 6291456', '4096\t131072\t33554432', 'no-op'],
    ['net.ipv4.tcp_rmem', '4096 131072 6291456', '4096\t131072\t6291456', 'no-op'],
    ['net.ipv4.tcp_wmem', '4096 16384 4194304', '4096\t16384\t4194304', 'no-op'],
    ['fs.file-max', '2097152', '9223372036854775807', 'no-op'],
    ['fs.file-max', '2097152', '2466177', 'no-op'],
    ['fs.nr_open', '2097152', '1073741816', 'no-op'],
    ['net.core.rmem_max', '16777216', '212992', 'change'],
    ['net.ipv4.tcp_keepalive_time', '600', '7200', 'change'],
    ['net.ipv4.tcp_keepalive_time', '600', '120', 'no-op'],
    ['net.ipv4.tcp_keepalive_probes', '3', '9', 'change'],
    ['net.ipv4.tcp_syncookies', '1', '1', 'no-op'],
    ['net.ipv4.tcp_syncookies', '1', '0', 'change'],
    ['net.ipv4.tcp_syncookies', '2', '1', 'refused'],
    ['net.ipv4.tcp_syncookies', '1', '2', 'refused'],
    ['net.ipv4.tcp_mtu_probing', '1', '2', 'refused'],
    ['net.ipv4.tcp_mtu_probing', '1', '0', 'change'],
    ['net.ipv4.tcp_syncookies', '0', '1', 'refused'],
    ['net.ipv4.tcp_timestamps', '0', '1', 'refused'],
    ['net.ipv4.tcp_congestion_control', 'bbr', 'cubic', 'change'],
    ['net.ipv4.tcp_congestion_control', 'cubic', 'bbr', 'refused'],
    ['net.core.default_qdisc', 'fq', 'fq', 'no-op'],
    ['net.netfilter.nf_conntrack_max', '1048576', '2097152', 'no-op'],
    ['net.ipv4.tcp_max_orphans', '8192', '65536', 'no-op'],
    ['net.ipv4.tcp_mem', '94500 195000 260000', '182451 243270 364902', 'no-op'],
    ['net.ipv4.tcp_orphan_retries', '2', '0', 'no-op'],
    ['net.ipv4.tcp_tw_recycle', '1', '0', 'refused'],
    ['net.ipv4.tcp_fin_timeout', '30', '60', 'change'],
    ['net.ipv4.tcp_fin_timeout', '-5', '60', 'refused'],
  ])('%s = %s on a host with %s: %s', (key, target, current, kind) => {
    expect(adviseSetting(key, target, current).kind).toBe(kind);
  });
});

describe('the catalogue knows', () => {
  it.each([
    ['fs.file-max'],
    ['fs.nr_open'],
    ['net.core.default_qdisc'],
    ['net.core.netdev_budget'],
    ['net.core.netdev_budget_usecs'],
    ['net.core.netdev_max_backlog'],
    ['net.core.rmem_default'],
    ['net.core.rmem_max'],
    ['net.core.somaxconn'],
    ['net.core.wmem_default'],
    ['net.core.wmem_max'],
    ['net.ipv4.ip_local_port_range'],
    ['net.ipv4.ip_local_reserved_ports'],
    ['net.ipv4.neigh.default.gc_thresh1'],
    ['net.ipv4.neigh.default.gc_thresh2'],
    ['net.ipv4.neigh.default.gc_thresh3'],
    ['net.ipv4.tcp_abort_on_overflow'],
    ['net.ipv4.tcp_congestion_control'],
    ['net.ipv4.tcp_fin_timeout'],
    ['net.ipv4.tcp_keepalive_intvl'],
    ['net.ipv4.tcp_keepalive_probes'],
    ['net.ipv4.tcp_keepalive_time'],
    ['net.ipv4.tcp_max_orphans'],
    ['net.ipv4.tcp_max_syn_backlog'],
    ['net.ipv4.tcp_max_tw_buckets'],
    ['net.ipv4.tcp_mem'],
    ['net.ipv4.tcp_moderate_rcvbuf'],
    ['net.ipv4.tcp_mtu_probing'],
    ['net.ipv4.tcp_notsent_lowat'],
    ['net.ipv4.tcp_orphan_retries'],
    ['net.ipv4.tcp_retries2'],
    ['net.ipv4.tcp_rmem'],
    ['net.ipv4.tcp_sack'],
    ['net.ipv4.tcp_slow_start_after_idle'],
    ['net.ipv4.tcp_syn_retries'],
    ['net.ipv4.tcp_synack_retries'],
    ['net.ipv4.tcp_syncookies'],
    ['net.ipv4.tcp_timestamps'],
    ['net.ipv4.tcp_tw_recycle'],
    ['net.ipv4.tcp_tw_reuse'],
    ['net.ipv4.tcp_tw_reuse_delay'],
    ['net.ipv4.tcp_window_scaling'],
    ['net.ipv4.tcp_wmem'],
    ['net.netfilter.nf_conntrack_buckets'],
    ['net.netfilter.nf_conntrack_max'],
    ['net.netfilter.nf_conntrack_tcp_timeout_established'],
    ['net.netfilter.nf_conntrack_tcp_timeout_time_wait'],
    ['net.nf_conntrack_max'],
  ])('%s', (key) => {
    expect(findSysctl(key)?.note.ko).toMatch(/[가-힣]/);
  });
});
