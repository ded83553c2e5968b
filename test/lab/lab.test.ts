import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LabHost } from '../../src/demo/lab/host.ts';
import { startLab, type Lab } from '../../src/demo/lab/lab.ts';
import { STOCK_SYSCTLS } from '../../src/demo/lab/sysctls.ts';
import { needs } from '../support/machine.ts';

const gate = needs('lab', 'ssh');
const execute = promisify(execFile);

interface SshLogin {
  readonly user: string;
  readonly identityFile: string;
}

/** OpenSSH itself, as strict as it gets. */
async function ssh(host: LabHost, login: SshLogin, command: string): Promise<string> {
  const options = [
    'IdentitiesOnly=yes',
    'BatchMode=yes',
    'StrictHostKeyChecking=yes',
    'ConnectTimeout=2',
    'GlobalKnownHostsFile=none',
    `UserKnownHostsFile=${host.knownHostsFile}`,
    `IdentityFile=${login.identityFile}`,
    `Port=${host.port}`,
  ].map((option) => `-o${option}`);
  return (await execute('ssh', ['-Fnone', ...options, `${login.user}@${host.address}`, command])).stdout;
}

describe.skipIf(gate.skip)(`a lab host ${gate.reason}`, () => {
  let lab: Lab;
  let host: LabHost;
  beforeAll(async () => {
    lab = await startLab({ prefix: 'tcpcheck-test-lab' });
    host = await lab.addHost({
      name: 'plain-1',
      sysctls: { 'net.core.somaxconn': '77' },
      workload: null,
      accounts: ['diag'],
    });
  });
  afterAll(() => lab.stop());

  it('lets root and its accounts in by key, under its pinned host key', async () => {
    expect(await ssh(host, host, 'id -un; hostname')).toBe('root\nplain-1\n');
    const [diag = { user: 'none', identityFile: 'none' }] = host.accounts;
    expect(await ssh(host, diag, 'id -un; pwd; touch mine && ls')).toBe('diag\n/home/diag\nmine\n');
    // The key of one account opens no other.
    await expect(ssh(host, { ...diag, user: 'root' }, 'id')).rejects.toThrow(/Permission denied/);
    const shown = await host.exec(['ssh-keygen', '-lf', '/etc/ssh/ssh_host_ed25519_key.pub']);
    expect(shown.stdout.split(' ')[1]).toBe(host.hostKeyFingerprint);
    expect(host.sshLog().join('\n')).toContain('Accepted publickey for diag');
  });

  it('starts from stock settings, whatever the machine was tuned to', async () => {
    const values = await Promise.all(Object.keys(STOCK_SYSCTLS).map((key) => host.sysctl(key)));
    const found = Object.fromEntries(Object.keys(STOCK_SYSCTLS).map((key, index) => [key, values[index]]));
    expect(found).toEqual({ ...STOCK_SYSCTLS, 'net.core.somaxconn': '77' });
  });

  it('takes an edit and reads it back; what the kernel does not take is an error', async () => {
    await host.setSysctl('net.ipv4.ip_local_port_range', '20000 29999');
    expect(await host.sysctl('net.ipv4.ip_local_port_range')).toBe('20000 29999');
    expect(await ssh(host, host, 'cat /proc/sys/net/ipv4/ip_local_port_range')).toBe('20000\t29999\n');
    await host.setSysctl('net.ipv4.ip_local_reserved_ports', '8080,9000-9010');
    await host.setSysctl('net.ipv4.ip_local_reserved_ports', '');
    expect(await host.sysctl('net.ipv4.ip_local_reserved_ports')).toBe('');

    await expect(host.setSysctl('net.ipv4.tcp_tw_reuse', '3')).rejects.toThrow(
      /net\.ipv4\.tcp_tw_reuse: wanted "3", got "2"/,
    );
    await expect(host.setSysctl('net.ipv4.no_such_key', '1')).rejects.toThrow(/got "no such key"/);
    await expect(host.setSysctl('fs.file-max', '1000')).rejects.toThrow(/fs\.file-max is not a net\.\* key/);
  });

  it('cannot change the machine it runs on', async () => {
    const script = `
      for dir in /etc/sysctl.d /var/lib/tcpcheck /run/tcpcheck /usr/local/sbin /tmp /root; do
        mkdir -p "$dir" && echo mine >"$dir/90-lab-test.conf" || exit 1
      done
      # The very same values: were they writable after all, nothing would change.
      cat /proc/sys/fs/file-max >/proc/sys/fs/file-max && exit 2
      cat /proc/sys/kernel/core_pattern >/proc/sys/kernel/core_pattern && exit 3
      cat /proc/sys/vm/swappiness >/proc/sys/vm/swappiness && exit 6
      touch /usr/lab-test && exit 4
      useradd -m somebody || exit 5
      id -un somebody`;
    const { exit, stdout } = await host.exec(['sh', '-c', script]);
    expect([exit, stdout]).toEqual([0, 'somebody\n']);
    for (const dir of [
      '/etc/sysctl.d',
      '/var/lib/tcpcheck',
      '/run/tcpcheck',
      '/usr/local/sbin',
      '/tmp',
      '/root',
    ]) {
      expect(existsSync(`${dir}/90-lab-test.conf`)).toBe(false);
    }
    expect(readFileSync('/etc/passwd', 'utf8')).not.toMatch(/^(diag|somebody):/m);
    expect(readFileSync('/proc/mounts', 'utf8')).not.toContain(lab.dir);
  });

  it('sees only its own processes, sockets and interfaces', async () => {
    const { stdout: processes } = await host.exec(['ps', '-eo', 'pid=']);
    expect(processes.trim().split('\n').length).toBeLessThan(10);
    const { stdout: listening } = await host.exec(['ss', '-Hltn4']);
    expect(listening.trim().split('\n')).toHaveLength(1);
    const { stdout: links } = await host.exec(['ls', '/sys/class/net']);
    expect(links.split('\n').filter((link) => ['eth0', 'lo', 'mgmt0'].includes(link))).toHaveLength(3);
    expect(links).not.toContain('tcplab');
  });

  it('has a boot id of its own that can be changed', async () => {
    const read = async (): Promise<string> =>
      (await ssh(host, host, 'cat /proc/sys/kernel/random/boot_id')).trim();
    const first = await read();
    expect(first).not.toBe(readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
    const second = await host.changeBootId();
    expect(second).not.toBe(first);
    expect(await read()).toBe(second);
  });

  it('goes dark and comes back, as when a network dies', async () => {
    await host.cut();
    await expect(ssh(host, host, 'true')).rejects.toThrow(/timed out/);
    await host.mend();
    expect(await ssh(host, host, 'echo back')).toBe('back\n');
  });

  it('runs commands with input, files and limits', async () => {
    await host.writeFile('/tmp/note', 'line\n');
    expect(await host.readFile('/tmp/note')).toBe('line\n');
    expect(await host.exec(['sh', '-c', 'cat; echo bad >&2; exit 7'], { stdin: 'in' })).toEqual({
      exit: 7,
      stdout: 'in',
      stderr: 'bad\n',
    });
    await expect(host.exec(['sleep', '60'], { timeoutMs: 50 })).rejects.toThrow(/still running after 50 ms/);
    await expect(host.readFile('/tmp/none')).rejects.toThrow(/No such file/);
    expect((await host.execOnPeer(['ss', '-Hltn4'])).stdout).toBe('');
  });

  it('refuses names that are none, and a second host of the same name', async () => {
    await expect(lab.addHost({ name: '../up', workload: null })).rejects.toThrow(/cannot be the name/);
    await expect(lab.addHost({ name: 'ok', workload: null, accounts: ['a:b'] })).rejects.toThrow(
      /account name/,
    );
    await expect(lab.addHost({ name: 'plain-1', workload: null })).rejects.toThrow(
      /has a host plain-1 already/,
    );
    expect(lab.hosts.map(({ name }) => name)).toEqual(['plain-1']);
    expect(lab.host('plain-1')).toBe(host);
  });
});

describe.skipIf(gate.skip)(`labs ${gate.reason}`, () => {
  it('run side by side and leave nothing behind', async () => {
    const labs = await Promise.all([1, 2].map(() => startLab({ prefix: 'tcpcheck-test-pair' })));
    const hosts = await Promise.all(
      labs.flatMap((lab) => [1, 2].map((n) => lab.addHost({ name: `h-${n}`, workload: null }))),
    );
    expect(new Set(hosts.map(({ address }) => address)).size).toBe(4);
    expect(await Promise.all(hosts.map((host) => ssh(host, host, 'hostname')))).toEqual([
      'h-1\n',
      'h-2\n',
      'h-1\n',
      'h-2\n',
    ]);
    // A host can be stopped alone, and its name taken again.
    const [lab] = labs;
    await lab?.host('h-1').stop();
    expect(lab?.hosts.map(({ name }) => name)).toEqual(['h-2']);
    const busy = await lab?.addHost({ name: 'h-1', workload: { kind: 'momentary-queue' } });
    // A process that is stopped takes no part in its own end.
    await busy?.workload.signal('STOP');

    const pids = labs.flatMap(({ hosts }) => hosts.map(({ pid }) => pid));
    const links = labs.flatMap(({ dir }) => linksOf(dir));
    expect(links).toHaveLength(4);
    expect(Object.keys(networkInterfaces())).toEqual(expect.arrayContaining(links));
    await Promise.all(labs.map((lab) => lab.stop()));
    expect(pids.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([]);
    await expect.poll(() => commandsNaming(pids), { timeout: 5_000, interval: 20 }).toEqual([]);
    const left = readdirSync('/sys/class/net');
    expect(links.filter((link) => left.includes(link))).toEqual([]);
    expect(labs.filter(({ dir }) => existsSync(dir))).toEqual([]);
  });
});

/** Commands still running that entered one of the hosts. */
function commandsNaming(pids: readonly number[]): readonly string[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map((entry) => {
      try {
        return readFileSync(`/proc/${entry}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return '';
      }
    })
    .filter((command) => pids.some((pid) => command.includes(`--target=${pid} `)));
}

function linksOf(dir: string): readonly string[] {
  const state: unknown = JSON.parse(readFileSync(`${dir}/lab.json`, 'utf8'));
  if (typeof state !== 'object' || state === null || !('links' in state) || !Array.isArray(state.links))
    return [];
  return state.links.map(String);
}
