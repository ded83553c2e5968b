import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { manualUndoCommand } from '../../../src/core/change/manual-undo.ts';
import { ALICE, RANGE_PLAN } from '../../core/change/arbitrary-change.ts';
import { statesAt } from '../../core/change/example-states.ts';
import { needs } from '../../support/machine.ts';
import {
  OLD_VALUES,
  RESET,
  startNamespaceHost,
  WIDEN,
  WIDE_VALUES,
  type NamespaceHost,
  type Settings,
} from '../../support/namespace-host.ts';

const gate = needs('lab', 'flock', 'busybox', 'dash', 'bash');
const FILE = '/etc/sysctl.d/99-tcpcheck.conf';
const HEADER =
  '# Written by tcpcheck: changes that people decided to keep. Take one back with tcpcheck, not here.';
const WIDE_BLOCK = [
  '# change c1',
  'net.ipv4.ip_local_reserved_ports = 8080',
  'net.ipv4.ip_local_port_range = 1024 65535',
];
const REUSE: Settings = [['net.ipv4.tcp_tw_reuse', '2', '1']];

describe.skipIf(gate.skip)(`a change that people keep ${gate.reason}`, () => {
  let host: NamespaceHost;
  beforeAll(async () => {
    host = await startNamespaceHost();
  });
  afterAll(async () => host.stop());
  beforeEach(async () => {
    await host.sh(
      `${RESET}\nchmod 755 /etc/sysctl.d; umount -n /proc/sys/kernel/random/boot_id 2>/dev/null; :`,
    );
  });

  const file = async (): Promise<readonly string[]> =>
    (await host.sh(`cat ${FILE} 2>/dev/null`)).stdout.trimEnd().split('\n');
  const applied = async (id: string, settings: Settings, shell?: string): Promise<string> => {
    const order = host.order(id, settings);
    expect(await host.helper('apply', order, shell)).toHaveProperty('json.outcome', 'applied');
    expect(await host.helper('confirm', `change ${id}\nhold reboot\nend\n`, shell)).toHaveProperty('exit', 0);
    return order;
  };
  const reboot = async (): Promise<unknown> =>
    host.sh(`echo 00000000-0000-4000-8000-00000000000${Math.floor(Math.random() * 9)} >/run/boot
mount -n --bind /run/boot /proc/sys/kernel/random/boot_id`);

  it.each(['dash', 'busybox sh', 'bash --posix'])(
    'is written once, and taken out again, under %s',
    async (shell) => {
      const order = await applied('c1', WIDEN, shell);
      expect(await host.helper('keep', order, shell)).toMatchObject({
        exit: 0,
        json: { outcome: 'kept', file: FILE },
      });
      expect(await file()).toEqual([HEADER, ...WIDE_BLOCK]);
      expect(await host.helper('keep', order, shell)).toHaveProperty('json.outcome', 'kept');
      expect((await host.sh(`stat -c '%a %u' ${FILE}; ls /etc/sysctl.d`)).stdout).toBe(
        '644 0\n99-tcpcheck.conf\n',
      );
      expect(await host.helper('revert', order, shell)).toHaveProperty('json.outcome', 'rolled-back');
      expect(await host.values()).toBe(OLD_VALUES);
      expect((await host.sh('ls /etc/sysctl.d')).stdout).toBe('');
    },
  );

  it('is what sysctl reads at the next boot', async () => {
    await host.helper('keep', await applied('c1', WIDEN));
    await host.sh(RESET.split('\n').slice(0, 5).join('\n'));
    expect(await host.values()).toBe(OLD_VALUES);
    await host.sh(`/sbin/sysctl -p ${FILE}`);
    expect(await host.values()).toBe(WIDE_VALUES);
  });

  it('stands beside others, and each is taken out by itself', async () => {
    const wide = await applied('c1', WIDEN);
    const reuse = await applied('c2', REUSE);
    await host.helper('keep', wide);
    await host.helper('keep', reuse);
    expect(await file()).toEqual([HEADER, ...WIDE_BLOCK, '# change c2', 'net.ipv4.tcp_tw_reuse = 1']);
    await host.helper('revert', wide);
    expect(await file()).toEqual([HEADER, '# change c2', 'net.ipv4.tcp_tw_reuse = 1']);
    expect(await host.values()).toBe('1/128/32768 60999/');
  });

  it('covers an earlier one of the same key, which holds again when it is gone', async () => {
    await host.helper('keep', await applied('c1', [['net.core.somaxconn', '128', '1024']]));
    const later = await applied('c2', [['net.core.somaxconn', '1024', '4096']]);
    await host.helper('keep', later);
    await host.helper('revert', later);
    expect(await file()).toEqual([HEADER, '# change c1', 'net.core.somaxconn = 1024']);
    expect(await host.values()).toBe('2/1024/32768 60999/');
  });

  it('can be taken back after the boot it was to outlive', async () => {
    const order = await applied('c1', WIDEN);
    await host.helper('keep', order);
    await reboot();
    expect((await host.helper('status')).json).toMatchObject({ standing: [{ change: 'c1', kept: true }] });
    expect(await host.helper('settle', order)).toHaveProperty('json.outcome', 'already');
    expect(await host.helper('revert', order)).toHaveProperty('json.outcome', 'rolled-back');
    expect(await host.values()).toBe(OLD_VALUES);
    expect((await host.sh('ls /etc/sysctl.d')).stdout).toBe('');
  });

  it('is taken out by hand with the command that the card shows, and others stay', async () => {
    for (const [id, settings] of [
      ['c1', WIDEN],
      ['c2', REUSE],
    ] as const) {
      expect(await host.helper('keep', await applied(id, settings))).toHaveProperty('exit', 0);
    }
    const plan = { ...RANGE_PLAN, id: 'c1', settings: WIDEN.map(([key, from, to]) => ({ key, from, to })) };
    const state = statesAt({ by: ALICE, atMs: 1_000 }).kept;
    const command = manualUndoCommand({ plan, state }).replace(/^sudo /, '');
    expect(await host.sh(command)).toHaveProperty('exit', 0);
    expect(await file()).toEqual([HEADER, '# change c2', 'net.ipv4.tcp_tw_reuse = 1']);
    expect(await host.values()).toBe('1/128/32768 60999/');
    // Where nothing of ours is there, it does no harm.
    expect(await host.sh(`rm ${FILE}; ${command}`)).toHaveProperty('exit', 0);
  });

  it('waits for a confirmation', async () => {
    const order = host.order('c1', WIDEN);
    expect(await host.helper('keep', order)).toHaveProperty('json.code', 'not-begun');
    await host.helper('apply', order);
    expect(await host.helper('keep', order)).toHaveProperty('json.code', 'not-confirmed');
    await host.helper('revert', order);
    expect(await host.helper('keep', order)).toHaveProperty('json.code', 'taken-back');
    expect((await host.sh('ls /etc/sysctl.d')).stdout).toBe('');
  });

  it('is not written where the value is somebody else’s by now', async () => {
    const order = await applied('c1', WIDEN);
    await host.sh('echo 9090 >/proc/sys/net/ipv4/ip_local_reserved_ports');
    expect(await host.helper('keep', order)).toHaveProperty('json.outcome', 'foreign');
    expect((await host.sh('ls /etc/sysctl.d')).stdout).toBe('');
  });

  const foreign: readonly [string, string, string][] = [
    ['a line that is not ours', `echo 'kernel.panic=1' >${FILE}`, 'foreign-file'],
    ['a comment that is not ours', `echo '# by hand' >${FILE}`, 'foreign-file'],
    ['a symbolic link for our file', `echo old >/run/owned; ln -s /run/owned ${FILE}`, 'foreign-file'],
    ['a folder that others may write', 'chmod 777 /etc/sysctl.d', 'unsafe-folder'],
  ];
  it.each(foreign)('leaves alone %s', async (_, prepare, code) => {
    const order = await applied('c1', WIDEN);
    await host.sh(prepare);
    const before = (await host.sh(`cat ${FILE} /run/owned 2>/dev/null; ls -l /etc/sysctl.d`)).stdout;
    expect(await host.helper('keep', order)).toHaveProperty('json.code', code);
    expect((await host.sh(`cat ${FILE} /run/owned 2>/dev/null; ls -l /etc/sysctl.d`)).stdout).toBe(before);
    // The change itself stands, and can be taken back as before.
    expect(await host.values()).toBe(WIDE_VALUES);
    expect(await host.helper('revert', order)).toHaveProperty('json.outcome', 'rolled-back');
  });

  it('touches no other file', async () => {
    await host.sh(
      "echo 'net.core.somaxconn = 512' >/etc/sysctl.d/10-theirs.conf; chmod 600 /etc/sysctl.d/10-theirs.conf",
    );
    const seen = "cd /etc/sysctl.d; stat -c '%n %i %a %Y' 10-theirs.conf; cat 10-theirs.conf";
    const before = (await host.sh(seen)).stdout;
    const order = await applied('c1', WIDEN);
    await host.helper('keep', order);
    await host.helper('revert', order);
    expect((await host.sh(seen)).stdout).toBe(before);
  });

  it('says so when the file cannot be mended, and mends it later', async () => {
    const order = await applied('c1', WIDEN);
    await host.helper('keep', order);
    await host.sh(`echo '# by hand' >>${FILE}`);
    expect(await host.helper('revert', order)).toMatchObject({
      exit: 14,
      json: { outcome: 'undo-failed', key: FILE, wanted: 'without change c1' },
    });
    expect(await host.values()).toBe(OLD_VALUES);
    await host.sh(`sed -i '$d' ${FILE}`);
    expect(await host.helper('revert', order)).toHaveProperty('exit', 0);
    expect((await host.sh('ls /etc/sysctl.d')).stdout).toBe('');
  });
});
