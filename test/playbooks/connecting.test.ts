import { describe, expect, it } from 'vitest';
import type { FactGroup } from '../../src/core/domain/facts.ts';
import type { Finding } from '../../src/core/domain/report.ts';
import { evaluate } from '../../src/core/playbook/evaluate.ts';
import { checksByHand, factsByHand, type FactsByHand } from '../support/facts.ts';
import { shippedPlaybooks } from '../support/playbooks.ts';

const playbooks = shippedPlaybooks();
const CALM: FactGroup = {
  listen_overflows_per_s: 0,
  listen_drops_per_s: 0,
  active_opens_per_s: 0,
  passive_opens_per_s: 5,
  attempt_fails_per_s: 0,
  syn_retrans_per_s: 0,
  out_rsts_per_s: 0,
  refused_per_s: 0,
  icmp_rejects_per_s: 0,
  syncookies_sent_per_s: 0,
  syncookies_recv_per_s: 0,
  req_q_full_do_cookies_per_s: 0,
  req_q_full_drop_per_s: 0,
  time_wait_overflow_per_s: 0,
};

interface Host {
  readonly counters?: FactGroup;
  readonly sockets?: FactGroup;
  readonly settings?: FactGroup;
  readonly destination?: FactsByHand['destination'];
  readonly listener?: FactsByHand['listener'];
}

function found(
  id: string,
  { counters, sockets, settings, destination, listener }: Host,
): Finding | undefined {
  const facts = factsByHand({
    host: {
      counters: { ...CALM, ...counters },
      sockets: { syn_sent: 0, syn_recv: 0, loopback_only_ports: 0, leftover_count: 0, ...sockets },
      settings: { tcp_syncookies: 1, tcp_max_syn_backlog: 1024, somaxconn: 4096, ...settings },
    },
    ...(destination === undefined ? {} : { destination }),
    ...(listener === undefined ? {} : { listener }),
  });
  return evaluate(facts, checksByHand(), playbooks).find(({ playbook }) => playbook === id);
}

const outcome = (finding: Finding | undefined): string | undefined => finding?.cause ?? finding?.status;

const cookies = (sent: number, answered: number, more: FactGroup = {}): FactGroup => ({
  req_q_full_do_cookies_per_s: sent,
  syncookies_sent_per_s: sent,
  syncookies_recv_per_s: answered,
  ...more,
});

const warnedOff = (syncookies: number, counters: FactGroup): readonly string[] | undefined =>
  found('syn-queue-full', { counters, settings: { tcp_syncookies: syncookies } })?.notAdvised.map(
    ({ key }) => key,
  );

const to = (syn_sent: number, more: FactGroup = {}): FactsByHand['destination'] => ({
  '10.0.0.7:80': {
    address: '10.0.0.7',
    port: 80,
    syn_sent,
    syn_sent_first: syn_sent,
    established: 0,
    time_wait: 0,
    ...more,
  },
});

describe('syn-queue-full', () => {
  it.each([
    ['a calm host', {}, 'cleared'],
    ['a cookie now and then', cookies(1, 0), 'cleared'],
    ['cookies that nobody answers', cookies(300, 3), 'flood'],
    ['cookies that most answer', cookies(300, 250), 'burst'],
    [
      'cookies while the accept queue overflows',
      cookies(60, 0, { listen_overflows_per_s: 30, listen_drops_per_s: 30 }),
      'slow-accept',
    ],
  ])('%s: %s', (_, counters, wanted) => {
    expect(outcome(found('syn-queue-full', { counters }))).toBe(wanted);
  });

  const dropped = { req_q_full_drop_per_s: 200, listen_drops_per_s: 200 };
  it('without cookies looks at the half-open connections, and is critical', () => {
    const half = { syn_recv: 129, syn_recv_listener: '0.0.0.0:80', syn_recv_listener_count: 129 };
    const host = {
      counters: dropped,
      settings: { tcp_syncookies: 0 },
      sockets: { ...half, syn_recv_listener_backlog: 128 },
    };
    expect(found('syn-queue-full', host)).toMatchObject({ cause: 'flood', severity: 'critical' });
    const few = { ...host, sockets: { ...half, syn_recv_listener_count: 5, syn_recv_listener_backlog: 128 } };
    expect(found('syn-queue-full', few)).toMatchObject({ status: 'matched', cause: null });
  });

  it('sees a queue cut by tcp_max_syn_backlog, which only shows in ListenDrops', () => {
    const host = {
      counters: { listen_drops_per_s: 150 },
      settings: { tcp_syncookies: 0, tcp_max_syn_backlog: 64 },
      sockets: { syn_recv: 49, syn_recv_listener_count: 49, syn_recv_listener_backlog: 4096 },
    };
    expect(found('syn-queue-full', host)).toMatchObject({ cause: 'flood', severity: 'critical' });
  });

  it('does not mistake an overflowing accept queue for it', () => {
    const counters = { listen_overflows_per_s: 50, listen_drops_per_s: 50 };
    expect(found('syn-queue-full', { counters, settings: { tcp_syncookies: 0 } })).toMatchObject({
      status: 'cleared',
    });
  });

  it('says nothing of cookies that are sent always (tcp_syncookies=2)', () => {
    expect(
      found('syn-queue-full', { counters: cookies(300, 300), settings: { tcp_syncookies: 2 } }),
    ).toMatchObject({ status: 'cleared' });
  });

  it('warns off tcp_max_syn_backlog only while cookies make it useless', () => {
    expect(warnedOff(1, cookies(300, 3))).toContain('net.ipv4.tcp_max_syn_backlog');
    expect(warnedOff(0, dropped)).not.toContain('net.ipv4.tcp_max_syn_backlog');
  });

  it('is a consequence where the accept queue overflows', () => {
    const listener = {
      '0.0.0.0:80': { port: 80, backlog: 16, queue_first: 0, queue_peak: 17, overflows_per_s: 30 },
    };
    const counters = cookies(60, 0, { listen_overflows_per_s: 30, listen_drops_per_s: 30 });
    expect(found('syn-queue-full', { counters, listener })).toMatchObject({
      explainedBy: 'accept-queue-overflow',
    });
  });
});

