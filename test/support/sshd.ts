import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { HostEntry } from '../../src/core/domain/host.ts';
import { makeKey, type KeyPair, type KeyType } from './keys.ts';

const SSHD = '/usr/sbin/sshd';
const PRIVILEGE_SEPARATION_DIR = '/run/sshd';
/** A port found free can be taken by another suite before sshd binds it. */
const START_ATTEMPTS = 5;

/** What a test may want different from a plain sshd that takes one key. */
export interface SshdOptions {
  /** 0 or absent: any free one. */
  readonly port?: number;
  readonly hostKeyTypes?: readonly KeyType[];
  /** `KexAlgorithms` as sshd_config spells it. */
  readonly kex?: string;
  readonly maxStartups?: string;
  readonly maxSessions?: number;
  /** Runs instead of whatever the client asks for, like `command=` of a restricted account. */
  readonly forceCommand?: string;
  readonly allowTcpForwarding?: boolean;
  readonly logLevel?: 'INFO' | 'DEBUG1' | 'DEBUG2';
  /** Further lines of sshd_config. */
  readonly config?: readonly string[];
}

/** A running sshd of our own on loopback; the account is the one the tests run under. */
export interface Sshd {
  readonly address: string;
  readonly port: number;
  readonly user: string;
  /** Its own folder, removed by `stop`; tests may put files there. */
  readonly dir: string;
  readonly pid: number;
  readonly hostKeys: readonly KeyPair[];
  /** A key that may log in. */
  readonly clientKey: KeyPair;
  /** Lets another key in as well. */
  authorize(key: KeyPair): void;
  /** The right known_hosts lines for all its keys. */
  knownHosts(): readonly string[];
  /** Writes a known_hosts file and returns its path. */
  writeKnownHosts(lines: readonly string[]): string;
  /** An inventory entry that logs in here; the right known_hosts unless the test gives another. */
  entry(overrides?: Partial<HostEntry>): HostEntry;
  log(): string;
  /** Processes that serve connections, with everything they started. */
  sessionPids(): readonly number[];
  /** Resolves when nobody is served any more; the end of a process that is not our child is no event. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a real sshd and resolves when it listens. */
export async function startSshd(options: SshdOptions = {}): Promise<Sshd> {
  mkdirSync(PRIVILEGE_SEPARATION_DIR, { recursive: true, mode: 0o755 });
  const dir = mkdtempSync(join(tmpdir(), 'tcpcheck-sshd-'));
  const hostKeys = (options.hostKeyTypes ?? ['ed25519']).map((type) =>
    makeKey(dir, `host-${type}`, { type }),
  );
  const clientKey = makeKey(dir, 'client');
  writeFileSync(join(dir, 'authorized_keys'), `${clientKey.publicKey}\n`);
  for (let attempt = 1; ; attempt += 1) {
    const port = options.port ?? (await freePort());
    const running = await launch(dir, port, configText(dir, port, hostKeys, options));
    if (running !== null) return describeSshd(running, { dir, port, hostKeys, clientKey });
    if (attempt === START_ATTEMPTS) throw new Error(`sshd found no free port in ${START_ATTEMPTS} attempts`);
  }
}

function configText(dir: string, port: number, hostKeys: readonly KeyPair[], options: SshdOptions): string {
  const optional: readonly (readonly [string, string | number | undefined])[] = [
    ['KexAlgorithms', options.kex],
    ['MaxStartups', options.maxStartups],
    ['MaxSessions', options.maxSessions],
    ['ForceCommand', options.forceCommand],
    ['AllowTcpForwarding', options.allowTcpForwarding === false ? 'no' : 'yes'],
  ];
  return [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    'PidFile none',
    'UsePAM no',
    'StrictModes no',
    'PermitRootLogin yes',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    `AuthorizedKeysFile ${join(dir, 'authorized_keys')}`,
    `LogLevel ${options.logLevel ?? 'INFO'}`,
    // bash reads ~/.bashrc for commands of sshd; what the account keeps there is not ours to test.
    `SetEnv HOME=${dir}`,
    ...hostKeys.map((key) => `HostKey ${key.path}`),
    ...optional.flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${value}`])),
    ...(options.config ?? []),
    '',
  ].join('\n');
}

interface Running {
  readonly child: ChildProcess;
  readonly log: Log;
}

/** Collects what sshd says; waiting for a text is waiting for an event, never for time. */
class Log {
  #text = '';
  readonly #waiting = new Set<() => void>();

  add(chunk: string): void {
    this.#text += chunk;
    for (const look of this.#waiting) look();
  }

  text(): string {
    return this.#text;
  }

  async has(text: string): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!this.#text.includes(text)) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }
}

/** Null when the port was taken. */
async function launch(dir: string, port: number, config: string): Promise<Running | null> {
  const path = join(dir, 'sshd_config');
  writeFileSync(path, config);
  const child = spawn(SSHD, ['-D', '-e', '-f', path], { stdio: ['ignore', 'ignore', 'pipe'] });
  const log = new Log();
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => log.add(chunk));
  const ended = once(child, 'exit');
  await Promise.race([log.has(`listening on 127.0.0.1 port ${port}`), ended]);
  if (child.exitCode === null) return { child, log };
  if (log.text().includes('Address already in use')) return null;
  throw new Error(`sshd did not start: ${log.text()}`);
}

function describeSshd(
  { child, log }: Running,
  parts: Pick<Sshd, 'dir' | 'port' | 'hostKeys' | 'clientKey'>,
): Sshd {
  const { dir, port, hostKeys, clientKey } = parts;
  const pid = child.pid ?? 0;
  const killAll = (): void => {
    for (const session of descendants(pid)) killQuietly(session);
    child.kill('SIGKILL');
  };
  process.once('exit', killAll);
  let files = 0;
  const sshd: Sshd = {
    address: '127.0.0.1',
    port,
    user: userInfo().username,
    dir,
    pid,
    hostKeys,
    clientKey,
    authorize: (key) => writeFileSync(join(dir, 'authorized_keys'), `${key.publicKey}\n`, { flag: 'a' }),
    knownHosts: () => hostKeys.map((key) => `[127.0.0.1]:${port} ${key.publicKey}`),
    writeKnownHosts: (lines) => {
      const path = join(dir, `known_hosts.${(files += 1)}`);
      writeFileSync(path, lines.map((line) => `${line}\n`).join(''));
      return path;
    },
    entry: (overrides = {}) => ({
      name: 'web-1',
      address: '127.0.0.1',
      port,
      user: userInfo().username,
      identityFile: clientKey.path,
      knownHostsFile: overrides.knownHostsFile ?? sshd.writeKnownHosts(sshd.knownHosts()),
      groups: [],
      aliases: [],
      zone: 'default',
      changes: { kind: 'none' },
      ...overrides,
    }),
    log: () => log.text(),
    sessionPids: () => descendants(pid),
    idle: async () => {
      while (descendants(pid).length > 0) await new Promise((resolve) => setTimeout(resolve, 10));
    },
    stop: async () => {
      process.removeListener('exit', killAll);
      const ended = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : null;
      killAll();
      await ended;
      rmSync(dir, { recursive: true, force: true });
    },
  };
  return sshd;
}

/** A port that nobody listens on at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = addressOf(server.address());
  server.close();
  await once(server, 'close');
  return port;
}

/** The address of a TCP server, which Node types as if it could be a pipe. */
export function addressOf(address: AddressInfo | string | null): AddressInfo {
  if (address === null || typeof address === 'string') throw new Error('the server listens on no TCP port');
  return address;
}

/** All processes below one, from the kernel's own list. */
export function descendants(pid: number): readonly number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      .split(' ')
      .filter(Boolean)
      .map(Number);
    return children.flatMap((child) => [child, ...descendants(child)]);
  } catch {
    return [];
  }
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
