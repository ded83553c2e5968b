import { describe, expect, it } from 'vitest';
import type { FactGroup } from '../../src/core/domain/facts.ts';
import type { Finding } from '../../src/core/domain/report.ts';
import { diagnoseCapture } from '../../src/core/playbook/diagnose.ts';
import { evaluate } from '../../src/core/playbook/evaluate.ts';
import { recordedHost, recordedHosts } from '../support/captures.ts';
import { checksByHand, factsByHand } from '../support/facts.ts';
import { shippedPlaybooks } from '../support/playbooks.ts';

const playbooks = shippedPlaybooks();
const OWN = ['half-open', 'recv-queue-stuck', 'send-queue-stuck', 'mtu-black-hole'];

const SERVICE: FactGroup = {
  name: 'port 8080',
  filter: 'sport = :8080',
  inbound: true,
  port: 8080,
  established: 100,
  established_first: 100,
  keepalive: 0,
  untimed: 100,
  lost: 0,
  lost_first: 0,
  recv_queued: 0,
  recv_queued_first: 0,
  send_queued: 0,
  send_queued_first: 0,
  silent_1m: 0,
  silent_10m: 0,
  silent_1h: 0,
  silent_keepalive_10m: 0,
  silent_keepalive_1h: 0,
  recv_stuck: 0,
  send_stuck: 0,
  send_peer_full: 0,
  send_lost: 0,
  send_oversize: 0,
  send_unacked: 0,
  send_moving: 0,
};
const SYSCTL = {
  'net.ipv4.tcp_keepalive_time': '7200',
  'net.ipv4.tcp_keepalive_intvl': '75',
  'net.ipv4.tcp_keepalive_probes': '9',
  'net.ipv4.tcp_mtu_probing': '0',
};

function findings(service: FactGroup, sysctl: Readonly<Record<string, string>> = SYSCTL): readonly Finding[] {
  const settings = { tcp_keepalive_time_s: 7200, tcp_keepalive_intvl_s: 75, tcp_keepalive_probes: 9 };
  const facts = factsByHand({
    host: { settings },
    service: { 'port 8080': { ...SERVICE, ...service } },
    sysctl,
  });
  return evaluate(facts, checksByHand(), playbooks).filter(({ playbook }) => OWN.includes(playbook));
}
const found = (service: FactGroup): readonly (string | null)[][] =>
  findings(service).flatMap(({ playbook, cause, severity, status }) =>
    status === 'matched' ? [[playbook, cause, severity]] : [],
  );
const offered = (all: readonly Finding[]): readonly string[] =>
  all.flatMap(({ fixes }) => fixes.flatMap((fix) => (fix.kind === 'sysctl' && fix.offered ? [fix.key] : [])));

describe('half-open', () => {
  const LOST: FactGroup = {
    lost: 40,
    send_unacked: 40,
    send_queued: 40,
    send_tries: 7,
    send_peer: '10.0.0.9:5000',
    send_last_ack_s: 30,
  };
  const GROWING: FactGroup = { established: 120 };

  it.each([
    ['nobody is silent', {}, []],
    ['a usual pool', { silent_10m: 19 }, []],
    ['many are silent', { silent_10m: 20 }, [['half-open', 'no-keepalive', 'info']]],
    [
      'a hundred outbound, for hours',
      { inbound: false, silent_10m: 100, silent_1h: 100 },
      [['half-open', 'no-keepalive', 'info']],
    ],
    [
      'a hundred inbound, for an hour',
      { silent_1m: 100, silent_10m: 100, silent_1h: 100 },
      [['half-open', 'no-keepalive', 'warning']],
    ],
    [
      'they are few of all',
      { established: 1000, established_first: 1000, silent_1m: 100, silent_10m: 100, silent_1h: 100 },
      [['half-open', 'no-keepalive', 'info']],
    ],
    [
      'ever more, most of them silent',
      { ...GROWING, silent_1m: 100, silent_10m: 100 },
      [['half-open', 'no-keepalive', 'warning']],
    ],
    [
      'ever more, most of them at work',
      { ...GROWING, established: 1000, silent_1m: 100, silent_10m: 100 },
      [['half-open', 'no-keepalive', 'info']],
    ],
    [
      'with keepalive, and nothing wrong',
      { keepalive: 100, untimed: 0, silent_keepalive_10m: 100, keepalive_left_s: 6000 },
      [],
    ],
    [
      'with short keepalive, ever more',
      { ...GROWING, keepalive: 100, untimed: 0, silent_keepalive_10m: 100, keepalive_left_s: 110 },
      [],
    ],
    [
      'with keepalive of hours, ever more',
      { ...GROWING, keepalive: 100, untimed: 0, silent_keepalive_10m: 100, keepalive_left_s: 6000 },
      [['half-open', 'slow-keepalive', 'info']],
    ],
    ['data without an answer', LOST, [['half-open', 'unacked', 'warning']]],
    ['of few', { ...LOST, lost: 4, send_unacked: 4 }, []],
    ['of a few in a hundred', { ...LOST, established: 1000, established_first: 1000 }, []],
  ])('%s', (_, service, expected) => {
    expect(found(service)).toEqual(expected);
  });

  it('offers shorter keepalive only where connections have it, and lowers only', () => {
    const slow = {
      ...GROWING,
      keepalive: 100,
      untimed: 0,
      silent_keepalive_10m: 100,
      keepalive_left_s: 6000,
    };
    expect(offered(findings(slow))).toEqual([
      'net.ipv4.tcp_keepalive_time',
      'net.ipv4.tcp_keepalive_intvl',
      'net.ipv4.tcp_keepalive_probes',
    ]);
    const own = { ...SYSCTL, 'net.ipv4.tcp_keepalive_time': '60', 'net.ipv4.tcp_keepalive_probes': '3' };
    expect(offered(findings(slow, own))).toEqual(['net.ipv4.tcp_keepalive_intvl']);
    expect(offered(findings({ silent_10m: 100 }))).toEqual([]);
    expect(offered(findings(LOST))).toEqual([]);
  });

  it('never calls a connection a zombie: nobody can tell', () => {
    for (const service of [{ silent_10m: 50 }, LOST]) {
      const [finding] = findings(service);
      expect(`${finding?.title.en} ${finding?.summary.en}`).not.toMatch(/zombie|dead connection/i);
    }
    expect(findings({ silent_10m: 50 })[0]?.summary.en).toMatch(/cannot be told/);
  });

  it('is unknown where the silence could not be seen', () => {
    const facts = factsByHand({ service: { 'port 8080': { established: 100, lost: 0 } } });
    const own = evaluate(facts, checksByHand(), playbooks).find(({ playbook }) => playbook === 'half-open');
    expect(own).toMatchObject({ status: 'unknown' });
    const blind = evaluate(factsByHand({}), checksByHand({ 'sockets-idle': 'unavailable' }), playbooks);
    expect(blind.find(({ playbook }) => playbook === 'half-open')).toMatchObject({ status: 'unknown' });
  });
});

