import { createInterface } from 'node:readline/promises';
import { userInfo } from 'node:os';
import type { Config } from '../config/config.ts';
import { TcpcheckError } from '../core/domain/errors.ts';
import type { HostEntry } from '../core/domain/host.ts';
import { ENROLL } from '../core/render/texts/enroll.ts';
import { fill } from '../core/render/texts/text.ts';
import { composeEnrolment, type EnrolledAccount, type Enrolment } from '../host/enrol/compose-enrolment.ts';
import { exists, makeKeyFile, publicKeyOf, publicKeyOfNone } from '../host/enrol/key-files.ts';
import { OperatorSsh, type OperatorLogin } from '../host/enrol/operator-ssh.ts';
import { lookUpPin, pin, readOwnKeys } from '../host/enrol/pin-host-key.ts';
import { jumpOf } from '../jobs/jump-of.ts';
import { show, worstOf } from './doctor.ts';
import { lookAtHost } from './doctor/host-looks.ts';
import { oneHost } from './one-host.ts';
import { EXIT, type Terminal } from './terminal.ts';

/** What was asked of `enroll`. */
export interface EnrollWish {
  readonly host: string;
  readonly action: Enrolment['action'];
  readonly dryRun: boolean;
  /** The script goes to standard output, and nothing is done. */
  readonly print: boolean;
  /** Where the operator's ssh goes; null: the address of the inventory. */
  readonly ssh: string | null;
  readonly from: string | null;
  /** The fingerprint that the host must have: pins without a question. */
  readonly hostKey: string | null;
}

export interface EnrollContext {
  readonly config: Config;
  readonly agentSocket: string | null;
  readonly terminal: Terminal;
  readonly nowMs: () => number;
}

/** `enroll HOST`: sets up the accounts, keys and the helper of a host by the operator's own ssh and sudo. */
export async function enroll(context: EnrollContext, wish: EnrollWish): Promise<number> {
  const { config, terminal } = context;
  const host = oneHost(config, wish.host, 'enroll takes');
  const script = await composeEnrolment(await enrolmentOf(context, host, wish));
  if (wish.print) {
    terminal.out(script);
    say(context, fill(terminal.locale, ENROLL.printed, { host: host.name, file: host.knownHostsFile }));
    return EXIT.ok;
  }
  const login = loginOf(config, host, wish);
  const ssh = await OperatorSsh.open(login);
  try {
    say(context, fill(terminal.locale, ENROLL.onHost, { host: host.name, destination: login.destination }));
    await runAsRoot(ssh, script, terminal, host);
    if (wish.action === 'remove') {
      say(context, fill(terminal.locale, ENROLL.removed, { host: host.name }));
      return EXIT.ok;
    }
    await pinHostKey(context, ssh, host, wish);
  } finally {
    await ssh.close();
  }
  if (wish.dryRun) return EXIT.ok;
  const looks = await lookAtHost({ ...context, locale: terminal.locale }, host);
  show(terminal, looks, false);
  return worstOf(looks) === 'fail' ? EXIT.unknown : EXIT.ok;
}

async function enrolmentOf(context: EnrollContext, host: HostEntry, wish: EnrollWish): Promise<Enrolment> {
  const { config, terminal } = context;
  const { changes } = host;
  if (host.user === 'root' || (changes.kind === 'account' && changes.user === host.user)) {
    const message = `${host.name}: the account that reads is ${host.user}; enrolling wants one of its own, without root`;
    throw new TcpcheckError('ENROLL_FAILED', message, {
      hint: 'Set `user: tcpcheck`, and another name in `changes: {user: tcpcheck-change, identity_file: …}`.',
    });
  }
  const own = changes.kind === 'account' && changes.user !== 'root' ? changes : null;
  if (own === null && wish.action === 'install') {
    say(context, fill(terminal.locale, ENROLL.readingOnly, { host: host.name }));
  }
  return {
    action: wish.action,
    dryRun: wish.dryRun,
    reading: await accountOf(context, wish, { host, user: host.user, file: host.identityFile }),
    change:
      own === null ? null : await accountOf(context, wish, { host, user: own.user, file: own.identityFile }),
    from: wish.from,
    forwardsTo: [...config.hosts.values()].filter(({ jump }) => jump === host.name),
  };
}

