import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startLab, type Lab } from '../../src/demo/lab/lab.ts';
import { SICK_HOSTS } from '../../src/demo/lab/sick-hosts.ts';
import { stageConfig } from '../../src/demo/stage-config.ts';
import { needs } from '../support/machine.ts';
import { smallYaml } from '../support/playbooks.ts';
import { runProgram } from '../support/program.ts';

const need = needs('lab');

const Finding = z.looseObject({
  playbook: z.string(),
  status: z.string(),
  severity: z.string(),
  cause: z.string().nullable(),
  subject: z.string().nullable(),
  evidence: z.array(z.looseObject({ fact: z.string(), text: z.string(), command: z.string() })),
  fixes: z.array(
    z.looseObject({ kind: z.string(), key: z.string().optional(), offered: z.boolean().optional() }),
  ),
  not_advised: z.array(z.looseObject({ key: z.string(), why: z.string() })),
});
const Report = z.looseObject({
  schema: z.literal('tcpcheck/report/v1'),
  host: z.string(),
  verdict: z.string(),
  error: z.looseObject({ code: z.string(), message: z.string(), hint: z.string() }).nullable(),
  findings: z.array(Finding),
  checks: z.array(z.looseObject({ id: z.string(), status: z.string() })),
  facts: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
});

const matched = (report: z.infer<typeof Report>): z.infer<typeof Finding>[] =>
  report.findings.filter(({ status, severity }) => status === 'matched' && severity !== 'info');

describe.skipIf(need.skip)(`check on real hosts ${need.reason}`, () => {
  let lab: Lab;
  let dir: string;
  let config: string;

  beforeAll(async () => {
    lab = await startLab({ prefix: 'tcpcheck-cli' });
    await Promise.all(
      [SICK_HOSTS['api-1'], SICK_HOSTS['web-1'], SICK_HOSTS['web-2'], SICK_HOSTS['db-1']].map((host) =>
        lab.addHost(host),
      ),
    );
    dir = mkdtempSync(join(tmpdir(), 'tcpcheck-cli-'));
    writeFileSync(join(dir, 'secret'), 'a-secret-that-nobody-uses-here');
    config = join(dir, 'tcpcheck.yaml');
    const text = stageConfig({
      hosts: lab.hosts,
      secretFile: join(dir, 'secret'),
      windowS: 3,
      confirmS: 20,
      extraHosts: [
        `down-1: {address: 127.0.0.1, port: 1, user: root, identity_file: ${lab.host('db-1').identityFile}, known_hosts: ${lab.host('db-1').knownHostsFile}, groups: [edge]}`,
      ],
    });
    writeFileSync(config, text);
  }, 60_000);
  afterAll(async () => {
    await lab?.stop();
    rmSync(dir, { recursive: true, force: true });
  }, 60_000);

  async function check(host: string): Promise<{ code: number; report: z.infer<typeof Report> }> {
    const { code, stdout, stderr } = await runProgram(['check', host, '--json', '--config', config]);
    expect(stderr).toBe('');
    const json: unknown = JSON.parse(stdout);
    return { code, report: Report.parse(json) };
  }

  it('api-1: out of ports by TIME_WAIT, tcp_tw_reuse offered', async () => {
    const { code, report } = await check('api-1');
    expect([code, report.verdict, report.error]).toEqual([1, 'critical', null]);
    const [finding, ...others] = matched(report);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ playbook: 'port-exhaustion', cause: 'time-wait' });
    expect(finding?.evidence.map(({ fact }) => fact)).toEqual(
      expect.arrayContaining(['destination.used_ratio', 'destination.time_wait']),
    );
    expect(finding?.fixes.find(({ key }) => key === 'net.ipv4.tcp_tw_reuse')).toMatchObject({
      from: '2',
      to: '1',
      offered: true,
      takes_effect: 'now',
    });
    expect(finding?.not_advised.map(({ key }) => key)).toEqual(
      expect.arrayContaining(['net.ipv4.tcp_fin_timeout', 'net.ipv4.tcp_tw_recycle']),
    );
  });

  it('web-1: the accept queue overflows because of the application, so no setting is offered', async () => {
    const { code, report } = await check('web-1');
    expect(code).toBe(1);
    const [finding, ...others] = matched(report);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ playbook: 'accept-queue-overflow', cause: 'app-backlog' });
    expect(finding?.fixes.filter(({ kind, offered }) => kind === 'sysctl' && offered)).toEqual([]);
    expect(finding?.fixes[0]?.kind).toBe('advice');
  });

  it('web-2: somaxconn is the limit, and raising it is offered', async () => {
    const { report } = await check('web-2');
    const [finding] = matched(report);
    expect(finding).toMatchObject({ playbook: 'accept-queue-overflow', cause: 'somaxconn' });
    expect(finding?.fixes.find(({ key }) => key === 'net.core.somaxconn')).toMatchObject({
      from: '128',
      offered: true,
      takes_effect: 'relisten',
    });
  });

  it('db-1: healthy, exit 0', async () => {
    const { code, report } = await check('db-1');
    expect([code, report.verdict, matched(report)]).toEqual([0, 'ok', []]);
  });

  it('a group gives an array, and findings beat hosts that could not be looked at', async () => {
    const { code, stdout } = await runProgram([
      'check',
      'demo',
      '--json',
      '--window',
      '1s',
      '--config',
      config,
    ]);
    const reports: unknown = JSON.parse(stdout);
    expect(
      z
        .array(Report)
        .parse(reports)
        .map(({ host }) => host)
        .toSorted((a, b) => a.localeCompare(b)),
    ).toEqual(['api-1', 'db-1', 'web-1', 'web-2']);
    expect(code).toBe(1);
  });

  it('a host that is down: exit 2, and JSON that says why', async () => {
    const { code, report } = await check('down-1');
    expect([code, report.verdict, report.error?.code]).toEqual([2, 'unknown', 'SSH_REFUSED']);
  });

  it('a recording gives the same findings as the host', async () => {
    const out = join(dir, 'recording');
    const recorded = await runProgram([
      'capture',
      'api-1',
      '--out',
      out,
      '--window',
      '2s',
      '--config',
      config,
    ]);
    expect(recorded.code).toBe(0);
    const replayed = await runProgram(['check', '--capture', out, '--json']);
    expect(replayed.code).toBe(1);
    const json: unknown = JSON.parse(replayed.stdout);
    expect(matched(Report.parse(json))[0]).toMatchObject({ playbook: 'port-exhaustion', cause: 'time-wait' });
  });

  it('prints for people, in both languages', async () => {
    const english = await runProgram(['check', 'web-1', '--config', config]);
    const korean = await runProgram(['check', 'web-1', '--config', config, '--locale', 'ko']);
    expect(english.stdout).toContain('backlog');
    expect(korean.stdout).toMatch(/[가-힣]/);
    expect(english.stderr).toContain('web-1: connecting');
  });
});

