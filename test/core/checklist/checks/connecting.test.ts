import { describe, expect, it } from 'vitest';
import { counters } from '../../../../src/core/checklist/checks/counters.ts';
import { listeners } from '../../../../src/core/checklist/checks/listeners.ts';
import { socketsByDestination } from '../../../../src/core/checklist/checks/sockets-by-destination.ts';
import { factsOf, having } from './made.ts';

const BOOT = '1fa692e5-96b9-4365-9ce7-d861fb70d949';
const pair = (prefix: string, values: Record<string, number>): string[] => [
  `${prefix}: ${['First', ...Object.keys(values)].join(' ')}`,
  `${prefix}: ${[0, ...Object.values(values)].join(' ')}`,
];
const sample = (uptime: string, groups: Record<string, Record<string, number>>): string =>
  [
    BOOT,
    `${uptime} 1.00`,
    ...Object.entries(groups).flatMap(([name, values]) => pair(name, values)),
    `${uptime} 1.00`,
    '',
  ].join('\n');

const rate = (after: Record<string, Record<string, number>>): unknown => {
  const before = Object.fromEntries(
    Object.entries(after).map(([name, values]) => [
      name,
      Object.fromEntries(Object.keys(values).map((key) => [key, 0])),
    ]),
  );
  return factsOf(counters, sample('100.00', before), sample('110.00', after));
};

const section = (...lines: string[]): string => ['time-wait 0 0', ...lines, 'end 32768 60999', ''].join('\n');

describe('resets that refuse', () => {
  it('are those that no abort, bad cookie or full queue explains', () => {
    expect(
      rate({
        Tcp: { OutRsts: 200 },
        TcpExt: {
          TCPAbortOnData: 20,
          TCPAbortOnClose: 10,
          TCPAbortOnMemory: 5,
          TCPAbortOnTimeout: 5,
          SyncookiesFailed: 30,
          EmbryonicRsts: 10,
        },
      }),
    ).toMatchObject({ 'counters.out_rsts_per_s': 20, 'counters.refused_per_s': 12 });
  });

  it('are never fewer than none, and not known without OutRsts', () => {
    expect(rate({ Tcp: { OutRsts: 5 }, TcpExt: { TCPAbortOnData: 50 } })).toMatchObject({
      'counters.refused_per_s': 0,
    });
    expect(rate({ TcpExt: { TCPAbortOnData: 50 } })).not.toHaveProperty(['counters.refused_per_s']);
  });

  it('by ICMP leave out UDP, and take in what the rate limit held back where the kernel tells', () => {
    expect(
      rate({
        Icmp: { OutDestUnreachs: 40, OutRateLimitHost: 60, OutRateLimitGlobal: 10 },
        Udp: { NoPorts: 30 },
      }),
    ).toMatchObject({ 'counters.icmp_rejects_per_s': 8 });
    expect(rate({ Icmp: { OutDestUnreachs: 40 }, Udp: { NoPorts: 30 } })).toMatchObject({
      'counters.icmp_rejects_per_s': 1,
    });
  });
});

describe('listeners on loopback only', () => {
  const HEADER = 'Recv-Q Send-Q Local Address:Port Peer Address:Port';
  const seen = (...addresses: string[]): unknown =>
    factsOf(listeners, [HEADER, ...addresses.map((address) => `0 128 ${address} 0.0.0.0:*`), ''].join('\n'));

  it.each([
    [['127.0.0.1:8080', '0.0.0.0:22'], 1, '8080'],
    [['127.0.0.1:8080', '[::1]:8080', '127.0.0.2:9000'], 2, '8080, 9000'],
    [['127.0.0.1:5', '127.0.0.1:4', '127.0.0.1:3', '127.0.0.1:2'], 4, '2, 3, 4'],
  ])('%j', (addresses, count, names) => {
    expect(seen(...addresses)).toMatchObject({
      'sockets.loopback_only_ports': count,
      'sockets.loopback_only': names,
    });
  });

  it('are not those that listen elsewhere too, nor what belongs there', () => {
    const facts = seen('127.0.0.1:8080', '10.0.0.1:8080', '127.0.0.53:53', '[::1]:25', '127.0.0.1:6010');
    expect(facts).toMatchObject({ 'sockets.loopback_only_ports': 0 });
    expect(facts).not.toHaveProperty(['sockets.loopback_only']);
  });
});

