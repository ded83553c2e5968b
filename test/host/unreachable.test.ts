import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { TcpcheckError } from '../../src/core/domain/errors.ts';
import type { HostEntry } from '../../src/core/domain/host.ts';
import { openHost, type OpenOptions } from '../../src/host/open-host.ts';
import { readServerHello } from '../../src/host/server-hello.ts';
import { failureOf } from '../support/failure.ts';
import { needs } from '../support/machine.ts';
import { startBlackHole } from '../support/silent-listener.ts';
import { addressOf, freePort, startSshd, type Sshd } from '../support/sshd.ts';

const gate = needs('sshd', 'ssh-keygen');

/** The failure of a login; a login that works after all is closed, so that it cannot hang the suite. */
async function failedLogin(host: HostEntry, options: Partial<OpenOptions> = {}): Promise<TcpcheckError> {
  return failureOf(
    openHost(host, { jump: null, agentSocket: null, ...options }).then((connection) => connection.close()),
  );
}

describe.skipIf(gate.skip)(`hosts that cannot be logged into ${gate.reason}`, () => {
  let sshd: Sshd;
  const cleanUps: (() => unknown)[] = [];

  beforeAll(async () => {
    sshd = await startSshd();
  });
  afterAll(async () => sshd.stop());
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
  });

  /** A TCP server that does with a connection whatever the test wants. */
  async function serve(handle: (socket: Socket) => void): Promise<number> {
    const sockets = new Set<Socket>();
    const server: Server = createServer((socket) => {
      sockets.add(socket.on('error', () => undefined));
      handle(socket);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    cleanUps.push(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    return addressOf(server.address()).port;
  }

  it('no address for the name', async () => {
    // A label of more than 63 letters fails in the resolver library, without a question to any server.
    const address = `${'a'.repeat(64)}.example`;
    const { code, message } = await failedLogin(sshd.entry({ address }));
    expect([code, message]).toEqual(['SSH_DNS', expect.stringContaining(`"${address}"`)]);
  });

  it('nothing listens on the port', async () => {
    const port = await freePort();
    const { code, message } = await failedLogin(sshd.entry({ port }));
    expect([code, message]).toEqual(['SSH_REFUSED', expect.stringContaining(`127.0.0.1:${port} refuses`)]);
    expect(message).toContain(`web-1 (${sshd.user}@127.0.0.1:${port})`);
  });

  it('the TCP connect is never answered', async () => {
    const hole = await startBlackHole();
    cleanUps.push(() => hole.stop());
    const { code, message } = await failedLogin(sshd.entry({ port: hole.port }), { connectTimeoutMs: 300 });
    expect([code, message]).toEqual([
      'SSH_TIMEOUT',
      expect.stringContaining('did not answer the TCP connect within 300 ms'),
    ]);
  });

  it('the port takes the connection and says nothing', async () => {
    const port = await serve(() => undefined);
    const { code, message } = await failedLogin(sshd.entry({ port }), { connectTimeoutMs: 300 });
    expect([code, message]).toEqual(['SSH_TIMEOUT', expect.stringContaining('sent nothing within 300 ms')]);
  });

  it('the port names itself and then says nothing', async () => {
    const port = await serve((socket) => socket.write('SSH-2.0-Stuck_1.0\r\n'));
    const { code, message } = await failedLogin(sshd.entry({ port }), { connectTimeoutMs: 300 });
    expect([code, message]).toEqual([
      'SSH_TIMEOUT',
      expect.stringContaining('sent no SSH key exchange within 300 ms'),
    ]);
  });

  it('the connection is closed before the banner', async () => {
    for (const end of [(socket: Socket) => socket.end(), (socket: Socket) => socket.resetAndDestroy()]) {
      const port = await serve(end);
      const { code, message } = await failedLogin(sshd.entry({ port }));
      expect(code).toBe('SSH_DROPPED');
      // A reset may overtake the news of the TCP handshake.
      expect(message).toMatch(
        /ended the connection (before the SSH key exchange|right after the TCP connect)/,
      );
    }
  });

  it('the port speaks another protocol', async () => {
    const port = await serve((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const { code, message } = await failedLogin(sshd.entry({ port }));
    expect([code, message]).toEqual([
      'SSH_DROPPED',
      expect.stringContaining('it said: HTTP/1.1 400 Bad Request'),
    ]);
  });

  it('binary rubbish does not get into the message', async () => {
    const rubbish = Buffer.from(Array.from({ length: 6_000 }, (_, index) => index % 256));
    const port = await serve((socket) => socket.end(rubbish));
    const { code, message } = await failedLogin(sshd.entry({ port }));
    expect(code).toBe('SSH_DROPPED');
    expect(message).toMatch(/^[\x20-\x7e…]+$/);
    expect(message.length).toBeLessThan(500);
  });

  it('sshd drops connections beyond MaxStartups', async () => {
    const busy = await startSshd({ maxStartups: '1' });
    cleanUps.push(async () => busy.stop());
    const waiting = connect({ host: '127.0.0.1', port: busy.port });
    cleanUps.push(() => waiting.destroy());
    await once(waiting, 'data');
    const { code, message, hint } = await failedLogin(busy.entry());
    expect([code, message]).toEqual(['SSH_DROPPED', expect.stringContaining('Exceeded MaxStartups')]);
    expect(hint).toContain('MaxStartups');
  });

  it('sshd offers only a key exchange that we refuse to speak', async () => {
    const old = await startSshd({ kex: 'diffie-hellman-group-exchange-sha256' });
    cleanUps.push(async () => old.stop());
    const { code, message } = await failedLogin(old.entry());
    expect(code).toBe('SSH_KEX');
    expect(message).toContain('no matching key exchange algorithm with OpenSSH_');
    expect(message).toContain('tcpcheck speaks kex curve25519-sha256,');
    expect(message).toContain('offers kex diffie-hellman-group-exchange-sha256');
  });

  it('sshd has only ciphers that we refuse to speak', async () => {
    const old = await startSshd({ config: ['Ciphers aes256-cbc'] });
    cleanUps.push(async () => old.stop());
    const { code, message } = await failedLogin(old.entry());
    expect([code, message]).toEqual(['SSH_KEX', expect.stringContaining('ciphers aes256-cbc')]);
  });

  it('sshd stops talking in the middle of the login', async () => {
    const slow = await startSshd();
    cleanUps.push(async () => slow.stop());
    // Frozen after it has listened: the kernel still completes the TCP handshake.
    process.kill(slow.pid, 'SIGSTOP');
    const { code } = await failedLogin(slow.entry(), { connectTimeoutMs: 300 });
    process.kill(slow.pid, 'SIGCONT');
    expect(code).toBe('SSH_TIMEOUT');
  });

  it('the caller gives up', async () => {
    const port = await serve(() => undefined);
    const reason = new Error('shutting down');
    const aborted = async (signal: AbortSignal): Promise<unknown> =>
      openHost(sshd.entry({ port }), { jump: null, agentSocket: null, signal }).then(
        (connection) => connection.close(),
        (error: unknown) => error,
      );
    expect(await aborted(AbortSignal.abort(reason))).toBe(reason);
    const controller = new AbortController();
    const started = performance.now();
    setTimeout(() => controller.abort(reason), 50);
    expect(await aborted(controller.signal)).toBe(reason);
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it('is never offered a group exchange, which would stall the event loop for seconds', async () => {
    let resolve: (bytes: Buffer) => void;
    const greeted = new Promise<Buffer>((settle) => {
      resolve = settle;
    });
    const port = await serve((socket) => {
      let bytes = Buffer.alloc(0);
      socket.write('SSH-2.0-Listener\r\n');
      socket.on('data', (chunk: Buffer) => {
        bytes = Buffer.concat([bytes, chunk]);
        if (readServerHello(bytes).offer === null) return;
        resolve(bytes);
        socket.end();
      });
    });
    await failedLogin(sshd.entry({ port }));
    const { software, offer } = readServerHello(await greeted);
    expect(software).toBe('tcpcheck');
    expect(offer?.kex.split(',')[0]).toBe('curve25519-sha256');
    expect(offer?.kex).not.toContain('group-exchange');
    expect(`${offer?.kex} ${offer?.macs} ${offer?.hostKeys}`).not.toMatch(/sha1|ssh-rsa|ssh-dss|md5/);
    expect(offer?.ciphers).not.toContain('cbc');
  });
});
