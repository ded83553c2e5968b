import type { Format } from './format.ts';

/** TcpExt of CentOS 7 (3.10.0-1160 net/ipv4/proc.c snmp4_net_list), without those between that nobody reads here. */
const EL7 =
  'SyncookiesSent SyncookiesRecv SyncookiesFailed EmbryonicRsts PruneCalled RcvPruned OfoPruned OutOfWindowIcmps LockDroppedIcmps ArpFilter TW TWRecycled TWKilled PAWSPassive PAWSActive PAWSEstab DelayedACKs DelayedACKLocked DelayedACKLost ListenOverflows ListenDrops TCPPrequeued TCPDirectCopyFromBacklog TCPDirectCopyFromPrequeue TCPPrequeueDropped TCPHPHits TCPHPHitsToUser TCPPureAcks TCPHPAcks TCPRenoRecovery TCPSackRecovery TCPSACKReneging TCPFACKReorder TCPAbortOnData TCPAbortOnClose TCPAbortOnMemory TCPAbortOnTimeout TCPAbortOnLinger TCPAbortFailed TCPMemoryPressures TCPBacklogDrop TCPMinTTLDrop TCPDeferAcceptDrop IPReversePathFilter TCPTimeWaitOverflow TCPReqQFullDoCookies TCPReqQFullDrop TCPChallengeACK TCPSYNChallenge TCPSynRetrans TCPOrigDataSent';
/** What later kernels put in between and behind. */
const LATER =
  'PFMemallocDrop TCPWqueueTooBig TCPKeepAlive TCPMTUPFail TCPMTUPSuccess TCPDelivered TCPDeliveredCE TCPAckCompressed TCPZeroWindowDrop TCPRcvQDrop TcpTimeoutRehash TCPMigrateReqSuccess PAWSTimewait PAWSOldAck BeyondWindow TSEcrRejected TCPAOBad';

/** Each counter's value is its place in the line, so that a shifted column shows. */
const pair = (
  prefix: string,
  names: readonly string[],
  values: readonly number[] = names.map((_, at) => at + 1),
): string => `${prefix}: ${names.join(' ')}\n${prefix}: ${values.join(' ')}\n`;
const SNMP_TCP =
  'RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens AttemptFails EstabResets CurrEstab InSegs OutSegs RetransSegs InErrs OutRsts';
const snmp = (more: string): string =>
  pair('Ip', ['Forwarding', 'DefaultTTL']) +
  pair('Tcp', `${SNMP_TCP}${more}`.split(' '), [
    1,
    200,
    120_000,
    -1,
    ...Array.from({ length: more === '' ? 10 : 11 }, (_, at) => at),
  ]) +
  pair('UdpLite', ['InDatagrams', 'NoPorts']);
const counters = (snmpText: string, extra: string): string =>
  `8d3b2f0e-1c5a-4f7e-9b7d-0c1d2e3f4a5b\n1000.00 1900.00\n${snmpText}${extra}${pair('IpExt', ['InNoRoutes', 'InTruncatedPkts'])}1000.00 1900.00\n`;
const place = (names: readonly string[], name: string): number => names.indexOf(name) + 1;
const [el7, mixed] = [
  EL7.split(' '),
  [...EL7.split(' ').filter((name) => !/Prequeue|PAWSPassive|ToUser|FACK/.test(name)), ...LATER.split(' ')],
];

const STAT = {
  oldest:
    'entries  searched found new invalid ignore delete delete_list insert insert_failed drop early_drop icmp_error  expect_new expect_create expect_delete',
  el7: 'entries  searched found new invalid ignore delete delete_list insert insert_failed drop early_drop icmp_error  expect_new expect_create expect_delete search_restart',
  since5:
    'entries  clashres found new invalid ignore delete chainlength insert insert_failed drop early_drop icmp_error  expect_new expect_create expect_delete search_restart',
};
const conntrack = (header: string, width = 8): string => {
  const row = header
    .split(/\s+/)
    .map((name, at) => (name === 'drop' ? 0x1d8 : at).toString(16).padStart(width, '0'));
  const limits = ['count:4046', 'max:4096', 'buckets:16384'].map(
    (line) => `/proc/sys/net/netfilter/nf_conntrack_${line}\n`,
  );
  return `${limits.join('')}${header}\n${row.join(' ')} \n${row.join(' ')} \n`;
};

