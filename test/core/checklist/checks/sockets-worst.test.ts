import { describe, expect, it } from 'vitest';
import { socketsWorst } from '../../../../src/core/checklist/checks/sockets-worst.ts';
import type { FactGroup } from '../../../../src/core/domain/facts.ts';
import { NO_FACTS, withFacts } from '../../../../src/core/checklist/merge-facts.ts';
import { having } from './made.ts';

const SERVER = 'to 10.9.0.2:80';

/** What the walk counted: `queued` connections with a Send-Q, or Recv-Q, in both samples. */
const before = (group: FactGroup): ReturnType<typeof having> => ({
  ...having({ run: { window_s: 10 } }),
  subjects: {
    listener: {},
    destination: {},
    process: {},
    service: {
      [SERVER]: { recv_queued: 0, recv_queued_first: 0, send_queued: 0, send_queued_first: 0, ...group },
    },
  },
});
const SENDS = { send_queued: 1, send_queued_first: 1 };
const READS = { recv_queued: 1, recv_queued_first: 1 };

const row = (port: number, recvQ: number, sendQ: number, words: string): string =>
  `socket ESTAB ${recvQ} ${sendQ} 10.9.0.1:${port} 10.9.0.2:80 ${words}`;
const sample = (asked: string, ...rows: readonly string[]): string => [asked, 'end', ...rows, ''].join('\n');

function found(
  group: FactGroup,
  asked: string,
  first: readonly string[],
  second: readonly string[],
): FactGroup | null {
  const samples = { first: sample(asked, ...first), second: sample(asked, ...second) };
  const added = socketsWorst.read(samples, before(group));
  if (added === null) return null;
  // As the facts of a run hold it: what is unknown is absent.
  return withFacts(NO_FACTS, added).subjects.service[SERVER] ?? {};
}
const sends = (first: string, second: string, ...mates: readonly string[]): FactGroup | null =>
  found(SENDS, 'asked send out 10.9.0.2:80 1', [first, ...mates], [second, ...mates]);

/** A connection that is stuck, as it is in both samples; `tries` of its timer, last answer so long ago. */
const stuck = (sendQ: number, tries: number, ackMs: number, rtoMs: number): string =>
  row(
    40_000,
    0,
    sendQ,
    `timer:(on,9sec,${tries}) ino:1 rto:${rtoMs} backoff:${tries} mss:1448 bytes_acked:700 segs_out:9 lastack:${ackMs} lastrcv:${ackMs} busy:9ms`,
  );
const again = (text: string): [string, string] => [text, text];
const MATE = row(40_001, 0, 0, 'ino:2 rto:204 mss:1448 bytes_acked:900 segs_out:9 lastack:300 lastrcv:300');
const OLD_MATE = row(
  40_001,
  0,
  0,
  'ino:2 rto:204 mss:1448 bytes_acked:900 segs_out:9 lastack:60000 lastrcv:60000',
);

const full = (tries: number): string =>
  row(
    40_000,
    0,
    9000,
    `timer:(persist,9sec,${tries}) ino:1 rto:204 mss:1448 bytes_acked:1 segs_out:9 busy:9ms`,
  );

const now = (acked: number, segments: number, retrans: number): string =>
  row(
    40_000,
    0,
    500_000,
    `timer:(on,200ms,0) ino:1 rto:404 rtt:296.5/12 minrtt:0.03 mss:1448 cwnd:27 bytes_acked:${acked} segs_out:9 data_segs_out:${segments} retrans:0/${retrans} notsent:400000 unacked:27 busy:9000ms rwnd_limited:45ms(0.5%) cc:cubic`,
  );