/** The account with its public key; the key is made where its file is missing. */
async function accountOf(
  context: EnrollContext,
  wish: EnrollWish,
  {
    host,
    user,
    file,
  }: { readonly host: HostEntry; readonly user: string; readonly file: string | undefined },
): Promise<EnrolledAccount> {
  if (wish.action === 'remove') return { user, publicKey: '' };
  if (file === undefined) {
    const message = `${host.name}: no \`identity_file:\` is named for ${user}, so there is no key to let in`;
    throw new TcpcheckError('ENROLL_FAILED', message, {
      hint: 'Name one in tcpcheck.yaml; it is made if it is missing.',
    });
  }
  if (await exists(file)) return { user, publicKey: await publicKeyOf(file) };
  const values = { file, user };
  if (wish.dryRun) {
    say(context, fill(context.terminal.locale, ENROLL.wouldMakeKey, values));
    return { user, publicKey: await publicKeyOfNone() };
  }
  await makeKeyFile(file, `tcpcheck ${user} ${userInfo().username}`);
  say(context, fill(context.terminal.locale, ENROLL.madeKey, values));
  return { user, publicKey: await publicKeyOf(file) };
}

function loginOf(config: Config, host: HostEntry, { ssh }: EnrollWish): OperatorLogin {
  if (ssh !== null) return { destination: ssh, options: [] };
  const jump = jumpOf(config, host);
  const through =
    jump === null ? [] : ['-J', jump.port === 22 ? jump.address : `${jump.address}:${jump.port}`];
  return { destination: host.address, options: ['-p', String(host.port), ...through] };
}

/** Where mktemp puts things; what comes from the host becomes part of a command. */
const FOLDER = /^\/[A-Za-z0-9._/-]{1,200}$/;

/** The script is brought to the host first, so that sudo has the terminal to itself. */
async function runAsRoot(
  ssh: OperatorSsh,
  script: string,
  terminal: Terminal,
  host: HostEntry,
): Promise<void> {
  const bring = 'umask 077; d=$(mktemp -d) && cat >"$d/enrol" && echo "$(id -u) $d"';
  const brought = await ssh.run(`sh -c '${bring}'`, script);
  const [uid = '', folder = ''] = brought.stdout.trim().split('\n').at(-1)?.split(' ') ?? [];
  if (brought.exit !== 0 || !FOLDER.test(folder)) {
    throw failed(host, `your ssh could not bring the script there (exit ${brought.exit ?? 'by a signal'})`);
  }
  const asRoot = uid === '0' ? '' : process.stdin.isTTY ? 'sudo ' : 'sudo -n ';
  const exit = await ssh.show(
    `sh -c '${asRoot}sh ${folder}/enrol; e=$?; rm -rf ${folder}; exit $e'`,
    terminal.out,
  );
  if (exit !== 0)
    throw failed(host, `the script ended with exit ${exit ?? 'by a signal'}; its last line says why`);
}

async function pinHostKey(
  context: EnrollContext,
  ssh: OperatorSsh,
  host: HostEntry,
  wish: EnrollWish,
): Promise<void> {
  const { terminal } = context;
  const file = host.knownHostsFile;
  const keys = readOwnKeys((await ssh.run("sh -c 'cat /etc/ssh/ssh_host_*_key.pub'")).stdout);
  if (keys.length === 0) throw failed(host, 'it has no host keys under /etc/ssh');
  say(context, fill(terminal.locale, ENROLL.hostKeys, { host: host.name, name: host.address }));
  for (const { type, fingerprint } of keys) say(context, `  ${type} ${fingerprint}`);
  if ((await lookUpPin(host, keys)) === 'pinned') {
    say(context, fill(terminal.locale, ENROLL.pinnedAlready, { file }));
    return;
  }
  if (wish.dryRun) {
    say(context, fill(terminal.locale, ENROLL.wouldPin, { file }));
    return;
  }
  if (wish.hostKey !== null && !keys.some(({ fingerprint }) => fingerprint === wish.hostKey)) {
    throw notPinned(host, `none of them is ${wish.hostKey}`);
  }
  if (wish.hostKey === null && !(await agreed(terminal, file))) throw notPinned(host, 'nobody agreed');
  await pin(host, keys);
  say(context, fill(terminal.locale, ENROLL.pinned, { file }));
}

/** A yes counts from a person only. */
async function agreed({ locale }: Terminal, file: string): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^(?:y|yes|예|네)$/i.test((await asking.question(fill(locale, ENROLL.ask, { file }))).trim());
  } finally {
    asking.close();
  }
}

const say = ({ terminal }: Pick<EnrollContext, 'terminal'>, line: string): void => terminal.err(`${line}\n`);

const failed = ({ name }: HostEntry, why: string): TcpcheckError =>
  new TcpcheckError('ENROLL_FAILED', `${name}: ${why}`);

const notPinned = ({ name, knownHostsFile }: HostEntry, why: string): TcpcheckError =>
  new TcpcheckError('ENROLL_NOT_PINNED', `${name}: nothing was added to ${knownHostsFile}: ${why}`);