describe('the command line', () => {
  const dir = mkdtempSync(join(tmpdir(), 'tcpcheck-usage-'));
  const config = join(dir, 'tcpcheck.yaml');
  writeFileSync(config, 'hosts: {web-1: {address: 10.0.0.5}, web-2: {address: 10.0.0.6}}\n');
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it.each([
    [['check'], 64, 'tcpcheck: check wants a HOST or GROUP'],
    [['check', 'a', 'b'], 64, 'tcpcheck: check wants one HOST or GROUP; "b" is too many'],
    [['chekc', 'a'], 64, 'tcpcheck: there is no command "chekc"'],
    [['check', '--jsno', 'a'], 64, "tcpcheck: Unknown option '--jsno'\n"],
    [['check', 'web-1', '--window', '2h'], 64, 'tcpcheck: --window takes 1s to 60s, not "2h"'],
    [['hosts', '--smoke'], 64, 'tcpcheck: hosts takes no --smoke'],
    [
      ['check', 'wbe-1', '--config', config],
      64,
      'tcpcheck: there is no host or group "wbe-1" in the inventory\n  Did you mean web-1?',
    ],
    [
      ['check', 'web-1', '--config', join(dir, 'none.yaml')],
      2,
      `tcpcheck: the configuration file ${join(dir, 'none.yaml')} cannot be read`,
    ],
    [['check', '--capture', dir], 2, `tcpcheck: ${dir} holds no capture.json`],
  ])('%j', async (args, code, message) => {
    const ended = await runProgram(args);
    expect([ended.code, ended.stdout, ended.stderr.slice(0, message.length)]).toEqual([code, '', message]);
  });

  it('lists the inventory', async () => {
    const { stdout } = await runProgram(['hosts', '--config', config]);
    expect(stdout).toBe(
      'HOST   ADDRESS   USER      GROUPS  CHANGES\nweb-1  10.0.0.5  tcpcheck          no\nweb-2  10.0.0.6  tcpcheck          no\n',
    );
  });

  it('diagnoses a recording with the playbooks and thresholds of the configuration, and answers words', async () => {
    writeFileSync(join(dir, 'own.yaml'), smallYaml('when: sockets.time_wait >= 0', 'own'));
    const own = join(dir, 'own-config.yaml');
    const capture = resolve('test/fixtures/captures/somaxconn-linux-6.18-ss-6.1');
    const replay = async (...args: readonly string[]): Promise<string> =>
      (await runProgram(['check', '--capture', capture, ...args], { cwd: dir })).stdout;
    writeFileSync(
      own,
      'hosts: {recorded: {address: 10.0.0.9, groups: [web]}}\nplaybooks: [./own.yaml]\nplaybook_thresholds: {groups: {web: {accept-queue-overflow: {overflows_critical: 4000}}}}\n',
    );
    const plain = await replay();
    expect(plain).toContain('CRITICAL');
    expect(plain).not.toContain('It is small.');
    const configured = await replay('--config', own, '--symptom', 'it is small');
    expect(configured).toContain('  You said “it is small”:\n    • It fits what was found: Small.');
    expect(configured).toContain('The threshold "overflows_critical" is 4000 here (group web in');
    expect(configured).not.toContain('CRITICAL');
  }, 60_000);

  it('finds mistakes in playbooks', async () => {
    const path = join(dir, 'broken.yaml');
    writeFileSync(path, 'id: broken\nwhen: counters.listen_overflows_per_s > 1\ntitel: {en: x, ko: y}\n');
    const { code, stdout } = await runProgram(['playbook', 'lint', path]);
    expect(code).toBe(1);
    expect(stdout).toContain(`${path}:3:1: unknown field "titel"`);
  });
});
