import { createHash } from 'node:crypto';

/** Number of length-prefixed fields in a public key blob, by its type (RFC 4253 §6.6, RFC 5656 §3.1, RFC 8709 §4). */
const FIELDS_BY_TYPE: Readonly<Record<string, number>> = {
  'ssh-ed25519': 2,
  'ecdsa-sha2-nistp256': 3,
  'ecdsa-sha2-nistp384': 3,
  'ecdsa-sha2-nistp521': 3,
  'ssh-rsa': 3,
  'ssh-dss': 5,
  'sk-ssh-ed25519@openssh.com': 3,
  'sk-ecdsa-sha2-nistp256@openssh.com': 4,
};

/** Reads one `string` of the SSH wire format (RFC 4251 §5); null when the buffer ends inside it. */
export function readField(buffer: Buffer, offset: number): { value: Buffer; next: number } | null {
  if (offset + 4 > buffer.length) return null;
  const next = offset + 4 + buffer.readUInt32BE(offset);
  return next > buffer.length ? null : { value: buffer.subarray(offset + 4, next), next };
}

/** The type that a public key blob names itself; null when it is no blob at all. */
export function keyTypeOf(blob: Buffer): string | null {
  return readField(blob, 0)?.value.toString('latin1') ?? null;
}

/** True when the blob has the fields that keys of its type have, and nothing behind them. */
export function isKeyBlob(blob: Buffer): boolean {
  const fields = FIELDS_BY_TYPE[keyTypeOf(blob) ?? ''];
  if (fields === undefined) return false;
  let offset = 0;
  for (let i = 0; i < fields; i += 1) {
    const field = readField(blob, offset);
    if (field === null || field.value.length === 0) return false;
    offset = field.next;
  }
  return offset === blob.length;
}

/** The fingerprint of a public key blob as `ssh-keygen -l` prints it. */
export function fingerprintOf(blob: Buffer): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}
