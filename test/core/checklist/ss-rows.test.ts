import { describe, expect, it } from 'vitest';
import { linesOf } from '../../../src/core/checklist/lines.ts';
import { ssRows } from '../../../src/core/checklist/ss-rows.ts';

const rowsOf = (text: string): unknown[] =>
  ssRows(linesOf(text)).map(({ state, recvQ, sendQ, local, peer, details }) => [
    state,
    recvQ,
    sendQ,
    `${local.address} ${local.port}`,
    `${peer.address} ${peer.port}`,
    details,
  ]);

/** One listener and one connection, as different iproute2 print them. */
describe('rows of ss', () => {
  it.each([
    [
      '3.10: no brackets, padded columns',
      `State      Recv-Q Send-Q        Local Address:Port          Peer Address:Port
LISTEN     0      128                      :::8443                    :::*
LISTEN     5      4                         *:8080                     *:*
ESTAB      0      0      ::ffff:10.9.0.1:8443  ::ffff:10.9.0.2:40000`,
      [
        ['LISTEN', 0, 128, ':: 8443', ':: null', ''],
        ['LISTEN', 5, 4, '* 8080', '* null', ''],
        ['ESTAB', 0, 0, '10.9.0.1 8443', '10.9.0.2 40000', ''],
      ],
    ],
    [
      '4.15 to 4.19: state and Recv-Q glued in narrow tables, header too',
      `StateRecv-Q Send-Q Local Address:Port Peer Address:Port
LISTEN5      4            0.0.0.0:8080        0.0.0.0:*
LISTEN0      128             [::]:22             [::]:*
FIN-WAIT-10  0           10.9.0.1:8080     10.9.0.2:40001
TIME-WAIT0   0           10.9.0.1:8080     10.9.0.2:40002`,
      [
        ['LISTEN', 5, 4, '0.0.0.0 8080', '0.0.0.0 null', ''],
        ['LISTEN', 0, 128, ':: 22', ':: null', ''],
        ['FIN-WAIT-1', 0, 0, '10.9.0.1 8080', '10.9.0.2 40001', ''],
        ['TIME-WAIT', 0, 0, '10.9.0.1 8080', '10.9.0.2 40002', ''],
      ],
    ],
    [
      '5.15, 6.1: header glued to Process, interface outside the brackets',
      `State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess
LISTEN 0      128    [fe80::1]%dmv0:7001         [::]:*    ino:1511 sk:1 cgroup:/ <->
LISTEN 0      4096   0.0.0.0%dmv0:7000        0.0.0.0:*    users:(("web",pid=7,fd=3))`,
      [
        ['LISTEN', 0, 128, 'fe80::1 7001', ':: null', 'ino:1511 sk:1 cgroup:/ <->'],
        ['LISTEN', 0, 4096, '0.0.0.0 7000', '0.0.0.0 null', 'users:(("web",pid=7,fd=3))'],
      ],
    ],
    [
      'filter by state: no State column',
      `Recv-Q Send-Q Local Address:Port Peer Address:Port
5      4            0.0.0.0:8080        0.0.0.0:*
0      128                *:443               *:*`,
      [
        ['LISTEN', 5, 4, '0.0.0.0 8080', '0.0.0.0 null', ''],
        ['LISTEN', 0, 128, '* 443', '* null', ''],
      ],
    ],
    [
      'details on a line of their own',
      `State  Recv-Q Send-Q Local Address:Port Peer Address:Port
ESTAB  0      0      10.9.0.1:40000 10.9.0.2:8080
\t ts sack cubic wscale:7,7 rto:204
ESTAB  0      0      10.9.0.1:40001 10.9.0.2:8080 ino:0`,
      [
        ['ESTAB', 0, 0, '10.9.0.1 40000', '10.9.0.2 8080', ' ts sack cubic wscale:7,7 rto:204'],
        ['ESTAB', 0, 0, '10.9.0.1 40001', '10.9.0.2 8080', 'ino:0'],
      ],
    ],
    [
      'junk, other languages and a connection without its state are no rows',
      `Zustand Recv-Q Send-Q Lokale Adresse:Port
Cannot open netlink socket: Permission denied
LISTEN x 128 0.0.0.0:80 0.0.0.0:*
LISTEN 0 128 0.0.0.0:http 0.0.0.0:*
LISTEN 0 128
0 0 10.9.0.1:40000 10.9.0.2:8080
BOUND 0 0 10.9.0.1:40000 10.9.0.2:8080
\tdetails of a row that is none
LISTEN 99999999999999999999 128 0.0.0.0:80 0.0.0.0:*`,
      [],
    ],
  ])('%s', (_, text, rows) => {
    expect(rowsOf(text)).toEqual(rows);
  });
});
