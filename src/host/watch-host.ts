import { randomBytes } from 'node:crypto';
import { StringDecoder } from 'node:string_decoder';
import { REMOTE_COMMAND } from '../core/checklist/remote-command.ts';
import { TcpcheckError } from '../core/domain/errors.ts';
import type { HostEntry } from '../core/domain/host.ts';
import { composeWatch, MAX_WATCH_S } from '../core/watch/compose-watch.ts';
import type { Tick } from '../core/watch/tick.ts';
import { createWatchReader } from '../core/watch/watch-reader.ts';
import type { ExecResult } from './command.ts';
import { describeHop } from './hop.ts';
import { openHost } from './open-host.ts';
import { quotable } from './server-hello.ts';

/** The loop ends by itself; a host so starved that it cannot is stopped this long after. */
const GRACE_S = 30;
const CLIENT_GRACE_S = 10;
/** A look prints some 600 bytes, at most three times that. */
const MAX_STDOUT_BYTES = 64 * 1024 + MAX_WATCH_S * 2048;
const MAX_STDERR_BYTES = 4 * 1024;

export interface WatchOptions {
  readonly jump: HostEntry | null;
  readonly agentSocket: string | null;
  readonly seconds: number;
  readonly port: number | null;
  readonly onTick: (tick: Tick) => void;
  /** Ends the watch; whoever aborts expects the error. */
  readonly signal: AbortSignal;
}

/** Watches a host with one login and one command, until its time is over or somebody aborts. */
export async function watchHost(host: HostEntry, options: WatchOptions): Promise<void> {
  const { seconds, port, signal } = options;
  const nonce = randomBytes(16).toString('hex');
  const reader = createWatchReader(nonce);
  const decoder = new StringDecoder('utf8');
  const connection = await openHost(host, options);
  try {
    const ended = await connection.exec(REMOTE_COMMAND(seconds + GRACE_S), {
      stdin: composeWatch({ seconds, port, nonce }),
      timeoutMs: (seconds + GRACE_S + CLIENT_GRACE_S) * 1000,
      maxStdoutBytes: MAX_STDOUT_BYTES,
      maxStderrBytes: MAX_STDERR_BYTES,
      onStdout: (chunk) => {
        for (const tick of reader.push(decoder.write(chunk))) options.onTick(tick);
      },
      signal,
    });
    if (!reader.done) throw cutShort(describeHop({ host, via: options.jump }), ended);
  } finally {
    connection.close();
  }
}

function cutShort(where: string, ended: ExecResult): TcpcheckError {
  if (ended.lost) {
    return new TcpcheckError('SSH_LOST', `${where}: the connection broke while the host was being watched`);
  }
  const how = ended.signal ?? (ended.exit === null ? 'no exit status' : `exit ${ended.exit}`);
  const said = quotable(ended.stderr.toString('latin1'));
  return new TcpcheckError(
    'HOST_OUTPUT_CUT',
    `${where}: the watch ended early with ${how}${said === '' ? '' : `; it said: ${said}`}`,
  );
}
