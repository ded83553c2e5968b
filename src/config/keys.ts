import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { publicKeysIn } from '../core/change/verify-keys.ts';
import { TcpcheckError } from '../core/domain/errors.ts';
import { keyFiles, type ProcessSettings } from './environment.ts';

/** What the bot signs changes with, and what the workers check them with (PEM). */
export interface ChangeKeys {
  readonly signingKeyPem: string | null;
  /** One key, or two while the one that signs is rotated. */
  readonly verifyKeyPem: string;
}

type Given = Pick<ProcessSettings, 'signingKeyPem' | 'verifyKeyPem' | 'redis' | 'dataDir'>;

/**
 * The keys of this process. With REDIS_URL they must be given: bot and worker may run on different
 * machines, and only the bot may hold the signing key. With the embedded Redis they are made once.
 */
export function loadChangeKeys(given: Given, role: 'all' | 'bot' | 'worker'): ChangeKeys {
  if (given.signingKeyPem === null && given.verifyKeyPem === null && given.redis.kind === 'embedded') {
    return ownKeys(given.dataDir);
  }
  if (role !== 'worker' && given.signingKeyPem === null) {
    throw missing('TCPCHECK_SIGNING_KEY', 'signs approved changes');
  }
  if (role === 'worker' && given.verifyKeyPem === null) {
    throw missing('TCPCHECK_VERIFY_KEY', 'checks the signature of changes');
  }
  const signing = given.signingKeyPem === null ? null : checkedSigningKey(given.signingKeyPem);
  const verify = checkedVerifyKey(given.verifyKeyPem ?? publicHalf(signing ?? ''));
  if (signing !== null && !publicKeysIn(verify).map(publicHalf).includes(publicHalf(signing)))
    throw unpaired();
  return { signingKeyPem: signing, verifyKeyPem: verify };
}

function ownKeys(dataDir: string): ChangeKeys {
  const files = keyFiles(dataDir);
  if (!existsSync(files.signing)) makeKeys(files);
  const signingKeyPem = readFileSync(files.signing, 'utf8');
  const retired = existsSync(files.retired) ? checkedVerifyKey(readFileSync(files.retired, 'utf8')) : '';
  return { signingKeyPem, verifyKeyPem: `${publicHalf(signingKeyPem)}${retired}` };
}

function makeKeys(files: { signing: string; verify: string }): void {
  const { signing, verify } = makeKeyPair();
  mkdirSync(dirname(files.signing), { recursive: true, mode: 0o700 });
  chmodSync(dirname(files.signing), 0o700);
  writeFileSync(files.verify, verify, { mode: 0o644 });
  // The signing key appears whole or not at all: a half-written one would lock the bot out.
  writeFileSync(`${files.signing}.new`, signing, { mode: 0o600 });
  renameSync(`${files.signing}.new`, files.signing);
}

/** A new pair, in PEM. */
export function makeKeyPair(): { readonly signing: string; readonly verify: string } {
  const pair = generateKeyPairSync('ed25519');
  return {
    signing: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    verify: pair.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

function publicHalf(keyPem: string): string {
  return createPublicKey(keyPem).export({ type: 'spki', format: 'pem' }).toString();
}

function checkedSigningKey(pem: string): string {
  try {
    if (createPrivateKey(pem).asymmetricKeyType === 'ed25519') return pem;
  } catch (cause) {
    throw unusable('TCPCHECK_SIGNING_KEY', cause);
  }
  throw unusable('TCPCHECK_SIGNING_KEY');
}

/** The one that is retired, and the one that takes its place. */
const MAX_VERIFY_KEYS = 2;

function checkedVerifyKey(pem: string): string {
  const keys = publicKeysIn(pem);
  if (keys.length === 0 || keys.length > MAX_VERIFY_KEYS) throw unusable('TCPCHECK_VERIFY_KEY');
  try {
    if (keys.every((key) => createPublicKey(key).asymmetricKeyType === 'ed25519')) return pem;
  } catch (cause) {
    throw unusable('TCPCHECK_VERIFY_KEY', cause);
  }
  throw unusable('TCPCHECK_VERIFY_KEY');
}

const missing = (name: string, purpose: string): TcpcheckError =>
  new TcpcheckError(
    'ENV_INVALID',
    `${name} is missing: with REDIS_URL set, the key that ${purpose} must be given`,
    {
      hint: 'Make a pair with `openssl genpkey -algorithm ed25519` and `openssl pkey -pubout`; see the README.',
    },
  );

/** Else every approved change would be refused as unsigned. */
const unpaired = (): TcpcheckError =>
  new TcpcheckError('ENV_INVALID', 'TCPCHECK_VERIFY_KEY is not the public half of TCPCHECK_SIGNING_KEY', {
    hint: 'Make it again with `openssl pkey -pubout`, for the workers as well.',
  });

const unusable = (name: string, cause?: unknown): TcpcheckError =>
  new TcpcheckError('ENV_INVALID', `${name} is not an Ed25519 key in PEM form`, { cause });
