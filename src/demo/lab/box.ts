import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { TcpcheckError } from '../../core/domain/errors.ts';
import { HOST_SCRIPT, PEER_SCRIPT } from './box-scripts.ts';
import { LAB_ENV } from './commands.ts';

/** A set of namespaces that lives exactly as long as the process that holds it. */
export interface Box {
  /** First process of the box, as the machine counts. */
  readonly pid: number;
  /** The process that made the box and waits for its end. */
  readonly keeperPid: number;
  /** The same command, to be run inside. */
  inside(argv: readonly string[]): string[];
  /** The same for a program that stays and may be stopped by a signal. */
  staying(argv: readonly string[]): string[];
  /** Ends everything inside; returns when the kernel has taken it down. */
  close(): Promise<void>;
}

/** Copying /etc is the longest step; it takes tenths of a second. */
const OPEN_TIMEOUT_MS = 10_000;
/** After this a box that ignores the end of its input is killed. */
const CLOSE_TIMEOUT_MS = 3_000;
/**
 * nsenter stops itself when what it started is stopped (SIGSTOP), and then outlives the box, deaf to its end. A
 * shell between the two does not pass that on. The second command keeps it from making way by exec.
 */
const STAY_SCRIPT = '"$@"; exit $?';
const STDERR_LIMIT = 4_000;

/** A network namespace (and pid namespace) for remote servers and clients. */
export function openPeerBox(): Promise<Box> {
  return open(['--net', '--pid'], PEER_SCRIPT, []);
}

/** A host: own network, mounts, processes and host name. */
export function openHostBox(options: {
  readonly stageDir: string;
  readonly filesDir: string;
  readonly name: string;
  readonly bootId: string;
  readonly workloadsDir: string;
}): Promise<Box> {
  const { stageDir, filesDir, name, bootId, workloadsDir } = options;
  const args = [stageDir, filesDir, name, bootId, workloadsDir];
  return open(['--net', '--pid', '--mount', '--uts'], HOST_SCRIPT, args);
}

/** Detached: Ctrl-C in a terminal is for the lab's owner, who then ends the boxes in good order. */
async function open(namespaces: readonly string[], script: string, args: readonly string[]): Promise<Box> {
  const unshare = ['--fork', '--kill-child', ...namespaces, '--', 'sh', '-c', script, 'lab-box', ...args];
  const keeper = spawn('unshare', unshare, {
    env: LAB_ENV,
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const pid = await firstLine(keeper);
  const keeperPid = keeper.pid ?? pid;
  const inside = (argv: readonly string[]): string[] => [
    'nsenter',
    `--target=${pid}`,
    ...namespaces,
    '--',
    ...argv,
  ];
  return {
    pid,
    keeperPid,
    inside,
    staying: (argv) => inside(['sh', '-c', STAY_SCRIPT, 'lab-stay', ...argv]),
    close: () => close(keeper),
  };
}

async function firstLine(keeper: ChildProcessWithoutNullStreams): Promise<number> {
  let stderr = '';
  keeper.stderr.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString()).slice(-STDERR_LIMIT);
  });
  keeper.stdin.on('error', () => undefined);
  const failed = (why: string): TcpcheckError =>
    new TcpcheckError('LAB_FAILED', `making a network namespace: ${why} (${stderr.trim()})`);
  const answer = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(failed(`no answer after ${OPEN_TIMEOUT_MS} ms`));
      keeper.kill('SIGKILL');
    }, OPEN_TIMEOUT_MS);
    createInterface({ input: keeper.stdout }).once('line', (line) => {
      clearTimeout(timer);
      resolve(line);
    });
    keeper.once('error', (error) => {
      clearTimeout(timer);
      reject(failed(error.message));
    });
    keeper.once('close', (exit) => {
      clearTimeout(timer);
      reject(failed(`it ended with ${exit ?? 'a signal'}`));
    });
  });
  const pid = Number(answer);
  if (!Number.isSafeInteger(pid) || pid <= 1)
    throw failed(`wanted a process id, got ${JSON.stringify(answer)}`);
  return pid;
}

async function close(keeper: ChildProcessWithoutNullStreams): Promise<void> {
  if (keeper.exitCode !== null || keeper.signalCode !== null) return;
  const ended = once(keeper, 'exit');
  keeper.stdin.end();
  const timer = setTimeout(() => keeper.kill('SIGKILL'), CLOSE_TIMEOUT_MS);
  await ended;
  clearTimeout(timer);
}
