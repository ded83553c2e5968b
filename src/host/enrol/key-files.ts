import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { TcpcheckError } from '../../core/domain/errors.ts';

const run = promisify(execFile);

/** Local and instant; a program that hangs here waits for a terminal. */
const TIMEOUT_MS = 10_000;

/** Makes an Ed25519 key pair without a passphrase, as a service needs it; mode 0600. */
export async function makeKeyFile(path: string, comment: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await keygen(['-q', '-t', 'ed25519', '-N', '', '-C', comment, '-f', path]);
}

/** The public half of a private key: `ssh-ed25519 AAAA…`. */
export async function publicKeyOf(path: string): Promise<string> {
  // An empty passphrase given by name: a key that has one is refused instead of asked for.
  const stdout = await keygen(['-y', '-P', '', '-f', path]);
  const [type = '', blob = ''] = stdout.trim().split(/\s+/);
  return `${type} ${blob}`;
}

/** The public half of a key that is made, read, and thrown away: what a dry run shows in its place. */
export async function publicKeyOfNone(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'tcpcheck-key-'));
  try {
    await makeKeyFile(join(dir, 'key'), 'none');
    return await publicKeyOf(join(dir, 'key'));
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function keygen(args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await run('ssh-keygen', [...args], { timeout: TIMEOUT_MS });
    return stdout;
  } catch (cause) {
    const said = cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim() : String(cause);
    const file = args.at(-1) ?? '';
    throw new TcpcheckError('SSH_KEY_UNREADABLE', `ssh-keygen cannot use ${file}: ${said.slice(0, 300)}`, {
      cause,
    });
  }
}
