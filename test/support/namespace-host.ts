import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

/** The helper under test, as it lies in the source tree. */
export const HELPER = fileURLToPath(new URL('../../src/host/helper/tcpcheck-host.sh', import.meta.url));

export interface ProgramResult {
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Settings of one plan: key, old value, new value. */
export type Settings = readonly (readonly [key: string, old: string, to: string])[];

/** A host of three namespaces: its own /proc/sys/net, processes, and empty /run, /var/lib and /etc/sysctl.d. */
export interface NamespaceHost {
  readonly pid: number;
  /** Inode of its network namespace. */
  readonly netns: string;
  /** Runs a sh script inside. */
  sh(script: string, input?: string): Promise<ProgramResult>;
  /** Runs the helper and reads its one JSON object. */
  helper(verb: string, order?: string, shell?: string, path?: string): Promise<Answer>;
  /** The lines of an order. */
  order(id: string, settings: Settings): string;
  /** Live values of the four keys, joined: the oracle. */
  values(): Promise<string>;
  stop(): Promise<void>;
}

export interface Answer {
  readonly exit: number | null;
  readonly json: unknown;
}

/** What every test starts from; namespaces inherit odd values from their machine. */
export const RESET = [
  'cd /proc/sys/net',
  'echo 2 >ipv4/tcp_tw_reuse',
  'echo 128 >core/somaxconn',
  "echo '32768 60999' >ipv4/ip_local_port_range",
  "echo '' >ipv4/ip_local_reserved_ports",
  'rm -rf /run/tcpcheck /var/lib/tcpcheck /etc/sysctl.d/*',
  'cd /',
].join('\n');

/** Prints the four values as one line. */
export const SHOW =
  'cd /proc/sys/net; echo "$(cat ipv4/tcp_tw_reuse)/$(cat core/somaxconn)/$(cat ipv4/ip_local_port_range | tr "\\t" " ")/$(cat ipv4/ip_local_reserved_ports)"';

/** A reserved port and a wider range: the plan of two keys that lean on each other. */
export const WIDEN: Settings = [
  ['net.ipv4.ip_local_reserved_ports', '', '8080'],
  ['net.ipv4.ip_local_port_range', '32768 60999', '1024 65535'],
];
export const OLD_VALUES = '2/128/32768 60999/';
export const WIDE_VALUES = '2/128/1024 65535/8080';

/** Starts a host; it ends with its standard input, and so with this process. */
export async function startNamespaceHost(): Promise<NamespaceHost> {
  const script = `mount -n -t proc proc /proc && mount -n -t tmpfs -o mode=0755 tmpfs /run && mount -n -t tmpfs -o mode=0755 tmpfs /var/lib &&
mount -n -t tmpfs -o mode=0755 tmpfs /etc/sysctl.d
${RESET}
readlink /proc/self/ns/net | tr -dc '0-9\\n' && exec cat >/dev/null`;
  const namespaces = ['-m', '-n', '-p', '--fork', '--kill-child', '--propagation', 'private'];
  const holder = spawn('unshare', [...namespaces, 'sh', '-c', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  if (holder.pid === undefined) throw new Error('unshare could not be started');
  const netns = await firstLine(holder.stdout);
  const pid = Number(readFileSync(`/proc/${holder.pid}/task/${holder.pid}/children`, 'utf8').trim());
  const inside = async (argv: readonly string[], input = ''): Promise<ProgramResult> =>
    runProgram('nsenter', ['-t', String(pid), '-m', '-n', '-p', '--', ...argv], input);
  const host: NamespaceHost = {
    pid,
    netns,
    sh: async (text, input) => inside(['sh', '-c', text], input),
    helper: async (verb, order = '', shell = 'sh', path = HELPER) => {
      const { exit, stdout, stderr } = await inside([...shell.split(' '), path, verb], order);
      if (stderr !== '') throw new Error(`the helper complained: ${stderr}`);
      const json: unknown = JSON.parse(stdout);
      return { exit, json };
    },
    order: (id, settings) =>
      [
        `change ${id}`,
        `netns ${netns}`,
        ...settings.flatMap(([key, old, to]) => [`key ${key}`, `old ${old}`, `new ${to}`]),
        'end\n',
      ].join('\n'),
    values: async () => (await host.sh(SHOW)).stdout.trim(),
    stop: async () => {
      const ended = once(holder, 'exit');
      holder.stdin.end();
      await ended;
    },
  };
  return host;
}

/** The first line of a stream. */
async function firstLine(stream: Readable): Promise<string> {
  for await (const line of createInterface({ input: stream })) return line;
  throw new Error('it ended without a word');
}

/** Runs a program to its end. */
export async function runProgram(
  program: string,
  argv: readonly string[],
  input: string,
): Promise<ProgramResult> {
  const child = spawn(program, argv, { stdio: 'pipe' });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  // A program that refuses early does not read its input.
  child.stdin.on('error', () => undefined).end(input);
  await once(child, 'close');
  return { exit: child.exitCode, stdout, stderr };
}
