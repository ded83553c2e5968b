import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { needs } from '../../support/machine.ts';
import {
  OLD_VALUES,
  RESET,
  startNamespaceHost,
  WIDEN,
  type NamespaceHost,
  type Settings,
} from '../../support/namespace-host.ts';

const gate = needs('lab', 'flock', 'busybox', 'dash', 'bash');
const SHELLS = ['dash', 'busybox sh', 'bash --posix'];
const RANGE = 'net.ipv4.ip_local_port_range';
const RESERVED = 'net.ipv4.ip_local_reserved_ports';

const good = (netns: string): readonly string[] => [
  'change c1',
  `netns ${netns}`,
  'key net.core.somaxconn',
  'old 128',
  'new 4096',
  'end',
];
describe.skipIf(gate.skip)(`the helper refuses ${gate.reason}`, () => {
  let host: NamespaceHost;
  beforeAll(async () => {
    host = await startNamespaceHost();
  });
  afterAll(async () => host.stop());
  beforeEach(async () => {
    await host.sh(RESET);
  });

  /** Nothing may have been written: neither a value nor, before the order was understood, a file. */
  async function expectUntouched(): Promise<void> {
    expect(await host.values()).toBe(OLD_VALUES);
    expect((await host.sh('ls /var/lib/tcpcheck/change.* /var/lib/tcpcheck/open')).stdout).toBe('');
  }

  const hostile: readonly [string, (lines: readonly string[]) => string][] = [
    ['an empty order', () => ''],
    ['an order that was cut off', (lines) => lines.slice(0, -1).join('\n')],
    ['an order that was cut off in a value', (lines) => [...lines.slice(0, -2), 'new 40'].join('\n')],
    ['an order that was cut off before a value', (lines) => [...lines.slice(0, -2), 'end\n'].join('\n')],
    ...[
      'change ../../etc/passwd',
      'change c1;reboot',
      'change $(touch /run/owned)',
      'change `touch /run/owned`',
      'change -rf',
      'change ',
      `change ${'c'.repeat(64)}`,
      `change ${'c'.repeat(10_000)}`,
      'netns $(touch /run/owned)',
      'netns 1 2',
      'key net/core/somaxconn',
      'key ../../etc/passwd',
      'key net.core.somaxconn;reboot',
      'key kernel.core_pattern',
      'key fs.file-max',
      'key *',
      'old 128;touch /run/owned',
      'old $(touch /run/owned)',
      'old 128"',
      "old 128'",
      'old 128\\',
      'old 128\t',
      'old 0x80',
      'new 4096;touch /run/owned',
      'new `touch /run/owned`',
      'new $(touch /run/owned)',
      'new 4096 && touch /run/owned',
      'new 4096|touch /run/owned',
      'new 4096>/run/owned',
      'new *',
      'new ~',
      'new ４０９６',
      'new bbr;touch /run/owned',
      'new BBR',
      'new ../bbr',
      'new 4096\r',
      `new ${'1'.repeat(10_000)}`,
      `new ${' '.repeat(10_000)}`,
      'state done',
      'fence 9',
      'touch /run/owned',
      '$(touch /run/owned)',
      '',
      '\u0000',
      '\u001b[2J',
      'x'.repeat(10_000),
    ].map((line): [string, (lines: readonly string[]) => string] => [
      JSON.stringify(line).slice(0, 60),
      (lines) => {
        const word = `${line.split(' ')[0] ?? ''} `;
        const at = lines.findIndex((other) => other.startsWith(word));
        const changed = at === -1 ? [line, ...lines] : lines.with(at, line);
        return `${changed.join('\n')}\n`;
      },
    ]),
    [
      'a thousand lines',
      (lines) => `${Array.from({ length: 1_000 }, () => 'change c1').join('\n')}\n${lines.join('\n')}\n`,
    ],
    ['nine keys', () => Array.from({ length: 9 }, (_, n) => `key net.a${n}\nold 1\nnew 2\n`).join('')],
  ];

  it.each(SHELLS)('every hostile order, under %s', async (shell) => {
    const taken: string[] = [];
    for (const [name, spoil] of hostile) {
      const { exit, json } = await host.helper('apply', spoil(good(host.netns)), shell);
      if (exit !== 64 && exit !== 12) taken.push(`${name}: ${exit} ${JSON.stringify(json)}`);
    }
    expect(taken).toEqual([]);
    await expectUntouched();
    expect((await host.sh('ls /run')).stdout).not.toContain('owned');
  });

  it('to read on after the end of the order', async () => {
    const order = `${good(host.netns).join('\n')}\nchange c2\nkey net.ipv4.tcp_tw_reuse\nold 2\nnew 1\nend\n`;
    expect(await host.helper('apply', order)).toHaveProperty('json.outcome', 'applied');
    expect(await host.values()).toBe('2/4096/32768 60999/');
    expect((await host.sh('cd /var/lib/tcpcheck; ls change.*')).stdout).toBe('change.c1\n');
  });

  const bounds: readonly [string, Settings, string][] = [
    ['an unknown key', [['net.ipv4.tcp_fin_timeout', '60', '30']], 'not-allowed'],
    ['a key of the machine', [['kernel.panic', '1', '2']], 'not-allowed'],
    ['a key with a dash', [['fs.file-max', '1', '2']], 'order'],
    ['no change', [['net.core.somaxconn', '128', '128']], 'no-change'],
    ['a key twice', [...WIDEN, ...WIDEN], 'order'],
    ['a lower somaxconn', [['net.core.somaxconn', '4096', '1024']], 'not-allowed'],
    ['a huge somaxconn', [['net.core.somaxconn', '128', '65536']], 'not-allowed'],
    ['a number beyond any', [['net.core.somaxconn', '128', '99999999999999999999']], 'not-allowed'],
    ['octal digits', [['net.core.somaxconn', '128', '04096']], 'not-allowed'],
    ['tcp_tw_reuse 3', [['net.ipv4.tcp_tw_reuse', '2', '3']], 'not-allowed'],
    ['tcp_tw_reuse 2', [['net.ipv4.tcp_tw_reuse', '1', '2']], 'not-allowed'],
    ['tcp_tw_reuse 0', [['net.ipv4.tcp_tw_reuse', '1', '0']], 'not-allowed'],
    ['a somaxconn that Linux 3.10 miscounts', [['net.core.somaxconn', '128', '65535']], 'not-allowed'],
    ['no cookies', [['net.ipv4.tcp_syncookies', '1', '0']], 'not-allowed'],
    ['cookies for everybody', [['net.ipv4.tcp_syncookies', '0', '2']], 'not-allowed'],
    ['no probing', [['net.ipv4.tcp_mtu_probing', '1', '0']], 'not-allowed'],
    ['a later keepalive', [['net.ipv4.tcp_keepalive_time', '600', '7200']], 'not-allowed'],
    ['a keepalive at once', [['net.ipv4.tcp_keepalive_time', '7200', '0']], 'not-allowed'],
    ['a single probe', [['net.ipv4.tcp_keepalive_probes', '9', '1']], 'not-allowed'],
    ['an unknown congestion control', [['net.ipv4.tcp_congestion_control', 'cubic', 'bbr2']], 'not-allowed'],
    ['congestion control of old', [['net.ipv4.tcp_congestion_control', 'bbr', 'reno']], 'not-allowed'],
    ['a list without what was reserved', [[RESERVED, '8080,9090', '8080']], 'not-allowed'],
    ['two values for one', [['net.ipv4.tcp_tw_reuse', '2', '1 1']], 'not-allowed'],
    ['a narrower range', [[RANGE, '32768 60999', '40000 60999']], 'not-allowed'],
    ['a shifted range', [[RANGE, '32768 60999', '20000 60000']], 'not-allowed'],
    ['privileged ports', [[RANGE, '32768 60999', '1023 65535']], 'not-allowed'],
    ['a range beyond 65535', [[RANGE, '32768 60999', '1024 65536']], 'not-allowed'],
    ['half a range', [[RANGE, '32768 60999', '1024']], 'not-allowed'],
    ['three ends', [[RANGE, '32768 60999', '1024 2 65535']], 'not-allowed'],
    ['a reversed range', [[RANGE, '32768 60999', '65535 1024']], 'not-allowed'],
    ['port 0', [[RESERVED, '', '0']], 'not-allowed'],
    ['port 65536', [[RESERVED, '', '65536']], 'not-allowed'],
    ['a reversed span', [[RESERVED, '', '20-10']], 'not-allowed'],
    ['an open span', [[RESERVED, '', '10-']], 'not-allowed'],
    ['a double span', [[RESERVED, '', '10-20-30']], 'not-allowed'],
    ['an empty item', [[RESERVED, '', '10,,20']], 'not-allowed'],
    ['a last comma', [[RESERVED, '', '10,']], 'not-allowed'],
    ['blanks', [[RESERVED, '', '10 20']], 'not-allowed'],
  ];

  it.each(SHELLS)('every value that is out of bounds, under %s', async (shell) => {
    const taken: string[] = [];
    for (const [name, settings, code] of bounds) {
      const { json } = await host.helper('apply', host.order('c1', settings), shell);
      if (!JSON.stringify(json).includes(`"code":"${code}"`)) taken.push(`${name}: ${JSON.stringify(json)}`);
    }
    expect(taken).toEqual([]);
    await expectUntouched();
  });
});
