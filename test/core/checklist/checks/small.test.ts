import { describe, expect, it } from 'vitest';
import { descriptors } from '../../../../src/core/checklist/checks/descriptors.ts';
import { identity } from '../../../../src/core/checklist/checks/identity.ts';
import { socketSummary } from '../../../../src/core/checklist/checks/socket-summary.ts';
import { sockstat } from '../../../../src/core/checklist/checks/sockstat.ts';
import { socketsByState } from '../../../../src/core/checklist/checks/sockets-by-state.ts';
import { factsOf } from './made.ts';

describe('descriptors', () => {
  it.each([
    ['9761\t0\t2466177\n', 9761, 2_466_177, 0.004],
    ['1184\t0\t9223372036854775807\n', 1184, 2 ** 63, 0],
    ['95\t0\t100', 95, 100, 0.95],
  ])('%j', (text, allocated, max, ratio) => {
    expect(factsOf(descriptors, null, text)).toEqual({
      'descriptors.allocated': allocated,
      'descriptors.max': max,
      'descriptors.used_ratio': ratio,
    });
  });
  it.each(['', '9761', '9761 0', '1 0 x', '-1 0 5', '1 2 3 4', 'cat: denied'])('%j is nothing', (text) => {
    expect(factsOf(descriptors, text, text)).toBeNull();
  });
});

describe('socket summary', () => {
  it.each([
    ['6.1', 'Total: 19\nTCP:   746 (estab 5, closed 743, orphaned 0, timewait 199)\n', 5],
    [
      '3.10',
      'Total: 35 (kernel 680)\nTCP:   9 (estab 2, closed 4, orphaned 0, synrecv 0, timewait 4/0), ports 0\n\nTransport Total     IP        IPv6\n*\t  680       -         -\n',
      2,
    ],
    ['4.18', 'Total: 35\nTCP:   9 (estab 0, closed 4, orphaned 0, timewait 4)\n', 0],
  ])('of iproute2 %s', (_, text, open) => {
    expect(factsOf(socketSummary, text)).toEqual({ 'sockets.established_or_close_wait': open });
  });
  it('without its line is nothing', () => {
    expect(factsOf(socketSummary, 'ss: command not found\n')).toBeNull();
  });
});

describe('sockstat', () => {
  const v4 = 'sockets: used 54\nTCP: inuse 11 orphan 2 tw 3696 alloc 17 mem 4\nUDP: inuse 1 mem 0\n';
  it('adds up both families', () => {
    expect(factsOf(sockstat, null, `${v4}TCP6: inuse 3\nUDP6: inuse 1\n`)).toEqual({
      'sockets.in_use': 14,
      'sockets.time_wait_tally': 3696,
      'sockets.orphans': 2,
      'sockets.allocated': 17,
      'sockets.memory_pages': 4,
    });
  });
  it('takes a kernel without IPv6', () => {
    expect(factsOf(sockstat, v4)).toMatchObject({ 'sockets.in_use': 11 });
  });
  it('knows nothing where nothing is said', () => {
    expect(factsOf(sockstat, 'UDP: inuse 1\n')).toBeNull();
    expect(factsOf(sockstat, 'TCP: inuse\n')).toBeNull();
  });
});

describe('sockets by state', () => {
  it('a state that is not listed has no socket, once the table was walked to its end', () => {
    const facts = factsOf(
      socketsByState,
      'state ESTAB 5\nstate TIME-WAIT 200\nstate LISTEN 2\nend 32768 60999\n',
    );
    expect(facts).toMatchObject({
      'sockets.established': 5,
      'sockets.time_wait': 200,
      'sockets.close_wait': 0,
      'sockets.syn_recv': 0,
    });
  });
  it('takes the first sample when the second was skipped', () => {
    const facts = factsOf(socketsByState, 'state ESTAB 5\nend 1 2\n', 'skipped 60000 50000\n');
    expect(facts).toMatchObject({ 'sockets.established': 5 });
  });
  it.each(['', 'state ESTAB 5\n', 'skipped 400000 300000\n'])('%j is nothing', (text) => {
    expect(factsOf(socketsByState, text)).toBeNull();
  });
});

describe('identity', () => {
  const lines = [
    'system Linux',
    'kernel 5.15.0-91-generic',
    'PRETTY_NAME="Ubuntu 22.04.3 LTS"',
    'uptime 1207.87',
    'boot_id 1fa692e5-96b9-4365-9ce7-d861fb70d949',
    'uid 0',
    'netns net:[4026531840]',
    'cpus 8',
    'bbr_module yes',
    'ss ss utility, iproute2-5.15.0, libbpf 0.5.0',
  ];
  it('is read line by line', () => {
    expect(factsOf(identity, lines.join('\n'))).toEqual({
      'host.system': 'Linux',
      'host.kernel': '5.15.0-91-generic',
      'host.kernel_major': 5,
      'host.kernel_minor': 15,
      'host.bbr_module': true,
      'host.distribution': 'Ubuntu 22.04.3 LTS',
      'host.uptime_s': 1207.87,
      'host.boot_id': '1fa692e5-96b9-4365-9ce7-d861fb70d949',
      'host.is_root': true,
      'host.netns': 'net:[4026531840]',
      'host.cpus': 8,
      'host.iproute2': '5.15.0',
    });
  });
  it.each([
    ["PRETTY_NAME='Alpine Linux v3.19'", 'host.distribution', 'Alpine Linux v3.19'],
    ['PRETTY_NAME=Void', 'host.distribution', 'Void'],
    [`PRETTY_NAME="${'x'.repeat(500)}"`, 'host.distribution', 'x'.repeat(100)],
    ['uid 1000', 'host.is_root', false],
    ['uid ', 'host.is_root', undefined],
    ['ss ss utility, iproute2-ss130716', 'host.iproute2', '130716'],
    ['ss sh: ss: not found', 'host.iproute2', undefined],
    ['netns ', 'host.netns', undefined],
    ['boot_id $(id)', 'host.boot_id', undefined],
    ['cpus many', 'host.cpus', undefined],
    ['pidns pid:[4026531836]', 'host.in_container', false],
    ['pidns pid:[4026532999]', 'host.in_container', true],
    ['pidns ', 'host.in_container', undefined],
    ['container podman', 'host.in_container', true],
    ['container podman', 'host.container', 'podman'],
    ['container <!here>', 'host.container', undefined],
  ])('%s', (line, fact, value) => {
    expect(factsOf(identity, `system Linux\n${line}\n`)?.[fact]).toBe(value);
  });
  it('of another system says which', () => {
    expect(factsOf(identity, 'system Darwin\nkernel 23.1.0\nuptime \n')).toEqual({
      'host.system': 'Darwin',
      'host.kernel': '23.1.0',
      'host.kernel_major': 23,
      'host.kernel_minor': 1,
    });
    expect(factsOf(identity, 'nothing\n')).toBeNull();
  });
});
