import { randomBytes } from 'node:crypto';
import { StringDecoder } from 'node:string_decoder';
import type { Check } from '../core/checklist/check.ts';
import { CHECKLIST, checksFor } from '../core/checklist/checklist.ts';
import { composeScript, MAX_WINDOW_S } from '../core/checklist/compose-script.ts';
import { REMOTE_COMMAND } from '../core/checklist/remote-command.ts';
import { EXIT_WENT_AWAY, insideScript } from '../core/checklist/inside-script.ts';
import { createSectionReader, firstSampleComplete } from '../core/checklist/section-reader.ts';
import { CAPTURE_SCHEMA, type Capture, type Section } from '../core/domain/capture.ts';
import { TcpcheckError } from '../core/domain/errors.ts';
import type { HostEntry } from '../core/domain/host.ts';
import type { Inside, Target } from '../core/domain/place.ts';
import type { ExecResult } from './command.ts';
import { enterNamespace } from './enter-namespace.ts';
import { describeHop } from './hop.ts';
import { openHost } from './open-host.ts';
import { quotable } from './server-hello.ts';

/** For everything but the window: both samples take two seconds on a busy host, and a starved one may need far longer. */
const SCRIPT_BUDGET_S = 60;
/** After its own time limit the host needs a moment to kill the script and to say so. */
const CLIENT_GRACE_S = 10;
/** What a login shell may print around our output. */
const NOISE_BYTES = 64 * 1024;
/** Every check prints at most its cap, in each sample, and one line before and behind it. */
const MAX_STDOUT_BYTES =
  NOISE_BYTES + CHECKLIST.reduce((bytes, { capBytes }) => bytes + 2 * (capBytes + 1024), 0);
/** Of the error output only the first words are ever told. */
const MAX_STDERR_BYTES = 4 * 1024;
/** timeout(1): 124 after the time limit, 137 when it had to kill. */
const TIMED_OUT = new Set([124, 137]);

/** How to record a host. */
export interface FetchOptions {
  readonly jump: HostEntry | null;
  readonly windowMs: number;
  /** The container or process whose network namespace is looked into, in place of the account's own. */
  readonly target?: Target | null;
  readonly agentSocket: string | null;
  /** Called once, when every check of the first sample has arrived. */
  readonly onFirstSample?: ((sections: readonly Section[]) => void) | undefined;
  readonly connectTimeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A recorded host. */
export interface Fetched {
  readonly capture: Capture;
  /** `SHA256:…` of the key the host proved itself with. */
  readonly hostKeyFingerprint: string;
  /** Why sections are missing; null when the checklist reached its end. */
  readonly cut: TcpcheckError | null;
}

/** Runs the checklist on a host, with one login and one command (and one before it that finds a namespace to enter). */
export async function fetchCapture(host: HostEntry, options: FetchOptions): Promise<Fetched> {
  const connection = await openHost(host, options);
  try {
    const where = { host, via: options.jump };
    const target = options.target ?? null;
    const inside = target === null ? null : await enterNamespace(connection, target, where);
    const checks = checksFor(inside);
    const windowS = Math.min(MAX_WINDOW_S, Math.max(1, Math.round(options.windowMs / 1000)));
    const nonce = randomBytes(16).toString('hex');
    const output = new CaptureOutput(host, nonce, { ...options, checks, inside });
    const script = composeScript({ checks, windowS, nonce });
    const limitS = windowS + SCRIPT_BUDGET_S;
    const ended = await connection
      .exec(REMOTE_COMMAND(limitS), {
        stdin: inside === null ? script : insideScript(script, inside),
        timeoutMs: (limitS + CLIENT_GRACE_S) * 1000,
        maxStdoutBytes: MAX_STDOUT_BYTES,
        maxStderrBytes: MAX_STDERR_BYTES,
        onStdout: (chunk) => output.take(chunk),
        signal: options.signal,
      })
      .catch((error: unknown) => {
        // What had come until then is still worth reading.
        if (error instanceof TcpcheckError && error.code === 'SSH_COMMAND_TIMEOUT') return error;
        throw error;
      });
    const { sections, cut } = output.end(ended);
    return {
      capture: {
        schema: CAPTURE_SCHEMA,
        host: host.name,
        windowMs: windowS * 1000,
        ...(inside === null ? {} : { inside }),
        sections,
      },
      hostKeyFingerprint: connection.hostKeyFingerprint,
      cut,
    };
  } finally {
    connection.close();
  }
}

interface OutputOptions extends FetchOptions {
  readonly checks: readonly Check[];
  readonly inside: Inside | null;
}

/** Takes the output of the checklist apart while it arrives. */
class CaptureOutput {
  readonly #host: HostEntry;
  readonly #options: OutputOptions;
  readonly #reader: ReturnType<typeof createSectionReader>;
  readonly #decoder = new StringDecoder('utf8');
  readonly #sections: Section[] = [];
  #firstSampleTold = false;

