import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { settingOwners } from '../../../src/core/checklist/checks/setting-owners.ts';
import type { LabHost } from '../../../src/demo/lab/host.ts';
import { startLab, type Lab } from '../../../src/demo/lab/lab.ts';
import { needs } from '../../support/machine.ts';
import { factsOf } from './checks/made.ts';
import { AS_NOBODY, type Wrap } from './look.ts';

const gate = needs('lab');
const SOMAXCONN = 'net.core.somaxconn';

describe.skipIf(gate.skip)(`who owns a setting, on a real host ${gate.reason}`, () => {
  let lab: Lab;
  let host: LabHost;
  beforeAll(async () => {
    lab = await startLab({ prefix: 'tcpcheck-test-owners' });
    host = await lab.addHost({ name: 'owners', workload: null });
    await host.exec(['mkdir', '-p', '/run/sysctl.d', '/etc/sysctl.d']);
  }, 60_000);
  afterAll(() => lab.stop());

  const look = async (wrap: Wrap = (argv) => argv): Promise<Record<string, unknown>> => {
    const path = 'PATH=/usr/sbin:/usr/bin:/sbin:/bin';
    const { stdout, exit } = await host.exec(wrap(['env', path, 'sh', '-c', settingOwners.script]));
    expect(exit).toBe(0);
    return factsOf(settingOwners, stdout) ?? {};
  };
  const from = async (wrap?: Wrap): Promise<unknown> => {
    const facts = await look(wrap);
    return facts[`setting.after_boot[${SOMAXCONN}]`] ?? facts[`setting.from[${SOMAXCONN}]`];
  };
  const sh = async (script: string): Promise<void> => {
    await host.exec(['sh', '-c', script]);
  };

  it('follows the files as systemd-sysctl and procps read them', async () => {
    expect(await from()).toBe('nothing');
    await host.writeFile('/run/sysctl.d/60-web.conf', '# ours\n  net/core/somaxconn = 300\n');
    expect(await from()).toBe('300');
    // Masked, as sysctl.d(5) says it is done.
    await sh('ln -s /dev/null /etc/sysctl.d/60-web.conf');
    expect(await from()).toBe('nothing');
    await host.writeFile('/etc/sysctl.d/10-a.conf', '-net.core.somaxconn=1\nnet.core.somaxconn=2');
    expect(await from()).toBe('2');
    // A FIFO never ends; it must not hold up the rest.
    await sh('mkfifo /etc/sysctl.d/20-fifo.conf');
    expect(await from()).toBe('2');
    await host.writeFile('/etc/sysctl.conf', 'net.core.somaxconn = 3\n');
    expect(await from()).toBe('3');
    await sh('mkdir -p /run/systemd/system');
    expect(await from()).toBe('2');
  }, 60_000);

  it('does not guess what an account may not read', async () => {
    await sh('chmod 600 /etc/sysctl.d/10-a.conf');
    expect(await from()).toBe('2');
    expect(await from(AS_NOBODY)).toBeUndefined();
    await host.writeFile('/etc/sysctl.d/30-b.conf', 'net.core.somaxconn=4\n');
    expect(await from(AS_NOBODY)).toBe('4');
    await sh('chmod 700 /run/sysctl.d');
    expect(await from(AS_NOBODY)).toBeUndefined();
    expect(await from()).toBe('4');
  }, 60_000);

  it('sees a tuned that runs, and what its profiles set', async () => {
    await sh('rm -f /etc/sysctl.d/*.conf /run/sysctl.d/*.conf; mkdir -p /etc/tuned/web /etc/tuned/base');
    await host.writeFile('/etc/tuned/active_profile', 'web\n');
    await host.writeFile(
      '/etc/tuned/web/tuned.conf',
      '[main]\nsummary=x\ninclude=base\n[vm]\nnet.core.somaxconn=9\n[sysctl]\nnet.core.somaxconn=5000\n',
    );
    await host.writeFile('/etc/tuned/base/tuned.conf', '[sysctl]\nnet.core.somaxconn=6000\n');
    expect(await from()).toBe('nothing');
    await sh('cp /usr/bin/sleep /run/lab/tuned; /run/lab/tuned 600 >/dev/null 2>&1 &');
    expect(await look()).toMatchObject({
      'host.tuned_profile': 'web',
      'host.setting_daemons': 'tuned',
      [`setting.after_boot[${SOMAXCONN}]`]: '5000',
      [`setting.from[${SOMAXCONN}]`]: 'tuned profile web',
    });
    await host.writeFile('/etc/sysctl.d/1.conf', 'net.core.somaxconn=7\n');
    expect(await from()).toBe('7');
    await host.writeFile('/etc/tuned/tuned-main.conf', 'reapply_sysctl = 0\n');
    expect(await from()).toBe('5000');
    await sh('chmod 700 /etc/tuned/base');
    expect(await from(AS_NOBODY)).toBeUndefined();
  }, 60_000);
});
