/**
 * OpenSSH's known_hosts format (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"; hostfile.c). Pure: text in,
 * verdict out. ssh2 has no support for the file and accepts every key unless told otherwise.
 */
import { matchesHostField } from './known-hosts-match.ts';
import { isKeyBlob, keyTypeOf } from './ssh-wire.ts';

/** A line of known_hosts that stands for the host asked for. */
export interface KnownKey {
  /** Counted from 1, as editors and ssh-keygen do. */
  readonly line: number;
  readonly marker: 'plain' | 'revoked' | 'cert-authority';
  readonly type: string;
  readonly blob: Buffer;
}

/** What known_hosts says about a key that a host offers. */
export type HostKeyVerdict =
  | { readonly kind: 'trusted'; readonly line: number }
  | { readonly kind: 'unknown' }
  /** The host is known, with other keys. */
  | { readonly kind: 'changed'; readonly known: readonly KnownKey[] }
  | { readonly kind: 'revoked'; readonly line: number }
  /** Only a certificate authority vouches for the host, and ssh2 never receives host certificates. */
  | { readonly kind: 'only-certificate'; readonly line: number };

const MARKERS: Readonly<Record<string, KnownKey['marker']>> = {
  '@revoked': 'revoked',
  '@cert-authority': 'cert-authority',
};

/** RSA keys have one blob type; its signature names are accepted in its place, as sshkey.c does. */
const RSA_SIGNATURES = new Set(['rsa-sha2-256', 'rsa-sha2-512']);
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * The lines of a known_hosts text that stand for a name (see `lookupName`). Lines that are not
 * well-formed are passed over, as OpenSSH does.
 */
export function knownKeys(text: string, name: string): readonly KnownKey[] {
  return text.split('\n').flatMap((line, index) => {
    const key = readLine(line, name);
    return key === null ? [] : [{ line: index + 1, ...key }];
  });
}

function readLine(line: string, name: string): Omit<KnownKey, 'line'> | null {
  // C strings end at a NUL; a revocation with one in its comment must not be lost.
  const text = (line.split('\0', 1)[0] ?? '').replace(/\r$/, '');
  const fields = text.split(/[ \t]+/).filter((field) => field !== '');
  const first = fields[0];
  if (first === undefined || first.startsWith('#')) return null;
  const marker = first.startsWith('@') ? MARKERS[first] : 'plain';
  if (marker === undefined) return null;
  const [hosts, type, base64] = marker === 'plain' ? fields : fields.slice(1);
  if (hosts === undefined || type === undefined || base64 === undefined) return null;
  if (!matchesHostField(hosts, name) || !BASE64.test(base64)) return null;
  const blob = Buffer.from(base64, 'base64');
  const blobType = keyTypeOf(blob);
  if (blobType === null || !isKeyBlob(blob)) return null;
  if (type !== blobType && !(blobType === 'ssh-rsa' && RSA_SIGNATURES.has(type))) return null;
  return { marker, type: blobType, blob };
}

/** Judges the key a host offers by the lines that stand for it. A revocation outweighs everything else. */
export function judgeHostKey(known: readonly KnownKey[], offered: Buffer): HostKeyVerdict {
  const revoked = known.find((key) => key.marker === 'revoked' && key.blob.equals(offered));
  if (revoked !== undefined) return { kind: 'revoked', line: revoked.line };
  const plain = known.filter((key) => key.marker === 'plain');
  const same = plain.find((key) => key.blob.equals(offered));
  if (same !== undefined) return { kind: 'trusted', line: same.line };
  if (plain.length > 0) return { kind: 'changed', known: plain };
  const authority = known.find((key) => key.marker === 'cert-authority');
  return authority === undefined ? { kind: 'unknown' } : { kind: 'only-certificate', line: authority.line };
}

/** The types of the keys we would trust: what the host should be asked to prove itself with. */
export function trustedKeyTypes(known: readonly KnownKey[]): readonly string[] {
  return [...new Set(known.filter((key) => key.marker === 'plain').map((key) => key.type))];
}
