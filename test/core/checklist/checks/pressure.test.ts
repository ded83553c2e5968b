import { describe, expect, it } from 'vitest';
import { pressure } from '../../../../src/core/checklist/checks/pressure.ts';
import { NO_FACTS } from '../../../../src/core/checklist/merge-facts.ts';
import type { Facts } from '../../../../src/core/domain/facts.ts';
import { factsOf } from './made.ts';

const WEB = '0.0.0.0:8080';
const before: Facts = {
  ...NO_FACTS,
  host: { ...NO_FACTS.host, host: { cpus: 2 } },
  subjects: { ...NO_FACTS.subjects, listener: { [WEB]: { pid: 7 } } },
};
const machine = (uptime: string, stalledUs: number, cpu: string): readonly string[] => [
  `/proc/pressure/cpu:some avg10=1.00 avg60=0.50 avg300=0.10 total=${stalledUs}`,
  '/proc/pressure/cpu:full avg10=0.00 avg60=0.00 avg300=0.00 total=0',
  `/proc/pressure/memory:full avg10=0.00 avg60=0.00 avg300=0.00 total=${stalledUs * 2}`,
  '/proc/loadavg:3.00 2.00 1.00 2/345 6789',
  `/proc/uptime:${uptime} 50.00`,
  `/proc/stat:cpu  ${cpu}`,
];
const group = (path: string, periods: number, throttled: number, max?: string): readonly string[] => [
  ...(max === undefined ? [] : [`/sys/fs/cgroup${path}/cpu.max:${max}`]),
  `/sys/fs/cgroup${path}/cpu.stat:usage_usec 5`,
  `/sys/fs/cgroup${path}/cpu.stat:nr_periods ${periods}`,
  `/sys/fs/cgroup${path}/cpu.stat:nr_throttled ${throttled}`,
];
const text = (...lines: readonly (readonly string[])[]): string => `${lines.flat().join('\n')}\n`;
const facts = (first: string, second: string | null): Record<string, unknown> | null =>
  factsOf(pressure, first, second, before);
const IDLE = machine('100.00', 0, '0 0 0 0');

describe('pressure', () => {
  it('is a share of the window, not an average of some other time', () => {
    expect(
      facts(
        text(machine('100.00', 1_000_000, '100 0 50 800 40 0 10 0 0 0')),
        text(machine('110.00', 3_500_000, '600 0 150 1800 140 0 10 300 0 0')),
      ),
    ).toEqual({
      'pressure.cpu_waiting_ratio': 0.25,
      'pressure.memory_stalled_ratio': 0.5,
      'pressure.load_1m': 3,
      'pressure.load_per_cpu': 1.5,
      'pressure.cpu_busy_ratio': 0.3,
      'pressure.steal_ratio': 0.15,
    });
  });

  it('is unknown where the kernel keeps none, and over one sample', () => {
    const old = text(IDLE.slice(3, 5));
    expect(facts(old, old)).toEqual({ 'pressure.load_1m': 3, 'pressure.load_per_cpu': 1.5 });
    expect(facts(text(machine('1.00', 5, '1 1 1 1')), null)).toEqual({
      'pressure.load_1m': 3,
      'pressure.load_per_cpu': 1.5,
    });
    expect(facts('nonsense', null)).toBeNull();
  });

  it('of one counter that went backwards among others that grew is unknown too', () => {
    expect(
      facts(
        text(machine('100.00', 0, '100 0 50 800 40 0 10 300')),
        text(machine('110.00', 0, '600 0 150 1800 40 0 10 0')),
      ),
    ).toMatchObject({ 'pressure.cpu_busy_ratio': 0.4615 });
    expect(
      facts(
        text(machine('100.00', 0, '100 0 50 800 40 0 10 300')),
        text(machine('110.00', 0, '600 0 150 1800 40 0 10 0')),
      ),
    ).not.toHaveProperty('pressure.steal_ratio');
  });

  it('of counters that went backwards is unknown', () => {
    const told = facts(
      text(machine('100.00', 9_000_000, '100 0 50 800')),
      text(machine('110.00', 1, '10 0 5 80')),
    );
    expect(Object.keys(told ?? {})).toEqual(['pressure.load_1m', 'pressure.load_per_cpu']);
  });
});

