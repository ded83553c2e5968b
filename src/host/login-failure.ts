import type { ErrorCode } from '../core/domain/error-catalogue.ts';
import { TcpcheckError, unreachable } from '../core/domain/errors.ts';
import { KEX } from './algorithms.ts';
import { describeHop, endpoint, type Hop } from './hop.ts';
import { quotable, readServerHello } from './server-hello.ts';

/** How far a login had come. */
export type LoginPhase = 'dialling' | 'greeting' | 'key-exchange' | 'authentication';

/** Everything known about a login that failed. */
export interface LoginState {
  readonly hop: Hop;
  readonly phase: LoginPhase;
  /** The first bytes the server sent. */
  readonly hello: Buffer;
  /** What we logged in with, for messages. */
  readonly identity: string;
  readonly timeoutMs: number;
}

/** The parts of ssh2's and the sockets' errors that tell the kinds apart. */
interface Signs {
  readonly message: string;
  readonly level: string;
  /** errno name of a socket error, or number of an SSH disconnect (RFC 4253 §11.1). */
  readonly code: string | number;
  readonly syscall: string;
}

/** No route, no answer, no such network: for the person who asks, the host does not answer. */
const UNREACHABLE = new Set(['ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'ENETDOWN']);
/** sshd ends a login after MaxAuthTries with PROTOCOL_ERROR (2) and these words (auth.c). */
const TOO_MANY_KEYS = /too many authentication failures/i;

/** Puts the failure of a login into our own words; `cause` is null when the server just closed the connection. */
export function loginFailure(state: LoginState, cause: unknown): TcpcheckError {
  const signs = signsOf(cause);
  const [code, what] =
    socketFailure(state, signs) ??
    timeFailure(state, signs) ??
    keyFailure(state, signs) ??
    closed(state, signs);
  return new TcpcheckError(code, `${describeHop(state.hop)}: ${what}`, { cause });
}

type Failure = readonly [code: ErrorCode, what: string];

function socketFailure({ hop, phase }: LoginState, signs: Signs): Failure | null {
  const at = endpoint(hop.host);
  if (signs.syscall === 'getaddrinfo') {
    return [
      'SSH_DNS',
      `the resolver of this machine has no address for "${hop.host.address}" (${signs.code})`,
    ];
  }
  // A reset that follows the TCP handshake at once is seen as a failed connect.
  if (phase !== 'dialling' || signs.level !== 'client-socket' || signs.code === 'ECONNRESET') return null;
  if (signs.code === 'ECONNREFUSED') {
    return [
      'SSH_REFUSED',
      `${at} refuses the TCP connection (ECONNREFUSED): wanted an SSH login, but nothing listens there`,
    ];
  }
  const why = UNREACHABLE.has(String(signs.code)) ? 'cannot be reached' : 'cannot be connected to';
  return ['SSH_TIMEOUT', `${at} ${why} by TCP (${signs.code})`];
}

function timeFailure({ hop, phase, hello, identity, timeoutMs }: LoginState, signs: Signs): Failure | null {
  if (signs.level !== 'client-timeout') return null;
  const at = endpoint(hop.host);
  const within = `within ${timeoutMs} ms`;
  switch (phase) {
    case 'dialling':
      return ['SSH_TIMEOUT', `${at} did not answer the TCP connect ${within}`];
    case 'greeting':
      return [
        'SSH_TIMEOUT',
        `${at} took the TCP connection, but sent ${hello.length === 0 ? 'nothing' : 'no SSH key exchange'} ${within}`,
      ];
    case 'key-exchange':
      return ['SSH_TIMEOUT', `${at} did not finish the SSH key exchange ${within}`];
    case 'authentication':
      return ['SSH_TIMEOUT', `${at} did not decide on the login with ${identity} ${within}`];
    default:
      return unreachable(phase);
  }
}

function keyFailure({ hop, hello, identity }: LoginState, signs: Signs): Failure | null {
  if (signs.message.startsWith('Handshake failed: no matching')) {
    const { software, offer } = readServerHello(hello);
    const came =
      offer === null
        ? 'something else'
        : `kex ${quotable(offer.kex, 600)}; host keys ${quotable(offer.hostKeys, 200)}; ciphers ${quotable(offer.ciphers, 300)}`;
    const missing = signs.message.replace('Handshake failed: ', '');
    return [
      'SSH_KEX',
      `${missing} with ${software ?? 'the server'}. tcpcheck speaks kex ${KEX.join(',')}; the server offers ${came}`,
    ];
  }
  if (signs.level === 'client-authentication' || TOO_MANY_KEYS.test(signs.message)) {
    const said = typeof signs.code === 'number' ? ` (it said: ${quotable(signs.message)})` : '';
    return ['SSH_AUTH', `sshd refused the login of user ${hop.host.user} with ${identity}${said}`];
  }
  return null;
}

function closed({ hop, phase, hello }: LoginState, signs: Signs): Failure {
  const { software, greeting } = readServerHello(hello);
  const when = {
    dialling: 'right after the TCP connect',
    greeting: 'before the SSH key exchange',
    'key-exchange': 'during the SSH key exchange',
    authentication: 'during authentication',
  }[phase];
  const who = software === null ? endpoint(hop.host) : `${endpoint(hop.host)} (${software})`;
  const said = greeting === '' ? '' : `; it said: ${greeting}`;
  const why = signs.message === '' || signs.message === LOST_BEFORE ? '' : ` (${quotable(signs.message)})`;
  return ['SSH_DROPPED', `${who} ended the connection ${when}${why}${said}`];
}

/** ssh2's own words for "no identification line came", which say less than we do. */
const LOST_BEFORE = 'Connection lost before handshake';

function signsOf(cause: unknown): Signs {
  if (!(cause instanceof Error)) return { message: '', level: '', code: '', syscall: '' };
  const code = textOf(cause, 'code');
  const number = 'code' in cause && typeof cause.code === 'number' ? cause.code : null;
  return {
    message: cause.message,
    level: textOf(cause, 'level'),
    code: number ?? code,
    syscall: textOf(cause, 'syscall'),
  };
}

function textOf(cause: Error, name: 'code' | 'level' | 'syscall'): string {
  const value: unknown = Reflect.get(cause, name);
  return typeof value === 'string' ? value : '';
}
