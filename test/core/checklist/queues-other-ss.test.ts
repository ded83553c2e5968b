import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FactGroup } from '../../../src/core/domain/facts.ts';
import { needs } from '../../support/machine.ts';
import { textOf } from './look.ts';
import { AWKS, type Awk, type OtherSs } from './other-ss.ts';
import { lookWithSs } from './with-other-ss.ts';

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tcpcheck-queues-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const LISTENING = `Recv-Q Send-Q Local Address:Port Peer Address:Port
0      128           0.0.0.0:8080      0.0.0.0:*
`;
const HEADER = 'State Recv-Q Send-Q Local Address:Port Peer Address:PortProcess';
const table = (rows: readonly string[]): string =>
  `${[HEADER, 'LISTEN 0 128 0.0.0.0:8080 0.0.0.0:*', ...rows].join('\n')}\n`;

/**
 * One listener whose program reads nothing, one server that does not read what this host sends, one that answers
 * nothing any more, and pooled connections. Rows as iproute2 6.1 prints them on Linux 6.18.
 */
const ROWS = [
  'ESTAB 127480 0 10.9.0.1:8080 10.9.0.2:50000',
  'ESTAB 900 0 [::ffff:10.9.0.1]:8080 [::ffff:10.9.0.2]:50001',
  'ESTAB 0 33624 10.9.0.1:40000 10.9.0.2:9001 timer:(persist,1.140ms,0)',
  'ESTAB 0 80 10.9.0.1:40001 10.9.0.2:9003 timer:(on,12sec,6)',
  ...Array.from({ length: 10 }, (_, n) => `ESTAB 0 0 10.9.0.1:4010${n} 10.9.0.3:5432`),
  'ESTAB 0 0 10.9.0.1:40110 10.9.0.3:5432 timer:(keepalive,119min,0)',
  'SYN-SENT 0 1 10.9.0.1:40200 10.9.0.4:80 timer:(on,960ms,0)',
  'CLOSE-WAIT 1 0 10.9.0.1:40201 10.9.0.4:80',
];
const SILENT = [
  ...Array.from(
    { length: 10 },
    (_, n) =>
      `ESTAB 0 0 10.9.0.1:4010${n} 10.9.0.3:5432\n\t ts sack cubic wscale:7,7 rto:204 rtt:0.05/0.02 mss:1448 lastsnd:${n < 6 ? 700_000 : 5000} lastrcv:699999 lastack:700000`,
  ),
  'ESTAB 0 0 10.9.0.1:40110 10.9.0.3:5432 timer:(keepalive,119min,0)\n\t ts sack cubic wscale:7,7 rto:204 lastsnd:4000000 lastrcv:4000000',
];
const WORDS = (acked: number, received: number): string =>
  `rto:212 rtt:0.5/0.1 mss:1448 pmtu:1500 cwnd:10 bytes_acked:${acked} bytes_received:${received} segs_out:96 segs_in:10 lastsnd:90 lastrcv:5600 lastack:2252 busy:5600ms rwnd_limited:5552ms(99.1%) notsent:33624 minrtt:0.007`;
const queued = (reader: string): string =>
  [
    HEADER,
    `ESTAB 127480 0 10.9.0.1:8080 10.9.0.2:50000 ino:11 sk:1\n\t ts sack cubic wscale:7,7 ${WORDS(0, 127_480)}`,
    reader,
    `ESTAB 0 33624 10.9.0.1:40000 10.9.0.2:9001 timer:(persist,1.140ms,0) ino:12 sk:2\n\t ts sack bbr wscale:7,7 ${WORDS(127_481, 0)}`,
    'ESTAB 0 80 10.9.0.1:40001 10.9.0.2:9003 timer:(on,12sec,6) ino:13 sk:3\n\t sack reno rto:12800 backoff:6 rtt:0.011/0.005 mss:1448 pmtu:1500 cwnd:1 bytes_acked:1 segs_out:9 lastsnd:25100 lastrcv:26000 lastack:26000 unacked:1 retrans:1/7 busy:25100ms minrtt:0.011',
  ].join('\n');
const reading = (received: number): string =>
  `ESTAB 900 0 [::ffff:10.9.0.1]:8080 [::ffff:10.9.0.2]:50001 ino:14 sk:4\n\t ts sack cubic wscale:7,7 ${WORDS(0, received)}`;

const MODERN: OtherSs = {
  listening: LISTENING,
  all: table(ROWS),
  detailed: table([...ROWS.filter((row) => !row.includes(':5432')), ...SILENT]),
  queued: [queued(reading(5000)), queued(reading(9000))],
};

const glued = (text: string): string => text.replaceAll(/^([A-Z0-9-]+) +(\d+) /gm, '$1$2 ');
/** iproute2 4.18. */
const GLUED: OtherSs = {
  listening: MODERN.listening,
  all: glued(MODERN.all),
  detailed: glued(MODERN.detailed ?? ''),
  queued: [glued(queued(reading(5000))), glued(queued(reading(9000)))],
};
/** iproute2 3.10: no brackets, and no bytes counted. */
const old = (text: string): string =>
  text
    .replaceAll(/[[\]]/g, '')
    .replaceAll('0.0.0.0', '*')
    .replaceAll(/ (bytes_\w+|segs_out|segs_in|busy|rwnd_limited|notsent|minrtt):\S+/g, '');
const OLD: OtherSs = {
  listening: old(LISTENING),
  all: old(MODERN.all),
  detailed: old(MODERN.detailed ?? ''),
  queued: [old(queued(reading(5000))), old(queued(reading(9000)))],
};

