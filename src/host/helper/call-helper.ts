import { TcpcheckError } from '../../core/domain/errors.ts';
import type { ExecResult } from '../command.ts';
import type { HostConnection } from '../connection.ts';
import { HELPER_TIMEOUT_MS, loadHelper, type HelperVerb } from './sent-helper.ts';

/** The longest answer is that of `status`: a few changes in force, each of 8 keys with values of 1,000 characters. */
const MAX_STDOUT_BYTES = 128 * 1024;
const MAX_STDERR_BYTES = 8 * 1024;

/** What came of calling the helper of a host. */
export type HelperReply =
  | { readonly kind: 'said'; readonly text: string }
  /** The helper was never started. */
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }
  /** Whether it did anything is not known. */
  | { readonly kind: 'silent'; readonly trouble: string };

/** Refusals that mean: this host's account for changes is not enrolled, or was by another version of tcpcheck. */
export const NOT_READY_CODES: ReadonlySet<string> = new Set([
  'not-enrolled',
  'other-helper',
  'usage',
  'not-root',
]);

/**
 * Calls the helper: for root it is sent along; any other account must have been enrolled, so that its key starts the
 * helper that is installed.
 */
export async function callHelper(
  connection: HostConnection,
  verb: HelperVerb,
  order: string,
): Promise<HelperReply> {
  const helper = await loadHelper();
  const asRoot = connection.user === 'root';
  const { command, stdin } = asRoot ? helper.sent(verb, order) : helper.installed(verb, order);
  try {
    const result = await connection.exec(command, {
      stdin,
      timeoutMs: HELPER_TIMEOUT_MS,
      maxStdoutBytes: MAX_STDOUT_BYTES,
      maxStderrBytes: MAX_STDERR_BYTES,
    });
    return notStarted(result, connection.user) ?? replyOf(result, verb);
  } catch (error) {
    if (error instanceof TcpcheckError) return { kind: 'silent', trouble: error.message };
    throw error;
  }
}

function replyOf(result: ExecResult, verb: HelperVerb): HelperReply {
  const text = result.stdout.toString('utf8');
  if (text.trim() !== '') return { kind: 'said', text };
  const end = result.lost
    ? 'the connection broke'
    : `it ended with ${result.signal ?? `exit ${result.exit}`}`;
  return { kind: 'silent', trouble: `asked to ${verb}, the helper gave no answer: ${end}` };
}

/** Exit statuses of a shell that does not find a program (POSIX), and of sudo that does not run it (sudo(8)). */
const NOT_FOUND = 127;
const SUDO_FAILED = 1;
/** A warning; the command is run all the same. */
const SUDO_REFUSES = /^sudo: (?!unable to resolve host)/m;

function notStarted({ exit, stdout, stderr }: ExecResult, user: string): HelperReply | null {
  if (stdout.length > 0) return null;
  if (user === 'root') {
    // Here that is `timeout`, the first word of the command.
    const missing = {
      kind: 'refused',
      code: 'no-timeout',
      message: 'timeout is missing on the host',
    } as const;
    return exit === NOT_FOUND ? missing : null;
  }
  // Our words stand in the place of sudo's, which differ by version and language. The helper never ends with 1.
  const bySudo = exit === SUDO_FAILED && SUDO_REFUSES.test(stderr.toString('utf8'));
  if (exit !== NOT_FOUND && !bySudo) return null;
  const why = bySudo ? 'sudo does not let it start the helper' : 'its key starts no helper';
  return { kind: 'refused', code: 'not-enrolled', message: `the account ${user} is not enrolled: ${why}` };
}
