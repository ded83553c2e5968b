import { baselineOf, type BaselineRow } from '../../../src/core/baseline/baseline.ts';
import type { CheckId, CheckStatus } from '../../../src/core/domain/capture.ts';
import type { FactGroup, Persisted } from '../../../src/core/domain/facts.ts';
import { checksByHand, factsByHand } from '../../support/facts.ts';

/** What a Linux 6.18 under systemd has before anybody touches it; as read on such machines. */
export const MODERN: Readonly<Record<string, string>> = {
  'net.ipv4.tcp_tw_reuse': '2',
  'net.ipv4.tcp_timestamps': '1',
  'net.ipv4.ip_local_port_range': '32768 60999',
  'net.ipv4.ip_local_reserved_ports': '',
  'net.ipv4.tcp_fin_timeout': '60',
  'net.netfilter.nf_conntrack_max': '262144',
  'net.core.somaxconn': '4096',
  'net.ipv4.tcp_max_syn_backlog': '2048',
  'net.ipv4.tcp_syncookies': '1',
  'net.ipv4.tcp_keepalive_time': '7200',
  'net.ipv4.tcp_keepalive_intvl': '75',
  'net.ipv4.tcp_keepalive_probes': '9',
  'net.ipv4.tcp_rmem': '4096 131072 33554432',
  'net.ipv4.tcp_wmem': '4096 16384 4194304',
  'net.ipv4.tcp_moderate_rcvbuf': '1',
  'net.core.rmem_max': '4194304',
  'net.core.wmem_max': '4194304',
  'net.core.default_qdisc': 'fq_codel',
  'net.ipv4.tcp_congestion_control': 'cubic',
  'fs.file-max': '9223372036854775807',
  'fs.nr_open': '1073741816',
};

/** RHEL 7: Linux 3.10. */
export const OLD: Readonly<Record<string, string>> = {
  ...MODERN,
  'net.ipv4.tcp_tw_reuse': '0',
  'net.ipv4.tcp_tw_recycle': '0',
  'net.ipv4.ip_local_port_range': '32768 60999',
  'net.core.somaxconn': '128',
  'net.ipv4.tcp_max_syn_backlog': '128',
  'net.ipv4.tcp_rmem': '4096 87380 6291456',
  'net.core.rmem_max': '212992',
  'net.core.wmem_max': '212992',
  'net.core.default_qdisc': 'pfifo_fast',
  'fs.file-max': '94000',
  'fs.nr_open': '1048576',
};

interface Host {
  readonly sysctl?: Readonly<Record<string, string>>;
  readonly kernel?: string;
  readonly listenerPorts?: readonly number[];
  readonly tracked?: number;
  readonly persisted?: Readonly<Record<string, Persisted>>;
  readonly checks?: Readonly<Partial<Record<CheckId, CheckStatus>>>;
}

/** The rows of a host by hand, by key. */
export function rowsOf(host: Host): ReadonlyMap<string, BaselineRow> {
  const listener: Record<string, FactGroup> = {};
  for (const port of host.listenerPorts ?? [22]) listener[`0.0.0.0:${port}`] = { port };
  const facts = factsByHand({
    host: {
      host: host.kernel === undefined ? {} : { kernel: host.kernel },
      kernel: host.tracked === undefined ? {} : { conntrack_count: host.tracked },
    },
    listener,
    sysctl: host.sysctl ?? MODERN,
  });
  const rows = baselineOf({
    facts: { ...facts, persisted: host.persisted ?? {} },
    checks: checksByHand(host.checks),
  });
  return new Map((rows ?? []).map((row) => [row.key, row]));
}

/** One row, as verdict and reason. */
export function rowOf(key: string, host: Host): readonly [string, string] {
  const row = rowsOf(host).get(key);
  return row === undefined ? ['no row', ''] : [row.verdict, row.why.en];
}
