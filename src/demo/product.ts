import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { TcpcheckError } from '../core/domain/errors.ts';

/** From the first process to a bot that Slack knows and a worker that answers: seconds on two cores. */
const START_LIMIT_MS = 60_000;
const POLL_MS = 100;
/** A running diagnosis is finished first; then the process is ended the hard way. */
const STOP_LIMIT_MS = 20_000;

/** A running `tcpcheck serve`. */
export interface Product {
  readonly pid: number;
  readonly httpPort: number;
  readonly logFile: string;
  /** SIGTERM, and SIGKILL when it does not end. Exit code, or null when it had to be killed. */
  stop(): Promise<number | null>;
  /** As a crash does it. */
  kill(): Promise<void>;
}

interface ProductOptions {
  /** Compiled main.js. */
  readonly main: string;
  readonly role: 'all' | 'bot' | 'worker';
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
  readonly waitUntilReady: boolean;
}

/** Starts the real product as its users do; resolves when it says that it is ready. */
export async function startProduct(options: ProductOptions): Promise<Product> {
  const httpPort = await freePort();
  const log = openSync(options.logFile, 'a', 0o600);
  const child = spawn(process.execPath, [options.main, 'serve', '--role', options.role], {
    stdio: ['ignore', log, log],
    env: {
      PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin',
      ...options.env,
      TCPCHECK_HTTP_PORT: String(httpPort),
    },
  });
  closeSync(log);
  const ended = once(child, 'exit');
  const { pid } = child;
  if (pid === undefined) throw new TcpcheckError('INTERNAL', `node could not start ${options.main}`);
  const stop = async (): Promise<number | null> => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    child.kill('SIGTERM');
    const inTime = await Promise.race([ended.then(() => true), sleep(STOP_LIMIT_MS, false, { ref: false })]);
    if (!inTime) child.kill('SIGKILL');
    await ended;
    return child.exitCode;
  };
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  if (options.waitUntilReady) {
    const ready = await untilReady(httpPort, () => child.exitCode !== null);
    if (!ready) {
      await stop();
      const tail = readFileSync(options.logFile, 'utf8').split('\n').slice(-15).join('\n');
      throw new TcpcheckError(
        'INTERNAL',
        `tcpcheck serve did not become ready; the end of its log:\n${tail}`,
      );
    }
  }
  return { pid, httpPort, logFile: options.logFile, stop, kill };
}

async function untilReady(port: number, hasEnded: () => boolean): Promise<boolean> {
  const deadline = Date.now() + START_LIMIT_MS;
  while (Date.now() < deadline && !hasEnded()) {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null);
    if (answer?.ok === true) return true;
    await sleep(POLL_MS);
  }
  return false;
}

/** A port nobody uses right now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return address === null || typeof address === 'string' ? 0 : address.port;
}
