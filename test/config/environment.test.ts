import { mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readEnvironment } from '../../src/config/environment.ts';
import { loadChangeKeys, makeKeyPair } from '../../src/config/keys.ts';
import { TcpcheckError } from '../../src/core/domain/errors.ts';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'tcpcheck-env-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const told = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof TcpcheckError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'accepted';
};

describe('the environment', () => {
  it('has defaults for everything', () => {
    const settings = readEnvironment({});
    expect(settings).toMatchObject({
      slack: {
        botToken: null,
        appToken: null,
        signingSecret: null,
        apiUrl: 'https://slack.com/api/',
        port: 3000,
      },
      httpPort: 8080,
      adminPort: 9464,
      redis: { kind: 'embedded' },
    });
  });

  it('reads secrets from files', () => {
    writeFileSync(join(dir, 'token'), 'xoxb-1\n');
    expect(readEnvironment({ SLACK_BOT_TOKEN_FILE: join(dir, 'token') }).slack.botToken).toBe('xoxb-1');
  });

  it.each([
    [{ PORT: 'http' }, 'ENV_INVALID: PORT must be a port number from 0 to 65535, but is "http"'],
    [
      { TCPCHECK_HTTP_PORT: '70000' },
      'ENV_INVALID: TCPCHECK_HTTP_PORT must be a port number from 0 to 65535, but is "70000"',
    ],
    [{ SLACK_API_URL: 'slack' }, 'ENV_INVALID: SLACK_API_URL must be an http(s) address, but is "slack"'],
    [{ REDIS_URL: 'localhost' }, 'ENV_INVALID: REDIS_URL must begin with redis:// or rediss://'],
    [
      { SLACK_BOT_TOKEN: 'a', SLACK_BOT_TOKEN_FILE: 'b' },
      'ENV_INVALID: SLACK_BOT_TOKEN and SLACK_BOT_TOKEN_FILE are both set; keep one of them',
    ],
    [
      { SLACK_APP_TOKEN_FILE: '/nowhere/token' },
      'ENV_INVALID: SLACK_APP_TOKEN_FILE names /nowhere/token, which cannot be read',
    ],
  ])('%j is refused', (env, message) => {
    expect(told(() => readEnvironment(env))).toBe(message);
  });
});

describe('the keys that changes are signed with', () => {
  const embedded = { signingKeyPem: null, verifyKeyPem: null, redis: { kind: 'embedded' } } as const;
  const shared = { ...embedded, redis: { kind: 'url', url: 'redis://r' } } as const;

  it('are made once, fit together, and are ours alone', () => {
    const first = loadChangeKeys({ ...embedded, dataDir: dir }, 'all');
    const second = loadChangeKeys({ ...embedded, dataDir: dir }, 'all');
    expect(second).toEqual(first);
    expect(statSync(join(dir, 'keys/signing.pem')).mode & 0o777).toBe(0o600);
    const text = Buffer.from('apply');
    expect(verify(null, text, first.verifyKeyPem, sign(null, text, first.signingKeyPem ?? ''))).toBe(true);
  });

  it('must be given where Redis is shared', () => {
    expect(told(() => loadChangeKeys({ ...shared, dataDir: dir }, 'bot'))).toBe(
      'ENV_INVALID: TCPCHECK_SIGNING_KEY is missing: with REDIS_URL set, the key that signs approved changes must be given',
    );
    expect(told(() => loadChangeKeys({ ...shared, dataDir: dir }, 'worker'))).toBe(
      'ENV_INVALID: TCPCHECK_VERIFY_KEY is missing: with REDIS_URL set, the key that checks the signature of changes must be given',
    );
  });

  it('give a worker no signing key', () => {
    const pair = generateKeyPairSync('ed25519');
    const verifyKeyPem = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();
    expect(loadChangeKeys({ ...shared, verifyKeyPem, dataDir: dir }, 'worker')).toEqual({
      signingKeyPem: null,
      verifyKeyPem,
    });
  });

  it('may be two for a while: the one that signs, and the one whose place it takes', () => {
    const [old, next, third] = [makeKeyPair(), makeKeyPair(), makeKeyPair()];
    const given = { ...shared, dataDir: dir, signingKeyPem: next.signing } as const;
    const both = `${old.verify}${next.verify}`;
    expect(loadChangeKeys({ ...given, verifyKeyPem: both }, 'bot')).toEqual({
      signingKeyPem: next.signing,
      verifyKeyPem: both,
    });
    const two = `${old.verify}${third.verify}`;
    expect(told(() => loadChangeKeys({ ...given, verifyKeyPem: two }, 'bot'))).toContain(
      'not the public half',
    );
    const three = `${both}${third.verify}`;
    expect(told(() => loadChangeKeys({ ...given, verifyKeyPem: three }, 'bot'))).toContain(
      'is not an Ed25519 key',
    );
  });

  it('are retired in the data directory by a file of its own', () => {
    const own = join(dir, 'rotated');
    const first = loadChangeKeys({ ...embedded, dataDir: own }, 'all');
    renameSync(join(own, 'keys/verify.pem'), join(own, 'keys/retired.pem'));
    rmSync(join(own, 'keys/signing.pem'));
    const second = loadChangeKeys({ ...embedded, dataDir: own }, 'all');
    expect(second.signingKeyPem).not.toBe(first.signingKeyPem);
    expect(second.verifyKeyPem).toContain(first.verifyKeyPem);
    rmSync(join(own, 'keys/retired.pem'));
    expect(loadChangeKeys({ ...embedded, dataDir: own }, 'all').verifyKeyPem).not.toContain(
      first.verifyKeyPem,
    );
  });

  it('are refused when they are something else', () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
      type: 'pkcs8',
      format: 'pem',
    });
    for (const signingKeyPem of ['nonsense', rsa.toString()]) {
      expect(told(() => loadChangeKeys({ ...shared, signingKeyPem, dataDir: dir }, 'bot'))).toBe(
        'ENV_INVALID: TCPCHECK_SIGNING_KEY is not an Ed25519 key in PEM form',
      );
    }
  });

  it('are refused when they are no pair', () => {
    const [one, other] = [generateKeyPairSync('ed25519'), generateKeyPairSync('ed25519')];
    const signingKeyPem = one.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const keys = (pair: typeof one): string =>
      told(() =>
        loadChangeKeys(
          {
            ...shared,
            signingKeyPem,
            verifyKeyPem: pair.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
            dataDir: dir,
          },
          'all',
        ),
      );
    expect(keys(one)).toBe('accepted');
    expect(keys(other)).toBe(
      'ENV_INVALID: TCPCHECK_VERIFY_KEY is not the public half of TCPCHECK_SIGNING_KEY',
    );
  });
});
