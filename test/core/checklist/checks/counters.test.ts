import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { counters } from '../../../../src/core/checklist/checks/counters.ts';
import { factsOf } from './made.ts';

const BOOT = '1fa692e5-96b9-4365-9ce7-d861fb70d949';

interface Sampled {
  readonly uptime?: string | undefined;
  readonly boot?: string;
  readonly tcp?: Record<string, number | string>;
  readonly ext?: Record<string, number | string>;
}

const pair = (prefix: string, values: Record<string, number | string>): string[] => [
  `${prefix}: ${Object.keys(values).join(' ')}`,
  `${prefix}: ${Object.values(values).join(' ')}`,
];

function text({ uptime = '100.00', boot = BOOT, tcp = { OutSegs: 0 }, ext = {} }: Sampled): string {
  const lines = [
    ...pair('Tcp', { RtoAlgorithm: 1, MaxConn: -1, ...tcp }),
    ...pair('TcpExt', { SyncookiesSent: 0, ...ext }),
  ];
  return [boot, `${uptime} 50.00`, ...lines, `${uptime} 50.00`, ''].join('\n');
}

describe('counters', () => {
  it('are rates over the time that passed on the host', () => {
    const facts = factsOf(
      counters,
      text({ uptime: '100.00', tcp: { OutSegs: 1000, RetransSegs: 5 }, ext: { ListenOverflows: 10 } }),
      text({ uptime: '112.50', tcp: { OutSegs: 3500, RetransSegs: 5 }, ext: { ListenOverflows: 35 } }),
    );
    expect(facts).toMatchObject({
      'run.window_s': 12.5,
      'counters.out_segs_per_s': 200,
      'counters.retrans_segs_per_s': 0,
      'counters.listen_overflows_per_s': 2,
      'counters.listen_overflows_since_boot': 35,
    });
    expect(facts).not.toHaveProperty('counters.tw_recycled_per_s');
  });

  it('find a counter by its name, wherever the kernel puts it', () => {
    const facts = factsOf(
      counters,
      text({ ext: { TWRecycled: 7, ListenOverflows: 1, ListenDrops: 2 } }),
      text({ uptime: '110.00', ext: { ListenDrops: 12, New: 4, ListenOverflows: 1, TWRecycled: 8 } }),
    );
    expect(facts).toMatchObject({
      'counters.tw_recycled_per_s': 0.1,
      'counters.listen_overflows_per_s': 0,
      'counters.listen_drops_per_s': 1,
    });
  });

  it.each([
    ['an unknown name', {}, {}],
    ['a counter that went backwards', { ListenOverflows: 10 }, { ListenOverflows: 9 }],
    ['a counter that only one sample has', {}, { ListenOverflows: 9 }],
    ['a negative value', { ListenOverflows: -1 }, { ListenOverflows: 5 }],
    ['a value that is no number', { ListenOverflows: 'x' }, { ListenOverflows: 5 }],
  ])('%s gives no rate', (_, first, second) => {
    const facts = factsOf(counters, text({ ext: first }), text({ uptime: '110.00', ext: second }));
    expect(facts).not.toHaveProperty('counters.listen_overflows_per_s');
    expect(facts).toHaveProperty('counters.out_segs_per_s', 0);
  });

  it.each([
    ['a reboot', { boot: '00000000-96b9-4365-9ce7-d861fb70d949', uptime: '110.00' }],
    ['a clock that stood', { uptime: '100.00' }],
    ['a clock that went backwards', { uptime: '99.00' }],
    ['no clock', { uptime: 'x' }],
  ])('after %s there is no rate at all', (_, second) => {
    const facts = factsOf(
      counters,
      text({ ext: { ListenOverflows: 1 } }),
      text({ ext: { ListenOverflows: 9 }, ...second }),
    );
    expect(facts).toEqual({ 'counters.listen_overflows_since_boot': 9 });
  });

  it('of one sample tell only what has happened since boot', () => {
    expect(factsOf(counters, text({ ext: { TCPTimeWaitOverflow: 3 } }))).toEqual({
      'counters.time_wait_overflow_since_boot': 3,
    });
  });

  it('trust no line of values that does not fit its names', () => {
    const cut = text({ ext: { ListenOverflows: 1 } }).replace(/^TcpExt: 0 1$/m, 'TcpExt: 0');
    expect(factsOf(counters, cut, cut)).not.toHaveProperty('counters.listen_overflows_since_boot');
    expect(factsOf(counters, 'TcpExt: A B\nTcp: 1 2\n')).toBeNull();
    expect(factsOf(counters, '')).toBeNull();
  });

  it('never go negative or beyond the numbers, whatever two samples say', () => {
    const value = fc.oneof(fc.bigInt({ min: -5n, max: 2n ** 64n }), fc.nat(100)).map(String);
    const uptime = fc.oneof(
      fc.nat(10_000).map((cs) => (cs / 100).toFixed(2)),
      fc.string({ maxLength: 5 }),
    );
    fc.assert(
      fc.property(value, value, uptime, uptime, (a, b, from, to) => {
        const facts = factsOf(
          counters,
          text({ uptime: from, ext: { ListenDrops: a } }),
          text({ uptime: to, ext: { ListenDrops: b } }),
        );
        const rate = facts?.['counters.listen_drops_per_s'];
        expect(rate === undefined || (Number.isFinite(rate) && Number(rate) >= 0)).toBe(true);
      }),
    );
  });
});
