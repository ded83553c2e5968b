import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { LabHost } from '../../src/demo/lab/host.ts';
import { startLab, type Lab } from '../../src/demo/lab/lab.ts';
import { needs } from '../support/machine.ts';
import { runProgram } from '../support/program.ts';

const gate = needs('lab');

const Baseline = z.object({
  schema: z.literal('tcpcheck/baseline/v1'),
  host: z.string(),
  warning: z.string(),
  setting_daemons: z.string().nullable(),
  settings: z.array(
    z.object({
      key: z.string(),
      live: z.string().nullable(),
      template: z.string(),
      verdict: z.string(),
      why: z.string(),
      after_reboot: z.object({
        kind: z.string(),
        value: z.string().nullable(),
        by: z.string().nullable(),
        persisted: z.boolean().nullable(),
      }),
    }),
  ),
});

describe.skipIf(gate.skip)(`baseline on a real host ${gate.reason}`, () => {
  let lab: Lab;
  let host: LabHost;
  let dir: string;
  let config: string;

  beforeAll(async () => {
    lab = await startLab({ prefix: 'tcpcheck-test-baseline' });
    host = await lab.addHost({
      name: 'web-1',
      workload: null,
      sysctls: {
        'net.ipv4.tcp_rmem': '4096 131072 33554432',
        'net.core.somaxconn': '128',
        'net.ipv4.tcp_syncookies': '1',
        'net.ipv4.tcp_keepalive_time': '120',
        'net.ipv4.ip_local_port_range': '32768 60999',
        'net.ipv4.tcp_tw_reuse': '2',
      },
    });
    // The host has an /etc/sysctl.d of its own.
    await host.writeFile(
      '/etc/sysctl.d/60-web.conf',
      'net.ipv4.tcp_syncookies = 0\nnet.core.somaxconn = 128\nnet.ipv4.tcp_keepalive_time = 120\n',
    );
    const serve =
      'python3 -m http.server 10050 >/dev/null 2>&1 & until ss -Hltn | grep -q :10050; do sleep 0.1; done';
    await host.exec(['sh', '-c', serve], { timeoutMs: 30_000 });
    dir = mkdtempSync(join(tmpdir(), 'tcpcheck-baseline-'));
    config = join(dir, 'tcpcheck.yaml');
    writeFileSync(
      config,
      `hosts: {web-1: {address: ${host.address}, user: root, groups: [lab], identity_file: ${host.identityFile}, known_hosts: ${host.knownHostsFile}}, down-1: {address: 127.0.0.1, port: 1, groups: [lab], identity_file: ${host.identityFile}, known_hosts: ${host.knownHostsFile}}}\n`,
    );
  }, 90_000);
  afterAll(async () => {
    await lab?.stop();
    if (dir !== undefined) rmSync(dir, { recursive: true, force: true });
  }, 60_000);

  it('judges the live values, and what the next boot makes of them', async () => {
    const { code, stdout, stderr } = await runProgram(['baseline', 'web-1', '--json', '--config', config]);
    expect([code, stderr]).toEqual([0, '']);
    const json: unknown = JSON.parse(stdout);
    const { settings, host: name, warning } = Baseline.parse(json);
    expect([name, settings.length, warning.slice(0, 22)]).toEqual(['web-1', 20, 'Raising values blindly']);
    const told = new Map(settings.map((row) => [row.key.split('.').at(-1), row]));
    expect(told.get('tcp_rmem')).toMatchObject({
      live: '4096 131072 33554432',
      verdict: 'harmful',
      why: 'It would lower this kernel’s maximum from 32 MiB to 6 MiB.',
      after_reboot: { kind: 'default', value: null, persisted: null },
    });
    expect(told.get('tcp_syncookies')).toMatchObject({
      verdict: 'not-persisted',
      after_reboot: { kind: 'set', value: '0', by: '/etc/sysctl.d/60-web.conf', persisted: false },
    });
    expect(told.get('tcp_keepalive_time')).toMatchObject({
      verdict: 'better',
      after_reboot: { persisted: true },
    });
    expect(told.get('somaxconn')).toMatchObject({ live: '128', verdict: 'worse' });
    expect(told.get('ip_local_port_range')).toMatchObject({
      verdict: 'harmful',
      why: `Services listen inside the wider range (10050): when one restarts, an outbound connection may have its port. Reserve them first (net.ipv4.ip_local_reserved_ports).`,
    });
    expect(told.get('tcp_tw_recycle')).toMatchObject({ live: null, verdict: 'absent' });
  });

  it('changes nothing', async () => {
    const keys = [
      'net.ipv4.tcp_rmem',
      'net.core.somaxconn',
      'net.ipv4.tcp_keepalive_time',
      'net.ipv4.tcp_tw_reuse',
    ];
    const values = async (): Promise<readonly string[]> => Promise.all(keys.map((key) => host.sysctl(key)));
    const before = await values();
    const { stdout } = await runProgram(['baseline', 'web-1', '--locale', 'ko', '--config', config]);
    expect(stdout).toContain('\n적용하면 해로움\n');
    expect(await values()).toEqual(before);
  });

  it.each([
    ['down-1', 2, /^tcpcheck: down-1.*\n/m],
    ['lab', 64, /^tcpcheck: baseline compares one host; "lab" is a group of 2\n/m],
    ['web-9', 64, /^tcpcheck: there is no host or group "web-9"/m],
  ])('%s: exit %i', async (name, code, message) => {
    const ended = await runProgram(['baseline', name, '--config', config]);
    expect([ended.code, ended.stdout]).toEqual([code, '']);
    expect(ended.stderr).toMatch(message);
  });
});
