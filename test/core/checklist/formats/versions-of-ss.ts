import type { Format } from './format.ts';

const LISTENERS = {
  'listener.queue_first[0.0.0.0:8080]': 5,
  'listener.backlog[0.0.0.0:8080]': 4,
  'listener.backlog[[::1]:9443]': 128,
  'listener.backlog[[fe80::1]:7001]': 16,
};
/** Before 4.15 the wildcard of IPv4 is `*`. */
const OLD_LISTENERS = {
  'listener.queue_first[*:8080]': 5,
  'listener.backlog[*:8080]': 4,
  'listener.backlog[[::1]:9443]': 128,
  'listener.backlog[[fe80::1]:7001]': 16,
};

const summary = (from: string, text: string, open: number): Format => ({
  check: 'socket-summary',
  from: `ss -s of iproute2 ${from}, misc/ss.c print_summary()`,
  text,
  facts: { 'sockets.established_or_close_wait': open },
});
const listeners = (from: string, text: string, facts: Format['facts'] = LISTENERS): Format => ({
  check: 'listeners',
  from: `ss -tnem state listening of ${from}`,
  text,
  facts,
});

const users = (from: string, users_: string): Format => ({
  check: 'process-descriptors',
  from,
  text: `Recv-Q Send-Q Local Address:Port Peer Address:Port
0      128    0.0.0.0:80         0.0.0.0:*     ${users_} ino:7 sk:1
pids 7
/proc/7/stat:7 (nginx) S 1 7 7 0 -1 4194304 500 0 0 0 3 4 0 0 20 0 1 0 4000 91963392 2956
/proc/uptime:100.00 1.00
/proc/7/fd 9
clk_tck 100
/proc/7/limits:Max open files            1024                 4096                 files     
`,
  facts: {
    'listener.process[0.0.0.0:80]': 'nginx',
    'listener.pid[0.0.0.0:80]': 7,
    'listener.process_descriptor_ratio[0.0.0.0:80]': 0.0088,
  },
});

/** iproute2 3.10 to 6.12. */
export const SS_FORMATS: readonly Format[] = [
  summary(
    '3.10',
    'Total: 35 (kernel 680)\nTCP:   9 (estab 2, closed 4, orphaned 0, synrecv 0, timewait 4/0), ports 0\n\nTransport Total     IP        IPv6\n*\t  680       -         -        \nRAW\t  0         0         0        \nTCP\t  5         4         1        \n',
    2,
  ),
  summary(
    '4.18',
    'Total: 35\nTCP:   9 (estab 2, closed 4, orphaned 0, timewait 4)\n\nTransport Total     IP        IPv6\nRAW\t  0         0         0        \n',
    2,
  ),
  summary(
    '6.12',
    'Total: 190\nTCP:   20449 (estab 1, closed 20447, orphaned 50, timewait 20000)\n\nTransport Total     IP        IPv6\nRAW\t  0         0         0        \n',
    1,
  ),
  listeners(
    '3.10: no brackets, wide columns, details on the next line, the interface is lost',
    `Recv-Q Send-Q           Local Address:Port             Peer Address:Port
5      4                            *:8080                        *:*
\t ino:101 sk:ffff880035a3a000
\t skmem:(r0,rb87380,t0,tb16384,f0,w0,o0,bl0)
0      128                        ::1:9443                       :::*
\t ino:102 sk:ffff880035a3a001
0      16                     fe80::1:7001                       :::*
`,
    OLD_LISTENERS,
  ),
  listeners(
    '4.11: state column kept',
    `State      Recv-Q Send-Q Local Address:Port               Peer Address:Port
LISTEN     5      4            *:8080                     *:*                   ino:101 sk:1 <->
LISTEN     0      128        ::1:9443                    :::*                   ino:102 sk:2 <->
LISTEN     0      16     fe80::1%dmv0:7001               :::*                   ino:103 sk:3 <->
`,
    OLD_LISTENERS,
  ),
  listeners(
    '4.15 to 4.19: state glued to Recv-Q',
    `State  Recv-Q  Send-Q   Local Address:Port    Peer Address:Port
LISTEN5      4               0.0.0.0:8080          0.0.0.0:*      ino:101 sk:1 <->
LISTEN0      128               [::1]:9443             [::]:*      ino:102 sk:2 <->
LISTEN0      16         [fe80::1]%dmv0:7001           [::]:*      ino:103 sk:3 <->
`,
  ),
  listeners(
    '5.4 to 6.6: the header is glued, there is a Process column',
    `Recv-Q Send-Q Local Address:Port Peer Address:PortProcess
5      4            0.0.0.0:8080      0.0.0.0:*    ino:101 sk:1 cgroup:/system.slice/web.service <->
\t skmem:(r0,rb131072,t0,tb16384,f0,w0,o0,bl0,d7)
0      128            [::1]:9443         [::]:*    ino:102 sk:2 cgroup:/a.scope v6only:1 <->
0      16    [fe80::1]%dmv0:7001         [::]:*    ino:103 sk:3 cgroup:/ v6only:1 <->
`,
    { ...LISTENERS, 'listener.restart_hint[0.0.0.0:8080]': 'web.service' },
  ),
  listeners(
    '6.8 to 6.12: compact, no Process column',
    `Recv-Q Send-Q Local Address:Port Peer Address:Port
5      4            0.0.0.0:8080      0.0.0.0:*    ino:101 sk:1 <->	 skmem:(r0,rb131072,t0,tb16384,f0,w0,o0,bl0,d7)
0      128            [::1]:9443         [::]:*    ino:102 sk:2 v6only:1 <->
0      16    [fe80::1]%dmv0:7001         [::]:*    ino:103 sk:3 v6only:1 <->
`,
  ),
  listeners(
    'any: dual-stack, v4-mapped and bound to an interface',
    `State  Recv-Q Send-Q Local Address:Port Peer Address:Port
LISTEN 0      511               *:443             *:*
LISTEN 3      16  [::ffff:10.9.0.1]:8443          *:*
LISTEN 0      16    0.0.0.0%dmv0:7000       0.0.0.0:*
`,
    {
      'listener.backlog[*:443]': 511,
      'listener.queue_first[10.9.0.1:8443]': 3,
      'listener.backlog[0.0.0.0:7000]': 16,
    },
  ),
  users('users of iproute2 before 4.0', 'users:(("nginx",7,6))'),
  users('users of iproute2 4.0 to 6.12', 'users:(("nginx",pid=7,fd=6))'),
  users('several workers share a listener', 'users:(("nginx",pid=7,fd=6),("nginx",pid=8,fd=6))'),
];
