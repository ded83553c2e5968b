import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { needs } from '../../support/machine.ts';
import {
  OLD_VALUES,
  RESET,
  startNamespaceHost,
  WIDEN,
  WIDE_VALUES,
  type NamespaceHost,
} from '../../support/namespace-host.ts';

const gate = needs('lab', 'flock', 'busybox', 'dash', 'bash');
const [RESERVED, RANGE] = WIDEN.map(([key]) => key);

/** Further keys, and values they may have here. */
const OTHERS = [
  ['net.ipv4.tcp_syncookies', '1'],
  ['net.ipv4.tcp_keepalive_time', '7200'],
  ['net.ipv4.tcp_keepalive_intvl', '75'],
  ['net.ipv4.tcp_keepalive_probes', '9'],
  ['net.ipv4.tcp_mtu_probing', '0'],
  ['net.ipv4.tcp_congestion_control', 'reno'],
] as const;

const wide = [
  { key: RESERVED, value: '8080' },
  { key: RANGE, value: '1024 65535' },
];
const narrow = [
  { key: RESERVED, value: '' },
  { key: RANGE, value: '32768 60999' },
];

describe.skipIf(gate.skip)(`the helper on a host ${gate.reason}`, () => {
  let host: NamespaceHost;
  beforeAll(async () => {
    host = await startNamespaceHost();
  });
  afterAll(async () => host.stop());
  beforeEach(async () => {
    await host.sh(RESET);
  });

  describe.each(['dash', 'busybox sh', 'bash --posix'])('under %s', (shell) => {
    it('applies once, and says the same when asked again', async () => {
      const order = host.order('c1', WIDEN);
      expect(await host.helper('apply', order, shell)).toEqual({
        exit: 0,
        json: { outcome: 'applied', fence: 1, hold: 120, values: wide },
      });
      expect(await host.values()).toBe(WIDE_VALUES);
      const again = { exit: 0, json: { outcome: 'already', values: wide } };
      expect(await host.helper('apply', order, shell)).toEqual(again);
      expect(await host.helper('settle', order, shell)).toEqual(again);
    });

    it('takes back once, and never applies the same change again', async () => {
      const order = host.order('c1', WIDEN);
      await host.helper('apply', order, shell);
      expect(await host.helper('revert', order, shell)).toEqual({
        exit: 0,
        json: { outcome: 'rolled-back', values: narrow },
      });
      expect(await host.values()).toBe(OLD_VALUES);
      expect(await host.helper('revert', order, shell)).toEqual({
        exit: 0,
        json: { outcome: 'already', values: narrow },
      });
      expect(await host.helper('apply', order, shell)).toEqual({
        exit: 12,
        json: {
          outcome: 'refused',
          code: 'taken-back',
          message: 'this change was taken back and is not applied again',
        },
      });
      expect(await host.values()).toBe(OLD_VALUES);
    });
  });

  it('applies and takes back each key that is allowed', async () => {
    const single = [
      ['net.ipv4.tcp_tw_reuse', '2', '1', '1/128/32768 60999/'],
      ['net.core.somaxconn', '128', '4096', '2/4096/32768 60999/'],
      ['net.ipv4.ip_local_port_range', '32768 60999', '15000 65000', '2/128/15000 65000/'],
      ['net.ipv4.ip_local_reserved_ports', '', '5432,8000-8100', '2/128/32768 60999/5432,8000-8100'],
    ] as const;
    for (const [key, old, to, during] of single) {
      const order = host.order(`c-${to.replaceAll(/\D/g, '-')}`, [[key, old, to]]);
      expect(await host.helper('apply', order)).toHaveProperty('json.outcome', 'applied');
      expect(await host.values()).toBe(during);
      expect(await host.helper('revert', order)).toHaveProperty('json.outcome', 'rolled-back');
      expect(await host.values()).toBe(OLD_VALUES);
    }
  });

  it.each([
    ['net.ipv4.tcp_syncookies', '0', '1', '2'],
    ['net.ipv4.tcp_mtu_probing', '0', '1', '2'],
    ['net.ipv4.tcp_keepalive_time', '7200', '120', '7201'],
    ['net.ipv4.tcp_keepalive_intvl', '75', '15', '76'],
    ['net.ipv4.tcp_keepalive_probes', '9', '4', '10'],
    ['net.ipv4.tcp_congestion_control', 'reno', 'bbr', 'cubic'],
  ])('%s: from %s to %s and back, and never to %s', async (key, old, to, worse) => {
    const path = `/proc/sys/${key.replaceAll('.', '/')}`;
    const live = async (): Promise<string> => (await host.sh(`cat ${path}`)).stdout.trim();
    await host.sh(`echo ${old} >${path}`);
    const order = host.order('c1', [[key, old, to]]);
    expect(await host.helper('apply', order)).toHaveProperty('json.values', [{ key, value: to }]);
    expect(await live()).toBe(to);
    expect(await host.helper('revert', order)).toHaveProperty('json.values', [{ key, value: old }]);
    expect(await live()).toBe(old);
    const wrong = await host.helper('apply', host.order('c2', [[key, old, worse]]));
    expect(wrong).toHaveProperty('json.code', 'not-allowed');
    expect(await live()).toBe(old);
  });

  it('keeps an old value that it would never set itself', async () => {
    await host.sh(
      "echo 5 >/proc/sys/net/core/somaxconn; echo '40000 40199' >/proc/sys/net/ipv4/ip_local_port_range",
    );
    const order = host.order('c1', [
      ['net.core.somaxconn', '5', '4096'],
      ['net.ipv4.ip_local_port_range', '40000 40199', '32768 60999'],
    ]);
    expect(await host.helper('apply', order)).toHaveProperty('exit', 0);
    expect(await host.values()).toBe('2/4096/32768 60999/');
    expect(await host.helper('revert', order)).toHaveProperty('exit', 0);
    expect(await host.values()).toBe('2/5/40000 40199/');
  });

  it('numbers the changes of the host, whatever happens to the bot', async () => {
    for (const n of [1, 2, 3]) {
      const order = host.order(`c${n}`, WIDEN);
      expect(await host.helper('apply', order)).toHaveProperty('json.fence', n);
      await host.helper('revert', order);
    }
  });

  it('tells what is on record', async () => {
    const order = host.order('c1', WIDEN);
    expect(await host.helper('journal', order)).toEqual({ exit: 0, json: { outcome: 'absent' } });
    await host.helper('apply', order);
    const { stdout: boot } = await host.sh('cat /proc/sys/kernel/random/boot_id');
    const began: unknown = expect.stringMatching(/^\d{10}$/);
    const record = {
      outcome: 'journal',
      change: 'c1',
      fence: '1',
      boot: boot.trim(),
      netns: host.netns,
      began,
      by: '',
      armed: true,
      kept: false,
      settings: [
        { key: RESERVED, from: '', to: '8080' },
        { key: RANGE, from: '32768 60999', to: '1024 65535' },
      ],
    };
    expect((await host.helper('journal', order)).json).toEqual({ ...record, state: 'applied' });
    await host.helper('revert', order);
    expect((await host.helper('journal', order)).json).toEqual({ ...record, state: 'reverted' });
    const { stdout } = await host.sh('grep ^state /var/lib/tcpcheck/change.c1');
    expect(stdout.trim().split('\n')).toEqual([
      'state begun',
      'state writing 1',
      'state written 1',
      'state writing 2',
      'state written 2',
      'state done',
      'state undoing',
      'state undone 2',
      'state undone 1',
      'state reverted',
    ]);
  });

  it('tells what may be changed here', async () => {
    await host.sh(
      OTHERS.map(([key, value]) => `echo ${value} >/proc/sys/${key.replaceAll('.', '/')}`).join('\n'),
    );
    expect(await host.helper('status')).toEqual({
      exit: 0,
      json: {
        outcome: 'status',
        now: expect.any(Number) as unknown,
        open: null,
        values: [
          { key: 'net.ipv4.tcp_tw_reuse', value: '2' },
          { key: 'net.core.somaxconn', value: '128' },
          { key: RANGE, value: '32768 60999' },
          { key: RESERVED, value: '' },
          ...OTHERS.map(([key, value]) => ({ key, value })),
        ],
        standing: [],
      },
    });
  });

  it('takes back by its id alone, as a person on the host would', async () => {
    await host.helper('apply', host.order('c1', WIDEN));
    expect(await host.helper('revert', 'change c1\nend\n')).toHaveProperty('json.outcome', 'rolled-back');
    expect(await host.values()).toBe(OLD_VALUES);
  });

  it('an order that was given up before it began is never carried out', async () => {
    const order = host.order('c1', WIDEN);
    expect(await host.helper('settle', order)).toHaveProperty('json.code', 'not-begun');
    expect(await host.helper('apply', order)).toHaveProperty('json.code', 'barred');
    const other = host.order('c2', WIDEN);
    expect(await host.helper('revert', other)).toEqual({
      exit: 0,
      json: { outcome: 'already', values: narrow },
    });
    expect(await host.helper('apply', other)).toHaveProperty('json.code', 'barred');
    expect(await host.values()).toBe(OLD_VALUES);
  });

  it('says who differs when asked to take back a change that it does not know', async () => {
    await host.sh("echo '1024 65535' >/proc/sys/net/ipv4/ip_local_port_range");
    expect(await host.helper('revert', host.order('c1', WIDEN))).toEqual({
      exit: 15,
      json: { outcome: 'foreign', key: RANGE, wanted: '32768 60999', found: '1024 65535' },
    });
    expect(await host.values()).toBe('2/128/1024 65535/');
  });

  it('leaves only its own files, for root alone', async () => {
    await host.helper('apply', host.order('c1', WIDEN));
    const { stdout } = await host.sh('cd / && find run var/lib -mindepth 1 -printf "%M %u %p\n" | sort -k3');
    expect(stdout.trim().split('\n')).toEqual([
      'drwx------ root run/tcpcheck',
      '-rw------- root run/tcpcheck/lock',
      'drwx------ root var/lib/tcpcheck',
      '-rw------- root var/lib/tcpcheck/change.c1',
      '-rw------- root var/lib/tcpcheck/fence',
      '-rw------- root var/lib/tcpcheck/recent',
    ]);
  });
});
