import { describe, expect, it } from 'vitest';
import { namespaces } from '../../../../src/core/checklist/checks/namespaces.ts';
import { NO_FACTS } from '../../../../src/core/checklist/merge-facts.ts';
import { diagnoseFacts } from '../../../../src/core/playbook/diagnose.ts';
import type { Facts } from '../../../../src/core/domain/facts.ts';
import type { Diagnosis } from '../../../../src/core/domain/report.ts';
import { factsOf, having } from './made.ts';

const ID = 'ab12'.repeat(16);
const MACHINE = 'pidns pid:[4026531836]';
const before = having({ run: { window_s: 10 }, sockets: { allocated: 6_010, in_use: 4 } });
const section = (...lines: readonly string[]): string => `${['own net:[1]', ...lines, 'end'].join('\n')}\n`;
const container = (pid: number, inUse: number, overflows: number): readonly string[] => [
  `netns net:[${pid}] ${pid} 3`,
  `tally ${pid} ${inUse} 1`,
  `peeked ${pid}`,
  '/proc/uptime:100.00 1.00',
  `counter ${pid} ListenOverflows ${overflows}`,
  `counter ${pid} TCPTimeWaitOverflow 0`,
  `process ${pid} nginx`,
];
const later = (pid: number, overflows: number): string =>
  `/proc/uptime:110.00 1.00\ncounter ${pid} ListenOverflows ${overflows}\ncounter ${pid} TCPTimeWaitOverflow 0\nend\n`;
const facts = (first: string, second: string | null = null): Record<string, unknown> | null =>
  factsOf(namespaces, first, second, before);

const diagnose = (sockets: Facts['host']['sockets'], isRoot = true): Diagnosis =>
  diagnoseFacts(
    {
      host: 'web-1',
      windowMs: 10_000,
      facts: { ...NO_FACTS, host: { ...NO_FACTS.host, host: { is_root: isRoot }, sockets } },
      checks: [],
      coverage: { seen: 1, of: 1, why: [] },
      coreSeen: true,
    },
    [],
  );

