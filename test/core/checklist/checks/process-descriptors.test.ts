import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { processDescriptors } from '../../../../src/core/checklist/checks/process-descriptors.ts';
import { factsOf as flat } from './made.ts';

interface Made {
  readonly uptime?: number;
  readonly fd?: number | undefined;
  readonly limit?: string;
  readonly name?: string;
  readonly state?: string;
  readonly ticks?: readonly [user: number, system: number];
  readonly start?: number;
  readonly cgroup?: string;
}

const stat = (pid: number, { name = 'web', state = 'S', ticks = [0, 0], start = 4000 }: Made): string =>
  `/proc/${pid}/stat:${pid} (${name}) ${state} 1 ${pid} ${pid} 0 -1 4194304 500 0 0 0 ${ticks[0]} ${ticks[1]} 0 0 20 0 1 0 ${start} 91963392 2956 18446744073709551615`;

const section = (rows: readonly string[], processes: Readonly<Record<number, Made>>, uptime = 100): string =>
  [
    'Recv-Q Send-Q Local Address:Port Peer Address:PortProcess',
    ...rows,
    `pids ${Object.keys(processes).join(' ')}`,
    ...Object.entries(processes).map(([pid, made]) => stat(Number(pid), made)),
    `/proc/uptime:${uptime.toFixed(2)} 1.00`,
    ...Object.entries(processes).flatMap(([pid, { fd }]) =>
      fd === undefined ? [] : [`/proc/${pid}/fd ${fd}`],
    ),
    'clk_tck 100',
    ...Object.entries(processes).map(
      ([pid, { limit = '1024' }]) =>
        `/proc/${pid}/limits:Max open files            ${limit}                 4096                 files     `,
    ),
    ...Object.entries(processes).map(([pid, { cgroup = '/' }]) => `/proc/${pid}/cgroup:0::${cgroup}`),
    '',
  ].join('\n');

const row = (users: string, address = '0.0.0.0:8080'): string =>
  `17     16           ${address}      0.0.0.0:*    ${users} ino:7 sk:1 <->`;
const USERS = 'users:(("web",pid=64,fd=3))';

function factsOf(
  one: string | null,
  two: string | null = null,
  name = '0.0.0.0:8080',
): Record<string, unknown> {
  const suffix = `[${name}]`;
  return Object.fromEntries(
    Object.entries(flat(processDescriptors, one, two) ?? {}).flatMap(([fact, value]) =>
      fact.endsWith(suffix) ? [[fact.slice('listener.'.length, -suffix.length), value]] : [],
    ),
  );
}

describe('processes that listen', () => {
  it('are told with descriptors, limit, time, state and unit', () => {
    const one = section([row(USERS)], {
      64: { fd: 60, limit: '64', ticks: [10, 5], cgroup: '/system.slice/web.service' },
    });
    const two = section([], { 64: { fd: 63, ticks: [210, 105], state: 'R' } }, 110);
    expect(factsOf(one, two)).toEqual({
      process: 'web',
      process_age_s: 70,
      pid: 64,
      process_descriptors: 63,
      process_descriptor_limit: 64,
      process_descriptor_ratio: 0.9844,
      process_state: 'R',
      process_cpu_ratio: 0.3,
      restart_hint: 'web.service',
    });
  });

  it.each([
    ['iproute2 4 and later', 'users:(("web",pid=64,fd=3))', 'web'],
    ['before', 'users:(("web",64,3))', 'web'],
    ['several descriptors', 'users:(("web",pid=64,fd=3),("web",pid=64,fd=4))', 'web'],
    ['a name with blanks and brackets', 'users:(("my (web) 1",pid=64,fd=3))', 'my (web) 1'],
    ['a name with quotes', 'users:(("a"b",pid=64,fd=3))', 'a"b'],
  ])('%s', (_, users, name) => {
    expect(factsOf(section([row(users)], { 64: { fd: 5 } }))).toMatchObject({ pid: 64, process: name });
  });

  it('of a shared listener the one nearest its limit speaks for all', () => {
    const workers = 'users:(("nginx",pid=12,fd=6),("nginx",pid=11,fd=6),("nginx",pid=10,fd=6))';
    const one = section([row(workers)], { 10: { fd: 20 }, 11: { fd: 1000 }, 12: { fd: 30 } });
    expect(factsOf(one)).toMatchObject({
      pid: 11,
      process_descriptors: 1000,
      process_descriptor_ratio: 0.9766,
    });
  });

  it('and those near their limit are told without a listener, the fullest first', () => {
    const one = section([], { 7: { fd: 500, name: 'api' }, 8: { fd: 1000, name: 'worker' }, 9: {} });
    const two = section([], { 7: { fd: 510, name: 'api' }, 8: { fd: 1024, name: 'worker' }, 9: {} }, 110);
    const facts = flat(processDescriptors, one, two) ?? {};
    expect(Object.keys(facts).find((name) => name.startsWith('process.'))).toBe('process.name[pid 8]');
    expect(facts).toMatchObject({
      'descriptors.fullest_process': 'worker',
      'process.name[pid 8]': 'worker',
      'process.pid[pid 8]': 8,
      'process.descriptors[pid 8]': 1024,
      'process.descriptors_first[pid 8]': 1000,
      'process.descriptor_limit[pid 8]': 1024,
      'process.descriptor_ratio[pid 8]': 1,
      'process.descriptor_ratio[pid 7]': 0.498,
    });
    // Whose descriptors could not be counted is nobody we know anything of.
    expect(Object.keys(facts).join(' ')).not.toContain('[pid 9]');
  });

  it('without a limit have no ratio', () => {
    const facts = factsOf(section([row(USERS)], { 64: { fd: 5000, limit: 'unlimited' } }));
    expect(facts).toMatchObject({ process_descriptors: 5000 });
    expect(facts).not.toHaveProperty('process_descriptor_limit');
    expect(facts).not.toHaveProperty('process_descriptor_ratio');
  });

  it('are found by the socket where ss does not tell', () => {
    const one = section([row(''), 'owner 0.0.0.0:8080 64'], { 64: { fd: 5, name: 'node' } });
    expect(factsOf(one)).toMatchObject({ pid: 64, process: 'node', process_descriptors: 5 });
  });

  it('nobody looked at are nobody', () => {
    expect(factsOf(section([row('users:(("web",pid=65,fd=3))')], { 64: { fd: 5 } }))).toEqual({});
    expect(factsOf(section([row('')], {}))).toEqual({});
    expect(flat(processDescriptors, '', '')).toBeNull();
    expect(flat(processDescriptors, null, section([], { 64: {} }))).toBeNull();
  });

  it.each([
    ['ended', {}],
    ['replaced by another with its id', { 64: { ticks: [9000, 0] as const, start: 9999 } }],
    ['whose time went backwards', { 64: { ticks: [5, 0] as const } }],
  ])('%s have used no time we know of', (_, later) => {
    const one = section([row(USERS)], { 64: { fd: 5, ticks: [10, 0] } });
    expect(factsOf(one, section([], later, 110))).not.toHaveProperty('process_cpu_ratio');
  });

  it('may have any name', () => {
    const name = fc
      .string({ minLength: 1, maxLength: 15, unit: 'binary-ascii' })
      .filter((text) => !/[\n\r"]/.test(text));
    fc.assert(
      fc.property(name, (name) => {
        const facts = factsOf(section([row(USERS)], { 64: { fd: 5, name, state: 'D', ticks: [1, 2] } }));
        expect(facts).toMatchObject({ process_state: 'D', process_descriptors: 5 });
      }),
    );
  });
});
