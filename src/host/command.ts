import type { ClientChannel } from 'ssh2';
import { TcpcheckError } from '../core/domain/errors.ts';
import { CappedOutput } from './capped-output.ts';
import { describeHop } from './hop.ts';
import { quotable } from './server-hello.ts';
import type { Session } from './session.ts';
import { reasonOf } from './reason.ts';

/** What a command may take. */
export interface ExecOptions {
  /** Written to the command; then its input ends. */
  readonly stdin: string;
  /** Counts from the call, so opening the channel is included. */
  readonly timeoutMs: number;
  readonly maxStdoutBytes: number;
  readonly maxStderrBytes: number;
  /** Gets what is kept of stdout, as it arrives. */
  readonly onStdout?: (chunk: Buffer) => void;
  readonly signal?: AbortSignal | undefined;
}

/** How a command ended. */
export interface ExecResult {
  /** Null when a signal ended it, or when it is not known how it ended. */
  readonly exit: number | null;
  /** `SIGKILL` and the like. */
  readonly signal: string | null;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  readonly stdoutTruncated: boolean;
  readonly stderrTruncated: boolean;
  /** The connection broke before the command was seen to end: it may be running still. */
  readonly lost: boolean;
}

/**
 * Output beyond its cap that is still read and thrown away, so that a command that says a little too much can
 * end by itself. Beyond that it is stopped: reading on would only keep this process busy.
 */
const DISCARD_LIMIT_BYTES = 16 * 1024 * 1024;

/**
 * Runs one command on a session.
 *
 * On timeout, abort and flood the session is closed, and cannot be used again. That does not end the command:
 * without a terminal it runs on until it writes into the broken pipe. What ends it is `timeout -k` in front of
 * its command line; it works even when this process is gone, and callers must put it there. SSH signals are no
 * help: ssh2 sends none after the end of input, sshd takes none for root or for sessions with a forced command
 * (session.c), or before OpenSSH 7.9. And a command that changes the host had better not be shot from afar.
 */
export async function runCommand(
  session: Session,
  command: string,
  options: ExecOptions,
): Promise<ExecResult> {
  options.signal?.throwIfAborted();
  if (session.lost) throw lostBefore(session);
  return new Promise((resolve, reject) => {
    new RunningCommand(session, options, { resolve, reject }).start(command);
  });
}

interface Promised {
  readonly resolve: (result: ExecResult) => void;
  readonly reject: (error: Error) => void;
}

class RunningCommand {
  readonly #session: Session;
  readonly #options: ExecOptions;
  readonly #promised: Promised;
  readonly #stdout: CappedOutput;
  readonly #stderr: CappedOutput;
  readonly #onAbort = (): void => this.#stop(() => this.#promised.reject(abortReason(this.#options.signal)));
  readonly #onLost = (): void => {
    // What had arrived is delivered first.
    setImmediate(() => this.#finish());
  };
  #timer: NodeJS.Timeout | undefined;
  #exit: { code: number | null; signal: string | null } | null = null;
  #openEnds = 2;
  #done = false;

  constructor(session: Session, options: ExecOptions, promised: Promised) {
    this.#session = session;
    this.#options = options;
    this.#promised = promised;
    this.#stdout = new CappedOutput(options.maxStdoutBytes);
    this.#stderr = new CappedOutput(options.maxStderrBytes);
  }

  start(command: string): void {
    this.#timer = setTimeout(() => this.#timeOut(), this.#options.timeoutMs);
    this.#options.signal?.addEventListener('abort', this.#onAbort, { once: true });
    this.#session.onLost(this.#onLost);
    try {
      this.#session.openCommand(command, (error, channel) => {
        if (error === undefined) this.#begin(channel);
        else this.#refused(error);
      });
    } catch {
      // ssh2 throws when the socket has ended, even before it has said so.
      this.#settle(() => this.#promised.reject(lostBefore(this.#session)));
    }
  }

  #begin(channel: ClientChannel): void {
    channel.on('exit', (code: number | null, signal?: string) => {
      this.#exit = { code, signal: signal ?? null };
    });
    channel.on('data', (chunk: Buffer) => this.#take(this.#stdout, chunk, this.#options.onStdout));
    channel.stderr.on('data', (chunk: Buffer) => this.#take(this.#stderr, chunk));
    // A broken pipe of the command is not news: how it ended says more.
    channel.on('error', () => undefined);
    channel.on('close', () => this.#endReached());
    channel.stderr.on('end', () => this.#endReached());
    channel.end(this.#options.stdin);
  }

  #refused(cause: unknown): void {
    const where = describeHop(this.#session.hop);
    const error = this.#session.lost
      ? lostBefore(this.#session)
      : new TcpcheckError(
          'SSH_CHANNEL',
          `${where}: logged in, but the host opened no session for the command: ${quotable(reasonOf(cause))}`,
          { cause },
        );
    this.#settle(() => this.#promised.reject(error));
  }

  #take(output: CappedOutput, chunk: Buffer, listener?: (kept: Buffer) => void): void {
    if (this.#done) return;
    const kept = output.push(chunk);
    if (kept.length > 0 && listener !== undefined) {
      try {
        listener(kept);
      } catch (error) {
        // Thrown into ssh2 it would look like an error of the protocol.
        this.#stop(() => this.#promised.reject(error instanceof Error ? error : new Error(reasonOf(error))));
      }
    }
    if (output.discardedBytes > DISCARD_LIMIT_BYTES) {
      const result = this.#result();
      this.#stop(() => this.#promised.resolve(result));
    }
  }

  #endReached(): void {
    this.#openEnds -= 1;
    if (this.#openEnds === 0) this.#finish();
  }

  #timeOut(): void {
    const { hop } = this.#session;
    const got = `${this.#stdout.bytes().length} bytes of stdout, ${this.#stderr.bytes().length} of stderr`;
    const message = `${describeHop(hop)}: the command did not end within ${this.#options.timeoutMs} ms (${got} had come)`;
    const error = new TcpcheckError('SSH_COMMAND_TIMEOUT', message);
    this.#stop(() => this.#promised.reject(error));
  }

  #finish(): void {
    this.#settle(() => this.#promised.resolve(this.#result()));
  }

  /** Ends the session in the middle of the command. */
  #stop(outcome: () => void): void {
    this.#settle(() => {
      this.#session.close();
      outcome();
    });
  }

  #settle(outcome: () => void): void {
    if (this.#done) return;
    this.#done = true;
    clearTimeout(this.#timer);
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    this.#session.offLost(this.#onLost);
    outcome();
  }

  #result(): ExecResult {
    return {
      exit: this.#exit?.code ?? null,
      signal: this.#exit?.signal ?? null,
      stdout: this.#stdout.bytes(),
      stderr: this.#stderr.bytes(),
      stdoutTruncated: this.#stdout.truncated,
      stderrTruncated: this.#stderr.truncated,
      lost: this.#exit === null && this.#session.lost,
    };
  }
}

const lostBefore = ({ hop }: Session): TcpcheckError =>
  new TcpcheckError('SSH_LOST', `${describeHop(hop)}: the connection broke before the command could start`);

/** The reason an abort was given, as an error. */
export function abortReason(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason : new Error(`aborted: ${String(reason)}`);
}