/** /proc of kernels 3.10 to 6.18. */
export const KERNEL_FORMATS: readonly Format[] = [
  {
    check: 'counters',
    from: 'Linux 3.10 (CentOS 7), net/ipv4/proc.c: no InCsumErrors, PAWSPassive and prequeue counters there',
    text: counters(snmp(''), pair('TcpExt', el7)),
    facts: {
      'counters.listen_overflows_since_boot': place(el7, 'ListenOverflows'),
      'counters.time_wait_overflow_since_boot': place(el7, 'TCPTimeWaitOverflow'),
    },
    untold: ['counters.listen_overflows_per_s', 'run.window_s'],
  },
  {
    check: 'counters',
    from: 'Linux 6.18, net/ipv4/proc.c and net/mptcp/mib.c: other columns, a third and a fourth prefix',
    text: counters(
      snmp(' InCsumErrors'),
      pair('TcpExt', mixed) + pair('MPTcpExt', ['MPCapableSYNRX', 'ListenOverflows']),
    ),
    facts: { 'counters.listen_overflows_since_boot': place(mixed, 'ListenOverflows') },
  },
  {
    check: 'counters',
    from: 'a line of values that lost its end: names and values do not pair up',
    text: counters(
      snmp(''),
      pair(
        'TcpExt',
        el7,
        el7.slice(1).map((_, at) => at),
      ),
    ),
    facts: {},
    untold: ['counters.listen_overflows_since_boot'],
  },
  ...(
    [
      ['Linux 2.6.32 to 3.3', STAT.oldest],
      ['Linux 3.10 to 5.4', STAT.el7],
      ['Linux 5.10 to 6.18', STAT.since5],
    ] as const
  ).map(([from, header]): Format => ({
    check: 'conntrack',
    from: `${from}, net/netfilter/nf_conntrack_standalone.c ct_cpu_seq_show()`,
    text: conntrack(header),
    facts: {
      'kernel.conntrack_count': 4046,
      'kernel.conntrack_max': 4096,
      'kernel.conntrack_used_ratio': 0.9878,
      'kernel.conntrack_drops_since_boot': 2 * 0x1d8,
    },
  })),
  {
    check: 'conntrack',
    from: 'Linux 6.x without CONFIG_NF_CONNTRACK_PROCFS: no table of statistics',
    text: '/proc/sys/net/netfilter/nf_conntrack_count:7\n/proc/sys/net/netfilter/nf_conntrack_max:262144\n',
    facts: { 'kernel.conntrack_count': 7, 'kernel.conntrack_max': 262_144 },
    untold: ['kernel.conntrack_drops_since_boot', 'kernel.conntrack_buckets'],
  },
  ...([9, 10, 11, 13, 15] as const).map((columns): Format => ({
    check: 'softnet',
    from: `net/core/net-procfs.c softnet_seq_show(), ${columns} columns (2.6.32: 9, 3.10: 10, 3.11: 11, 5.10: 13, 6.5: 15)`,
    text: `${['0066399f', '000000ff', '00000002', ...Array.from({ length: columns - 3 }, () => '00000000')].join(' ')}\n`.repeat(
      3,
    ),
    facts: { 'kernel.softnet_drops_since_boot': 765 },
    untold: ['kernel.neighbours'],
  })),
  {
    check: 'softnet',
    from: 'Linux 3.10 (%08lx: wider than eight where a counter is), net/core/neighbour.c neigh_stat_seq_show(): no table_fulls',
    text: `0066399f 00000000 00000002 ${'00000000 '.repeat(7)}
table arp_cache
entries  allocs destroys hash_grows  lookups hits  res_failed  rcv_probes_mcast rcv_probes_ucast  periodic_gc_runs forced_gc_runs unresolved_discards
00000021  1000007ab 000006fa 00000004  00001a1b 00000980  00000000  00000000 00000000  0000aa12 00000000 00000000
`,
    facts: { 'kernel.neighbours': 33 },
    untold: ['kernel.neighbour_overflows_since_boot'],
  },
  {
    check: 'sockstat',
    from: 'Linux 3.10 to 6.18, net/ipv4/proc.c sockstat_seq_show()',
    text: 'sockets: used 680\nTCP: inuse 11 orphan 2 tw 6 alloc 17 mem 4\nUDP: inuse 5 mem 3\nUDPLITE: inuse 0\nRAW: inuse 0\nFRAG: inuse 0 memory 0\nTCP6: inuse 3\nUDP6: inuse 1\nUDPLITE6: inuse 0\nRAW6: inuse 0\nFRAG6: inuse 0 memory 0\n',
    facts: {
      'sockets.in_use': 14,
      'sockets.time_wait_tally': 6,
      'sockets.orphans': 2,
      'sockets.allocated': 17,
      'sockets.memory_pages': 4,
    },
  },
  {
    check: 'descriptors',
    from: 'fs/file_table.c proc_nr_files(); systemd sets the largest number there is',
    text: '2016\t0\t9223372036854775807\n',
    facts: { 'descriptors.allocated': 2016, 'descriptors.used_ratio': 0 },
  },
  {
    check: 'settings',
    from: 'Linux 3.10: no tcp_tw_reuse_delay, tcp_tw_recycle still there; values of three with tabs',
    text: '/proc/sys/net/core/somaxconn:128\n/proc/sys/net/ipv4/ip_local_port_range:32768\t61000\n/proc/sys/net/ipv4/ip_local_reserved_ports:\n/proc/sys/net/ipv4/tcp_mem:188319\t251095\t376638\n/proc/sys/net/ipv4/tcp_tw_recycle:0\n/proc/sys/net/ipv4/tcp_tw_reuse:0\n',
    facts: {
      'settings.somaxconn': 128,
      'settings.ports_available': 28_233,
      'settings.tcp_mem_max_pages': 376_638,
      'settings.tcp_tw_recycle': 0,
    },
    untold: ['settings.tcp_timestamps', 'settings.tcp_max_orphans'],
  },
  {
    check: 'identity',
    from: 'Alpine 3.20 with busybox, no ss; os-release without quotes',
    text: 'system Linux\nkernel 6.6.31-0-virt\nPRETTY_NAME=Alpine\nuptime 88.10\nboot_id \nuid 0\nnetns \ncpus 2\nss /bin/sh: ss: not found\n',
    facts: {
      'host.kernel': '6.6.31-0-virt',
      'host.distribution': 'Alpine',
      'host.is_root': true,
      'host.cpus': 2,
    },
    untold: ['host.boot_id', 'host.netns', 'host.iproute2'],
  },
  ...(
    [
      ['ss utility, iproute2-ss130430', '130430'],
      ['ss utility, iproute2-5.15.0', '5.15.0'],
      ['ss utility, iproute2-6.12.0, libbpf 1.5.0', '6.12.0'],
    ] as const
  ).map(([line, version]): Format => ({
    check: 'identity',
    from: `ss -V: ${version}`,
    text: `system Linux\nss ${line}\n`,
    facts: { 'host.iproute2': version },
  })),
];
