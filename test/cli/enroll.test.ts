import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { doctor, type DoctorContext } from '../../src/cli/doctor.ts';
import { enroll, type EnrollWish } from '../../src/cli/enroll.ts';
import type { Config } from '../../src/config/config.ts';
import { readEnvironment } from '../../src/config/environment.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import type { Looked } from '../../src/core/domain/doctor.ts';
import { TcpcheckError } from '../../src/core/domain/errors.ts';
import { CHANGER, startEnrolledHost, type EnrolledHost } from '../host/enrol/enrolled-host.ts';
import { needs } from '../support/machine.ts';

const gate = needs('lab', 'flock', 'sudo', 'ssh');
const WISH: EnrollWish = {
  host: 'plan-1',
  action: 'install',
  dryRun: false,
  print: false,
  ssh: null,
  from: null,
  hostKey: null,
};

/** All that is not well. */
const bad = (looks: readonly Looked[]): readonly string[] =>
  looks.filter(({ status }) => status !== 'ok').map(({ id, status }) => `${status} ${id}`);

const REPORT = z.object({ checks: z.array(z.custom<Looked>()) });

describe.skipIf(gate.skip)(`enroll and doctor, on a real host ${gate.reason}`, () => {
  let on: EnrolledHost;
  let dir: string;
  let file: string;
  const said = { out: '', err: '' };
  const terminal = {
    locale: 'en',
    out: (text: string) => void (said.out += text),
    err: (text: string) => void (said.err += text),
    colour: false,
    width: 80,
    animated: false,
  } as const;

  beforeAll(async () => {
    on = await startEnrolledHost();
    ({ dir } = on.keys);
    // The operator: an account of the host that may use sudo, and an ssh configuration of its own.
    const [operator] = on.host.accounts;
    await on.host.writeFile('/etc/sudoers.d/operator', `${operator?.user} ALL=(ALL) NOPASSWD: ALL\n`);
    await on.host.exec(['chmod', '0440', '/etc/sudoers.d/operator']);
    const options = ['BatchMode yes', 'IdentitiesOnly yes', `User ${operator?.user}`];
    const files = [`IdentityFile ${operator?.identityFile}`, `UserKnownHostsFile ${on.host.knownHostsFile}`];
    writeFileSync(join(dir, 'ssh_config'), `Host *\n  ${[...options, ...files].join('\n  ')}\n`);
    mkdirSync(join(dir, 'bin'));
    writeFileSync(join(dir, 'bin/ssh'), `#!/bin/sh\nexec /usr/bin/ssh -F ${join(dir, 'ssh_config')} "$@"\n`);
    chmodSync(join(dir, 'bin/ssh'), 0o755);
    vi.stubEnv('PATH', `${join(dir, 'bin')}:${process.env['PATH']}`);
    file = join(dir, 'tcpcheck.yaml');
    writeFileSync(
      file,
      `hosts:
  plan-1:
    address: ${on.host.address}
    user: tcpcheck
    identity_file: ./made/reading
    known_hosts: ./made/known_hosts
    changes: {user: ${CHANGER}, identity_file: ./made/change}
`,
    );
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await on.lab.stop();
  });

  const config = (): Config => loadConfig(file);
  const run = async (parts: Partial<EnrollWish> = {}): Promise<number | string> => {
    Object.assign(said, { out: '', err: '' });
    const context = { config: config(), agentSocket: null, terminal, nowMs: () => Date.now() };
    return enroll(context, { ...WISH, ...parts }).catch((error: unknown) =>
      error instanceof TcpcheckError ? error.code : String(error),
    );
  };
  const look = async (more: Partial<DoctorContext> = {}): Promise<{ exit: number; looks: Looked[] }> => {
    Object.assign(said, { out: '', err: '' });
    const settings = readEnvironment({ TCPCHECK_DATA_DIR: join(dir, 'data') }, { configFile: file });
    const exit = await doctor(
      {
        loadConfig: config,
        settings,
        terminal,
        nowMs: () => Date.now(),
        askRedis: async () => ({ place: 'unix', warnings: [], nowMs: Date.now() }),
        askSlack: async () => null,
        ...more,
      },
      { host: 'plan-1', json: true },
    );
    return { exit, looks: REPORT.parse(JSON.parse(said.out)).checks };
  };
  const made = (name: string): string => join(dir, 'made', name);
  const traces = async (): Promise<string> =>
    (await on.host.exec(['sh', '-c', 'ls /home /usr/local/sbin /etc/sudoers.d; cat /etc/passwd'])).stdout;

  it('shows what it would do, and does nothing', async () => {
    const before = await traces();
    expect(await run({ dryRun: true })).toBe(0);
    expect(said.err).toContain(`would make the key ${made('change')} for ${CHANGER}`);
    expect(said.out).toContain('would  write /etc/sudoers.d/tcpcheck (mode 0440)');
    expect(said.err).toContain(`would ask whether to pin them in ${made('known_hosts')}`);
    expect(existsSync(join(dir, 'made'))).toBe(false);
    expect(await traces()).toBe(before);
  });

  it('pins no host key that nobody has agreed to', async () => {
    expect(await run()).toBe('ENROLL_NOT_PINNED');
    expect(said.err).toContain(on.host.hostKeyFingerprint);
    expect(await run({ hostKey: `SHA256:${'A'.repeat(43)}` })).toBe('ENROLL_NOT_PINNED');
    expect(existsSync(made('known_hosts'))).toBe(false);
    expect(statSync(made('change')).mode & 0o777).toBe(0o600);
  });

  it('sets everything up, so that doctor finds nothing wrong', async () => {
    expect(await run({ hostKey: on.host.hostKeyFingerprint })).toBe(0);
    expect(said.out).toContain('the helper answers: this version');
    expect(readFileSync(made('known_hosts'), 'utf8')).toMatch(new RegExp(`^${on.host.address} ssh-ed25519 `));
    const { looks } = await look();
    expect(bad(looks)).toEqual(['warn approvers']);
    const limits = looks.find(({ id }) => id === 'changes.limits');
    expect(limits?.text).toBe(
      `${CHANGER} is refused: any command, sudo, sysctl -w, a shell, a terminal, port forwarding, remote port forwarding, sftp, scp`,
    );
  });

  it('changes nothing the second time', async () => {
    expect(await run()).toBe(0);
    expect(said.out.match(/^ {2}(?:did|fail|warn) .*/gm)).toBe(null);
    expect(said.err).toContain('pinned already');
  });

  it('doctor says what an account may do that it should not, and that a helper is another one', async () => {
    const keys = `/home/${CHANGER}/.ssh/authorized_keys`;
    const good = await on.host.readFile(keys);
    await on.host.writeFile(keys, good.replace(/^restrict,command="[^"]*" /, ''));
    const free = await look();
    expect(free.exit).toBe(2);
    expect(bad(free.looks)).toEqual(['warn approvers', 'fail changes.limits', 'fail changes.helper']);
    const broken = free.looks.find(({ id, status }) => id === 'changes.limits' && status === 'fail');
    expect(broken?.text).toContain('any command, a shell, a terminal, port forwarding');
    expect(broken?.text).toContain('sftp');
    await on.host.writeFile(keys, good);
    await on.host.exec([
      'sh',
      '-c',
      'echo "# older" >>/usr/local/sbin/tcpcheck-host; usermod -aG sudo tcpcheck',
    ]);
    const older = await look();
    expect(bad(older.looks)).toEqual(['warn approvers', 'warn reading.groups', 'fail changes.helper']);
    expect(older.looks.at(-1)).toMatchObject({ todo: 'Run `tcpcheck enroll plan-1`.' });
    await on.host.exec(['gpasswd', '-d', 'tcpcheck', 'sudo']);
    expect(await run()).toBe(0);
  });

  it('doctor says what is wrong on this machine', async () => {
    chmodSync(made('change'), 0o644);
    mkdirSync(join(dir, 'data'));
    chmodSync(join(dir, 'data'), 0o777);
    const away = new TcpcheckError('REDIS_UNAVAILABLE', 'no answer');
    const hourAgo = await look({
      askRedis: async () => ({
        place: 'r',
        warnings: ['no append-only file'],
        nowMs: Date.now() - 3_600_000,
      }),
      askSlack: async () => Promise.reject(new TcpcheckError('SLACK_TOKEN_REJECTED', 'invalid_auth')),
    });
    const wrong = [
      'fail ssh-keys',
      'fail data-dir',
      'warn approvers',
      'warn redis',
      'fail clock',
      'fail slack',
    ];
    expect(bad(hourAgo.looks)).toEqual(wrong);
    expect(bad((await look({ askRedis: async () => Promise.reject(away) })).looks)).toContain('fail redis');
    chmodSync(made('change'), 0o600);
    chmodSync(join(dir, 'data'), 0o700);
    expect(bad((await look()).looks)).toEqual(['warn approvers']);
  });

  it('prints a script that does the same by hand', async () => {
    expect(await run({ print: true, from: '10.0.0.0/8' })).toBe(0);
    const { exit, stdout } = await on.host.exec(['sh', '-s'], { stdin: said.out });
    expect({ exit, stdout }).toMatchObject({ exit: 0 });
    const keys = await on.host.readFile(`/home/${CHANGER}/.ssh/authorized_keys`);
    expect(keys).toMatch(
      /^restrict,from="10\.0\.0\.0\/8",command="sudo -n \/usr\/local\/sbin\/tcpcheck-host" ssh-ed25519 /,
    );
  });

  it('does not touch a known_hosts file that has another key of the host', async () => {
    const other = `${on.host.address} ${on.keys.reading.publicKey}\n`;
    writeFileSync(made('known_hosts'), other);
    expect(await run({ hostKey: on.host.hostKeyFingerprint })).toBe('SSH_HOST_KEY_CHANGED');
    expect(readFileSync(made('known_hosts'), 'utf8')).toBe(other);
    const { looks } = await look();
    expect(bad(looks)).toEqual(['warn approvers', 'fail reading.login', 'fail changes.login']);
  });

  it('takes everything out again', async () => {
    expect(await run({ action: 'remove' })).toBe(0);
    expect(await traces()).not.toContain('tcpcheck');
  });
});
