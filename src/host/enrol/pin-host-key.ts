import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { TcpcheckError } from '../../core/domain/errors.ts';
import type { HostEntry } from '../../core/domain/host.ts';
import { judgeHostKey, knownKeys } from '../known-hosts.ts';
import { lookupName } from '../known-hosts-match.ts';
import { fingerprintOf, isKeyBlob, keyTypeOf } from '../ssh-wire.ts';

/** A host's own public key. */
export interface OwnKey {
  readonly type: string;
  readonly base64: string;
  readonly fingerprint: string;
}

/** What OpenSSH makes by default, and ssh2 can check. */
const TYPES = /^(?:ssh-ed25519|ecdsa-sha2-nistp(?:256|384|521)|ssh-rsa)$/;
/** A host has three. */
const MAX_KEYS = 10;

/** The keys in the text of /etc/ssh/ssh_host_*_key.pub; lines that are none are passed over. */
export function readOwnKeys(text: string): readonly OwnKey[] {
  const keys = text.split('\n').flatMap((line): OwnKey[] => {
    const [type = '', base64 = ''] = line.trim().split(/\s+/);
    const blob = Buffer.from(base64, 'base64');
    if (!TYPES.test(type) || keyTypeOf(blob) !== type || !isKeyBlob(blob)) return [];
    return [{ type, base64: blob.toString('base64'), fingerprint: fingerprintOf(blob) }];
  });
  return keys.slice(0, MAX_KEYS);
}

/** How a host stands in its known_hosts file. */
export type Pinned = 'pinned' | 'not-pinned';

/** Whether the file knows the host by one of these keys; one that knows it by others is an error. */
export async function lookUpPin(host: HostEntry, keys: readonly OwnKey[]): Promise<Pinned> {
  const known = knownKeys(await textOf(host.knownHostsFile), lookupName(host.address, host.port));
  const verdicts = keys.map(({ base64 }) => judgeHostKey(known, Buffer.from(base64, 'base64')).kind);
  if (verdicts.includes('revoked')) throw otherKeys('SSH_HOST_KEY_REVOKED', host, keys);
  if (verdicts.includes('trusted')) return 'pinned';
  if (verdicts.includes('changed')) throw otherKeys('SSH_HOST_KEY_CHANGED', host, keys);
  return 'not-pinned';
}

/** Adds the keys to the known_hosts file of the host; nothing that stands there is touched. */
export async function pin(host: HostEntry, keys: readonly OwnKey[]): Promise<void> {
  const file = host.knownHostsFile;
  const before = await textOf(file);
  const name = lookupName(host.address, host.port);
  const lines = keys.map(({ type, base64 }) => `${name} ${type} ${base64}\n`).join('');
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await appendFile(file, before === '' || before.endsWith('\n') ? lines : `\n${lines}`, { mode: 0o600 });
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'latin1');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return '';
    throw new TcpcheckError('SSH_KNOWN_HOSTS_UNREADABLE', `${file}: ${String(cause)}`, { cause });
  }
}

function otherKeys(
  code: 'SSH_HOST_KEY_CHANGED' | 'SSH_HOST_KEY_REVOKED',
  { name, knownHostsFile }: HostEntry,
  keys: readonly OwnKey[],
): TcpcheckError {
  const own = keys.map(({ type, fingerprint }) => `${type} ${fingerprint}`).join(', ');
  const stands = code === 'SSH_HOST_KEY_REVOKED' ? 'marks one of them @revoked' : 'lists others for it';
  return new TcpcheckError(code, `${name} has the host keys ${own}, and ${knownHostsFile} ${stands}`);
}
