import { describe, expect, it } from 'vitest';
import { socketsByDestination } from '../../../../src/core/checklist/checks/sockets-by-destination.ts';
import { factsOf as flat, having } from './made.ts';

const section = (...lines: string[]): string => [...lines, 'end 40000 40199', ''].join('\n');
const before = having({ settings: { ports_available: 200 } });

function factsOf(
  one: string | null,
  two: string | null = null,
  name = '10.9.0.2:80',
): Record<string, unknown> {
  const suffix = `[${name}]`;
  return Object.fromEntries(
    Object.entries(flat(socketsByDestination, one, two, before) ?? {}).flatMap(([fact, value]) =>
      fact.endsWith(suffix) ? [[fact.slice('destination.'.length, -suffix.length), value]] : [],
    ),
  );
}
const namesIn = (text: string): string[] =>
  [...(socketsByDestination.read({ first: text, second: null }, before)?.destinations?.keys() ?? [])].sort();

describe('ports by destination', () => {
  it('are counted against the ports there are', () => {
    const text = section(
      'time-wait 7 150',
      'destination 10.9.0.1 10.9.0.2:80 160 150 8',
      'timestamps 10.9.0.2:80 8 8',
    );
    expect(factsOf(text)).toEqual({
      address: '10.9.0.2',
      port: 80,
      loopback: false,
      ports_used: 160,
      used_ratio: 0.8,
      time_wait: 150,
      established: 8,
      other: 2,
      time_wait_ratio: 0.9375,
      established_ratio: 0.05,
      peer_timestamps: true,
      closes_per_s: 2.5,
    });
    expect(flat(socketsByDestination, text)).toMatchObject({
      'sockets.time_wait_inbound': 7,
      'sockets.time_wait_outbound': 150,
    });
    // How many there are is not known without the settings.
    expect(flat(socketsByDestination, text)).not.toHaveProperty('destination.used_ratio[10.9.0.2:80]');
  });

  it.each([
    ['10.9.0.1', '10.9.0.2:80', false],
    ['127.0.0.1', '127.0.0.1:80', true],
    ['127.0.0.1', '127.5.5.5:80', true],
    ['[::1]', '[::1]:80', true],
    ['10.9.0.1', '10.9.0.1:80', true],
    ['[::ffff:10.9.0.1]', '[::ffff:10.9.0.1]:80', true],
    ['[2001:db8::1]', '[2001:db8::2]:80', false],
    ['::ffff:127.0.0.1', '::ffff:127.0.0.1:80', true],
  ])('from %s to %s: loopback %s', (from, to, loopback) => {
    const [fact] = Object.entries(
      flat(socketsByDestination, section('time-wait 0 0', `destination ${from} ${to} 1 0 1`)) ?? {},
    ).filter(([name]) => name.startsWith('destination.loopback'));
    expect(fact?.[1]).toBe(loopback);
  });

  it('are told apart by local address only where there are several', () => {
    expect(
      namesIn(
        section(
          'time-wait 0 0',
          'destination 10.9.0.1 10.9.0.2:80 5 0 5',
          'destination 10.9.0.3 10.9.0.2:80 5 0 5',
          'destination 10.9.0.1 10.9.0.2:443 5 0 5',
        ),
      ),
    ).toEqual(['10.9.0.2:443', '10.9.0.2:80 from 10.9.0.1', '10.9.0.2:80 from 10.9.0.3']);
  });

  it('of plain and v4-mapped sockets are the same ports', () => {
    const text = section(
      'time-wait 0 30',
      'destination 10.9.0.1 10.9.0.2:80 50 10 40',
      'destination [::ffff:10.9.0.1] [::ffff:10.9.0.2]:80 70 20 50',
    );
    expect(namesIn(text)).toEqual(['10.9.0.2:80']);
    expect(factsOf(text)).toMatchObject({ ports_used: 120, time_wait: 30, established: 90, used_ratio: 0.6 });
  });

  it('speak of timestamps when either sample saw some', () => {
    const one = section(
      'time-wait 0 0',
      'destination 10.9.0.1 10.9.0.2:80 150 0 1',
      'timestamps 10.9.0.2:80 5 5',
    );
    const two = section('time-wait 0 0', 'destination 10.9.0.1 10.9.0.2:80 151 0 0');
    expect(factsOf(one, two)).toMatchObject({ ports_used: 151, peer_timestamps: true });
    expect(factsOf(one.replace(' 5 5', ' 5 0'), two)).toMatchObject({ peer_timestamps: false });
    expect(factsOf(two, two)).not.toHaveProperty('peer_timestamps');
    expect(factsOf(two.replace('end', 'timestamps 10.9.0.2:80 0 0\nend'), two)).not.toHaveProperty(
      'peer_timestamps',
    );
  });

  it('come from the first sample where the second was skipped', () => {
    const one = section('time-wait 0 0', 'destination 10.9.0.1 10.9.0.2:80 150 0 1');
    expect(factsOf(one, 'skipped 60000 50000\n')).toMatchObject({ ports_used: 150 });
  });

  it.each([
    ['a table that broke off', 'time-wait 0 0\ndestination 10.9.0.1 10.9.0.2:80 150 0 1\n'],
    ['a table that was skipped', 'skipped 400000 300000\n'],
    ['no totals', section('destination 10.9.0.1 10.9.0.2:80 150 0 1')],
    ['nothing', ''],
  ])('of %s are nothing', (_, text) => {
    expect(flat(socketsByDestination, text, null, before)).toBeNull();
  });

  it.each([
    'destination 10.9.0.1 10.9.0.2:80 5 4 3',
    'destination 10.9.0.1 10.9.0.2:80 5 4',
    'destination 10.9.0.1 10.9.0.2:* 5 4 1',
    'destination 10.9.0.1 nowhere:80 5 4 1',
    'destination 10.9.0.1 10.9.0.2:80 -5 0 0',
  ])('do not believe %j', (line) => {
    expect(namesIn(section('time-wait 0 0', line))).toEqual([]);
  });

  it('of a sample say how much of it was seen, and what was counted after all is exact', () => {
    const text = section(
      'read 15000 250000',
      'time-wait 4000 9000',
      'syn-sent 10.9.0.1 10.9.0.2:80 12',
      'others 20',
      'destination 10.9.0.1 10.9.0.2:80 170 150 8 12 40',
      'destination 10.9.0.1 10.9.0.3:80 90 90 0 0 9',
      'partial',
      'counted 10.9.0.1 10.9.0.2:80 160 148 0 12',
    );
    const brief = 'syn-sent 10.9.0.1 10.9.0.2:80 15\nothers 22\nskipped 250000 20000\n';
    expect(factsOf(text, brief)).toMatchObject({
      ports_used: 160,
      used_ratio: 0.8,
      established: 0,
      syn_sent: 15,
      syn_sent_first: 12,
    });
    expect(factsOf(text, brief)).not.toHaveProperty('rows_seen');
    const other = factsOf(text, brief, '10.9.0.3:80');
    expect(other).toMatchObject({ ports_used: 90, rows_seen: 9, syn_sent: 0, syn_sent_first: 0 });
    // None seen is not none.
    expect(other).not.toHaveProperty('established');
    expect(flat(socketsByDestination, text, brief, before)).toMatchObject({
      'sockets.rows_read': 15_000,
      'sockets.rows_there': 250_000,
    });
    expect(flat(socketsByDestination, text, brief, before)).not.toHaveProperty('sockets.leftover_count');
  });
});