describe('recv-queue-stuck', () => {
  const UNREAD: FactGroup = {
    recv_queued: 8,
    recv_queued_first: 8,
    recv_stuck: 8,
    recv_stuck_bytes: 127_480,
    recv_looked: 8,
    recv_peer: '10.0.0.9:5000',
    recv_last_received_s: 9,
    process: 'web',
    pid: 42,
    process_state: 'S',
    process_cpu_ratio: 0.01,
  };
  it.each([
    [
      'a busy reader: long queue, all of it read',
      { ...UNREAD, recv_stuck: 0, recv_stuck_bytes: 1_100_000 },
      [],
    ],
    ['two unread notices', { ...UNREAD, recv_stuck: 2, recv_stuck_bytes: 31 }, []],
    ['one full buffer', { ...UNREAD, recv_stuck: 1 }, [['recv-queue-stuck', 'blocked', 'warning']]],
    [
      'many small requests',
      { ...UNREAD, recv_stuck: 10, recv_stuck_bytes: 200 },
      [['recv-queue-stuck', 'blocked', 'warning']],
    ],
    ['stopped', { ...UNREAD, process_state: 'T' }, [['recv-queue-stuck', 'stopped', 'warning']]],
    ['computing', { ...UNREAD, process_cpu_ratio: 0.97 }, [['recv-queue-stuck', 'busy', 'warning']]],
    ['at work on something', { ...UNREAD, process_cpu_ratio: 0.5 }, [['recv-queue-stuck', null, 'warning']]],
    ['nobody is served', { ...UNREAD, recv_stuck: 90 }, [['recv-queue-stuck', 'blocked', 'critical']]],
  ])('%s', (_, service, expected) => {
    expect(found(service)).toEqual(expected);
  });
  it('never offers larger buffers, and says why', () => {
    const [finding] = findings(UNREAD).filter(({ status }) => status === 'matched');
    expect(offered(findings(UNREAD))).toEqual([]);
    expect(finding?.notAdvised.map(({ key }) => key)).toEqual(['net.ipv4.tcp_rmem', 'net.core.rmem_max']);
    expect(finding?.fixes.every(({ kind }) => kind === 'advice')).toBe(true);
  });
});

const QUEUE: FactGroup = {
  send_queued: 8,
  send_queued_first: 8,
  send_queue_bytes: 600_000,
  send_peer: '10.0.0.9:5000',
  send_peers: 1,
  send_tries: 6,
  send_timer: 'on',
  send_mss_bytes: 1448,
  send_rtt_ms: 1,
  send_min_rtt_ms: 0.5,
  send_drain_s: 0.01,
  send_segments: 10_000,
  send_retrans_ratio: 0.0016,
  send_acked_bytes_per_s: 1_000_000,
  send_last_ack_s: 20,
  send_rto_ms: 6400,
  send_cwnd_segments: 10,
  send_path_mtu_bytes: 1500,
};

