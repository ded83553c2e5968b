import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientChannel } from 'ssh2';
import type { Limit } from '../core/domain/doctor.ts';
import { runCommand } from './command.ts';
import type { Session } from './session.ts';

/** What the reading account tells of itself. */
export interface SelfView {
  readonly isRoot: boolean;
  readonly groups: readonly string[];
  readonly mayUseSudo: boolean;
  /** The host's clock; null where it did not tell. */
  readonly nowMs: number | null;
}

/** Each probe is a channel on a connection that stands; a forced command answers at once. */
const PROBE_MS = 10_000;
const OUTPUT_BYTES = 4_096;
const OPTIONS = { timeoutMs: PROBE_MS, maxStdoutBytes: OUTPUT_BYTES, maxStderrBytes: OUTPUT_BYTES };

/**
 * Written so that it shows whether it is run, and changes nothing if it is: a setting gets the value that it has.
 * One single-quoted word after -c, for any login shell.
 */
const TRIES = [
  'PATH=$PATH:/usr/sbin:/sbin',
  'key=net.ipv4.tcp_fin_timeout',
  'file=/proc/sys/net/ipv4/tcp_fin_timeout',
  'echo ran-command',
  'sudo -n true && echo ran-sudo',
  '{ sysctl -w $key=$(cat $file) || sudo -n sysctl -w $key=$(cat $file); } >/dev/null && echo ran-sysctl',
].join('; ');

/**
 * First packet of an SFTP client (draft-ietf-secsh-filexfer-02 §4), and the beginning of a long one that never ends: a
 * server that saw the end of its input would end without an answer. Whatever else listens gets lines, and more of them
 * than it reads (MAX_INPUT of the helper), so that it answers too.
 */
const SFTP_HELLO = Buffer.concat([
  Buffer.from([0, 0, 0, 5, 1, 0, 0, 0, 3]),
  Buffer.from([0, 3, 0x0d, 0x40, 200]),
  Buffer.alloc(30_000, '\n'),
]);
/** The type of the server's answer. */
const SFTP_VERSION = 2;

/** Tries everything in turn. `door` is a port of the host that surely listens: that of its sshd. */
export async function probeFreedom(session: Session, door: number): Promise<ReadonlySet<Limit>> {
  const could = new Set<Limit>();
  const said = await output(session, `sh -c '${TRIES}'`);
  for (const limit of ['command', 'sudo', 'sysctl'] as const) {
    if (said.includes(`ran-${limit}`)) could.add(limit);
  }
  const scp = await runCommand(session, 'scp -t /tmp', { ...OPTIONS, stdin: '' });
  // The receiving side of scp begins with a zero byte.
  if (scp.stdout[0] === 0) could.add('scp');
  const shell = await conversation(async () => session.openShell(false), 'echo ran-$((6 * 7))\nexit\n');
  if (shell?.includes('ran-42') === true) could.add('shell');
  if ((await conversation(async () => session.openShell(true), 'exit\n')) !== null) could.add('terminal');
  const sftp = await conversation(async () => session.openSubsystem('sftp'), SFTP_HELLO);
  if (sftp?.[4] === SFTP_VERSION) could.add('sftp');
  const forward = await conversation(async () => session.openForward('127.0.0.1', door), '');
  if (forward !== null) could.add('forwarding');
  if (await session.mayListen()) could.add('listening');
  return could;
}

/** Asks the reading account who it is and what sudo would let it do. */
export async function askSelf(session: Session): Promise<SelfView> {
  const script = 'id -u; id -Gn; date +%s; sudo -n true 2>/dev/null && echo may-sudo';
  const [uid = '', groups = '', seconds = '', sudo = ''] = (await output(session, `sh -c '${script}'`)).split(
    '\n',
  );
  return {
    isRoot: uid.trim() === '0',
    groups: groups.split(' ').filter((group) => group !== ''),
    mayUseSudo: sudo.trim() === 'may-sudo',
    nowMs: /^\d{1,12}$/.test(seconds) ? Number(seconds) * 1000 : null,
  };
}

async function output(session: Session, command: string): Promise<string> {
  return (await runCommand(session, command, { ...OPTIONS, stdin: '' })).stdout.toString('latin1');
}

/** What the other side says to a greeting; null when it does not open the channel. */
async function conversation(
  open: () => Promise<ClientChannel>,
  greeting: string | Buffer,
): Promise<Buffer | null> {
  let channel: ClientChannel;
  try {
    channel = await open();
  } catch {
    return null;
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  const ended = new Promise<void>((resolve) => {
    channel.on('data', (chunk: Buffer) => {
      if (bytes < OUTPUT_BYTES) chunks.push(chunk);
      bytes += chunk.length;
      if (typeof greeting !== 'string' || greeting === '') resolve();
    });
    channel.stderr.resume();
    channel.on('error', () => undefined);
    channel.once('close', () => resolve());
  });
  if (typeof greeting !== 'string') channel.write(greeting);
  else if (greeting !== '') channel.end(greeting);
  await Promise.race([ended, sleep(greeting === '' ? 0 : PROBE_MS, undefined, { ref: false })]);
  channel.destroy();
  return Buffer.concat(chunks);
}
