import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/** What the on-host helper can be asked to do; see the head of tcpcheck-host.sh. */
export type HelperVerb = 'apply' | 'confirm' | 'keep' | 'revert' | 'settle' | 'journal' | 'status';

/** The helper waits up to 15 s for the host's lock and then works for well under a second. */
const RUN_LIMIT_S = 25;
/** Between the polite signal, which the helper ignores while it writes, and the one that ends it. */
const KILL_AFTER_S = 3;

/** For the client: after this the host has ended the helper by itself. */
export const HELPER_TIMEOUT_MS = (RUN_LIMIT_S + KILL_AFTER_S + 7) * 1000;

/** What is run over SSH, and what goes to its standard input. */
export interface HelperCall {
  readonly command: string;
  readonly stdin: string;
}

/** The helper that came with this program, and the two ways to call it. */
export interface Helper {
  readonly text: string;
  /** SHA-256 of the text. */
  readonly hash: string;
  /** For root: the text goes first on standard input, the order follows. */
  readonly sent: (verb: HelperVerb, order: string) => HelperCall;
  /** For an enrolled account, whose key starts the installed helper whatever it asks for. */
  readonly installed: (verb: HelperVerb, order: string) => HelperCall;
}

/** Seen in the log of sshd only: the key's forced command is run in its place. */
const FORCED = 'tcpcheck-host';

/** Reads the helper that came with this program. */
export async function loadHelper(): Promise<Helper> {
  const text = await readFile(new URL('./tcpcheck-host.sh', import.meta.url), 'utf8');
  const hash = createHash('sha256').update(text, 'utf8').digest('hex');
  const bytes = Buffer.byteLength(text, 'utf8');
  return {
    text,
    hash,
    sent: (verb, order) => ({ command: commandLine({ hash, bytes, verb }), stdin: text + order }),
    installed: (verb, order) => ({ command: FORCED, stdin: `do ${verb} ${hash}\n${order}` }),
  };
}

/**
 * Puts the helper into root's own folder, runs it only if every byte arrived, and leaves the rest of standard
 * input to it. The login shell may be any (sh, bash, csh, fish): it sees one single-quoted word, so the
 * script has no single quote, no exclamation mark and no line break. Nothing in it comes from outside.
 */
function commandLine({ hash, bytes, verb }: { hash: string; bytes: number; verb: HelperVerb }): string {
  const script = [
    'umask 077',
    'LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin',
    'export LC_ALL PATH',
    `folder=/run/tcpcheck file=/run/tcpcheck/tcpcheck-host.${hash}`,
    'refuse() { printf "{\\"outcome\\":\\"refused\\",\\"code\\":\\"%s\\",\\"message\\":\\"%s\\"}\\n" "$1" "$2"; exit "$3"; }',
    `whole() { sha256sum "$1" 2>/dev/null | { read -r sum rest; test "$sum" = ${hash}; }; }`,
    'test "$(id -u)" = 0 || refuse not-root "only root may change settings" 77',
    'command -v sha256sum >/dev/null || refuse no-sha256sum "sha256sum is missing; it comes with coreutils" 69',
    'test -L $folder && refuse unsafe-folder "$folder is a symbolic link" 73',
    'mkdir -m 0700 $folder 2>/dev/null',
    'ls -ldn $folder | { read -r mode links owner rest; case "$mode $owner" in "drwx------ 0" | "drwx------. 0") ;; *) false ;; esac; }' +
      ' || refuse unsafe-folder "$folder must be a folder of root with mode 0700" 73',
    // Byte by byte: a larger read could swallow part of the order. A helper that is there already is kept,
    // so that a full /run cannot stop a roll back.
    `if whole $file; then dd bs=1 count=${bytes} of=/dev/null 2>/dev/null` +
      `; else dd bs=1 count=${bytes} of=$file.$$ 2>/dev/null` +
      '; whole $file.$$ || { rm -f $file.$$; refuse helper-damaged "the helper did not arrive whole" 74; }' +
      '; chmod 0700 $file.$$ && mv -f $file.$$ $file || refuse unsafe-folder "$folder cannot be written" 73; fi',
    `exec /bin/sh $file ${verb}`,
  ].join('; ');
  return `timeout -k ${KILL_AFTER_S} ${RUN_LIMIT_S} /bin/sh -c '${script}'`;
}