describe('other network namespaces', () => {
  it('are counted with their sockets, under the names of their containers', () => {
    const first = section(
      MACHINE,
      'there 1',
      ...container(7, 6_000, 5),
      `cgroup 7 /docker/${ID}`,
      `name ${ID} shop`,
    );
    expect(facts(first, later(7, 5))).toEqual({
      'sockets.elsewhere': 6_001,
      'sockets.elsewhere_namespaces': 1,
      'sockets.elsewhere_names': 'shop (6001)',
      'sockets.elsewhere_unaccounted': 6,
      'sockets.elsewhere_calm': true,
    });
  });

  it.each([
    [`cgroup 7 /system.slice/docker-${ID}.scope`, 'ab12ab12ab12 (11)'],
    [`cgroup 7 /kubepods.slice/pod1.slice/cri-containerd-${ID}.scope`, 'ab12ab12ab12 (11)'],
    ['cgroup 7 /lxc.payload.db-1/system.slice/x.service', 'db-1 (11)'],
    ['cgroup 7 /lxc/db-1', 'db-1 (11)'],
    ['cgroup 7 /machine.slice/machine-build.scope/init', 'build (11)'],
    ['cgroup 7 /user.slice', 'nginx pid 7 (11)'],
    ['', 'nginx pid 7 (11)'],
  ])('%s is %s', (line, name) => {
    const told = facts(section(MACHINE, 'there 1', ...container(7, 10, 0), line));
    expect(told?.['sockets.elsewhere_names']).toBe(name);
  });

  it('show trouble by their counters over the window, never by what they counted since boot', () => {
    const first = section(MACHINE, 'there 1', ...container(7, 10, 50_000));
    expect(facts(first, later(7, 50_330))).toMatchObject({
      'sockets.elsewhere_calm': false,
      'sockets.elsewhere_trouble': 'ListenOverflows',
      'sockets.elsewhere_trouble_in': 'nginx pid 7',
      'sockets.elsewhere_trouble_per_s': 33,
    });
    expect(facts(first, later(7, 50_005))).toMatchObject({ 'sockets.elsewhere_calm': true });
    // Without the second sample, or after a counter went back, nobody knows.
    expect(facts(first)).toMatchObject({ 'sockets.elsewhere_calm': false });
    expect(facts(first, later(7, 3))).toMatchObject({ 'sockets.elsewhere_calm': false });
    expect(facts(first, later(8, 3))).toMatchObject({ 'sockets.elsewhere_calm': false });
  });

  it('without TCP sockets are nobody’s concern', () => {
    expect(facts(section(MACHINE, 'netns net:[9] 9 1', 'there 1', 'tally 9 0 0'), 'end\n')).toEqual({
      'sockets.elsewhere': 0,
      'sockets.elsewhere_namespaces': 0,
      'sockets.elsewhere_unaccounted': 6_006,
      'sockets.elsewhere_calm': true,
    });
  });

  it('more than could be listed, or found, are never calm', () => {
    expect(facts(section(MACHINE, 'netns net:[9] 9 1', 'there 300', 'tally 9 0 0'), 'end\n')).toMatchObject({
      'sockets.elsewhere_namespaces': 299,
      'sockets.elsewhere_calm': false,
    });
    expect(facts(section(MACHINE, 'there 0', 'partial'), 'end\n')).toMatchObject({
      'sockets.elsewhere_calm': false,
    });
  });

  it('of the machine around a container are not this host’s', () => {
    expect(facts(section('pidns pid:[4026532999]', 'there 0'), 'end\n')).not.toHaveProperty([
      'sockets.elsewhere_unaccounted',
    ]);
  });

  it('in half a section are unknown', () => {
    const whole = section(MACHINE, 'there 1', ...container(7, 10, 0));
    for (let length = 0; length < whole.length - 2; length += 1) {
      expect(facts(whole.slice(0, length))).toBeNull();
    }
    expect(facts('nonsense')).toBeNull();
  });

  it('keep names plain that a host made up', () => {
    const first = section(MACHINE, 'there 1', ...container(7, 10, 0), `cgroup 7 /lxc/a`).replace(
      'process 7 nginx',
      'process 7 <!channel> `rm`',
    );
    const told = facts(first.replace('cgroup 7 /lxc/a\n', ''));
    expect(told?.['sockets.elsewhere_names']).toBe('__channel_ _rm_ pid 7 (11)');
  });
});

describe('a verdict', () => {
  const calm = { elsewhere: 6_000, elsewhere_namespaces: 2, elsewhere_names: 'shop (5,990), db (10)' };

  it('of ok speaks for one namespace, and says what it leaves out', () => {
    const { verdict, notes } = diagnose({ ...calm, elsewhere_calm: true });
    expect(verdict).toBe('ok');
    expect(notes.map(({ en }) => en)).toEqual([
      'Not looked at: 6000 TCP sockets in 2 other network namespaces: shop (5,990), db (10). Their counters showed no overflow. Look inside with tcpcheck check web-1 --container NAME, or --pid N.',
    ]);
    expect(diagnose({ elsewhere: 0, elsewhere_namespaces: 0, elsewhere_calm: true }).notes).toEqual([]);
  });

  it('is never ok while another namespace shows trouble', () => {
    const { verdict, notes } = diagnose({
      ...calm,
      elsewhere_calm: false,
      elsewhere_trouble: 'ListenOverflows',
      elsewhere_trouble_in: 'nginx pid 7',
      elsewhere_trouble_per_s: 33,
    });
    expect(verdict).toBe('unknown');
    expect(notes[0]?.en).toBe(
      'nginx pid 7: 33 accept queue overflows per second in its own network namespace. Look inside: tcpcheck check web-1 --pid 7',
    );
    expect(notes[0]?.ko).toContain('accept 큐 오버플로우 초당 33건');
  });

  it('names sockets that an account without rights could not find at all', () => {
    const hidden = { elsewhere: 0, elsewhere_namespaces: 0, elsewhere_unaccounted: 5_000 };
    expect(diagnose(hidden, false).notes.map(({ en }) => en)).toEqual([
      'Up to 5000 more TCP sockets could not be found: this account does not see whose they are.',
    ]);
    expect(diagnose(hidden, true).notes).toEqual([]);
    expect(diagnose({ ...hidden, elsewhere_unaccounted: 99 }, false).notes).toEqual([]);
  });
});