describe('the walk over the sockets', () => {
  const before = having({ settings: { ports_available: 28_232 } });
  const name = '[10.9.0.2:80]';

  it('tells connects nobody answered, in both samples', () => {
    const one = section('destination 10.9.0.1 10.9.0.2:80 60 0 10 50');
    const two = section('destination 10.9.0.1 10.9.0.2:80 45 0 10 35');
    expect(factsOf(socketsByDestination, one, two, before)).toMatchObject({
      [`destination.syn_sent${name}`]: 35,
      [`destination.syn_sent_first${name}`]: 50,
      [`destination.other${name}`]: 35,
    });
    expect(factsOf(socketsByDestination, section(), two, before)).toMatchObject({
      [`destination.syn_sent_first${name}`]: 0,
    });
    expect(factsOf(socketsByDestination, two, null, before)).not.toHaveProperty([
      `destination.syn_sent_first${name}`,
    ]);
  });

  it('of an older capture says nothing of them', () => {
    const facts = factsOf(
      socketsByDestination,
      section('destination 10.9.0.1 10.9.0.2:80 60 0 10'),
      null,
      before,
    );
    expect(facts).not.toHaveProperty([`destination.syn_sent${name}`]);
  });

  it('does not believe more of a kind than there are', () => {
    const facts = factsOf(
      socketsByDestination,
      section(
        'destination 10.9.0.1 10.9.0.2:80 60 0 10 51',
        'left 8080 3 4',
        'left 70000 5 5',
        'syn-recv nowhere 9',
      ),
    );
    expect(facts).toEqual({
      'sockets.time_wait_inbound': 0,
      'sockets.time_wait_outbound': 0,
      'sockets.leftover_count': 0,
    });
  });

  it('adds up half-open connections by listener, whatever local address they came to', () => {
    const facts = factsOf(
      socketsByDestination,
      section('syn-recv 10.9.0.1:80 40', 'syn-recv [::ffff:10.9.0.3]:80 30', 'syn-recv 10.9.0.1:443 50'),
    );
    // Without the listeners each end stands for itself.
    expect(facts).toMatchObject({
      'sockets.syn_recv_listener': '10.9.0.1:443',
      'sockets.syn_recv_listener_count': 50,
    });
    expect(facts).not.toHaveProperty(['sockets.syn_recv_listener_backlog']);
    const known = {
      ...before,
      subjects: {
        ...before.subjects,
        listener: { '0.0.0.0:80': { backlog: 128 }, '*:443': { backlog: 64 } },
      },
    };
    expect(
      factsOf(
        socketsByDestination,
        section('syn-recv 10.9.0.1:80 40', 'syn-recv [::ffff:10.9.0.3]:80 30', 'syn-recv 10.9.0.1:443 50'),
        null,
        known,
      ),
    ).toMatchObject({
      'sockets.syn_recv_listener': '0.0.0.0:80',
      'sockets.syn_recv_listener_count': 70,
      'sockets.syn_recv_listener_backlog': 128,
    });
  });

  it('names the port a server left behind, unless not all rows were read', () => {
    const lines = ['left 8080 30 29', 'left 9000 4 4', 'left 20 500 500'];
    expect(factsOf(socketsByDestination, section(...lines))).toMatchObject({
      'sockets.leftover_port': 8080,
      'sockets.leftover_count': 30,
      'sockets.leftover_time_wait': 29,
    });
    expect(factsOf(socketsByDestination, section(...lines, 'partial'))).not.toHaveProperty([
      'sockets.leftover_count',
    ]);
  });
});
