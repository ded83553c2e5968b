import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { startNamespaceHost, type NamespaceHost } from '../support/namespace-host.ts';

/** Where a sample's peer lives: a server that answers HTTP. */
const PEER = '10.0.0.7';
const PEER_PORT = 5432;
export const PEER_URL = `http://${PEER}:${PEER_PORT}/`;

/** A network of its own, so that samples may take ports 80 and 8080. */
export interface Network {
  sh(script: string): Promise<string>;
  /** Starts a program inside; what it says on standard error is kept. */
  start(argv: readonly string[], options?: { cwd?: string }): Program;
  /** Connections made inside since it began. */
  connectionsMade(): Promise<number>;
  stop(): Promise<void>;
}

export interface Program {
  readonly child: ChildProcess;
  readonly said: () => string;
  stop(): Promise<void>;
}

const SERVE = `
const server = require('node:http').createServer((request, response) => response.end('{"ok":true}'));
server.listen(${PEER_PORT}, '${PEER}');`;

/** Starts the network with its peer. */
export async function startNetwork(): Promise<Network> {
  const host = await startNamespaceHost();
  await must(
    host,
    `ip link set lo up && ip addr add ${PEER}/32 dev lo && echo 4096 >/proc/sys/net/core/somaxconn`,
  );
  const programs: Program[] = [];
  const start: Network['start'] = (argv, options = {}) => {
    const program = startInside(host, argv, options.cwd);
    programs.push(program);
    return program;
  };
  const network: Network = {
    sh: async (script) => must(host, script),
    start,
    connectionsMade: async () =>
      Number(await must(host, "awk '/^Tcp:/ { row = $6 } END { print row }' /proc/net/snmp")),
    stop: async () => {
      await Promise.all(programs.map(async (program) => program.stop()));
      await host.stop();
    },
  };
  start([process.execPath, '-e', SERVE]);
  await until(async () => (await network.sh(`ss -Hltn 'sport = :${PEER_PORT}'`)) !== '', 'the peer listens');
  return network;
}

async function must(host: NamespaceHost, script: string): Promise<string> {
  const { exit, stdout, stderr } = await host.sh(script);
  if (exit !== 0) throw new Error(`${script}: exit ${exit}: ${stderr}`);
  return stdout.trim();
}

/** No sample lives longer, should a test die without ending it. */
const LIFE_S = '300';

/**
 * Standard input stays open for as long as the program may live. It leads a group, so that its workers end with it:
 * without a fork of nsenter the time limit stays outside, and what it starts is inside, with the host's process ids.
 */
function startInside(host: NamespaceHost, argv: readonly string[], cwd: string | undefined): Program {
  const inside = [
    '-t',
    String(host.pid),
    '-n',
    '-p',
    '--no-fork',
    '--',
    'timeout',
    '-k',
    '1',
    LIFE_S,
    ...argv,
  ];
  const child = spawn('nsenter', inside, { cwd, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  const keep = (text: string): void => void (said = `${said}${text}`.slice(-20_000));
  child.stdout.setEncoding('utf8').on('data', keep);
  child.stderr.setEncoding('utf8').on('data', keep);
  return {
    child,
    said: () => said,
    stop: async () => {
      const ended = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : null;
      killGroup(child.pid);
      await ended;
    },
  };
}

function killGroup(leader: number | undefined): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // Nobody of it is left.
  }
}

/** Longer than anything takes on a busy machine of two cores; nobody waits for it when all is well. */
const PATIENCE_MS = 30_000;

/** Waits until something is so. */
export async function until(so: () => Promise<boolean>, what: string): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (!(await so())) {
    if (Date.now() > end) throw new Error(`waited ${PATIENCE_MS} ms in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** How long the queue of the listener on a port is; null while nobody listens. */
export async function queueOf(network: Network, port: number): Promise<number | null> {
  const [row] = (await network.sh(`ss -Hltn 'sport = :${port}'`)).split('\n');
  const room = row?.split(/\s+/)[2];
  return room === undefined ? null : Number(room);
}

/** The program ended well, or listens or is connected by now. */
export async function settled(network: Network, program: Program): Promise<void> {
  const listener = `ss -Hltn 'sport != :${PEER_PORT}'`;
  const connection = `ss -Htn state established 'dport = :${PEER_PORT}'`;
  await until(async () => {
    const { exitCode, signalCode } = program.child;
    if (exitCode === 0) return true;
    if (exitCode !== null || signalCode !== null) throw new Error(`it failed: ${program.said()}`);
    return (await network.sh(`${listener}; ${connection}`)) !== '';
  }, 'the program listens, is connected, or ends');
}
