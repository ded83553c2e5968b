import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import type { SignedGo } from '../domain/change.ts';
import { assert } from '../domain/errors.ts';

/** Well above the largest plan (8 keys of two 1,000-character values). */
const MAX_PAYLOAD_LENGTH = 64 * 1024;

/** Ed25519 signatures are 64 bytes (RFC 8032). */
const SIGNATURE_BYTES = 64;

/** Signs exactly this text. */
export const signText = (payload: string, privateKeyPem: string): SignedGo => ({
  payload,
  signature: sign(null, Buffer.from(payload, 'utf8'), createPrivateKey(privateKeyPem)).toString('base64'),
});

/** Whether whoever holds one of the keys signed every byte of it; a private key stands for its public half. */
export function isSigned({ payload, signature }: SignedGo, keysPem: readonly string[]): boolean {
  if (payload.length > MAX_PAYLOAD_LENGTH) return false;
  const bytes = Buffer.from(payload, 'utf8');
  const signatureBytes = Buffer.from(signature, 'base64');
  // Both decoders are lenient: without this, other texts than the signed ones would come out as its bytes.
  if (bytes.toString('utf8') !== payload || signatureBytes.toString('base64') !== signature) return false;
  if (signatureBytes.length !== SIGNATURE_BYTES) return false;
  return keysPem.some((pem) => {
    const key = createPublicKey(pem);
    assert(key.asymmetricKeyType === 'ed25519', 'the keys were checked at start');
    return verify(null, bytes, key, signatureBytes);
  });
}
