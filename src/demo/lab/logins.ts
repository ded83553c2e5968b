import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TcpcheckError } from '../../core/domain/errors.ts';
import { must } from './commands.ts';

/** An account of a lab host and the key that opens it. */
export interface Login {
  readonly user: string;
  readonly identityFile: string;
}

/** Everything about logging in to one host, made before the host exists. */
export interface LoginFiles {
  /** Folder with `ssh/`, `passwd`, `group` and `shadow`, to be put into the host. */
  readonly filesDir: string;
  readonly root: Login;
  readonly accounts: readonly Login[];
  /** `ssh-ed25519 AAAA…`, as it stands in known_hosts. */
  readonly hostKey: string;
  /** `SHA256:…`, as ssh-keygen -l prints it. */
  readonly hostKeyFingerprint: string;
}

/** First uid of the unprivileged accounts; above those of usual machines. */
const FIRST_UID = 22_000;

/**
 * StrictModes stays on, as on a real host: everything sshd reads belongs to root. PAM stays off, so that a
 * lab host needs nothing of the machine's PAM set-up and writes to none of its login records.
 */
const SSHD_CONFIG = `Port 22
HostKey /etc/ssh/ssh_host_ed25519_key
PidFile /run/sshd.pid
AuthorizedKeysFile /etc/ssh/authorized_keys/%u .ssh/authorized_keys
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
UseDNS no
PrintMotd no
PrintLastLog no
AllowTcpForwarding yes
Subsystem sftp internal-sftp
`;

/** Makes host key, login keys and account tables of one host under `dir`. */
export async function makeLogins(
  dir: string,
  name: string,
  accounts: readonly string[],
): Promise<LoginFiles> {
  for (const account of accounts) {
    if (!/^[a-z_][a-z0-9_-]{0,30}$/.test(account) || account === 'root') {
      throw new TcpcheckError(
        'LAB_FAILED',
        `${JSON.stringify(account)} cannot be an account name of ${name}`,
      );
    }
  }
  const filesDir = join(dir, 'files');
  const sshDir = join(filesDir, 'ssh');
  await mkdir(join(sshDir, 'authorized_keys'), { recursive: true, mode: 0o755 });
  const hostKeyFile = join(sshDir, 'ssh_host_ed25519_key');
  const users = ['root', ...accounts];
  await Promise.all([
    makeKey(hostKeyFile, `root@${name}`),
    writeFile(join(sshDir, 'sshd_config'), SSHD_CONFIG),
    writeTables(filesDir, accounts),
    ...users.map(async (user) => {
      await makeKey(identityOf(dir, user), `lab ${user}@${name}`);
      await writeFile(join(sshDir, 'authorized_keys', user), await readFile(`${identityOf(dir, user)}.pub`));
    }),
  ]);
  const hostKey = (await readFile(`${hostKeyFile}.pub`, 'utf8')).split(' ').slice(0, 2).join(' ');
  const blob = Buffer.from(hostKey.split(' ')[1] ?? '', 'base64');
  return {
    filesDir,
    root: { user: 'root', identityFile: identityOf(dir, 'root') },
    accounts: accounts.map((user) => ({ user, identityFile: identityOf(dir, user) })),
    hostKey,
    hostKeyFingerprint: `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`,
  };
}

const identityOf = (dir: string, user: string): string => join(dir, `id_${user}`);

async function makeKey(file: string, comment: string): Promise<void> {
  await must(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', comment, '-f', file]);
}

/** Rows to append to the host's own copies; `*` locks the password and leaves the key. */
async function writeTables(filesDir: string, accounts: readonly string[]): Promise<void> {
  const rows = accounts.map((user, index) => ({ user, id: FIRST_UID + index }));
  const table = (row: (user: string, id: number) => string): string =>
    rows.map(({ user, id }) => `${row(user, id)}\n`).join('');
  await Promise.all([
    writeFile(
      join(filesDir, 'passwd'),
      table((user, id) => `${user}:x:${id}:${id}:${user}:/home/${user}:/bin/sh`),
    ),
    writeFile(
      join(filesDir, 'group'),
      table((user, id) => `${user}:x:${id}:`),
    ),
    writeFile(
      join(filesDir, 'shadow'),
      table((user) => `${user}:*:20000:0:99999:7:::`),
    ),
  ]);
}
