import type { HostGroup, SubjectGroup } from './facts.ts';

/** What a fact holds; `number` facts carry their unit as the last word of the name. */
export type FactKind = 'number' | 'text' | 'flag';

export interface FactSpec {
  readonly kind: FactKind;
  /** One line for playbook authors: what it is and where it is read. */
  readonly meaning: string;
}

const number = (meaning: string): FactSpec => ({ kind: 'number', meaning });
const text = (meaning: string): FactSpec => ({ kind: 'text', meaning });
const flag = (meaning: string): FactSpec => ({ kind: 'flag', meaning });

/**
 * Every fact a parser may produce and a playbook may name. A misspelt fact in a playbook is an error with
 * line and column because conditions are type-checked against this table.
 */
export const FACT_CATALOGUE = {
  host: {
    system: text('uname -s; anything but Linux cannot be diagnosed'),
    kernel: text('uname -r'),
    kernel_major: number('first number of uname -r'),
    kernel_minor: number('second number of uname -r'),
    bbr_module: flag('a module tcp_bbr is there for this kernel, so that the kernel can load it'),
    distribution: text('PRETTY_NAME of os-release'),
    uptime_s: number('seconds since boot'),
    boot_id: text('changes at every boot'),
    is_root: flag('the account that looked is root'),
    netns: text('network namespace that was looked at'),
    cpus: number('processors online'),
    iproute2: text('version of ss'),
    setting_daemons: text(
      'programs seen on the host that set kernel settings by themselves: tuned, bpftune, kube-proxy, cloud-init …',
    ),
    tuned_profile: text('active profile of tuned, where it runs'),
  },
  run: {
    window_s: number('seconds between the two samples, measured on the host'),
  },
  sockets: {
    established: number('ESTABLISHED, second sample (above 50,000 sockets the first); so the other states'),
    syn_sent: number('SYN-SENT'),
    syn_recv: number('SYN-RECV'),
    fin_wait_1: number('FIN-WAIT-1'),
    fin_wait_2: number('FIN-WAIT-2'),
    time_wait: number('TIME-WAIT'),
    syn_recv_listener: text('address and port of the listener with the most SYN-RECV'),
    syn_recv_listener_count: number('how many it has'),
    syn_recv_listener_backlog: number(
      'its backlog: how many it may have before the SYN queue is full (before Linux 4.4 rounded up)',
    ),
    loopback_only_ports: number(
      'ports listened on at a loopback address only, without those that belong there (25, 53, 631, 953, 6010-6019)',
    ),
    loopback_only: text('the first three of them'),
    leftover_port: number(
      'of the ports outside the ephemeral range without a listener, the one with the most connections, at least 3; absent where there is none',
    ),
    leftover_count: number('connections on it, in any state; 0 where there is none'),
    leftover_time_wait: number('of those, in TIME-WAIT'),
    lossy_services: number(
      'of the services with a Send-Q that sent 50 segments or more over one connection that was followed, those that sent 1 % or more of them again; so the next five',
    ),
    clean_services: number('the others'),
    lossy_peer: text('remote end of the one with the largest share'),
    lossy_peer_ratio: number('that share'),
    lossy_min_rtt_ms: number('its shortest round-trip time'),
    lossy_congestion: text('its congestion control'),
    close_wait: number('CLOSE-WAIT'),
    close_wait_first: number('CLOSE-WAIT in the first sample'),
    close_wait_stayed_ratio: number(
      'share of the CLOSE-WAIT sockets of the first sample that were still in CLOSE-WAIT in the second; looked at from 20 on',
    ),
    close_wait_port: number('local port with the most CLOSE-WAIT; looked at from 20 on, so the next three'),
    close_wait_port_count: number('how many it has'),
    close_wait_peer: text('remote address and port with the most CLOSE-WAIT'),
    close_wait_peer_count: number('how many it has'),
    last_ack: number('LAST-ACK'),
    closing: number('CLOSING'),
    time_wait_inbound: number(
      'TIME-WAIT whose local port has a listener or lies outside the range: they cost no ephemeral port',
    ),
    time_wait_outbound: number(
      'TIME-WAIT whose local port has no listener and lies in the range: each holds an ephemeral port',
    ),
    established_or_close_wait: number('estab of ss -s: both states together; read at any number of sockets'),
    in_use: number('TCP sockets of this network namespace without TIME-WAIT, from sockstat'),
    time_wait_tally: number(
      'TIME-WAIT and orphaned FIN-WAIT-2 together, from sockstat; read at any number of sockets',
    ),
    orphans: number('TCP sockets no process holds any more, of the whole machine, from sockstat'),
    allocated: number('TCP sockets of all network namespaces of the machine, from sockstat'),
    memory_pages: number('memory pages of all TCP buffers of the machine, from sockstat'),
    orphans_ratio: number(
      'orphans / net.ipv4.tcp_max_orphans; absent inside a container, which cannot see it',
    ),
    memory_ratio: number(
      'memory_pages / the third of net.ipv4.tcp_mem; absent inside a container, so the next',
    ),
    memory_pressure_ratio: number('memory_pages / the second of net.ipv4.tcp_mem; under pressure above 1'),
  },
  counters: {
    listen_overflows_per_s: number('TcpExt ListenOverflows over the window'),
    listen_drops_per_s: number('TcpExt ListenDrops over the window'),
    active_opens_per_s: number('Tcp ActiveOpens over the window: outbound connects that found a port'),
    passive_opens_per_s: number('Tcp PassiveOpens over the window'),
    attempt_fails_per_s: number('Tcp AttemptFails over the window'),
    syn_retrans_per_s: number(
      'TcpExt TCPSynRetrans over the window: SYN and SYN-ACK sent again (Linux >= 3.14)',
    ),
    out_rsts_per_s: number('Tcp OutRsts over the window'),
    refused_per_s: number(
      'resets that belong to no connection, at most: OutRsts without those counted as an abort, a bad cookie or a full accept queue',
    ),
    icmp_rejects_per_s: number(
      'ICMP unreachable sent over the window, those held back by its rate limit included, without UDP to closed ports; IPv4 only',
    ),
    syncookies_recv_per_s: number('TcpExt SyncookiesRecv over the window: clients that answered a cookie'),
    syncookies_failed_per_s: number('TcpExt SyncookiesFailed over the window'),
    tw_recycled_per_s: number('TcpExt TWRecycled over the window: ports reused by tcp_tw_reuse'),
    time_wait_overflow_per_s: number('TcpExt TCPTimeWaitOverflow over the window'),
    out_segs_per_s: number('Tcp OutSegs over the window'),
    retrans_segs_per_s: number('Tcp RetransSegs over the window'),
    syncookies_sent_per_s: number('TcpExt SyncookiesSent over the window'),
    req_q_full_do_cookies_per_s: number('TcpExt TCPReqQFullDoCookies over the window'),
    req_q_full_drop_per_s: number('TcpExt TCPReqQFullDrop over the window'),
    memory_pressures_per_s: number(
      'TcpExt TCPMemoryPressures over the window: TCP came under memory pressure',
    ),
    abort_on_memory_per_s: number(
      'TcpExt TCPAbortOnMemory over the window: connections cut for want of memory, or for too many orphans',
    ),
    paws_passive_per_s: number(
      'TcpExt PAWSPassive over the window: SYN dropped because of tcp_tw_recycle (Linux before 4.12 only)',
    ),
    timeouts_per_s: number(
      'TcpExt TCPTimeouts over the window: nothing was acknowledged until the timer fired',
    ),
    fast_retrans_per_s: number(
      'TcpExt TCPFastRetrans over the window: sent again since later data was acknowledged',
    ),
    loss_probes_per_s: number(
      'TcpExt TCPLossProbes over the window: the last segment sent again to provoke an answer',
    ),
    dsack_recv_per_s: number('TcpExt TCPDSACKRecv over the window: the other end had the segment already'),
    spurious_timeouts_per_s: number('TcpExt TCPSpuriousRTOs over the window: timers that fired too early'),
    checksum_errors_per_s: number('Tcp InCsumErrors over the window: segments that arrived damaged'),
    retrans_ratio: number('RetransSegs / OutSegs over the window; OutSegs is without what is sent again'),
    lost_ratio: number(
      'the same without connection requests (TCPSynRetrans) and without what the other end had already (TCPDSACKRecv): about the share of packets lost',
    ),
    data_retrans_per_s: number('RetransSegs without TCPSynRetrans over the window'),
    syn_retrans_ratio: number('TCPSynRetrans / RetransSegs over the window; 0 where nothing was sent again'),
    needless_retrans_ratio: number(
      'dsack_recv_per_s / data_retrans_per_s, at most 1; 0 where nothing was sent again',
    ),
    listen_overflows_since_boot: number('TcpExt ListenOverflows as it stands'),
    time_wait_overflow_since_boot: number('TcpExt TCPTimeWaitOverflow as it stands'),
  },
  kernel: {
    conntrack_present: flag('the kernel tracks connections (nf_conntrack is there)'),
    conntrack_count: number('tracked connections'),
    conntrack_max: number('net.netfilter.nf_conntrack_max'),
    conntrack_buckets: number('net.netfilter.nf_conntrack_buckets'),
    conntrack_used_ratio: number('conntrack_count / conntrack_max; a full table alone drops nothing yet'),
    conntrack_drops_per_s: number('drop of /proc/net/stat/nf_conntrack over the window: packets lost'),
    conntrack_early_drops_per_s: number(
      'early_drop over the window: unconfirmed entries evicted to make room, nothing lost yet',
    ),
    conntrack_drops_since_boot: number('drop of /proc/net/stat/nf_conntrack as it stands'),
    softnet_drops_per_s: number('second column of softnet_stat over the window, all processors'),
    softnet_squeezes_per_s: number(
      'third column over the window: rounds that ended with packets left, which are only late',
    ),
    softnet_drops_since_boot: number('second column of softnet_stat as it stands'),
    device: text('network device that lost the most over the window; absent where none lost anything'),
    device_losses_per_s: number(
      'packets it could not send (errs and drop of its transmit side in /proc/net/dev) or received damaged (errs), over the window; without lo; dropped on receiving is not counted, since most of that is meant for nobody',
    ),
    neighbours: number(
      'entries of the IPv4 neighbour table; absent inside a container, so the other neighbours',
    ),
    neighbours6: number('entries of the IPv6 neighbour table'),
    neighbour_overflows_per_s: number('table_fulls of /proc/net/stat/arp_cache over the window'),
    neighbour6_overflows_per_s: number('table_fulls of /proc/net/stat/ndisc_cache over the window'),
    neighbour_overflows_since_boot: number('table_fulls of /proc/net/stat/arp_cache as it stands'),
  },
  descriptors: {
    allocated: number('first field of fs.file-nr'),
    max: number('third field of fs.file-nr'),
    used_ratio: number('allocated / max'),
    fullest_process: text('process nearest its own limit; also where nobody may see which one listens'),
    fullest_process_ratio: number('its descriptors / its limit'),
  },
  settings: {
    somaxconn: number('net.core.somaxconn'),
    tcp_tw_reuse: number('net.ipv4.tcp_tw_reuse'),
    tcp_timestamps: number('net.ipv4.tcp_timestamps'),
    tcp_fin_timeout_s: number('net.ipv4.tcp_fin_timeout'),
    tcp_syncookies: number('net.ipv4.tcp_syncookies'),
    tcp_abort_on_overflow: number('net.ipv4.tcp_abort_on_overflow'),
    tcp_max_syn_backlog: number('net.ipv4.tcp_max_syn_backlog'),
    tcp_max_tw_buckets: number('net.ipv4.tcp_max_tw_buckets'),
    tcp_max_orphans: number('net.ipv4.tcp_max_orphans; hidden inside a container'),
    tcp_mem_pressure_pages: number('second of net.ipv4.tcp_mem, in pages; hidden inside a container'),
    tcp_mem_max_pages: number('third of net.ipv4.tcp_mem, in pages; hidden inside a container'),
    tcp_tw_recycle: number('net.ipv4.tcp_tw_recycle; absent from Linux 4.12 on'),
    tcp_congestion_control: text('net.ipv4.tcp_congestion_control: what new connections use'),
    bbr_ready: flag('bbr stands in net.ipv4.tcp_available_congestion_control: built in, or loaded'),
    tcp_sack: number('net.ipv4.tcp_sack'),
    tcp_window_scaling: number('net.ipv4.tcp_window_scaling'),
    netdev_max_backlog: number('net.core.netdev_max_backlog; hidden inside a container, so the next'),
    netdev_budget: number('net.core.netdev_budget'),
    neighbour_limit: number('net.ipv4.neigh.default.gc_thresh3; hidden inside a container, so the next'),
    neighbour6_limit: number('net.ipv6.neigh.default.gc_thresh3'),
    port_range_low: number('first of net.ipv4.ip_local_port_range'),
    port_range_high: number('second of net.ipv4.ip_local_port_range'),
    ports_available: number('ports of the range that are not reserved'),
    reserved_ports: text('net.ipv4.ip_local_reserved_ports'),
  },
  pressure: {},
  listener: {
    address: text('local address of the listener'),
    port: number('local port of the listener'),
    sockets: number('listening sockets that share this address (SO_REUSEPORT); the fullest is told'),
    backlog: number('Send-Q of the listener: the length the accept queue may reach'),
    queue: number('Recv-Q of the listener in the second sample: connections waiting for accept()'),
    queue_first: number('Recv-Q in the first sample'),
    queue_peak: number('highest Recv-Q seen, both samples and once a second between them'),
    fill_ratio: number('queue_peak / backlog'),
    drops_per_s: number(
      'connections this listener dropped over the window, by the kernel’s own count (skmem d, Linux >= 4.7 and ss >= 4.7)',
    ),
    overflows_per_s: number(
      'listen_overflows_per_s of this listener: at most its drops_per_s; without those, ascribed whole to each listener whose queue was seen full (80 % or more) and 0 to the others, absent where none was',
    ),
    waiting: number('connections not yet accepted (inode 0) in the second sample, at most 512 looked at'),
    stayed_ratio: number(
      'share of the connections waiting in the first sample that still waited in the second',
    ),
    process: text('name of the process that listens'),
    pid: number('its process id'),
    process_descriptors: number('descriptors the process holds'),
    process_descriptor_limit: number('its soft limit (Max open files)'),
    process_descriptor_ratio: number('process_descriptors / process_descriptor_limit'),
    process_state: text('state letter of the process in the second sample (R S D T Z)'),
    process_cpu_ratio: number(
      'processor time of the process over the window / window; 1 is one whole processor',
    ),
    restart_hint: text('systemd unit of the process, where it has one'),
  },
  destination: {
    address: text('remote address'),
    port: number('remote port'),
    loopback: flag('the remote address is this host'),
    ports_used: number('distinct local ports in use towards it, inside the range, outbound only'),
    used_ratio: number('ports_used / ports_available'),
    time_wait: number('of those, in TIME-WAIT'),
    established: number('of those, ESTABLISHED'),
    syn_sent: number('of those, in SYN-SENT: nobody has answered yet'),
    syn_sent_first: number('the same in the first sample'),
    other: number('of those, neither in TIME-WAIT nor ESTABLISHED'),
    time_wait_ratio: number('time_wait / ports_used'),
    established_ratio: number('established / ports_used'),
    peer_timestamps: flag(
      'an established connection to it uses TCP timestamps; absent where none could be seen',
    ),
    closes_per_s: number(
      'connections to it that this host closed, average of the last minute: time_wait / 60; more where tcp_tw_reuse recycles ports',
    ),
  },
  process: {
    name: text('name of the process'),
    pid: number('its process id'),
    descriptors: number('descriptors it holds, second sample'),
    descriptors_first: number('the same in the first sample'),
    descriptor_limit: number('its soft limit (Max open files)'),
    descriptor_ratio: number('descriptors / descriptor_limit'),
    restart_hint: text('systemd unit of the process, where it has one'),
    sockets_ratio: number('share of its descriptors that are sockets; looked at from 20 CLOSE-WAIT on'),
    close_wait: number('of its descriptors, sockets in CLOSE-WAIT; above 2,048 descriptors an estimate'),
    close_wait_first: number('the same in the first sample'),
    close_wait_ratio: number('close_wait / descriptors'),
    close_wait_stayed_ratio: number(
      'share of its CLOSE-WAIT sockets of the first sample that were still in CLOSE-WAIT in the second',
    ),
  },
} as const satisfies Record<HostGroup | SubjectGroup, Record<string, FactSpec>>;
