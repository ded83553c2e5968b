import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HostEntry } from '../../src/core/domain/host.ts';
import { openHost, type HostConnection, type OpenOptions } from '../../src/host/open-host.ts';
import { failureOf } from '../support/failure.ts';
import { makeKey, type KeyPair } from '../support/keys.ts';
import { needs } from '../support/machine.ts';
import { startSshd, type Sshd } from '../support/sshd.ts';

const gate = needs('sshd', 'ssh-keygen', 'ssh-agent');
const DIRECT: OpenOptions = { jump: null, agentSocket: null };

const lineFor = (name: string, key: KeyPair): string => `${name} ${key.publicKey}`;

const add = (agentSocket: string, key: KeyPair): void => {
  chmodSync(key.path, 0o600);
  execFileSync('ssh-add', ['-q', key.path], { env: { ...process.env, SSH_AUTH_SOCK: agentSocket } });
};

/** Logs in, runs `echo in`, and says what came back. */
async function echo(host: HostEntry, options: OpenOptions = DIRECT): Promise<string> {
  const connection = await openHost(host, options);
  try {
    return await run(connection, 'echo in');
  } finally {
    connection.close();
  }
}

async function run(connection: HostConnection, command: string): Promise<string> {
  const { stdout } = await connection.exec(command, {
    stdin: '',
    timeoutMs: 10_000,
    maxStdoutBytes: 1_000,
    maxStderrBytes: 1_000,
  });
  return stdout.toString().trim();
}

