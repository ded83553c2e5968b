import { describe, expect, it } from 'vitest';
import { diagnoseCapture } from '../../src/core/playbook/diagnose.ts';
import { recordedHost } from '../support/captures.ts';
import { shippedPlaybooks } from '../support/playbooks.ts';

const playbooks = shippedPlaybooks();

/** What popular tuning guides tell people to set when they see the symptom of such a host. */
const POPULAR: readonly (readonly [host: string, playbook: string, keys: readonly string[]])[] = [
  [
    'port-exhaustion',
    'port-exhaustion',
    [
      'net.ipv4.tcp_tw_reuse',
      'net.ipv4.ip_local_port_range',
      'net.ipv4.tcp_fin_timeout',
      'net.netfilter.nf_conntrack_max',
      'net.ipv4.tcp_tw_recycle',
      'net.ipv4.tcp_max_tw_buckets',
    ],
  ],
  [
    'pool-leak',
    'port-exhaustion',
    ['net.ipv4.tcp_tw_reuse', 'net.ipv4.ip_local_port_range', 'net.ipv4.tcp_fin_timeout'],
  ],
  [
    'time-wait-inbound',
    'time-wait-healthy',
    ['net.ipv4.tcp_tw_reuse', 'net.ipv4.ip_local_port_range', 'net.ipv4.tcp_fin_timeout'],
  ],
  ['time-wait-overflow', 'time-wait-overflow', ['net.ipv4.tcp_tw_reuse', 'net.ipv4.tcp_fin_timeout']],
  ['address-in-use', 'address-in-use', ['net.ipv4.tcp_tw_reuse', 'net.ipv4.tcp_fin_timeout']],
  ['app-backlog', 'accept-queue-overflow', ['net.core.somaxconn', 'net.ipv4.tcp_max_syn_backlog']],
  ['somaxconn', 'accept-queue-overflow', ['net.core.somaxconn', 'net.ipv4.tcp_max_syn_backlog']],
  ['stalled-never-accepts', 'accept-queue-overflow', ['net.core.somaxconn', 'net.ipv4.tcp_max_syn_backlog']],
  ['stalled-stopped', 'accept-queue-overflow', ['net.core.somaxconn', 'net.ipv4.tcp_abort_on_overflow']],
  ['fd-limit', 'accept-queue-overflow', ['net.core.somaxconn', 'fs.file-max']],
  ['fd-limit', 'fd-exhaustion-process', ['fs.file-max', 'fs.nr_open']],
  ['descriptors-leaked', 'fd-exhaustion-process', ['fs.file-max', 'fs.nr_open']],
  ['syn-flood', 'syn-queue-full', ['net.ipv4.tcp_max_syn_backlog', 'net.core.somaxconn']],
  ['syn-flood-no-cookies', 'syn-queue-full', ['net.ipv4.tcp_syncookies', 'net.core.somaxconn']],
  ['handshake-burst', 'syn-queue-full', ['net.ipv4.tcp_max_syn_backlog', 'net.ipv4.tcp_syncookies']],
  ['handshake-slow-accept', 'syn-queue-full', ['net.ipv4.tcp_max_syn_backlog', 'net.ipv4.tcp_syncookies']],
  ['refused-no-listener', 'connection-refused', ['net.core.somaxconn', 'net.ipv4.tcp_max_syn_backlog']],
  ['close-wait-inbound', 'close-wait-leak', ['net.ipv4.tcp_keepalive_time', 'net.ipv4.tcp_fin_timeout']],
  ['half-open-unacked', 'half-open', ['net.ipv4.tcp_keepalive_time']],
  ['silent-no-keepalive', 'half-open', ['net.ipv4.tcp_keepalive_time']],
  ['silent-slow-keepalive', 'half-open', ['net.ipv4.tcp_keepalive_time', 'net.ipv4.tcp_keepalive_probes']],
  ['stuck-reader', 'recv-queue-stuck', ['net.ipv4.tcp_rmem', 'net.core.rmem_max']],
  ['stuck-peer', 'send-queue-stuck', ['net.ipv4.tcp_wmem']],
  ['slow-path', 'send-queue-stuck', ['net.ipv4.tcp_wmem']],
  ['mtu-black-hole', 'mtu-black-hole', ['net.ipv4.tcp_mtu_probing', 'net.ipv4.tcp_wmem']],
  ['loss-8-percent', 'retransmissions', ['net.ipv4.tcp_congestion_control', 'net.ipv4.tcp_wmem']],
  ['loss-local', 'retransmissions', ['net.ipv4.tcp_congestion_control', 'net.ipv4.tcp_wmem']],
  ['loss-long-path', 'retransmissions', ['net.ipv4.tcp_congestion_control', 'net.core.default_qdisc']],
  ['unanswered', 'syn-sent-pileup', ['net.ipv4.tcp_syn_retries', 'net.ipv4.ip_local_port_range']],
];

describe('what popular guides would set', () => {
  it.each(POPULAR)('on %s, %s says yes or why not', (host, playbook, keys) => {
    const { findings } = diagnoseCapture(recordedHost(`${host}-linux-6.18-ss-6.1`), playbooks);
    const own = findings.filter((finding) => finding.playbook === playbook && finding.status === 'matched');
    const answered = own.flatMap(({ fixes, notAdvised }) => [
      ...fixes.flatMap((fix) => (fix.kind === 'sysctl' ? [{ key: fix.key, why: fix.why }] : [])),
      ...notAdvised,
    ]);
    const silent = keys.filter((key) => !answered.some((one) => one.key === key && one.why.ko !== ''));
    expect(silent).toEqual([]);
  });
});
