import { describe, expect, it } from 'vitest';
import { LOCALES } from '../../../src/core/domain/locale.ts';
import { columns } from '../../../src/core/render/table.ts';
import { sparkline } from '../../../src/core/render/sparkline.ts';
import { clock, renderFrame } from '../../../src/core/render/watch-frame.ts';
import { PLAIN_HEADER, renderPlainLook, renderSummary } from '../../../src/core/render/watch-plain.ts';
import { courseOf } from '../watch/samples.ts';

const WEB = { host: 'web-1', port: null, seconds: 300 };
const SCREEN = { colour: false, width: 80, height: 24 };

/** Eight seconds in which CLOSE-WAIT piles up and the accept queue overflows. */
const LEAK = courseOf(
  Array.from({ length: 8 }, (_, at) => ({
    at: 100 + at,
    states: { ESTAB: 120, 'TIME-WAIT': 3000 + at, 'CLOSE-WAIT': at * 10 },
    counters: {
      ActiveOpens: at * 33,
      PassiveOpens: at,
      RetransSegs: 4,
      ListenOverflows: at < 4 ? 0 : (at - 3) * 40,
      OutRsts: 0,
      EstabResets: 0,
    },
    more: {
      inbound: [
        { port: 8080, count: 118 },
        { port: 22, count: 2 },
      ],
      outbound: [],
      queue: { port: 8080, waiting: 129, limit: 128 },
    },
  })),
);

describe('the picture of a watch', () => {
  it('is this', () => {
    expect(renderFrame(LEAK, WEB, 'en', SCREEN).join('\n')).toBe(`web-1  0:07 of 5:00  Ctrl-C: summary
                              now      max   last 35 s
ESTAB                         120      120   ████████
CLOSE-WAIT                     70       70   .▂▃▄▅▆▇█
TIME-WAIT                   3,007    3,007   ████████
opened by this host /s         33       33    ███████
opened by others /s             1        1    ███████
retransmits /s                  0        0    .......
accept overflows /s            40       40    ...████
resets sent /s                  0        0    .......
fullest accept queue      :8080 129 of 128
incoming, by port         :8080 118  :22 2
outgoing, by port         none`);
  });

  it('and this in Korean, for one port', () => {
    const rows = renderFrame(LEAK, { ...WEB, port: 8080 }, 'ko', SCREEN);
    expect(rows.slice(0, 3)).toEqual([
      'web-1  0:07 / 5:00  포트 8080(양쪽 모두)  Ctrl-C: 요약',
      '                             현재     최대   최근 35초',
      'ESTAB                         120      120   ████████',
    ]);
    expect(rows[10]).toBe('가장 찬 accept 큐         :8080 129/128');
  });

  it.each([
    [40, 24],
    [80, 10],
    [200, 50],
    [20, 3],
  ])('fits %i columns and %i rows', (width, height) => {
    for (const locale of LOCALES) {
      const rows = renderFrame(LEAK, WEB, locale, { colour: false, width, height });
      expect(rows.filter((row) => columns(row) > width)).toEqual([]);
      expect(rows.length).toBeLessThanOrEqual(Math.max(3, height - 1));
    }
  });

  it('says what it has not seen, and takes nothing unknown for none', () => {
    const rows = renderFrame(courseOf([{ at: 1, states: null }]), WEB, 'en', SCREEN);
    expect(rows[2]).toBe('ESTAB                           ?        ?');
    expect(rows.at(-1)).toBe('outgoing, by port         not seen yet');
  });
});

describe('a watch in a pipe', () => {
  it('is a header and one line a second, 79 columns wide', () => {
    expect([PLAIN_HEADER, renderPlainLook(LEAK)]).toEqual([
      '  sec   estab  t-wait synsent synrecv cl-wait  out/s   in/s retr/s ovfl/s rst/s',
      '    7     120    3007       0       0      70     33      1      0     40     0',
    ]);
    expect(PLAIN_HEADER.length).toBe(79);
  });

  it('has a dash for what is not known', () => {
    expect(renderPlainLook(courseOf([{ at: 1, states: null }]))).toBe(
      '    0       -       -       -       -       -      -      -      -      -     -',
    );
  });
});

describe('the summary of a watch', () => {
  it('is this', () => {
    expect(renderSummary(LEAK, WEB, 'en', 80).join('\n')).toBe(`web-1: watched for 0:07, 8 looks
                          first   last    min    avg    max
  ESTAB                     120    120    120    120    120
  CLOSE-WAIT                  0     70      0     35     70
  TIME-WAIT               3,000  3,007  3,000  3,004  3,007
  opened by this host /s     33     33     33     33     33
  opened by others /s         1      1      1      1      1
  retransmits /s              0      0      0      0      0
  accept overflows /s         0     40      0   22.9     40
  resets sent /s              0      0      0      0      0
Grew: CLOSE-WAIT from 0 to 70
Diagnose: tcpcheck check web-1`);
  });

  it('says how much it has seen', () => {
    const seldom = courseOf([{ at: 1 }, { at: 2, states: null }, { at: 3, states: null }]);
    expect(renderSummary(seldom, WEB, 'en', 80)).toContain(
      'The socket table was counted in 1 of 3 looks, to spare the host.',
    );
    const never = courseOf([{ at: 1, states: null, tally: { established: 60_000, timeWait: 3 } }]);
    expect(renderSummary(never, WEB, 'ko', 80).join(' ')).toContain('소켓 테이블은 세지 않았습니다.');
    expect(renderSummary(courseOf([{ at: 1, states: null }], 80), { ...WEB, port: 80 }, 'en', 80)).toEqual([
      'web-1: watched for 0:00, 1 looks',
      'Too few looks to say what grew.',
      'The sockets of port 80 could not be counted: ss is missing or there are more',
      'than 50,000 sockets.',
      'Diagnose: tcpcheck check web-1',
    ]);
  });
});

describe('small things', () => {
  it('a chart shows the latest values that fit', () => {
    expect(sparkline([9, 1, undefined, 0, 7, 3.5], 5)).toBe('▂ .█▅');
    expect(sparkline([1, 2], 0)).toBe('');
    expect(sparkline([0, 0], 5)).toBe('..');
  });

  it.each([
    [0, '0:00'],
    [61.6, '1:02'],
    [3600, '60:00'],
    [Number.MAX_SAFE_INTEGER, '60:00'],
  ])('%s seconds are %s', (seconds, shown) => {
    expect(clock(seconds)).toBe(shown);
  });
});
