import { chmod, mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findTool } from '../../../src/demo/lab/requirements.ts';

/** What an `ss` prints for the questions of the checklist. */
export interface OtherSs {
  /** ss -tn… state listening */
  readonly listening: string;
  /** ss -tano: the second sample */
  readonly all: string;
  /** ss -tanoi: the first sample; without it the same rows, with nothing told of them */
  readonly detailed?: string;
  /** ss -tne "( sport = … )" */
  readonly ofPorts?: string;
  /** ss -tinoe "…": connections with full queues, in each sample */
  readonly queued?: readonly [string, string];
}

/** Every awk that a Linux distribution calls awk. */
export const AWKS = ['mawk', 'gawk', 'original-awk', 'busybox'] as const;
export type Awk = (typeof AWKS)[number];

/** File of that folder with the arguments of every `ss -tinoe`, a line each. */
export const ASKED_WITH = 'filters';

/** Makes a folder for PATH with this `ss` and this awk in it. */
export async function placeSs(dir: string, ss: OtherSs, awk: Awk): Promise<string> {
  const bin = await mkdtemp(join(dir, 'bin-'));
  await writeSs(bin, ss);
  await writeFile(join(bin, ASKED_WITH), '');
  const script = `#!/bin/sh
case "$1" in -tinoe) echo "$*" >>${bin}/filters ;; esac
case "$*" in
  *"state listening") cat ${bin}/listening ;;
  -tano) cat ${bin}/all ;;
  -tanoi) cat ${bin}/detailed ;;
  -tinoe*) if [ "$TC_SAMPLE" = 1 ]; then cat ${bin}/queued; else cat ${bin}/queuedThen; fi ;;
  *sport*) cat ${bin}/ofPorts ;;
  -s) printf 'TCP:   1 (estab 1, closed 0)\\n' ;;
esac
`;
  await writeFile(join(bin, 'ss'), script);
  await chmod(join(bin, 'ss'), 0o755);
  await symlink(findTool(awk) ?? '/nonexistent', join(bin, 'awk'));
  return bin;
}

/** From now on the `ss` of that folder prints this. */
export async function writeSs(bin: string, ss: OtherSs): Promise<void> {
  const [queued = '', queuedThen = queued] = ss.queued ?? [];
  const files = {
    listening: ss.listening,
    all: ss.all,
    ofPorts: ss.ofPorts ?? '',
    detailed: ss.detailed ?? ss.all,
    queued,
    queuedThen,
  };
  for (const [file, text] of Object.entries(files)) await writeFile(join(bin, file), text);
}

/** As ss prints it since iproute2 5.4. */
export const HEADER = 'State Recv-Q Send-Q Local Address:Port Peer Address:Port Process';
/** One host with a bit of everything. */
export const MODERN: OtherSs = {
  listening: `Recv-Q Send-Q Local Address:Port Peer Address:Port Process
17     16           0.0.0.0:8080      0.0.0.0:*
0      128             [::]:22           [::]:*
0      511                *:443             *:*
`,
  all: `State     Recv-Q Send-Q           Local Address:Port            Peer Address:Port Process
LISTEN    17     16                     0.0.0.0:8080                 0.0.0.0:*
LISTEN    0      128                       [::]:22                      [::]:*
LISTEN    0      511                          *:443                        *:*
ESTAB     0      0                     10.9.0.1:8080                10.9.0.2:50000
TIME-WAIT 0      0                     10.9.0.1:8080                10.9.0.2:50001
CLOSE-WAIT 1     0           [::ffff:10.9.0.1]:443         [::ffff:10.9.0.2]:50002
ESTAB     0      0                     10.9.0.1:40000               10.9.0.2:80
TIME-WAIT 0      0                     10.9.0.1:40001               10.9.0.2:80
FIN-WAIT-2 0     0                     10.9.0.1:40002               10.9.0.2:80
SYN-SENT  0      1           [fe80::1]%eth0:40003              [fe80::2]:80
ESTAB     0      0                     10.9.0.1:1025                10.9.0.2:80
TIME-WAIT 0      0                     10.9.0.1:5000                10.9.0.2:80
`,
  ofPorts: `State Recv-Q Send-Q Local Address:Port Peer Address:Port Process
ESTAB 0      0           10.9.0.1:8080      10.9.0.2:50000 uid:33 ino:12345 sk:1 <->
ESTAB 0      0           10.9.0.1:8080      10.9.0.2:50004 ino:0 sk:2 <->
CLOSE-WAIT 1 0           10.9.0.1:8080      10.9.0.2:50003 ino:0 sk:3 <->
FIN-WAIT-1 0 1           10.9.0.1:8080      10.9.0.2:50005 ino:0 sk:4 <->
`,
};

/** The same host, printed by iproute2 3.10: no brackets, padded columns, details on the next line. */
export const OLD: OtherSs = {
  listening: `Recv-Q Send-Q        Local Address:Port          Peer Address:Port
17     16                        *:8080                     *:*
0      128                      :::22                      :::*
0      511                      :::443                     :::*
`,
  all: `State      Recv-Q Send-Q        Local Address:Port          Peer Address:Port
LISTEN     17     16                        *:8080                     *:*
LISTEN     0      128                      :::22                      :::*
LISTEN     0      511                      :::443                     :::*
ESTAB      0      0                  10.9.0.1:8080              10.9.0.2:50000
TIME-WAIT  0      0                  10.9.0.1:8080              10.9.0.2:50001
CLOSE-WAIT 1      0           ::ffff:10.9.0.1:443       ::ffff:10.9.0.2:50002
ESTAB      0      0                  10.9.0.1:40000             10.9.0.2:80
TIME-WAIT  0      0                  10.9.0.1:40001             10.9.0.2:80
FIN-WAIT-2 0      0                  10.9.0.1:40002             10.9.0.2:80
SYN-SENT   0      1                   fe80::1:40003              fe80::2:80
ESTAB      0      0                  10.9.0.1:1025              10.9.0.2:80
TIME-WAIT  0      0                  10.9.0.1:5000              10.9.0.2:80
`,
  ofPorts: `State      Recv-Q Send-Q        Local Address:Port          Peer Address:Port
ESTAB      0      0                  10.9.0.1:8080              10.9.0.2:50000
\t uid:33 ino:12345 sk:ffff8800
ESTAB      0      0                  10.9.0.1:8080              10.9.0.2:50004
\t ino:0 sk:ffff8801
CLOSE-WAIT 1      0                  10.9.0.1:8080              10.9.0.2:50003
\t ino:0 sk:ffff8802
FIN-WAIT-1 0      1                  10.9.0.1:8080              10.9.0.2:50005
\t ino:0 sk:ffff8803
`,
};

/** iproute2 4.18: the state is glued to Recv-Q. */
export const GLUED: OtherSs = {
  ...MODERN,
  all: MODERN.all.replaceAll(/^([A-Z0-9-]+) +(\d+) /gm, '$1$2 '),
  ofPorts: (MODERN.ofPorts ?? '').replaceAll(/^([A-Z0-9-]+) +(\d+) /gm, '$1$2 '),
};
