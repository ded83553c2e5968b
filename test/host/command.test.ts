import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect as dial, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ExecOptions, ExecResult } from '../../src/host/command.ts';
import { openHost, type HostConnection } from '../../src/host/open-host.ts';
import { failureOf } from '../support/failure.ts';
import { needs } from '../support/machine.ts';
import { addressOf, startSshd, type Sshd, type SshdOptions } from '../support/sshd.ts';

const gate = needs('sshd', 'ssh-keygen');
const MIB = 1024 * 1024;
const LIMITS: ExecOptions = { stdin: '', timeoutMs: 15_000, maxStdoutBytes: MIB, maxStderrBytes: MIB };

/** Whether a process is there and not just waiting to be reaped. */
function alive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** Resolves when a process that is not our child has ended, which no event tells. */
async function ended(pid: number): Promise<void> {
  while (alive(pid)) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe.skipIf(gate.skip)(`a command on a host ${gate.reason}`, () => {
  let sshd: Sshd;
  let connection: HostConnection;
  const cleanUps: (() => unknown)[] = [];

  beforeAll(async () => {
    sshd = await startSshd();
  });
  afterAll(async () => sshd.stop());
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
  });

  async function connect(server: Sshd = sshd): Promise<HostConnection> {
    const opened = await openHost(server.entry(), { jump: null, agentSocket: null });
    cleanUps.push(() => opened.close());
    return opened;
  }
  async function connectTo(options: SshdOptions): Promise<{ server: Sshd; connection: HostConnection }> {
    const server = await startSshd(options);
    cleanUps.push(async () => server.stop());
    return { server, connection: await connect(server) };
  }
  /** Holds back what the server says and passes it on in large pieces, as a slow path does. */
  async function startBurstyProxy(target: number): Promise<number> {
    const proxy = createServer((near) => {
      const far = dial({ host: '127.0.0.1', port: target });
      const held: Buffer[] = [];
      near.on('error', () => undefined).pipe(far.on('error', () => undefined));
      far.on('data', (chunk: Buffer) => {
        // Far longer than sshd needs to start and end a command.
        if (held.push(chunk) === 1) setTimeout(() => near.write(Buffer.concat(held.splice(0))), 200);
      });
      cleanUps.push(
        () => near.destroy(),
        () => far.destroy(),
      );
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    cleanUps.push(() => proxy.close());
    return addressOf(proxy.address()).port;
  }
  const exec = async (command: string, changes: Partial<ExecOptions> = {}): Promise<ExecResult> => {
    connection = await connect();
    return connection.exec(command, { ...LIMITS, ...changes });
  };

  describe('that ends by itself', () => {
    it('tells its output and its exit', async () => {
      const { stdout, stderr, ...rest } = await exec('printf out; printf err >&2; exit 3');
      expect([stdout.toString(), stderr.toString()]).toEqual(['out', 'err']);
      expect(rest).toEqual({
        exit: 3,
        signal: null,
        stdoutTruncated: false,
        stderrTruncated: false,
        lost: false,
      });
    });

    it('tells the signal that ended it', async () => {
      expect(await exec('kill -TERM $$')).toMatchObject({ exit: null, signal: 'SIGTERM', lost: false });
    });

    it('reads its input to the end', async () => {
      const stdin = 'line\n'.repeat(600_000);
      const { stdout } = await exec('wc -c', { stdin });
      expect(stdout.toString().trim()).toBe(String(stdin.length));
    });

    it('may ignore its input', async () => {
      expect(await exec('exit 5', { stdin: 'x'.repeat(3 * MIB) })).toMatchObject({ exit: 5, lost: false });
    });

    it('passes bytes through unharmed', async () => {
      const { stdout } = await exec("printf '\\000\\377\\303\\244'");
      expect([...stdout]).toEqual([0x00, 0xff, 0xc3, 0xa4]);
    });

    it('may end so fast that its start and its end arrive in one piece', async () => {
      const port = await startBurstyProxy(sshd.port);
      const knownHostsFile = sshd.writeKnownHosts(
        sshd.hostKeys.map((key) => `[127.0.0.1]:${port} ${key.publicKey}`),
      );
      const bursty = await openHost(sshd.entry({ port, knownHostsFile }), { jump: null, agentSocket: null });
      cleanUps.push(() => bursty.close());
      const result = await bursty.exec('echo out; echo err >&2; exit 3', LIMITS);
      expect([result.exit, result.stdout.toString(), result.stderr.toString()]).toEqual([
        3,
        'out\n',
        'err\n',
      ]);
    });

    it('leaves the connection usable for the next', async () => {
      connection = await connect();
      for (const word of ['one', 'two', 'three']) {
        const { stdout } = await connection.exec(`echo ${word}`, LIMITS);
        expect(stdout.toString()).toBe(`${word}\n`);
      }
    });

    it('hands over stdout as it comes', async () => {
      const fifo = join(sshd.dir, 'go-on');
      connection = await connect();
      const seen: string[] = [];
      const { stdout } = await connection.exec(`mkfifo ${fifo}; echo first; cat ${fifo}`, {
        ...LIMITS,
        onStdout: (chunk) => {
          // The command goes on only after its first words have been seen here.
          if (seen.push(chunk.toString()) === 1) void connection.exec(`echo second > ${fifo}`, LIMITS);
        },
      });
      expect(seen).toEqual(['first\n', 'second\n']);
      expect(stdout.toString()).toBe('first\nsecond\n');
    });

    it('does not let a listener that throws pass for an SSH failure', async () => {
      const fault = new Error('bug: the listener');
      const listener = (): void => {
        throw fault;
      };
      await expect(exec('echo x', { onStdout: listener })).rejects.toBe(fault);
    });
  });

  it('survives that the keys are renewed in the middle, against the same host key', async () => {
    const { server, connection: renewed } = await connectTo({
      config: ['RekeyLimit 64K'],
      logLevel: 'DEBUG1',
    });
    const { stdout, exit } = await renewed.exec('head -c 900000 /dev/zero', LIMITS);
    expect([stdout.length, exit]).toEqual([900_000, 0]);
    expect(server.log().match(/SSH2_MSG_NEWKEYS received/g)?.length).toBeGreaterThan(3);
  });

  describe('that says too much', () => {
    it('keeps what fits and lets it end', async () => {
      const { stdout, stderr, ...rest } = await exec(
        'head -c 3000000 /dev/zero; head -c 2000000 /dev/zero >&2; exit 0',
        { maxStdoutBytes: 1_000, maxStderrBytes: 500 },
      );
      expect([stdout.length, stderr.length]).toEqual([1_000, 500]);
      expect(rest).toEqual({
        exit: 0,
        signal: null,
        stdoutTruncated: true,
        stderrTruncated: true,
        lost: false,
      });
    });

    it('gives a listener no more than it keeps', async () => {
      let bytes = 0;
      await exec('head -c 300000 /dev/zero', {
        maxStdoutBytes: 100_000,
        onStdout: (chunk) => {
          bytes += chunk.length;
        },
      });
      expect(bytes).toBe(100_000);
    });

    it.each(['stdout', 'stderr'])('stops 100 MB of %s with bounded memory', async (stream) => {
      connection = await connect();
      const redirect = stream === 'stderr' ? '>&2' : '';
      const before = process.memoryUsage().rss;
      let peak = before;
      const watch = setInterval(() => {
        peak = Math.max(peak, process.memoryUsage().rss);
      }, 5);
      const result = await connection.exec(`head -c 100000000 /dev/zero ${redirect}`, LIMITS);
      clearInterval(watch);
      expect(result).toMatchObject({ exit: null, lost: false, [`${stream}Truncated`]: true });
      expect(stream === 'stdout' ? result.stdout.length : result.stderr.length).toBe(MIB);
      expect(peak - before).toBeLessThan(64 * MIB);
      // The connection is gone: nothing more of the 100 MB is read.
      expect((await failureOf(connection.exec('true', LIMITS))).code).toBe('SSH_LOST');
    });
  });

  describe('that does not end', () => {
    it('is given up after its time', async () => {
      const { code, message } = await failureOf(exec('echo begun; exec sleep 6', { timeoutMs: 2_000 }));
      expect(code).toBe('SSH_COMMAND_TIMEOUT');
      expect(message).toContain('did not end within 2000 ms (6 bytes of stdout, 0 of stderr had come)');
    });

    it('is killed by the timeout on the host, although we are gone', async () => {
      const file = join(sshd.dir, 'looping.pid');
      const command = `timeout -k 1 4 /bin/sh -c 'trap "" TERM; echo $$ > ${file}; while :; do sleep 0.1; done'`;
      const failure = await failureOf(exec(command, { timeoutMs: 2_000 }));
      expect(failure.code).toBe('SSH_COMMAND_TIMEOUT');
      const pid = Number(readFileSync(file, 'utf8'));
      expect(alive(pid)).toBe(true);
      await ended(pid);
    });

    it('ends with the abort of its caller', async () => {
      const controller = new AbortController();
      const reason = new Error('shutting down');
      const running = exec('echo begun; timeout -k 1 1 sleep 20', {
        signal: controller.signal,
        onStdout: () => controller.abort(reason),
      });
      await expect(running).rejects.toBe(reason);
      expect((await failureOf(connection.exec('true', LIMITS))).code).toBe('SSH_LOST');
      await expect(connection.exec('true', { ...LIMITS, signal: controller.signal })).rejects.toBe(reason);
    });
  });

  describe('whose connection breaks', () => {
    it('says so, with what had come', async () => {
      connection = await connect();
      const result = await connection.exec('echo begun; exec sleep 20', {
        ...LIMITS,
        onStdout: () => {
          for (const pid of sshd.sessionPids()) process.kill(pid, 'SIGKILL');
        },
      });
      expect(result).toMatchObject({ exit: null, signal: null, lost: true });
      expect(result.stdout.toString()).toBe('begun\n');
      const after = await failureOf(connection.exec('true', LIMITS));
      expect([after.code, after.message]).toEqual(['SSH_LOST', expect.stringContaining('web-1 (')]);
    });

    it('is noticed by keepalives when the peer falls silent', async () => {
      const server = await startSshd();
      cleanUps.push(async () => server.stop());
      const silent = await openHost(server.entry(), {
        jump: null,
        agentSocket: null,
        keepaliveIntervalMs: 100,
      });
      cleanUps.push(() => silent.close());
      const result = await silent.exec('echo begun; exec sleep 20', {
        ...LIMITS,
        onStdout: () => {
          for (const pid of server.sessionPids()) process.kill(pid, 'SIGSTOP');
        },
      });
      expect(result.lost).toBe(true);
    });
  });

  it('is refused when the host opens no session', async () => {
    const { connection: full } = await connectTo({ maxSessions: 0 });
    const { code, message } = await failureOf(full.exec('true', LIMITS));
    expect([code, message]).toEqual(['SSH_CHANNEL', expect.stringContaining('opened no session')]);
  });
});
