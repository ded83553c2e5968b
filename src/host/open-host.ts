import { connect } from 'node:net';
import type { ClientChannel } from 'ssh2';
import { TcpcheckError } from '../core/domain/errors.ts';
import type { HostEntry } from '../core/domain/host.ts';
import { abortReason, runCommand } from './command.ts';
import type { HostConnection } from './connection.ts';
import { readHostKeyCheck } from './host-key-check.ts';
import type { Hop } from './hop.ts';
import { readIdentity } from './identity.ts';
import { forwardFailure, forwardTimeout, jumpLoginFailure, jumpLost } from './jump-failure.ts';
import { login, type LoginPlan, type Session, type Transport } from './session.ts';

/** Two handshakes over the slowest link we know (satellite, RTT 700 ms) take 5 s; a host that is down shows itself soon. */
const CONNECT_TIMEOUT_MS = 10_000;
/** Three missed answers make a dead peer known after 20 s, long before TCP gives up (15 min). */
const KEEPALIVE_INTERVAL_MS = 5_000;
/** Node's own 250 ms gives up on far hosts with several addresses before they can answer. */
const ADDRESS_ATTEMPT_TIMEOUT_MS = 3_000;

/** How to reach a host. */
export interface OpenOptions {
  /** The host that `host.jump` names, looked up by the caller. */
  readonly jump: HostEntry | null;
  /** Path of the ssh agent (SSH_AUTH_SOCK), for hosts that name no key file. */
  readonly agentSocket: string | null;
  /** For each step: the login on a hop, and the way from the jump host to the host behind it. */
  readonly connectTimeoutMs?: number | undefined;
  readonly keepaliveIntervalMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export type { HostConnection } from './connection.ts';

/** Logs into a host, through its jump host if it has one. Both prove themselves by their own known_hosts lines. */
export async function openHost(host: HostEntry, options: OpenOptions): Promise<HostConnection> {
  const { session, close } = await openWhole(host, options);
  return {
    hostKeyFingerprint: session.hostKeyFingerprint,
    user: host.user,
    exec: async (command, execOptions) => runCommand(session, command, execOptions),
    close,
  };
}

/** The same with all that a session can be asked for: to find out what an account may do. */
export async function openWhole(
  host: HostEntry,
  options: OpenOptions,
): Promise<{ readonly session: Session; readonly close: () => void }> {
  const { signal } = options;
  signal?.throwIfAborted();
  const closers: (() => void)[] = [];
  const close = (): void => {
    for (const closer of closers.splice(0).toReversed()) closer();
  };
  signal?.addEventListener('abort', close, { once: true });
  try {
    const session = await openSession(host, options, closers);
    signal?.throwIfAborted();
    return { session, close };
  } catch (error) {
    close();
    // Closed under its feet, the login failed in some odd way; the reason is the abort.
    throw signal?.aborted === true ? abortReason(signal) : error;
  } finally {
    signal?.removeEventListener('abort', close);
  }
}

async function openSession(host: HostEntry, options: OpenOptions, closers: (() => void)[]): Promise<Session> {
  // Files of both hops first: a mistake of ours should cost no connection.
  const plan = await planLogin({ host, via: options.jump }, options, closers);
  const jumpPlan =
    options.jump === null ? null : await planLogin({ host: options.jump, via: null }, options, closers);
  options.signal?.throwIfAborted();
  if (jumpPlan === null) return enter(plan, dial(host), closers);
  const jump = jumpPlan.hop.host;
  const jumpSession = await enter(jumpPlan, dial(jump), closers).catch((error: unknown) => {
    throw error instanceof TcpcheckError ? jumpLoginFailure(host, error) : error;
  });
  const channel = await forward(jumpSession, host, plan.timeoutMs);
  const transport = { stream: channel, destroy: () => void channel.destroy() };
  return enter(plan, transport, closers).catch((error: unknown) => {
    throw jumpSession.lost ? jumpLost(host, jump, error) : error;
  });
}

async function planLogin(hop: Hop, options: OpenOptions, closers: (() => void)[]): Promise<LoginPlan> {
  const hostKey = await readHostKeyCheck(hop);
  const identity = await readIdentity(hop, options.agentSocket);
  closers.push(identity.close);
  return {
    hop,
    hostKey,
    identity,
    timeoutMs: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
    keepaliveIntervalMs: options.keepaliveIntervalMs ?? KEEPALIVE_INTERVAL_MS,
  };
}

async function enter(plan: LoginPlan, transport: Transport, closers: (() => void)[]): Promise<Session> {
  closers.push(transport.destroy);
  const session = await login(plan, transport);
  closers.push(() => session.close());
  return session;
}

function dial({ address, port }: HostEntry): Transport {
  const stream = connect({
    host: address,
    port,
    // ssh2 never does: Nagle's algorithm and delayed acknowledgements would cost 40 ms per login.
    noDelay: true,
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: ADDRESS_ATTEMPT_TIMEOUT_MS,
  });
  return { stream, destroy: () => void stream.destroy() };
}

async function forward(session: Session, host: HostEntry, timeoutMs: number): Promise<ClientChannel> {
  const jump = session.hop.host;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(forwardTimeout(host, jump, timeoutMs)), timeoutMs);
    session
      .openForward(host.address, host.port)
      .then(resolve, (error: unknown) =>
        reject(session.lost ? jumpLost(host, jump, error) : forwardFailure(host, jump, error)),
      )
      .finally(() => clearTimeout(timer));
  });
}
