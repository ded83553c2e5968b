import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TcpcheckError } from '../../src/core/domain/errors.ts';
import type { HostEntry } from '../../src/core/domain/host.ts';
import { openHost, type HostConnection, type OpenOptions } from '../../src/host/open-host.ts';
import { failureOf } from '../support/failure.ts';
import { makeKey } from '../support/keys.ts';
import { needs } from '../support/machine.ts';
import { startBlackHole } from '../support/silent-listener.ts';
import { addressOf, freePort, startSshd, type Sshd } from '../support/sshd.ts';

const gate = needs('sshd', 'ssh-keygen');
const LIMITS = { stdin: '', timeoutMs: 10_000, maxStdoutBytes: 1_000, maxStderrBytes: 1_000 };

describe.skipIf(gate.skip)(`a host behind a jump host ${gate.reason}`, () => {
  let bastion: Sshd;
  let inner: Sshd;
  let host: HostEntry;
  let jump: HostEntry;

  beforeAll(async () => {
    [bastion, inner] = await Promise.all([startSshd(), startSshd()]);
    jump = bastion.entry({ name: 'bastion-1' });
    host = inner.entry({ name: 'db-1', jump: 'bastion-1' });
  });
  afterAll(async () => {
    await Promise.all([bastion.stop(), inner.stop()]);
  });

  const open = async (
    hostChanges: Partial<HostEntry> = {},
    jumpChanges: Partial<HostEntry> = {},
    options: Partial<OpenOptions> = {},
  ): Promise<HostConnection> =>
    openHost(
      { ...host, ...hostChanges },
      { jump: { ...jump, ...jumpChanges }, agentSocket: null, ...options },
    );
  const failed = async (...changes: Parameters<typeof open>): Promise<TcpcheckError> =>
    failureOf(open(...changes).then((connection) => connection.close()));

  it('is logged into through it, and tells its own host key', async () => {
    const connection = await open();
    const { stdout } = await connection.exec('echo "$SSH_CONNECTION"', LIMITS);
    connection.close();
    expect(stdout.toString()).toContain(` 127.0.0.1 ${inner.port}`);
    expect(connection.hostKeyFingerprint).toBe(inner.hostKeys[0]?.fingerprint);
  });

  it('proves itself under its own name', async () => {
    const knownHostsFile = inner.writeKnownHosts(bastion.knownHosts());
    const { code, message } = await failed({ knownHostsFile });
    expect(code).toBe('SSH_HOST_KEY_UNKNOWN');
    expect(message).toContain(`db-1 (${inner.user}@127.0.0.1:${inner.port}, through bastion-1)`);
    expect(message).toContain('on bastion-1, "ssh-keyscan');
  });

  it('is not reached through a stranger: the jump host proves itself too', async () => {
    const former = makeKey(bastion.dir, 'former');
    const knownHostsFile = bastion.writeKnownHosts([`[127.0.0.1]:${bastion.port} ${former.publicKey}`]);
    const { code, message } = await failed({}, { knownHostsFile });
    expect(code).toBe('SSH_HOST_KEY_CHANGED');
    expect(message).toContain('db-1 is reached through a jump host');
    expect(message).toContain(`bastion-1 (${bastion.user}@127.0.0.1:${bastion.port}) offers`);
  });

  it('says that it was the jump host that refused', async () => {
    const port = await freePort();
    const knownHostsFile = bastion.writeKnownHosts([]);
    const refused = await failed({}, { port, knownHostsFile });
    expect([refused.code, refused.message]).toEqual(['SSH_JUMP', expect.stringContaining('bastion-1 (')]);
    expect(refused.message).toContain('SSH_REFUSED');
    const stranger = makeKey(bastion.dir, 'stranger');
    const denied = await failed({}, { identityFile: stranger.path });
    expect([denied.code, denied.message]).toEqual(['SSH_JUMP', expect.stringContaining('SSH_AUTH')]);
    expect(denied.hint).toContain('authorized_keys');
  });

  it('says that the host behind it was not reached', async () => {
    const port = await freePort();
    const { code, message, hint } = await failed({ port });
    expect(code).toBe('SSH_JUMP');
    expect(message).toContain('the login on the jump host bastion-1 worked');
    expect(message).toContain(`no connection to 127.0.0.1:${port} was made: Connection refused`);
    expect(hint).toContain('On bastion-1');
  });

  it('says that the jump host gets no answer', async () => {
    const hole = await startBlackHole();
    const { code, message } = await failed({ port: hole.port }, {}, { connectTimeoutMs: 1_000 });
    hole.stop();
    expect([code, message]).toEqual(['SSH_JUMP', expect.stringContaining('was made within 1000 ms')]);
  });

  it('says that forwarding is forbidden', async () => {
    const strict = await startSshd({ allowTcpForwarding: false });
    const entry = strict.entry({ name: 'bastion-2' });
    const { code, message, hint } = await failed({}, entry);
    await strict.stop();
    expect([code, message]).toEqual(['SSH_JUMP', expect.stringContaining('bastion-2')]);
    expect(hint).toContain('AllowTcpForwarding');
  });

  it('keeps the names of failures on the second hop', async () => {
    const stranger = makeKey(inner.dir, 'stranger');
    const denied = await failed({ identityFile: stranger.path });
    expect([denied.code, denied.message]).toEqual(['SSH_AUTH', expect.stringContaining('through bastion-1')]);
    const server = createServer((socket) => socket.end()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const dropped = await failed({ port: addressOf(server.address()).port });
    server.close();
    expect(dropped.code).toBe('SSH_DROPPED');
  });

  it('says that the jump host was lost during the login', async () => {
    const frail = await startSshd();
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      for (const pid of frail.sessionPids()) process.kill(pid, 'SIGKILL');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const entry = frail.entry({ name: 'bastion-3' });
    const { code, message } = await failed({ port: addressOf(server.address()).port }, entry);
    server.close();
    await frail.stop();
    expect([code, message]).toEqual([
      'SSH_JUMP',
      expect.stringContaining('bastion-3 broke during the login on db-1'),
    ]);
  });

  it('ends both connections when it is closed', async () => {
    const connection = await open();
    connection.close();
    await Promise.all([bastion.idle(), inner.idle()]);
    const error: unknown = await connection.exec('true', LIMITS).catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code: 'SSH_LOST' });
  });
});