  constructor(host: HostEntry, nonce: string, options: OutputOptions) {
    this.#host = host;
    this.#options = options;
    this.#reader = createSectionReader(nonce);
  }

  take(chunk: Buffer): void {
    this.#add(this.#reader.push(this.#decoder.write(chunk)));
  }

  end(ended: ExecResult | TcpcheckError): Pick<Fetched, 'cut'> & { sections: readonly Section[] } {
    this.#add(this.#reader.push(this.#decoder.end()));
    const { sections, complete } = this.#reader.end();
    this.#add(sections);
    if (complete) return { sections: this.#sections, cut: null };
    const cut = this.#cutBy(ended);
    // A section that has its end line is whole, whatever happened after it.
    if (!this.#sections.some(({ exit }) => exit !== null)) throw cut;
    return { sections: this.#sections, cut };
  }

  #add(sections: readonly Section[]): void {
    for (const section of sections) {
      this.#sections.push(section);
      if (section.id === 'identity') this.#expectLinux(section);
    }
    if (this.#firstSampleTold || !firstSampleComplete(this.#sections, this.#options.checks)) return;
    this.#firstSampleTold = true;
    this.#options.onFirstSample?.(this.#sections.filter(({ sample }) => sample === 1));
  }

  /** On another system every other check would fail, and each in its own puzzling way. */
  #expectLinux({ text, exit }: Section): void {
    const system = /^system (\S+)$/m.exec(text)?.[1];
    if (exit === null || system === undefined || system === 'Linux') return;
    const message = `${this.#where()}: wanted Linux, but "uname -s" on the host says ${quotable(system)}`;
    throw new TcpcheckError('HOST_NOT_LINUX', message);
  }

  #cutBy(ended: ExecResult | TcpcheckError): TcpcheckError {
    if (ended instanceof TcpcheckError) return ended;
    const got = `${this.#sections.length} of the checklist's outputs had come`;
    if (ended.lost) {
      return new TcpcheckError(
        'SSH_LOST',
        `${this.#where()}: the connection broke during the checklist; ${got}`,
      );
    }
    if (ended.exit !== null && TIMED_OUT.has(ended.exit)) {
      const message = `${this.#where()}: the host stopped the checklist at its time limit; ${got}`;
      return new TcpcheckError('SSH_COMMAND_TIMEOUT', message);
    }
    const { inside } = this.#options;
    if (inside !== null && ended.exit === EXIT_WENT_AWAY && this.#sections.length === 0) {
      const message = `${this.#where()}: ${inside.target} (pid ${inside.pid}) ended before it could be looked into`;
      return new TcpcheckError('NAMESPACE_UNKNOWN', message);
    }
    const how = ended.signal ?? (ended.exit === null ? 'no exit status' : `exit ${ended.exit}`);
    const said = quotable(ended.stderr.toString('latin1')) || quotable(ended.stdout.toString('latin1'));
    const message =
      `${this.#where()}: the checklist ended early with ${how}; ${got}` +
      (said === '' ? '' : `; it said: ${said}`);
    return new TcpcheckError('HOST_OUTPUT_CUT', message);
  }

  #where(): string {
    return describeHop({ host: this.#host, via: this.#options.jump });
  }
}