describe.skipIf(gate.skip)(`openHost ${gate.reason}`, () => {
  let sshd: Sshd;
  const keyOf = (type: string): KeyPair => {
    const found = sshd.hostKeys.find((key) => key.type === type);
    if (found === undefined) throw new Error(`no ${type} host key`);
    return found;
  };
  let name = '';

  beforeAll(async () => {
    sshd = await startSshd({ hostKeyTypes: ['ed25519', 'ecdsa', 'rsa'], logLevel: 'DEBUG1' });
    name = `[127.0.0.1]:${sshd.port}`;
  });
  afterAll(async () => sshd.stop());

  describe('a host that is known', () => {
    it('logs in and tells the fingerprint of the host key', async () => {
      const connection = await openHost(sshd.entry(), DIRECT);
      expect(connection.hostKeyFingerprint).toBe(keyOf('ed25519').fingerprint);
      expect(await run(connection, 'echo in')).toBe('in');
      connection.close();
    });

    it.each(['ed25519', 'ecdsa', 'rsa'])('by its %s key alone, of the three it has', async (type) => {
      const knownHostsFile = sshd.writeKnownHosts([lineFor(name, keyOf(type))]);
      const connection = await openHost(sshd.entry({ knownHostsFile }), DIRECT);
      connection.close();
      expect(connection.hostKeyFingerprint).toBe(keyOf(type).fingerprint);
    });

    it('by a hashed line', async () => {
      const knownHostsFile = sshd.writeKnownHosts(sshd.knownHosts());
      execFileSync('ssh-keygen', ['-q', '-H', '-f', knownHostsFile], { stdio: 'ignore' });
      expect(await echo(sshd.entry({ knownHostsFile }))).toBe('in');
    });

    it('by a wildcard and among comments, junk and other hosts, with CRLF', async () => {
      const other = makeKey(sshd.dir, 'other-host');
      const lines = [
        '# hosts',
        'junk',
        lineFor('web-9', other),
        '',
        lineFor('[127.0.0.*]:*', keyOf('ed25519')),
      ];
      const knownHostsFile = sshd.writeKnownHosts(lines.map((line) => `${line}\r`));
      expect(await echo(sshd.entry({ knownHostsFile }))).toBe('in');
    });
  });

  describe('a host key that cannot be trusted', () => {
    it('unknown: says what was offered and how to verify it', async () => {
      const knownHostsFile = sshd.writeKnownHosts([lineFor('127.0.0.1', keyOf('ed25519'))]);
      const { code, message } = await failureOf(echo(sshd.entry({ knownHostsFile })));
      expect(code).toBe('SSH_HOST_KEY_UNKNOWN');
      expect(message).toContain(`web-1 (${sshd.user}@127.0.0.1:${sshd.port})`);
      expect(message).toContain(`ssh-ed25519 host key ${keyOf('ed25519').fingerprint}`);
      expect(message).toContain(`${knownHostsFile} has no line for ${name}`);
      expect(message).toContain('"ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub"');
      expect(message).toContain(`"ssh-keyscan -t ed25519 -p ${sshd.port} 127.0.0.1 > host-key"`);
    });

    it('unknown: the commands it names do lead to a login', async () => {
      const knownHostsFile = sshd.writeKnownHosts([]);
      const { message } = await failureOf(echo(sshd.entry({ knownHostsFile })));
      const scan = /"(ssh-keyscan [^"]+) > host-key"/.exec(message)?.[1] ?? '';
      const scanned = execFileSync('sh', ['-c', scan], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      writeFileSync(knownHostsFile, scanned);
      expect(await echo(sshd.entry({ knownHostsFile }))).toBe('in');
    });

    it('changed: shows both fingerprints, file and line', async () => {
      const other = makeKey(sshd.dir, 'former');
      const knownHostsFile = sshd.writeKnownHosts(['# rebuilt?', lineFor(name, other)]);
      const { code, message, hint } = await failureOf(echo(sshd.entry({ knownHostsFile })));
      expect(code).toBe('SSH_HOST_KEY_CHANGED');
      expect(message).toContain(`offers the ssh-ed25519 host key ${keyOf('ed25519').fingerprint}`);
      expect(message).toContain(`${knownHostsFile} lists other keys for ${name}`);
      expect(message).toContain(`ssh-ed25519 ${other.fingerprint} (line 2)`);
      expect(hint).toContain('Do not ignore this');
    });

    it('changed: also when the known type is gone', async () => {
      const plain = await startSshd({ hostKeyTypes: ['ed25519'] });
      try {
        const former = makeKey(plain.dir, 'former-rsa', { type: 'rsa' });
        const knownHostsFile = plain.writeKnownHosts([lineFor(`[127.0.0.1]:${plain.port}`, former)]);
        const { code, message } = await failureOf(echo(plain.entry({ knownHostsFile })));
        expect(code).toBe('SSH_HOST_KEY_CHANGED');
        expect(message).toContain(`ssh-rsa ${former.fingerprint} (line 1)`);
        expect(message).toContain(plain.hostKeys[0]?.fingerprint);
      } finally {
        await plain.stop();
      }
    });

    it('revoked: refused, even beside a line that trusts it', async () => {
      const key = keyOf('ed25519');
      const knownHostsFile = sshd.writeKnownHosts([lineFor(name, key), `@revoked * ${key.publicKey}`]);
      const { code, message } = await failureOf(echo(sshd.entry({ knownHostsFile })));
      expect(code).toBe('SSH_HOST_KEY_REVOKED');
      expect(message).toContain(`line 2 of ${knownHostsFile}`);
    });

    it('known by a certificate authority only: refused in its own words', async () => {
      const authority = makeKey(sshd.dir, 'authority');
      const knownHostsFile = sshd.writeKnownHosts([`@cert-authority * ${authority.publicKey}`]);
      const { code, message } = await failureOf(echo(sshd.entry({ knownHostsFile })));
      expect(code).toBe('SSH_HOST_KEY_CERT_ONLY');
      expect(message).toContain('certificate authority (line 1)');
    });

    it('never gets as far as authentication', async () => {
      const before = sshd.log().length;
      await failureOf(echo(sshd.entry({ knownHostsFile: sshd.writeKnownHosts([]) })));
      await sshd.idle();
      expect(sshd.log().slice(before)).not.toContain('userauth-request');
    });

    it('says when known_hosts cannot be read', async () => {
      for (const knownHostsFile of ['/nonexistent/known_hosts', sshd.dir, '/dev/zero']) {
        const { code, message } = await failureOf(echo(sshd.entry({ knownHostsFile })));
        expect([code, message]).toEqual([
          'SSH_KNOWN_HOSTS_UNREADABLE',
          expect.stringContaining(knownHostsFile),
        ]);
      }
    });
  });

  describe('keys to log in with', () => {
    it.each(['ed25519', 'ecdsa', 'rsa'] as const)('takes an %s key file', async (type) => {
      const key = makeKey(sshd.dir, `login-${type}`, { type });
      sshd.authorize(key);
      expect(await echo(sshd.entry({ identityFile: key.path }))).toBe('in');
    });

    it('takes keys in the PEM formats of older tools', async () => {
      for (const type of ['rsa', 'ecdsa'] as const) {
        const key = makeKey(sshd.dir, `pem-${type}`, { type });
        sshd.authorize(key);
        execFileSync('ssh-keygen', ['-q', '-p', '-m', 'PEM', '-N', '', '-f', key.path], { stdio: 'ignore' });
        expect(await echo(sshd.entry({ identityFile: key.path }))).toBe('in');
      }
    });

    it('says which key sshd refused, for whom', async () => {
      const stranger = makeKey(sshd.dir, 'stranger');
      const { code, message } = await failureOf(echo(sshd.entry({ identityFile: stranger.path })));
      expect(code).toBe('SSH_AUTH');
      expect(message).toContain(`user ${sshd.user}`);
      expect(message).toContain(`${stranger.path} (ssh-ed25519 ${stranger.fingerprint})`);
    });

    it('offers no other method than a public key', async () => {
      const stranger = makeKey(sshd.dir, 'stranger-2');
      const before = sshd.log().length;
      await failureOf(echo(sshd.entry({ identityFile: stranger.path })));
      const methods = [
        ...sshd
          .log()
          .slice(before)
          .matchAll(/userauth-request for user \S+ service \S+ method (\S+)/g),
      ];
      expect(new Set(methods.map((match) => match[1]))).toEqual(new Set(['publickey']));
    });

    it('tells unreadable, encrypted, public and broken key files apart', async () => {
      const locked = makeKey(sshd.dir, 'locked', { passphrase: 'secret' });
      const lockedPem = makeKey(sshd.dir, 'locked-pem', { type: 'rsa', passphrase: 'secret' });
      const pem = ['-q', '-p', '-m', 'PEM', '-P', 'secret', '-N', 'secret', '-f', lockedPem.path];
      execFileSync('ssh-keygen', pem, { stdio: 'ignore' });
      const junk = join(sshd.dir, 'junk');
      writeFileSync(junk, 'no key at all');
      const said = async (identityFile: string): Promise<string> => {
        const { code, message } = await failureOf(echo(sshd.entry({ identityFile })));
        expect(code).toBe('SSH_KEY_UNREADABLE');
        return message;
      };
      expect(await said('/nonexistent/key')).toContain('ENOENT');
      expect(await said(sshd.dir)).toContain('not a regular file');
      expect(await said(locked.path)).toContain('encrypted with a passphrase');
      expect(await said(lockedPem.path)).toContain(`ssh-add ${lockedPem.path}`);
      expect(await said(`${locked.path}.pub`)).toContain('public key');
      expect(await said(junk)).toContain('no private key that tcpcheck reads');
    });

    it('says when there is neither a key file nor an agent', async () => {
      const { identityFile: _, ...agentOnly } = sshd.entry();
      const { code, message } = await failureOf(echo(agentOnly));
      expect([code, message]).toEqual(['SSH_KEY_UNREADABLE', expect.stringContaining('SSH_AUTH_SOCK')]);
    });
  });

  describe('an ssh agent', () => {
    const agents: number[] = [];
    afterAll(() => agents.forEach((pid) => process.kill(pid)));

    async function startAgent(socket: string): Promise<string> {
      const child = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'ignore'] });
      if (child.pid !== undefined) agents.push(child.pid);
      await new Promise((resolve) => child.stdout.once('data', resolve));
      return socket;
    }
    it('is asked when the host names no key file, and tries all its keys', async () => {
      const agentSocket = await startAgent(join(sshd.dir, 'agent'));
      const { identityFile: _, ...host } = sshd.entry();
      const empty = await failureOf(echo(host, { jump: null, agentSocket }));
      expect([empty.code, empty.message]).toEqual([
        'SSH_KEY_UNREADABLE',
        expect.stringContaining('holds no key'),
      ]);

      add(agentSocket, makeKey(sshd.dir, 'agent-stranger', { type: 'rsa' }));
      const refused = await failureOf(echo(host, { jump: null, agentSocket }));
      expect([refused.code, refused.message]).toEqual([
        'SSH_AUTH',
        expect.stringContaining('the 1 key of the ssh agent'),
      ]);

      for (const type of ['ecdsa', 'rsa'] as const) {
        const key = makeKey(sshd.dir, `agent-${type}`, { type });
        sshd.authorize(key);
        add(agentSocket, key);
        expect(await echo(host, { jump: null, agentSocket })).toBe('in');
        execFileSync('ssh-add', ['-q', '-d', key.path], {
          env: { ...process.env, SSH_AUTH_SOCK: agentSocket },
          stdio: 'ignore',
        });
      }
    });

    it('is forwarded to nobody', async () => {
      const agentSocket = await startAgent(join(sshd.dir, 'agent-2'));
      add(agentSocket, sshd.clientKey);
      const { identityFile: _, ...host } = sshd.entry();
      const connection = await openHost(host, { jump: null, agentSocket });
      expect(await run(connection, 'echo "agent:$SSH_AUTH_SOCK"')).toBe('agent:');
      connection.close();
    });

    it('says when more keys are loaded than sshd listens to', async () => {
      const agentSocket = await startAgent(join(sshd.dir, 'agent-3'));
      for (let i = 0; i < 7; i += 1) add(agentSocket, makeKey(sshd.dir, `many-${i}`));
      const { identityFile: _, ...host } = sshd.entry();
      const { code, message } = await failureOf(echo(host, { jump: null, agentSocket }));
      expect([code, message]).toEqual([
        'SSH_AUTH',
        expect.stringContaining('Too many authentication failures'),
      ]);
    });

    it('says when it does not answer', async () => {
      const { identityFile: _, ...host } = sshd.entry();
      const { code, message } = await failureOf(
        echo(host, { jump: null, agentSocket: '/nonexistent/agent' }),
      );
      expect([code, message]).toEqual([
        'SSH_KEY_UNREADABLE',
        expect.stringContaining('/nonexistent/agent does not answer'),
      ]);
    });
  });
});
