import { assert } from '../domain/errors.ts';

/** A watch lasts an hour at the most; whoever asks for longer than that and some grace has a bug. */
const MAX_TIMEOUT_S = 3_900;

/**
 * The command line for the exec request; the script comes on its standard input. sshd hands it to the account's login
 * shell, whatever that is, so it is one word and one single-quoted text without backslash, newline or exclamation
 * mark: sh, bash, zsh, fish and csh read it alike. The time limit on the host is the one that surely works: a signal
 * through SSH never reaches a forced command. Being polite (`nice`) and being limited are left out where the host has
 * no such tool.
 */
export function REMOTE_COMMAND(timeoutS: number): string {
  assert(
    Number.isInteger(timeoutS) && timeoutS >= 1 && timeoutS <= MAX_TIMEOUT_S,
    `a time limit of ${timeoutS} s`,
  );
  const steps = [
    'LC_ALL=C PATH=/usr/sbin:/sbin:/usr/bin:/bin',
    'limit= polite= TC_LIMIT=',
    // Nearly every host is done with this one try; the script is told, so that it need not try again.
    `if timeout -k 1 1 nice -n 10 true; then limit="timeout -k 2 ${timeoutS}" polite="nice -n 10" TC_LIMIT="timeout -k"`,
    `else if timeout -k 1 1 true; then limit="timeout -k 2 ${timeoutS}"`,
    `elif timeout 1 true; then limit="timeout ${timeoutS}"`,
    `elif timeout -t 1 true; then limit="timeout -t ${timeoutS}"`,
    'fi',
    'if nice -n 10 true; then polite="nice -n 10"; fi',
    'fi </dev/null >/dev/null 2>&1',
    'export LC_ALL PATH TC_LIMIT',
    'exec $limit $polite /bin/sh -s',
  ];
  return `exec /bin/sh -c '${steps.join('; ')}'`;
}