describe('what a connection cannot get rid of', () => {
  it.each([
    ['a full buffer, and nothing comes from there', stuck(20_000, 5, 20_000, 6400), [], 'send_lost'],
    [
      'the same, and who is beside it has been silent as long',
      stuck(20_000, 5, 20_000, 6400),
      [OLD_MATE],
      'send_lost',
    ],
    ['the same, and others are answered', stuck(20_000, 5, 20_000, 6400), [MATE], 'send_oversize'],
    // A firewall that has forgotten this one connection.
    ['the same, after an hour of silence', stuck(20_000, 5, 3_600_000, 6400), [MATE], 'send_lost'],
    [
      'for so long that its timeout grows no more',
      stuck(20_000, 14, 900_000, 120_000),
      [MATE],
      'send_oversize',
    ],
    [
      'the same, never anything but the handshake',
      stuck(20_000, 5, 20_000, 6400).replace('bytes_acked:700', 'bytes_acked:1'),
      [],
      'send_oversize',
    ],
    ['a few messages, 5 tries', stuck(80, 5, 20_000, 6400), [], 'send_unacked'],
    ['a few messages, others are answered', stuck(80, 5, 20_000, 6400), [MATE], 'send_unacked'],
  ])('%s', (_, text, mates, kind) => {
    const facts = sends(...again(text), ...mates) ?? {};
    const kinds = Object.entries(facts).filter(([name]) =>
      ['send_lost', 'send_oversize', 'send_unacked', 'send_peer_full', 'send_moving'].includes(name),
    );
    expect(kinds.filter(([, many]) => many !== 0)).toEqual([[kind, 1]]);
    expect(facts).toMatchObject({
      send_stuck: 1,
      send_queue_bytes: Number(text.split(' ')[3]),
      send_timer: 'on',
    });
  });

  it.each([
    ['2 tries: may be one lost packet', stuck(20_000, 2, 20_000, 800)],
    ['a few messages, 4 tries', stuck(80, 4, 20_000, 3200)],
    ['no timer', row(40_000, 0, 9000, 'ino:1 rto:204 mss:1448 bytes_acked:1 segs_out:9 busy:9ms')],
  ])('%s: too early to tell', (_, text) => {
    expect(sends(...again(text))).toMatchObject({
      send_stuck: 0,
      send_lost: 0,
      send_unacked: 0,
      send_moving: 0,
    });
  });

  it('who gives up and connects anew shows that small packets pass', () => {
    const closing = stuck(20_000, 6, 30_000, 12_800).replace('ESTAB', 'FIN-WAIT-1');
    const again = { ...SENDS, established_first: 1, established: 1 };
    const asked = 'asked send out 10.9.0.2:80 1';
    const first = [stuck(20_000, 4, 20_000, 3200)];
    expect(found(again, asked, first, [closing])).toMatchObject({ send_oversize: 1, send_lost: 0 });
    const gone = { ...again, established: 0 };
    expect(found(gone, asked, first, [closing])).toMatchObject({ send_oversize: 0, send_lost: 1 });
  });

  it('a receiver without room answers; one that does not is gone', () => {
    expect(sends(...again(full(0)))).toMatchObject({ send_peer_full: 1, send_lost: 0, send_stuck: 1 });
    expect(sends(...again(full(3)))).toMatchObject({ send_peer_full: 0, send_lost: 1, send_stuck: 1 });
  });

  it('what moves is told by how long the queue takes', () => {
    expect(sends(now(1_000_000, 1000, 10), now(2_000_000, 1800, 50))).toEqual({
      recv_stuck: 0,
      send_looked: 1,
      send_stuck: 0,
      send_peer_full: 0,
      send_lost: 0,
      send_oversize: 0,
      send_unacked: 0,
      send_moving: 1,
      send_peers: 1,
      send_drain_s: 5,
      send_peer: '10.9.0.2:80',
      send_local: '10.9.0.1:40000',
      send_queue_bytes: 500_000,
      send_notsent_bytes: 400_000,
      send_unacked_segments: 27,
      send_timer: 'on',
      send_tries: 0,
      send_rto_ms: 404,
      send_rtt_ms: 296.5,
      send_min_rtt_ms: 0.03,
      send_cwnd_segments: 27,
      send_mss_bytes: 1448,
      send_rwnd_limited_ratio: 0.005,
      send_sndbuf_limited_ratio: 0,
      send_last_ack_s: 0,
      send_congestion: 'cubic',
      send_segments: 800,
      send_retrans_ratio: 0.05,
      send_acked_bytes_per_s: 100_000,
    });
  });

  it('a service is told by its share: twelve of 300 looked at', () => {
    const rows = Array.from({ length: 12 }, (_, n) =>
      stuck(20_000, 5, 20_000, 6400).replace(':40000', `:${41_000 + n}`),
    );
    const group = { send_queued: 300, send_queued_first: 310 };
    const half = [
      ...rows.slice(0, 6),
      ...rows.slice(6).map((each) => each.replace('bytes_acked:700', 'bytes_acked:90000')),
    ];
    expect(found(group, 'asked send out 10.9.0.2:80 12', rows, rows)).toMatchObject({
      send_looked: 12,
      send_stuck: 300,
    });
    expect(found(group, 'asked send out 10.9.0.2:80 12', rows, half)).toMatchObject({
      send_stuck: 150,
      send_moving: 150,
    });
    // Gone by now: those had a queue only for a moment.
    expect(found(group, 'asked send out 10.9.0.2:80 12', rows, [])).toMatchObject({
      send_stuck: 0,
      send_moving: 0,
    });
  });
});