const see = async (name: string, ss: OtherSs, awk: Awk): Promise<Record<string, FactGroup>> => {
  const { facts, checks } = await lookWithSs(dir, name, ss, awk);
  expect(checks.filter(({ status }) => status !== 'ok')).toEqual([]);
  return facts.subjects.service;
};

const gate = needs(...AWKS);
describe
  .skipIf(gate.skip)
  .concurrent(`queues and silence as other versions of ss tell them ${gate.reason}`, () => {
    it.each(
      AWKS.flatMap((awk) => [
        ['6.1', awk, MODERN] as const,
        ['4.18', awk, GLUED] as const,
        ['3.10', awk, OLD] as const,
      ]),
    )('%s with %s: services, timers, silence', async (name, awk, ss) => {
      const services = await see(name, ss, awk);
      expect(Object.keys(services).sort()).toEqual(
        ['port 8080', 'to 10.9.0.2:9001', 'to 10.9.0.2:9003', 'to 10.9.0.3:5432'].sort(),
      );
      expect(services['port 8080']).toMatchObject({
        inbound: true,
        name: 'port 8080',
        port: 8080,
        established: 2,
        recv_queued: 2,
      });
      expect(services['to 10.9.0.3:5432']).toMatchObject({
        inbound: false,
        name: '10.9.0.3:5432',
        address: '10.9.0.3',
        port: 5432,
        established: 11,
        untimed: 10,
        keepalive: 1,
        silence_looked: 11,
        silence_longest_s: 4000,
        silent_1m: 6,
        silent_10m: 6,
        silent_1h: 0,
        silent_keepalive_1h: 1,
        keepalive_left_s: 7140,
        send_stuck: 0,
        recv_stuck: 0,
      });
      expect(services['to 10.9.0.2:9003']).toMatchObject({
        established: 1,
        untimed: 0,
        lost: 1,
        lost_first: 1,
      });
      expect(services['to 10.9.0.2:9001']).toMatchObject({ established: 1, untimed: 0, send_queued: 1 });
    });

    it.each([
      ['6.1', MODERN],
      ['4.18', GLUED],
    ] as const)('%s: what stays and what moves', async (name, ss) => {
      const services = await see(name, ss, 'mawk');
      expect(services['port 8080']).toMatchObject({
        recv_looked: 2,
        recv_stuck: 1,
        recv_stuck_bytes: 127_480,
        recv_peer: '10.9.0.2:50000',
        recv_last_received_s: 6,
      });
      expect(services['to 10.9.0.2:9001']).toMatchObject({
        send_stuck: 1,
        send_peer_full: 1,
        send_lost: 0,
        send_timer: 'persist',
        send_queue_bytes: 33_624,
        send_rwnd_limited_ratio: 0.991,
        send_congestion: 'bbr',
        send_acked_bytes_per_s: 0,
      });
      expect(services['to 10.9.0.2:9003']).toMatchObject({
        send_stuck: 1,
        send_unacked: 1,
        send_timer: 'on',
        send_tries: 6,
        send_rto_ms: 12_800,
        send_congestion: 'reno',
        send_last_ack_s: 26,
      });
    });

    it('3.10: a queue that stays the same to the byte is not read; what was acknowledged is unknown', async () => {
      const services = await see('3.10', OLD, 'mawk');
      expect(services['port 8080']).toMatchObject({ recv_stuck: 2, recv_stuck_bytes: 127_480 });
      expect(services['to 10.9.0.2:9001']).toMatchObject({ send_queued: 1, send_looked: 1 });
      expect(services['to 10.9.0.2:9001']).not.toHaveProperty('send_stuck');
    });

    it('asks for those connections only, the same in both samples', async () => {
      const { filters } = await lookWithSs(dir, 'filters', MODERN, 'mawk');
      expect(filters).toHaveLength(2);
      expect(filters[0]).toBe(filters[1]);
      for (const part of [
        '( sport = :8080 and ( dst 10.9.0.2:50000 ) )',
        '( sport = :8080 and ( dst 10.9.0.2:50001 ) )',
        '( dst 10.9.0.2:9001 and ( sport = :40000 ) )',
      ]) {
        expect(filters[0]).toContain(part);
      }
      expect(filters[0]).not.toContain('5432');
    });

    it('never asks with a text that is no address', async () => {
      const odd = [
        'ESTAB 0 90 10.9.0.1:40000 [fe80::2%a;id]:9001 timer:(on,1sec,3)',
        'ESTAB 0 90 10.9.0.1:40001 $(id):9001',
      ];
      const { filters, capture } = await lookWithSs(dir, 'odd', { ...MODERN, detailed: table(odd) }, 'mawk');
      expect(textOf(capture, 'sockets-by-destination', 1)).toContain(
        'service out [fe80::2%a;id]:9001 1 0 0 0 0 0 1\n',
      );
      expect(filters).toEqual([]);
    });

    it('a service with hundreds of queues is looked at in twelve places and the fullest', async () => {
      const rows = Array.from(
        { length: 300 },
        (_, n) => `ESTAB ${n + 1} 0 10.9.0.1:8080 10.9.2.${n % 250}:${20_000 + n}`,
      );
      const { filters, facts } = await lookWithSs(dir, 'many', {
        ...MODERN,
        all: table(rows),
        detailed: table(rows),
        queued: ['', ''],
      });
      expect(facts.subjects.service['port 8080']).toMatchObject({
        recv_queued: 300,
        recv_looked: 13,
        recv_stuck: 0,
      });
      expect((filters[0]?.match(/dst /g) ?? []).length).toBe(13);
      expect(filters[0]).toContain('dst 10.9.2.49:20299');
    });
  });