describe('syn-sent-pileup', () => {
  const RETRIES = { syn_retrans_per_s: 40, active_opens_per_s: 20 };

  it.each([
    ['nobody answers', to(50), 'critical'],
    ['some get through', to(50, { established: 12 }), 'warning'],
  ])('%s', (_, destination, severity) => {
    const sockets = { syn_sent: 50 };
    expect(found('syn-sent-pileup', { destination, counters: RETRIES, sockets })).toMatchObject({
      status: 'matched',
      subject: '10.0.0.7:80',
      severity,
    });
  });

  it.each([
    // 1,000 connects a second over a round trip of 200 ms: always 200 in SYN-SENT, none sent again.
    ['a busy client of a far server', to(200, { established: 3000 }), 200, { active_opens_per_s: 1000 }],
    ['a few retries', to(5), 5, RETRIES],
    ['a moment that is over', to(0), 0, RETRIES],
  ])('%s is cleared', (_, destination, syn_sent, counters) => {
    expect(found('syn-sent-pileup', { destination, counters, sockets: { syn_sent } })).toMatchObject({
      status: 'cleared',
    });
  });

  it('points at the way out where many destinations share it', () => {
    const destination = Object.fromEntries(
      Array.from({ length: 30 }, (_, n) => [`10.0.1.${n}:443`, { syn_sent: 2, syn_sent_first: 2 }]),
    );
    const finding = found('syn-sent-pileup', { destination, counters: RETRIES, sockets: { syn_sent: 60 } });
    expect(finding).toMatchObject({ status: 'matched', subject: null, fixes: [] });
    expect(finding?.summary.en).toContain('no single destination');
  });
});

describe('connection-refused', () => {
  const REFUSING = { refused_per_s: 20, out_rsts_per_s: 20 };

  it.each([
    ['a calm host', {}, {}, 'cleared'],
    ['a port scan', { refused_per_s: 1.5 }, {}, 'cleared'],
    ['nothing listens', REFUSING, {}, 'no-listener'],
    ['loopback only', REFUSING, { loopback_only_ports: 1, loopback_only: '8080' }, 'wrong-address'],
    ['a firewall rejects', { icmp_rejects_per_s: 1 }, {}, 'firewall'],
    [
      'its own programs',
      { ...REFUSING, attempt_fails_per_s: 20, active_opens_per_s: 20 },
      {},
      'own-programs',
    ],
    ['the others refuse', { attempt_fails_per_s: 20, active_opens_per_s: 30 }, {}, 'remote-refuses'],
    // Half-open health checks end in SYN-RECV: attempts fail, none of them ours.
    ['half-open health checks', { attempt_fails_per_s: 20 }, {}, 'cleared'],
    [
      'connects given up unanswered',
      { attempt_fails_per_s: 5, active_opens_per_s: 5, syn_retrans_per_s: 25 },
      {},
      'cleared',
    ],
    ['resets for want of TIME-WAIT', { ...REFUSING, time_wait_overflow_per_s: 90 }, {}, 'cleared'],
  ])('%s: %s', (_, counters, sockets, wanted) => {
    expect(outcome(found('connection-refused', { counters, sockets }))).toBe(wanted);
  });

  it('never blames a queue', () => {
    const finding = found('connection-refused', { counters: REFUSING });
    expect(finding?.notAdvised.map(({ key }) => key)).toContain('net.core.somaxconn');
    expect(finding?.fixes.every(({ kind }) => kind === 'advice')).toBe(true);
  });
});

describe('address-in-use', () => {
  it.each([
    ['no leftovers', { leftover_count: 0 }, 'cleared'],
    ['TIME-WAIT only', { leftover_port: 8080, leftover_count: 30, leftover_time_wait: 30 }, 'time-wait'],
    ['workers that live on', { leftover_port: 8080, leftover_count: 30, leftover_time_wait: 2 }, 'matched'],
  ])('%s: %s', (_, sockets, wanted) => {
    expect(outcome(found('address-in-use', { sockets }))).toBe(wanted);
  });

  it('explains the refused clients', () => {
    const host = {
      sockets: { leftover_port: 8080, leftover_count: 30, leftover_time_wait: 30 },
      counters: { refused_per_s: 20, out_rsts_per_s: 20 },
    };
    expect(found('connection-refused', host)).toMatchObject({ explainedBy: 'address-in-use' });
  });
});