const reads = (first: string, second: string): FactGroup | null =>
  found(READS, 'asked recv out 10.9.0.2:80 1', [first], [second]);

const lies = (recvQ: number, received: number, ino = 1): string =>
  row(40_000, recvQ, 0, `ino:${ino} rto:204 mss:1448 bytes_received:${received} segs_out:9 lastrcv:9000`);

describe('what lies unread', () => {
  it.each([
    ['the same lies there', lies(5000, 9000), lies(5000, 9000), 1],
    ['more has come, none was taken', lies(5000, 9000), lies(7000, 11_000), 1],
    ['a queue as long as before, of other bytes', lies(5000, 9000), lies(5000, 90_000), 0],
    ['some was taken', lies(5000, 9000), lies(4999, 9000), 0],
    ['all was taken', lies(5000, 9000), lies(0, 9000), 0],
    // The accept queue is another playbook's.
    ['nobody has accepted it yet', lies(5000, 9000, 0), lies(5000, 9000, 0), 0],
  ])('%s', (_, first, second, many) => {
    expect(reads(first, second)).toMatchObject({ recv_looked: 1, recv_stuck: many });
  });

  it('of the fullest is told how much and whose', () => {
    expect(reads(lies(5000, 9000), lies(7000, 11_000))).toMatchObject({
      recv_stuck_bytes: 7000,
      recv_peer: '10.9.0.2:80',
      recv_peers: 1,
      recv_last_received_s: 9,
      send_stuck: 0,
    });
  });
});

describe('what was not looked at', () => {
  it('of a service without queues is nothing', () => {
    expect(found({}, 'asked send out 10.9.0.3:80 1', [], [])).toEqual({
      recv_stuck: 0,
      send_stuck: 0,
      send_peer_full: 0,
      send_lost: 0,
      send_oversize: 0,
      send_unacked: 0,
      send_moving: 0,
    });
  });
  it('of a service with queues that was not asked is unknown', () => {
    expect(found({ ...SENDS, ...READS }, 'asked send out 10.9.0.3:80 1', [], [])).toEqual({});
  });
  it('only had a queue in one sample: not stuck', () => {
    expect(
      found({ send_queued: 40, recv_queued_first: 3 }, 'asked send out 10.9.0.3:80 1', [], []),
    ).toMatchObject({
      send_stuck: 0,
      recv_stuck: 0,
    });
  });
  it.each([
    ['the second sample is missing', 'end\n', null],
    ['the first was cut', '', 'end\n'],
    ['the second was cut', 'end\n', 'socket ESTAB'],
  ])('because %s, is unknown', (_, first, second) => {
    expect(socketsWorst.read({ first, second }, before(SENDS))).toBeNull();
  });
  it.each([
    'socket ESTAB x 1 10.9.0.1:40000 10.9.0.2:80',
    'socket ESTAB 0 1 10.9.0.1 10.9.0.2:80',
    'socket CLOSE-WAIT 0 1 10.9.0.1:40000 10.9.0.2:80 timer:(on,9sec,9) rto:204 segs_out:2',
  ])('is not made up from %j', (line) => {
    expect(sends(line, line)).toMatchObject({ send_stuck: 0, send_moving: 0 });
  });
});
