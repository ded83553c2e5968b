import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { needs } from '../../support/machine.ts';
import {
  HELPER,
  OLD_VALUES,
  RESET,
  runProgram,
  startNamespaceHost,
  WIDEN,
  type NamespaceHost,
} from '../../support/namespace-host.ts';

const gate = needs('lab', 'flock', 'busybox', 'dash', 'bash', 'shellcheck');
const SHELLS = ['dash', 'busybox sh', 'bash --posix'];
const RANGE = 'net.ipv4.ip_local_port_range';
const RESERVED = 'net.ipv4.ip_local_reserved_ports';

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

  it('nothing that shellcheck would say', async () => {
    expect(await runProgram('shellcheck', ['-s', 'sh', HELPER], '')).toEqual({
      exit: 0,
      stdout: '',
      stderr: '',
    });
  });

  it('another network namespace than the plan’s', async () => {
    const order = host.order('c1', WIDEN).replace(`netns ${host.netns}`, 'netns 1');
    expect(await host.helper('apply', order)).toEqual({
      exit: 10,
      json: { outcome: 'stale', key: 'netns', wanted: '1', found: host.netns },
    });
    await expectUntouched();
  });

  it.each([1, 2])('when the old value of key %i is not what was shown', async (nth) => {
    const [key = '', edit = ''] = nth === 1 ? [RESERVED, '9090'] : [RANGE, '32768 61000'];
    await host.sh(`echo '${edit}' >/proc/sys/${key.replaceAll('.', '/')}`);
    const before = await host.values();
    const wanted = nth === 1 ? '' : '32768 60999';
    expect(await host.helper('apply', host.order('c1', WIDEN))).toEqual({
      exit: 10,
      json: { outcome: 'stale', key, wanted, found: edit },
    });
    expect(await host.values()).toBe(before);
  });

  it('another plan under a known id', async () => {
    await host.helper('apply', host.order('c1', WIDEN));
    const other = host.order('c1', [['net.core.somaxconn', '128', '4096']]);
    for (const verb of ['apply', 'revert', 'settle']) {
      expect(await host.helper(verb, other)).toHaveProperty('json.code', 'other-plan');
    }
    expect(await host.values()).toBe('2/128/1024 65535/8080');
  });

  it('the twenty-first change within an hour, and takes back all the same', async () => {
    await host.sh(
      'mkdir -m 0700 /var/lib/tcpcheck && for i in $(seq 19); do date +%s; done >/var/lib/tcpcheck/recent',
    );
    const [last, next] = [host.order('c1', WIDEN), host.order('c2', WIDEN)];
    expect(await host.helper('apply', last)).toHaveProperty('json.outcome', 'applied');
    expect(await host.helper('revert', last)).toHaveProperty('json.outcome', 'rolled-back');
    expect(await host.helper('apply', next)).toEqual({
      exit: 12,
      json: { outcome: 'refused', code: 'cap', message: 'this host takes 20 changes an hour, and had them' },
    });
    await host.sh("sed -i 's/.*/1700000000/' /var/lib/tcpcheck/recent");
    expect(await host.helper('apply', next)).toHaveProperty('json.outcome', 'applied');
  });

  const places: readonly [string, string, string][] = [
    [
      'a symbolic link for /run/tcpcheck',
      'mkdir -m 0700 /run/real && ln -s /run/real /run/tcpcheck',
      '/run/tcpcheck is a symbolic link',
    ],
    [
      'a symbolic link for the journal',
      'mkdir -m 0700 /run/real && ln -s /run/real /var/lib/tcpcheck',
      '/var/lib/tcpcheck is a symbolic link',
    ],
    [
      'a symbolic link that leads nowhere',
      'ln -s /run/nowhere /var/lib/tcpcheck',
      '/var/lib/tcpcheck is a symbolic link',
    ],
    [
      'a folder that others may write',
      'mkdir -m 0777 /run/tcpcheck',
      '/run/tcpcheck must be a folder of root with mode 0700',
    ],
    [
      'a folder of somebody else',
      'mkdir -m 0700 /var/lib/tcpcheck && chown 1000 /var/lib/tcpcheck',
      '/var/lib/tcpcheck must be a folder of root with mode 0700',
    ],
    [
      'a file for a folder',
      'touch /var/lib/tcpcheck',
      '/var/lib/tcpcheck must be a folder of root with mode 0700',
    ],
    [
      'a symbolic link for the lock',
      'mkdir -m 0700 /run/tcpcheck && ln -s /run/owned /run/tcpcheck/lock',
      '/run/tcpcheck/lock is a symbolic link',
    ],
  ];

  it.each(places)('%s', async (_, prepare, message) => {
    await host.sh(`rm -rf /run/real; ${prepare}`);
    for (const verb of ['apply', 'revert', 'settle']) {
      expect(await host.helper(verb, host.order('c1', WIDEN))).toEqual({
        exit: 73,
        json: { outcome: 'refused', code: 'unsafe-folder', message },
      });
    }
    expect(await host.values()).toBe(OLD_VALUES);
    expect((await host.sh('find /run/real /run/nowhere /run/owned -mindepth 1')).stdout).toBe('');
  });

  it('a damaged journal', async () => {
    await host.helper('apply', host.order('c1', WIDEN));
    await host.sh(
      'head -c 100 /var/lib/tcpcheck/change.c1 >/var/lib/tcpcheck/x && mv /var/lib/tcpcheck/x /var/lib/tcpcheck/change.c1',
    );
    expect(await host.helper('revert', host.order('c1', WIDEN))).toHaveProperty('json.outcome', 'refused');
    expect(await host.values()).toBe('2/128/1024 65535/8080');
  });

  it('a host without flock', async () => {
    const bare = await startNamespaceHost();
    try {
      await bare.sh('touch /run/none && mount -n --bind /run/none "$(command -v flock)"');
      for (const shell of SHELLS) {
        expect(await bare.helper('apply', bare.order('c1', WIDEN), shell)).toEqual({
          exit: 69,
          json: {
            outcome: 'refused',
            code: 'no-flock',
            message: 'flock is missing; it comes with util-linux',
          },
        });
      }
      expect(await bare.values()).toBe(OLD_VALUES);
    } finally {
      await bare.stop();
    }
  });

  it('anybody but root', async () => {
    // The source tree may be closed to others, so the text of the helper comes as an argument.
    const asNobody = 'text=$(cat "$1"); shift; exec setpriv --reuid 65534 --clear-groups sh -c "$text" "$@"';
    const order = host.order('c1', WIDEN);
    const { stdout, exit } = await host.sh(`set -- ${HELPER} tcpcheck-host apply; ${asNobody}`, order);
    const refused: unknown = JSON.parse(stdout);
    expect({ exit, refused }).toEqual({
      exit: 77,
      refused: { outcome: 'refused', code: 'not-root', message: 'only root may change settings' },
    });
    await expectUntouched();
  });

  it('an unknown verb', async () => {
    const message = 'verbs: status, apply, confirm, keep, revert, settle, journal';
    for (const verb of ['shutdown', '', 'do apply', '-c']) {
      expect(await host.helper(verb)).toEqual({
        exit: 64,
        json: { outcome: 'refused', code: 'usage', message },
      });
    }
  });
});