describe('send-queue-stuck and mtu-black-hole', () => {
  const SLOW: FactGroup = { send_moving: 2, send_drain_s: 1.5, send_rtt_ms: 296, send_min_rtt_ms: 0.03 };
  it.each([
    ['a healthy bulk sender', { send_moving: 8 }, []],
    [
      'on a long line, at its pace',
      { send_moving: 8, send_drain_s: 1.2, send_rtt_ms: 300, send_min_rtt_ms: 280 },
      [],
    ],
    ['the peer has no room', { send_peer_full: 8 }, [['send-queue-stuck', 'peer-not-reading', 'warning']]],
    ['one slow client of a hundred', { send_peer_full: 1, send_queue_bytes: 90_000 }, []],
    [
      'one large transfer of a few stands still',
      { established: 10, send_peer_full: 1 },
      [['send-queue-stuck', 'peer-not-reading', 'warning']],
    ],
    ['three clients of a hundred', { send_peer_full: 3 }, []],
    ['nothing is answered', { send_lost: 8 }, [['send-queue-stuck', 'black-hole', 'warning']]],
    [
      'packets are lost',
      { send_moving: 4, send_retrans_ratio: 0.03 },
      [['send-queue-stuck', 'loss', 'warning']],
    ],
    ['hardly any', { send_moving: 4, send_retrans_ratio: 0.029 }, []],
    ['one of twenty packets', { send_moving: 4, send_retrans_ratio: 0.05, send_segments: 20 }, []],
    ['a narrow line', SLOW, [['send-queue-stuck', 'slow-path', 'warning']]],
    ['narrow lines of many clients', { ...SLOW, send_peers: 4 }, [['send-queue-stuck', 'slow-path', 'info']]],
    [
      'a narrow line of the one server',
      { ...SLOW, inbound: false, send_peers: 4 },
      [['send-queue-stuck', 'slow-path', 'warning']],
    ],
    ['only large packets vanish', { send_oversize: 4 }, [['mtu-black-hole', 'path-mtu', 'warning']]],
    ['of one connection', { send_oversize: 1 }, []],
  ])('%s', (_, service, expected) => {
    expect(found({ ...QUEUE, ...service })).toEqual(expected);
  });

  it('a setting is offered for the MTU only, once', () => {
    expect(offered(findings({ ...QUEUE, send_oversize: 4 }))).toEqual(['net.ipv4.tcp_mtu_probing']);
    expect(
      offered(findings({ ...QUEUE, send_oversize: 4 }, { ...SYSCTL, 'net.ipv4.tcp_mtu_probing': '1' })),
    ).toEqual([]);
    for (const service of [{ send_lost: 8 }, { send_peer_full: 8 }, SLOW]) {
      expect(offered(findings({ ...QUEUE, ...service }))).toEqual([]);
    }
  });

  it('is unknown where a queue was not looked at', () => {
    const unasked = Object.fromEntries(Object.entries(SERVICE).filter(([name]) => !name.startsWith('send_')));
    const facts = factsByHand({
      service: { 'port 8080': { ...unasked, send_queued: 3, send_queued_first: 3 } },
    });
    const own = evaluate(facts, checksByHand(), playbooks).filter(({ playbook }) => OWN.includes(playbook));
    expect(own.map(({ playbook, status }) => [playbook, status])).toEqual([
      ['mtu-black-hole', 'unknown'],
      ['send-queue-stuck', 'unknown'],
      ['half-open', 'cleared'],
      ['recv-queue-stuck', 'cleared'],
    ]);
  });
});

describe('recorded hosts', () => {
  const OF: Readonly<Record<string, readonly string[]>> = {
    'half-open-unacked': ['half-open'],
    'silent-no-keepalive': ['half-open'],
    'silent-slow-keepalive': ['half-open'],
    'stuck-reader': ['recv-queue-stuck'],
    'made-by-hand-reader': ['recv-queue-stuck'],
    'stuck-peer': ['send-queue-stuck'],
    'slow-path': ['send-queue-stuck'],
    'loss-': ['send-queue-stuck'],
    'late-packets': ['send-queue-stuck'],
    'black-hole': ['send-queue-stuck'],
    'mtu-black-hole': ['mtu-black-hole'],
  };
  it.each(recordedHosts())('%s: no other finding of these four', (name) => {
    const { findings: all } = diagnoseCapture(recordedHost(name), playbooks);
    const own = all.filter(({ playbook, status }) => OWN.includes(playbook) && status === 'matched');
    const allowed = Object.entries(OF).find(([start]) => name.startsWith(start))?.[1] ?? [];
    expect(own.map(({ playbook }) => playbook).filter((id) => !allowed.includes(id))).toEqual([]);
  });
});
