import type { ErrorCode } from '../core/domain/error-catalogue.ts';
import { TcpcheckError } from '../core/domain/errors.ts';
import type { HostEntry } from '../core/domain/host.ts';
import { describeHop, endpoint } from './hop.ts';
import { quotable } from './server-hello.ts';
import { reasonOf } from './reason.ts';

/**
 * Failures that mean the same on whichever hop they happen, so they keep their name: a stranger in the place
 * of the jump host is no less a stranger, and our own files are ours. The message names the hop.
 */
const SAME_ON_EVERY_HOP: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'SSH_HOST_KEY_UNKNOWN',
  'SSH_HOST_KEY_CHANGED',
  'SSH_HOST_KEY_REVOKED',
  'SSH_HOST_KEY_CERT_ONLY',
  'SSH_KNOWN_HOSTS_UNREADABLE',
  'SSH_KEY_UNREADABLE',
]);

/** SSH_OPEN_ADMINISTRATIVELY_PROHIBITED (RFC 4254 §5.1). */
const PROHIBITED = 1;

/** The login on the jump host failed. */
export function jumpLoginFailure(host: HostEntry, failure: TcpcheckError): TcpcheckError {
  const message = `${host.name} is reached through a jump host, and the login there failed (${failure.code}): ${failure.message}`;
  const code = SAME_ON_EVERY_HOP.has(failure.code) ? failure.code : 'SSH_JUMP';
  return new TcpcheckError(code, message, { hint: failure.hint, cause: failure });
}

/** The jump host let us in, but not through. */
export function forwardFailure(host: HostEntry, jump: HostEntry, cause: unknown): TcpcheckError {
  const said = quotable(reasonOf(cause).replace('(SSH) Channel open failure: ', ''));
  const prohibited = cause instanceof Error && 'reason' in cause && cause.reason === PROHIBITED;
  const hint = prohibited
    ? `Allow forwarding on ${jump.name}: AllowTcpForwarding in its sshd_config, port-forwarding for the key in authorized_keys.`
    : `On ${jump.name}, check that ${endpoint(host)} can be reached and that sshd runs there.`;
  return new TcpcheckError('SSH_JUMP', `${beyond(host, jump)}: ${said}`, { hint, cause });
}

/** The jump host is still trying to reach the host behind it. */
export function forwardTimeout(host: HostEntry, jump: HostEntry, timeoutMs: number): TcpcheckError {
  const hint = `On ${jump.name}, check the route and the firewall to ${endpoint(host)}.`;
  return new TcpcheckError('SSH_JUMP', `${beyond(host, jump)} within ${timeoutMs} ms`, { hint });
}

/** The connection to the jump host broke while we were logging into the host behind it. */
export function jumpLost(host: HostEntry, jump: HostEntry, cause: unknown): TcpcheckError {
  const where = describeHop({ host, via: jump });
  const message = `${where}: the connection to the jump host ${jump.name} broke during the login on ${host.name}`;
  return new TcpcheckError('SSH_JUMP', message, { cause });
}

const beyond = (host: HostEntry, jump: HostEntry): string =>
  `${describeHop({ host, via: jump })}: the login on the jump host ${jump.name} worked, ` +
  `but from there no connection to ${endpoint(host)} was made`;
