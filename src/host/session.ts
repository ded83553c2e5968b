import type { Duplex } from 'node:stream';
import ssh2, { type Client, type ClientChannel, type ConnectConfig } from 'ssh2';
import { assert, type TcpcheckError } from '../core/domain/errors.ts';
import { algorithmsFor } from './algorithms.ts';
import type { HostKeyCheck } from './host-key-check.ts';
import type { Hop } from './hop.ts';
import type { Identity } from './identity.ts';
import { loginFailure, type LoginPhase } from './login-failure.ts';
import { HELLO_LIMIT_BYTES } from './server-hello.ts';

/** Unanswered keepalives after which the connection counts as lost (ssh2's and OpenSSH's own number). */
const KEEPALIVE_COUNT_MAX = 3;

/** All that one login needs; files have been read, so that only the network can still fail. */
export interface LoginPlan {
  readonly hop: Hop;
  readonly hostKey: HostKeyCheck;
  readonly identity: Identity;
  readonly timeoutMs: number;
  readonly keepaliveIntervalMs: number;
}

/** A TCP socket, or a channel through a jump host. */
export interface Transport {
  readonly stream: Duplex;
  /** Ends it at once, whatever it is doing. */
  readonly destroy: () => void;
}

/**
 * One authenticated SSH connection. Whoever has one closes it: an ssh2 client that is not destroyed keeps
 * the process alive for ever.
 */
export class Session {
  readonly hop: Hop;
  readonly hostKeyFingerprint: string;
  readonly #client: Client;
  readonly #transport: Transport;
  #lost = false;

  constructor(plan: LoginPlan, client: Client, transport: Transport) {
    const fingerprint = plan.hostKey.fingerprint();
    assert(fingerprint !== null, 'a login finished without a host key');
    this.hop = plan.hop;
    this.hostKeyFingerprint = fingerprint;
    this.#client = client;
    this.#transport = transport;
    client.once('close', () => {
      this.#lost = true;
    });
  }

  /** True once the connection has ended, by whomever. */
  get lost(): boolean {
    return this.#lost;
  }

  onLost(listener: () => void): void {
    this.#client.once('close', listener);
  }

  offLost(listener: () => void): void {
    this.#client.removeListener('close', listener);
  }

  /**
   * Opens a channel that runs a command. Calls back instead of promising: exit status and even the end of a
   * short command can stand in the same packet as the answer, and their events are gone a microtask later.
   */
  openCommand(command: string, opened: (error: Error | undefined, channel: ClientChannel) => void): void {
    this.#client.exec(command, { pty: false, x11: false }, opened);
  }

  /** Opens a channel to an address as the host sees it. */
  async openForward(address: string, port: number): Promise<ClientChannel> {
    return new Promise((resolve, reject) => {
      this.#client.forwardOut('127.0.0.1', 0, address, port, (error, channel) => {
        if (error === undefined) resolve(channel);
        else reject(error);
      });
    });
  }

  /** Opens a login shell, with a terminal or without. */
  async openShell(terminal: boolean): Promise<ClientChannel> {
    return new Promise((resolve, reject) => {
      this.#client.shell(terminal ? {} : false, (error, channel) => {
        if (error === undefined) resolve(channel);
        else reject(error);
      });
    });
  }

  async openSubsystem(name: string): Promise<ClientChannel> {
    return new Promise((resolve, reject) => {
      this.#client.subsys(name, (error, channel) => {
        if (error === undefined) resolve(channel);
        else reject(error);
      });
    });
  }

  /** Whether the host would listen for us and send here what comes; it stops at once. */
  async mayListen(): Promise<boolean> {
    return new Promise((resolve) => {
      this.#client.forwardIn('127.0.0.1', 0, (error, port) => {
        if (error === undefined) this.#client.unforwardIn('127.0.0.1', port);
        resolve(error === undefined);
      });
    });
  }

  /** Says goodbye and ends the connection at once. */
  close(): void {
    this.#lost = true;
    this.#client.end();
    // ssh2's own destroy() does nothing once end() was called, and would wait for the peer.
    this.#transport.destroy();
  }
}

/** Logs in over a transport; on failure the transport is destroyed. */
export async function login(plan: LoginPlan, transport: Transport): Promise<Session> {
  const client = new ssh2.Client();
  try {
    await waitUntilReady(plan, client, transport.stream);
    return new Session(plan, client, transport);
  } catch (error) {
    client.end();
    transport.destroy();
    throw error;
  }
}

async function waitUntilReady(plan: LoginPlan, client: Client, stream: Duplex): Promise<void> {
  const hello = new HelloRecorder();
  let phase: LoginPhase = 'dialling';
  let agentError: Error | null = null;
  const failure = (cause: unknown): TcpcheckError =>
    plan.hostKey.refusal() ??
    loginFailure(
      { hop: plan.hop, phase, hello: hello.bytes(), identity: plan.identity.what, timeoutMs: plan.timeoutMs },
      cause,
    );
  return new Promise((resolve, reject) => {
    client.on('connect', () => {
      phase = 'greeting';
    });
    client.once('handshake', () => {
      phase = 'authentication';
      hello.stop(stream);
    });
    client.once('ready', resolve);
    // Stays for the life of the client: an error event nobody hears would end the process.
    client.on('error', (error) => {
      // The agent could not sign with one key; ssh2 goes on with the next one and reports the end itself.
      if (error.level === 'agent') agentError = error;
      else reject(failure(error));
    });
    client.once('close', () => reject(failure(agentError)));
    client.connect(connectConfig(plan, stream));
    // ssh2 has paused the stream and resumes it when it is ready to read, so nothing is taken from it here.
    hello.start(stream);
  });
}

function connectConfig(
  { hop, hostKey, identity, timeoutMs, keepaliveIntervalMs }: LoginPlan,
  sock: Duplex,
): ConnectConfig {
  return {
    sock,
    username: hop.host.user,
    ident: 'tcpcheck',
    hostVerifier: (key: Buffer): boolean => hostKey.accepts(key),
    algorithms: algorithmsFor(hostKey.trustedTypes),
    // One method and no probing with `none`: a round trip less, and never a password.
    authHandler: [identity.method],
    tryKeyboard: false,
    agentForward: false,
    strictVendor: true,
    readyTimeout: timeoutMs,
    keepaliveInterval: keepaliveIntervalMs,
    keepaliveCountMax: KEEPALIVE_COUNT_MAX,
  };
}

/** Listens in on what the server says before encryption starts: the reason why it drops us, and its algorithms. */
class HelloRecorder {
  readonly #chunks: Buffer[] = [];
  #length = 0;
  #listener: ((chunk: Buffer) => void) | null = null;

  start(stream: Duplex): void {
    this.#listener = (chunk) => {
      this.#chunks.push(Buffer.from(chunk.subarray(0, HELLO_LIMIT_BYTES - this.#length)));
      this.#length += chunk.length;
      if (this.#length >= HELLO_LIMIT_BYTES) this.stop(stream);
    };
    stream.on('data', this.#listener);
  }

  stop(stream: Duplex): void {
    if (this.#listener !== null) stream.removeListener('data', this.#listener);
    this.#listener = null;
  }

  bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }
}
