import { createHash, timingSafeEqual } from 'node:crypto';

/**
 * Whether the Authorization header carries one of the secrets. Compared as digests, so that neither
 * length nor content can be guessed from the time it takes.
 */
export function bearerAccepted(authorization: string | null, secrets: readonly string[]): boolean {
  const given = /^Bearer\s+(\S+)$/i.exec(authorization ?? '')?.[1];
  if (given === undefined) return false;
  const digest = sha256(given);
  let accepted = false;
  // No early return: the time must not tell which secret it was.
  for (const secret of secrets) if (timingSafeEqual(digest, sha256(secret))) accepted = true;
  return accepted;
}

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();
