/** One line of the production template that goes around in tuning guides. */
export interface TemplateLine {
  readonly key: string;
  readonly value: string;
}

/**
 * The template host settings are held beside: all that popular guides (and the two this product grew from) put into
 * /etc/sysctl.d/99-tcp-production.conf, in their order. It is shown to be judged, never to be applied.
 */
export const TEMPLATE: readonly TemplateLine[] = [
  { key: 'net.ipv4.tcp_tw_reuse', value: '1' },
  { key: 'net.ipv4.ip_local_port_range', value: '10000 65535' },
  { key: 'net.ipv4.tcp_fin_timeout', value: '30' },
  // The guides name it too, as the one never to set; 0 is what they ask for.
  { key: 'net.ipv4.tcp_tw_recycle', value: '0' },
  { key: 'net.netfilter.nf_conntrack_max', value: '1048576' },
  { key: 'net.core.somaxconn', value: '65535' },
  { key: 'net.ipv4.tcp_max_syn_backlog', value: '65535' },
  { key: 'net.ipv4.tcp_syncookies', value: '1' },
  { key: 'net.ipv4.tcp_keepalive_time', value: '600' },
  { key: 'net.ipv4.tcp_keepalive_intvl', value: '60' },
  { key: 'net.ipv4.tcp_keepalive_probes', value: '3' },
  { key: 'net.ipv4.tcp_rmem', value: '4096 131072 6291456' },
  { key: 'net.ipv4.tcp_wmem', value: '4096 16384 4194304' },
  { key: 'net.ipv4.tcp_moderate_rcvbuf', value: '1' },
  { key: 'net.core.rmem_max', value: '16777216' },
  { key: 'net.core.wmem_max', value: '16777216' },
  { key: 'net.core.default_qdisc', value: 'fq' },
  { key: 'net.ipv4.tcp_congestion_control', value: 'bbr' },
  { key: 'fs.file-max', value: '2097152' },
  { key: 'fs.nr_open', value: '2097152' },
];
