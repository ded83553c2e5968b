import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export type KeyType = 'ed25519' | 'ecdsa' | 'rsa';

/** A key pair on disk. */
export interface KeyPair {
  readonly type: KeyType;
  /** Private key; the public one lies beside it with `.pub`. */
  readonly path: string;
  /** `ssh-ed25519 AAAA…`, without a comment: what known_hosts and authorized_keys hold. */
  readonly publicKey: string;
  /** `SHA256:…` as `ssh-keygen -l` prints it. */
  readonly fingerprint: string;
}

/** Makes a key pair with the real ssh-keygen. */
export function makeKey(
  dir: string,
  name: string,
  { type = 'ed25519', passphrase = '' }: { type?: KeyType; passphrase?: string } = {},
): KeyPair {
  const path = join(dir, name);
  const bits = type === 'rsa' ? ['-b', '2048'] : [];
  execFileSync('ssh-keygen', ['-q', '-t', type, ...bits, '-N', passphrase, '-C', name, '-f', path]);
  const [algorithm = '', base64 = ''] = readFileSync(`${path}.pub`, 'utf8').split(' ');
  const listed = execFileSync('ssh-keygen', ['-l', '-f', `${path}.pub`], { encoding: 'utf8' });
  return { type, path, publicKey: `${algorithm} ${base64}`, fingerprint: listed.split(' ')[1] ?? '' };
}
