import { chmod, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SH_PROC_SS } from '../../../src/core/checklist/proc-sockets.ts';
import { findTool } from '../../../src/demo/lab/requirements.ts';
import { needs } from '../../support/machine.ts';
import { feed } from './look.ts';
import { AWKS } from './other-ss.ts';

const HEADER =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';
const body = (output: string): string => output.slice(output.indexOf('\n') + 1);
const row = (ends: string, state: string, queues: string, timer = '00:00000000 00000000'): string =>
  `   0: ${ends} ${state} ${queues} ${timer}    33        0 7 1 ffff8800 20 4 30 10 -1`;
/** No process holds it any more, or none yet. */
const ownerless = (line: string): string => line.replace(' 0 7 1 ', ' 0 0 1 ');
const NONE = '00000000:00000000';

/** net/ipv4/tcp_ipv4.c, the same from Linux 3.10 to 6.18; listeners stand first. */
const V4 = [
  HEADER,
  row('00000000:1F90 00000000:0000', '0A', '00000000:00000011'),
  row('0100007F:0016 00000000:0000', '0A', NONE),
  row('0100090A:1F90 0200090A:C350', '01', '00000000:0001F0A0', '02:000AFC80 00000000'),
  row('0100090A:9C40 0200090A:0050', '01', '00000064:00000000', '01:000001E7 00000006'),
  ownerless(row('0100090A:9C41 0200090A:0050', '06', NONE, '03:00001749 00000000')),
  row('0100090A:9C42 0200090A:0050', '02', '00000001:00000000', '01:00000064 00000001'),
  row('0100090A:9C43 0200090A:0050', '08', '00000000:00000001'),
  ownerless(row('0100090A:9C44 0200090A:0050', '05', NONE, '03:00000100 00000000')),
  row('0100090A:9C45 0200090A:0050', '07', NONE),
  ownerless(row('0100090A:9C46 0200090A:0050', '04', '00B2D05E:00000000', '04:00000BB8 00000000')),
  ownerless(row('0100090A:1F90 0300090A:C350', '0C', NONE, '01:00000064 00000002')),
].join('\n');
const V6 = [
  HEADER,
  row('00000000000000000000000000000000:1F90 00000000000000000000000000000000:0000', '0A', NONE),
  row('00000000000000000000000000000000:01BB 00000000000000000000000000000000:0000', '0A', NONE),
  row('00000000000000000000000001000000:0277 00000000000000000000000000000000:0000', '0A', NONE),
  row('000080FE00000000FF005450B6AD1DFE:9C40 B80D0120000000000000000001000000:0050', '01', NONE),
  row('0000000000000000FFFF00000100090A:01BB 0000000000000000FFFF00000200090A:C350', '01', NONE),
].join('\n');

/** The same table as a machine of the other byte order prints it: each word of an address turned round. */
const turned = (text: string): string =>
  text.replaceAll(/\b(?:[0-9A-F]{8}|[0-9A-F]{32})(?=:[0-9A-F]{4} )/g, (address) =>
    address.replaceAll(/(..)(..)(..)(..)/g, '$4$3$2$1'),
  );

const ALL = `LISTEN 17 - 0.0.0.0:8080 0.0.0.0:*
LISTEN 0 - 127.0.0.1:22 0.0.0.0:*
ESTAB 127136 0 10.9.0.1:8080 10.9.0.2:50000 timer:(keepalive,7200sec,0)
ESTAB 0 100 10.9.0.1:40000 10.9.0.2:80 timer:(on,4sec,6)
TIME-WAIT 0 0 10.9.0.1:40001 10.9.0.2:80 timer:(timewait,59sec,0)
SYN-SENT 0 1 10.9.0.1:40002 10.9.0.2:80 timer:(on,1sec,1)
CLOSE-WAIT 1 0 10.9.0.1:40003 10.9.0.2:80
FIN-WAIT-2 0 0 10.9.0.1:40004 10.9.0.2:80 timer:(timewait,2sec,0)
FIN-WAIT-1 0 11718750 10.9.0.1:40006 10.9.0.2:80 timer:(persist,30sec,0)
SYN-RECV 0 0 10.9.0.1:8080 10.9.0.3:50000 timer:(on,1sec,2)
LISTEN 0 - [::]:8080 [::]:*
LISTEN 0 - *:443 [::]:*
LISTEN 0 - [::1]:631 [::]:*
ESTAB 0 0 [fe80::5054:ff:fe1d:adb6]:40000 [2001:db8::1]:80
ESTAB 0 0 [::ffff:10.9.0.1]:443 [::ffff:10.9.0.2]:50000
`;

const gate = needs(...AWKS);
describe.skipIf(gate.skip)(`sockets of /proc/net/tcp as rows of ss ${gate.reason}`, () => {
  let dir = '';
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'tcpcheck-proc-'));
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  /** Runs our `ss` over other files, on a machine of that kind, with that awk. */
  const ss = async (args: string, machine: string, awk: (typeof AWKS)[number], v6 = V6): Promise<string> => {
    const bin = await mkdtemp(join(dir, 'bin-'));
    const isBig = machine === 's390x';
    await writeFile(join(bin, 'tcp'), isBig ? turned(V4) : V4);
    if (v6 !== '') await writeFile(join(bin, 'tcp6'), isBig ? turned(v6) : v6);
    await writeFile(join(bin, 'uname'), `#!/bin/sh\necho ${machine}\n`);
    await chmod(join(bin, 'uname'), 0o755);
    await symlink(findTool(awk) ?? '', join(bin, 'awk'));
    const script = SH_PROC_SS.replaceAll('/proc/net/', `${bin}/`);
    const PATH = `${bin}:/usr/sbin:/usr/bin:/sbin:/bin`;
    return (await feed(['sh', '-s'], `${script}\nss ${args}\n`, { PATH, LC_ALL: 'C' })).output;
  };

  it.each(AWKS)('are the same with %s, in both byte orders', async (awk) => {
    expect(body(await ss('-tano', 'x86_64', awk))).toBe(ALL);
    expect(body(await ss('-tano', 's390x', awk))).toBe(ALL);
  });

  it('of one state come without it, as with ss', async () => {
    expect(await ss('-tne state listening', 'x86_64', 'mawk', '')).toBe(
      'Recv-Q Send-Q Local:Port Peer:Port from-proc\n17 - 0.0.0.0:8080 0.0.0.0:* uid:33 ino:7\n0 - 127.0.0.1:22 0.0.0.0:* uid:33 ino:7\n',
    );
    expect(body(await ss('-tne state close-wait', 'x86_64', 'mawk'))).toBe(
      '1 0 10.9.0.1:40003 10.9.0.2:80 uid:33 ino:7\n',
    );
    expect(body(await ss('-tn state closing', 'x86_64', 'mawk'))).toBe('');
  });

  it('of some ports are those of no state that must be asked for', async () => {
    const asked = body(await ss('-tn "( sport = :8080 or sport = :443 )"', 'x86_64', 'mawk'));
    expect(asked).toBe(
      'ESTAB 127136 0 10.9.0.1:8080 10.9.0.2:50000\nESTAB 0 0 [::ffff:10.9.0.1]:443 [::ffff:10.9.0.2]:50000\n',
    );
  });

  it('give no answer about what is not there', async () => {
    expect(await ss('-tino "dst 10.9.0.2:80"', 'x86_64', 'mawk')).toBe('');
  });
});