const own = ['/proc/7/cgroup:0::/pod/web'];
const podLimited = (periods: number, throttled: number): string =>
  text(IDLE, own, group('/pod/web', 0, 0, 'max 100000'), group('/pod', periods, throttled, '150000 100000'), [
    '/sys/fs/cgroup/cpu.stat:usage_usec 9',
  ]);
const versionOne = (periods: number, throttled: number): string =>
  text(
    IDLE,
    ['/proc/7/cgroup:4:cpu,cpuacct:/docker/x y', '/proc/7/cgroup:0::/'],
    ['/docker/x y', '/docker', ''].flatMap((path) => [
      `/sys/fs/cgroup/cpu${path}/cpu.cfs_quota_us:${path.length > 7 ? '20000' : '-1'}`,
      `/sys/fs/cgroup/cpu${path}/cpu.cfs_period_us:100000`,
      `/sys/fs/cgroup/cpu${path}/cpu.stat:nr_periods ${path.length > 7 ? periods : 0}`,
      `/sys/fs/cgroup/cpu${path}/cpu.stat:nr_throttled ${path.length > 7 ? throttled : 0}`,
    ]),
  );

describe('a CPU limit', () => {
  const rest = [...group('/pod', 0, 0, 'max 100000'), '/sys/fs/cgroup/cpu.stat:usage_usec 9'];
  it('of the process’s group holds it back', () => {
    const [first, second] = [
      text(IDLE, own, rest, group('/pod/web', 100, 10, '50000 100000')),
      text(IDLE, own, rest, group('/pod/web', 200, 95, '50000 100000')),
    ];
    expect(facts(first, second)).toMatchObject({
      [`listener.process_throttled_ratio[${WEB}]`]: 0.85,
      [`listener.process_cpu_limit[${WEB}]`]: 0.5,
    });
  });

  it('of a group around it counts as well', () => {
    expect(facts(podLimited(0, 0), podLimited(100, 40))).toMatchObject({
      [`listener.process_throttled_ratio[${WEB}]`]: 0.4,
      [`listener.process_cpu_limit[${WEB}]`]: 1.5,
    });
  });

  it('is read from version 1 too, where the unified hierarchy limits nothing', () => {
    expect(facts(versionOne(0, 0), versionOne(50, 50))).toMatchObject({
      [`listener.process_throttled_ratio[${WEB}]`]: 1,
      [`listener.process_cpu_limit[${WEB}]`]: 0.2,
    });
  });

  it('that does not exist holds nothing back; one that could not be read is unknown', () => {
    const free = text(IDLE, own, rest, ['/sys/fs/cgroup/pod/web/cpu.stat:usage_usec 1']);
    expect(facts(free, free)).toMatchObject({ [`listener.process_throttled_ratio[${WEB}]`]: 0 });
    expect(facts(free, free)).not.toHaveProperty([`listener.process_cpu_limit[${WEB}]`]);
    const hidden = text(IDLE, own, ['/sys/fs/cgroup/pod/web/cpu.stat:usage_usec 1']);
    expect(facts(hidden, hidden)).not.toHaveProperty([`listener.process_throttled_ratio[${WEB}]`]);
    expect(facts(free, null)).not.toHaveProperty([`listener.process_throttled_ratio[${WEB}]`]);
  });

  it('met in a few periods only is no news', () => {
    const [none, nine, ten] = [0, 9, 10].map((n) => text(IDLE, own, rest, group('/pod/web', n, n)));
    expect(facts(none ?? '', nine ?? '')).toMatchObject({ [`listener.process_throttled_ratio[${WEB}]`]: 0 });
    expect(facts(none ?? '', ten ?? '')).toMatchObject({ [`listener.process_throttled_ratio[${WEB}]`]: 1 });
  });
});
