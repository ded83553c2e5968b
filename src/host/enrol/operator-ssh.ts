import { spawn, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TcpcheckError } from '../../core/domain/errors.ts';

/** Where and how the operator logs in; everything else is the operator's own ssh configuration. */
export interface OperatorLogin {
  /** A name or address, with or without `user@`; never an option of ssh. */
  readonly destination: string;
  /** `-p` and `-J` of the inventory; empty where the destination is the operator's own. */
  readonly options: readonly string[];
}

export interface CommandEnd {
  readonly exit: number | null;
  readonly stdout: string;
}

/** What `ssh` can be told to connect to. */
export const DESTINATION = /^[A-Za-z0-9_][A-Za-z0-9._:%+@-]{0,252}$/;

/** More than any answer of ours; a host that floods us is not read on. */
const OUTPUT_LIMIT_BYTES = 256 * 1024;

/** The system's own ssh: its questions (passwords, host keys, tokens) go to the operator's terminal. */
export class OperatorSsh {
  readonly #login: OperatorLogin;
  readonly #socketDir: string;

  private constructor(login: OperatorLogin, socketDir: string) {
    this.#login = login;
    this.#socketDir = socketDir;
  }

  static async open(login: OperatorLogin): Promise<OperatorSsh> {
    return new OperatorSsh(login, await mkdtemp(join(tmpdir(), 'tcpcheck-ssh-')));
  }

  /** Runs a command without a terminal; the command is one word to any login shell. */
  async run(command: string, stdin = ''): Promise<CommandEnd> {
    const child = this.#spawn([], command, ['pipe', 'pipe', 'inherit']);
    const chunks: Buffer[] = [];
    let bytes = 0;
    child.stdout?.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= OUTPUT_LIMIT_BYTES) chunks.push(chunk);
      else child.kill();
    });
    // Whoever does not read its input says so with its exit status.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(stdin);
    return { exit: await this.#ended(child), stdout: Buffer.concat(chunks).toString('utf8') };
  }

  /** Runs a command with the operator's own terminal, so that sudo can ask; without one, as it is. */
  async show(command: string, onOutput: (text: string) => void): Promise<number | null> {
    const hasTerminal = process.stdin.isTTY && process.stdout.isTTY;
    const stdio: StdioOptions = hasTerminal ? 'inherit' : ['ignore', 'pipe', 'inherit'];
    const child = this.#spawn(hasTerminal ? ['-t'] : [], command, stdio);
    child.stdout?.setEncoding('utf8').on('data', onOutput);
    return this.#ended(child);
  }

  /** Ends the shared connection. */
  async close(): Promise<void> {
    const child = this.#spawn(['-O', 'exit'], null, 'ignore');
    await this.#ended(child).catch(() => null);
    await rm(this.#socketDir, { recursive: true, force: true });
  }

  #spawn(more: readonly string[], command: string | null, stdio: StdioOptions) {
    const { destination, options } = this.#login;
    // One login for all commands; it ends with us, or by itself after a minute.
    const shared = ['ControlMaster=auto', `ControlPath=${this.#socketDir}/s`, 'ControlPersist=60'];
    const args = [...shared.flatMap((option) => ['-o', option]), ...options, ...more, destination];
    return spawn('ssh', command === null ? args : [...args, command], { stdio });
  }

  async #ended(child: ReturnType<typeof spawn>): Promise<number | null> {
    try {
      await once(child, 'close');
    } catch (cause) {
      throw new TcpcheckError('ENROLL_FAILED', `ssh could not be started: ${String(cause)}`, {
        hint: 'Install the OpenSSH client, or use --print and run the script by hand.',
        cause,
      });
    }
    return child.exitCode;
  }
}
