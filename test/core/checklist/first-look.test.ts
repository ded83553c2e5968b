import { describe, expect, it } from 'vitest';
import { firstLook } from '../../../src/core/checklist/first-look.ts';
import { CHECK_IDS, type CheckId, type Section } from '../../../src/core/domain/capture.ts';

const TEXTS: Partial<Record<CheckId, string>> = {
  settings:
    '/proc/sys/net/ipv4/ip_local_port_range:40000\t40199\n/proc/sys/net/ipv4/ip_local_reserved_ports:\n',
  descriptors: '100\t0\t1000\n',
  listeners: 'State Recv-Q\nLISTEN 0 128 0.0.0.0:80 0.0.0.0:*\n',
  'process-descriptors': [
    'LISTEN 0 128 0.0.0.0:80 0.0.0.0:* users:(("web",pid=7,fd=3))',
    'pids 7',
    '/proc/7/fd 10',
    '/proc/7/limits:Max open files 100 100 files',
    '',
  ].join('\n'),
  'sockets-by-destination': 'time-wait 3 20\ndestination 10.0.0.1 10.0.0.2:80 20 20 0\nend 40000 40199\n',
  'sockets-by-state': 'state ESTAB 5\nstate TIME-WAIT 23\nend 40000 40199\n',
};

/** A healthy first sample with some texts exchanged; null takes the section away. */
function look(change: Partial<Record<CheckId, string | null>> = {}): ReturnType<typeof firstLook> {
  const texts: Partial<Record<CheckId, string | null>> = { ...TEXTS, ...change };
  return firstLook(
    CHECK_IDS.flatMap((id): Section[] => {
      const text = texts[id] ?? null;
      return text === null ? [] : [{ id, sample: 1, exit: 0, ms: 1, truncated: false, text }];
    }),
  );
}
const marks = (change: Partial<Record<CheckId, string | null>> = {}): Record<string, string> =>
  Object.fromEntries(look(change).marks.map(({ topic, state }) => [topic, state]));

describe('first look', () => {
  it('says what one sample can say', () => {
    expect(look().facts).toEqual({ established: 5, timeWait: 23, fullListeners: [] });
    expect(marks()).toEqual({
      'time-wait': 'good',
      'accept-queue': 'pending',
      descriptors: 'good',
      connections: 'pending',
    });
  });

  it('of nothing is unknown, never good', () => {
    const { facts, marks } = firstLook([]);
    expect(facts).toEqual({ established: null, timeWait: null, fullListeners: [] });
    expect(new Set(marks.map(({ state }) => state))).toEqual(new Set(['unknown']));
  });

  it.each([
    [99, '10.0.0.2', 'good'],
    [100, '10.0.0.2', 'pending'],
    [179, '10.0.0.2', 'pending'],
    [180, '10.0.0.2', 'bad'],
    [200, '10.0.0.1', 'good'],
  ])('%i of 200 ports to %s: %s', (used, to, state) => {
    const text = `time-wait 0 ${used}\ndestination 10.0.0.1 ${to}:80 ${used} ${used} 0\nend 40000 40199\n`;
    expect(marks({ 'sockets-by-destination': text })['time-wait']).toBe(state);
  });

  it('knows no share of ports without the table or the range', () => {
    expect(marks({ settings: null })['time-wait']).toBe('unknown');
    expect(marks({ 'sockets-by-destination': 'skipped 400000 300000\n' })['time-wait']).toBe('unknown');
  });

  it.each([
    [127, 128, [], 'pending'],
    [128, 128, ['0.0.0.0:80'], 'bad'],
    [129, 128, ['0.0.0.0:80'], 'bad'],
    [0, 0, [], 'pending'],
  ])('a queue of %i on %i', (queue, backlog, full, state) => {
    const change = { listeners: `State\nLISTEN ${queue} ${backlog} 0.0.0.0:80 0.0.0.0:*\n` };
    expect(look(change).facts.fullListeners).toEqual(full);
    expect(marks(change)['accept-queue']).toBe(state);
  });

  it.each([
    ['10', '100\t0\t1000', 'good'],
    ['80', '100\t0\t1000', 'pending'],
    ['95', '100\t0\t1000', 'bad'],
    ['10', '950\t0\t1000', 'bad'],
    ['10', '700\t0\t1000', 'pending'],
    ['10', 'denied', 'unknown'],
    ['?', '100\t0\t1000', 'unknown'],
    ['?', '990\t0\t1000', 'bad'],
  ])('a process at %s of 100 on a machine at %j: descriptors %s', (open, machine, state) => {
    const text = TEXTS['process-descriptors']?.replace('fd 10', `fd ${open}`) ?? '';
    expect(marks({ 'process-descriptors': text, descriptors: machine })['descriptors']).toBe(state);
  });
});
