/** What a tool prints that is not the one that was asked for, or speaks another language. */
export const FOREIGN: readonly { readonly from: string; readonly text: string }[] = [
  {
    from: 'net-tools 2.10 netstat -ant',
    text: `Active Internet connections (servers and established)
Proto Recv-Q Send-Q Local Address           Foreign Address         State      
tcp        5      0 0.0.0.0:8080            0.0.0.0:*               LISTEN     
tcp        0      0 10.9.0.1:8080           10.9.0.2:60496          TIME_WAIT  
tcp6       0      0 :::22                   :::*                    LISTEN     
`,
  },
  {
    from: 'net-tools netstat -s',
    text: `Ip:
    Forwarding: 1
    163484 total packets received
Tcp:
    8310 active connection openings
    46 connections established
    8900 segments retransmited
TcpExt:
    33 times the listen queue of a socket overflowed
    33 SYNs to LISTEN sockets dropped
`,
  },
  {
    from: 'net-tools netstat -ant, LANG=de_DE',
    text: `Aktive Internetverbindungen (Server und stehende Verbindungen)
Proto Recv-Q Send-Q Local Address           Foreign Address         State      
tcp        0      0 0.0.0.0:22              0.0.0.0:*               LISTEN     
tcp        0      0 10.9.0.1:22             10.9.0.2:50000          VERBUNDEN  
`,
  },
  {
    from: 'busybox 1.35 netstat -ant',
    text: `Active Internet connections (servers and established)
Proto Recv-Q Send-Q Local Address           Foreign Address         State       
tcp        5      0 0.0.0.0:8080            0.0.0.0:*               LISTEN      
tcp        0      0 10.9.0.1:8080           10.9.0.2:60496          TIME_WAIT   
`,
  },
  {
    from: 'a translated ss',
    text: `상태   수신-Q 송신-Q 로컬 주소:포트 원격 주소:포트 프로세스
수신대기 5    4      0.0.0.0:8080   0.0.0.0:*
연결됨   0    0      10.9.0.1:8080  10.9.0.2:50000
`,
  },
  { from: 'a translated ss -s', text: '전체: 35\nTCP:   9 (연결됨 2, 닫힘 4, 고아 0, 대기 4)\n' },
  {
    from: 'procps sysctl -a',
    text: 'net.core.somaxconn = 4096\nnet.ipv4.tcp_rmem = 4096\t131072\t6291456\n',
  },
  {
    from: 'busybox sysctl',
    text: "net.core.somaxconn = 4096\nsysctl: error: 'net.ipv4.tcp_tw_recycle' is an unknown key\n",
  },
  { from: 'a shell without the tool', text: '/bin/sh: 1: ss: not found\n' },
  { from: 'the same in Korean', text: '/bin/sh: 줄 1: ss: 명령어를 찾을 수 없음\n' },
  { from: 'ss without rights', text: 'Cannot open netlink socket: Permission denied\n' },
  {
    from: 'usage of a busybox applet',
    text: 'BusyBox v1.35.0 (Debian 1:1.35.0-4+deb12u1) multi-call binary.\n\nUsage: awk [OPTIONS] [AWK_PROGRAM] [FILE]...\n',
  },
  {
    from: 'a proxy',
    text: '<!DOCTYPE html>\n<html><head><title>403</title></head><body>1 2 3</body></html>\n',
  },
  { from: 'JSON', text: '{"TCP":{"estab":5},"state":"ESTAB","end":[1,2]}\n' },
  {
    from: 'a message of the day',
    text: 'Last login: Sun Nov 29 10:20:15 2026 from 10.0.0.1\n*** maintenance at 22:00 ***\n',
  },
];
