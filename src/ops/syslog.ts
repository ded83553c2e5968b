import { execFile } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { hostname } from 'node:os';
import { isIPv6 } from 'node:net';
import type { SyslogTarget } from '../config/config.ts';
import type { Problem } from '../core/domain/problem.ts';

/** Facility 13, "log audit", and severity 5, "notice" (RFC 5424, 6.2.1). */
const PRIORITY = 13 * 8 + 5;
const APP = 'tcpcheck';
/** A daemon that takes longer is as good as none; the record is on disk already. */
const SEND_LIMIT_MS = 2_000;
/** Records that wait while the daemon is slow; each is on disk, so that more than these are told and not sent. */
const MAX_WAITING = 1_000;
/** A process that ends does not wait longer for a slow daemon than this, and the record that is on its way. */
const CLOSE_LIMIT_MS = 5_000;

/** Sends the records of the audit log to a place that whoever can write our disk cannot reach. */
export interface Syslog {
  send(record: string): void;
  /** Sends what waits, as far as the daemon takes it in time. */
  close(): Promise<void>;
}

interface SyslogOptions {
  readonly report: (problem: Problem) => void;
  /** Of the local daemon; tests have their own. */
  readonly socket?: string;
  readonly closeLimitMs?: number;
}

/**
 * One datagram a record, in the order of the log. UDP is written here: RFC 5424 in UDP is one line (RFC 5426). Node has no
 * datagrams on unix sockets, and the package that has is a native one, so for /dev/log `logger` of util-linux does it.
 */
export function openSyslog(target: SyslogTarget, options: SyslogOptions): Syslog {
  const { report, socket = '/dev/log', closeLimitMs = CLOSE_LIMIT_MS } = options;
  let tail: Promise<void> = Promise.resolve();
  let waiting = 0;
  let isOver = false;
  let unsent = 0;
  const give = target.kind === 'udp' ? byUdp(target) : byLogger(socket);
  const failed = (error: unknown): void => {
    const said = error instanceof Error ? error.message : String(error);
    report({ what: 'a record could not be sent to syslog', code: 'AUDIT_UNWRITABLE', fields: { said } });
  };
  return {
    send: (record) => {
      if (waiting >= MAX_WAITING) return failed(`${waiting} records wait already`);
      waiting += 1;
      tail = tail
        .then(async () => (isOver ? void (unsent += 1) : give(record)))
        .catch(failed)
        .finally(() => void (waiting -= 1));
    },
    close: async () => {
      const timer = setTimeout(() => void (isOver = true), closeLimitMs);
      await tail;
      clearTimeout(timer);
      if (unsent > 0) failed(`${unsent} records were not sent before the process ended`);
    },
  };
}

/** A line of RFC 5424: no structured data, since the record is JSON itself. */
const lineOf = (record: string): string =>
  `<${PRIORITY}>1 ${new Date().toISOString()} ${hostname()} ${APP} ${process.pid} audit - ${record}`;

const byUdp =
  ({ host, port }: Extract<SyslogTarget, { kind: 'udp' }>) =>
  async (record: string): Promise<void> =>
    new Promise((done, fail) => {
      const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
      const timer = setTimeout(() => fail(new Error(`${host} was not found in time`)), SEND_LIMIT_MS);
      const end = (error: Error | null): void => {
        clearTimeout(timer);
        socket.close();
        if (error === null) done();
        else fail(error);
      };
      socket.once('error', end);
      socket.send(lineOf(record), port, host, end);
    });

/** `auth` is the nearest that its names have to "log audit". The record goes by standard input, so no list of processes shows it. */
const byLogger =
  (socket: string) =>
  async (record: string): Promise<void> =>
    new Promise((done, fail) => {
      const options = ['--rfc5424=notq', '--socket', socket, '--socket-errors=on', '--size', '65000'];
      const words = [
        ...options,
        '--priority',
        'auth.notice',
        '--tag',
        APP,
        `--id=${process.pid}`,
        '--msgid',
        'audit',
      ];
      const child = execFile('logger', words, { timeout: SEND_LIMIT_MS }, (error, _stdout, stderr) =>
        error === null ? done() : fail(new Error(stderr.trim() === '' ? error.message : stderr.trim())),
      );
      // One that could not be started has said so already.
      child.stdin?.on('error', () => undefined);
      child.stdin?.end(`${record}\n`);
    });
