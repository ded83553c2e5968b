import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findTopic } from '../../../src/core/explain/find-topic.ts';

const found = (typed: string): string => {
  const explained = findTopic(typed);
  if (explained.kind === 'topic') return explained.topic.id;
  return explained.kind === 'setting' ? `= ${explained.key}` : explained.kind;
};

describe('the topic a person means', () => {
  it.each([
    ['queues', 'queues'],
    ['TIME_WAIT', 'close'],
    ['Time Wait', 'close'],
    ['time-wait', 'close'],
    ['four way close', 'close'],
    ['종료', 'close'],
    ['포트 고갈', 'ports'],
    ['포트고갈', 'ports'],
    ['좀비 커넥션', 'half-open'],
    ['Cannot assign requested address', 'ports'],
    ['Too many open files', 'descriptors'],
    ['connection refused', 'errors'],
    ['65535', 'backlog'],
    ['Recv-Q', 'recv-q'],
    ['heartbeat', 'keepalive'],
    ['Windows', 'windows'],
    ['프레이밍', 'framing'],
    ['자가 점검', 'questions'],
    ['net.ipv4.tcp_retries2', '= net.ipv4.tcp_retries2'],
    ['tcp_retries2', '= net.ipv4.tcp_retries2'],
    ['quic', 'unknown'],
    ['', 'unknown'],
    ['__proto__', 'unknown'],
  ])('%j is %s', (typed, id) => {
    expect(found(typed)).toBe(id);
  });

  it('is there for every setting that the popular template sets', () => {
    const keys = [
      'net.ipv4.tcp_tw_reuse',
      'net.ipv4.ip_local_port_range',
      'net.ipv4.tcp_fin_timeout',
      'net.core.somaxconn',
      'net.ipv4.tcp_max_syn_backlog',
      'net.ipv4.tcp_syncookies',
      'net.ipv4.tcp_keepalive_time',
      'net.ipv4.tcp_keepalive_intvl',
      'net.ipv4.tcp_keepalive_probes',
      'net.ipv4.tcp_rmem',
      'net.ipv4.tcp_wmem',
      'net.ipv4.tcp_moderate_rcvbuf',
      'net.core.rmem_max',
      'net.core.wmem_max',
      'net.core.default_qdisc',
      'net.ipv4.tcp_congestion_control',
      'net.netfilter.nf_conntrack_max',
      'net.ipv4.tcp_tw_recycle',
      'fs.file-max',
      'fs.nr_open',
    ];
    expect(keys.filter((key) => findTopic(key).kind !== 'topic')).toEqual([]);
  });

  it('is there for every playbook', () => {
    const playbooks = [
      'port-exhaustion',
      'time-wait-overflow',
      'time-wait-healthy',
      'accept-queue-overflow',
      'syn-queue-full',
      'connection-refused',
      'address-in-use',
      'half-open',
      'recv-queue-stuck',
      'send-queue-stuck',
      'retransmissions',
      'fd-exhaustion-process',
      'fd-exhaustion-system',
      'close-wait-leak',
      'syn-sent-pileup',
      'conntrack-full',
      'orphan-sockets',
      'tcp-memory-pressure',
      'mtu-black-hole',
      'softnet-drops',
      'neighbour-overflow',
      'unsafe-sysctl',
    ];
    expect(playbooks.filter((id) => findTopic(id).kind !== 'topic')).toEqual([]);
  });

  it('takes anything that is typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (typed) => {
        expect(['topic', 'setting', 'unknown']).toContain(findTopic(typed).kind);
      }),
    );
  });
});
