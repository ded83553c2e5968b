import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { TcpcheckError } from '../../core/domain/errors.ts';
import type { Box } from './box.ts';
import { LAB_ENV } from './commands.ts';
import { expectations } from './expectations.ts';
import { findTool } from './requirements.ts';

/** The sshd of a lab host; it ends with its box. */
export interface SshServer {
  /** The last lines it logged. */
  log(): readonly string[];
}

const START_TIMEOUT_MS = 5_000;
/** What a failed test wants to see; older lines are dropped. */
const LOG_LINES = 200;

/** Starts sshd in the host and waits until it says that it listens. */
export async function startSshServer(box: Box): Promise<SshServer> {
  const sshd = findTool('sshd') ?? '/usr/sbin/sshd';
  const lines: string[] = [];
  const problem = (why: string): TcpcheckError =>
    new TcpcheckError('LAB_FAILED', `starting sshd in a lab host: ${why} (${lines.slice(-5).join('; ')})`);
  const words = expectations((_, timeoutMs) => problem(`it does not listen after ${timeoutMs} ms`));
  const listening = words.heard('listening', START_TIMEOUT_MS);
  const [command = '', ...argv] = box.staying([sshd, '-D', '-e']);
  const child = spawn(command, argv, {
    env: LAB_ENV,
    cwd: '/',
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  createInterface({ input: child.stderr }).on('line', (line) => {
    lines.push(line);
    lines.splice(0, lines.length - LOG_LINES);
    if (line.startsWith('Server listening on 0.0.0.0')) words.hear('listening');
  });
  child.on('error', (error) => words.fail(problem(error.message)));
  child.on('close', (exit) => words.fail(problem(`it ended with ${exit ?? 'a signal'}`)));
  await listening;
  return { log: () => [...lines] };
}
