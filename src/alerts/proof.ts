import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** What a source's deliveries are proved with; any secret of a list is accepted. */
export interface Secrets {
  readonly bearer: readonly string[];
  /** `user:password`. */
  readonly basic: readonly string[];
  readonly hmac: SignatureSecrets | null;
}

interface SignatureSecrets {
  readonly secrets: readonly string[];
  readonly header: string;
  readonly prefix: string;
  readonly timestampHeader: string | null;
}

/** A delivery as it came over the wire. */
export interface Delivery {
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

export type Proof =
  /** `once` names this one signed delivery, where its time is signed; a second one with it is a replay. */
  | { readonly kind: 'proved'; readonly once: string | null }
  | { readonly kind: 'refused'; readonly why: string };

/** Senders' clocks are rarely a minute off; a recorded delivery is worth nothing after this. */
const MAX_SKEW_MS = 5 * 60_000;
/** While secrets are rotated a header carries two signatures; a longer list only costs time. */
const MAX_SIGNATURES = 10;

/**
 * Whether a delivery comes from whoever has the secret. Authorization and signature must both hold where both are
 * configured; the signature is over the bytes as they came, since JSON written anew has other bytes.
 */
export function proofOf({ headers, body }: Delivery, secrets: Secrets, nowMs: number): Proof {
  const { bearer, basic, hmac } = secrets;
  if (bearer.length + basic.length > 0 && !authorized(headers.get('authorization'), { bearer, basic }))
    return refused(headers.has('authorization') ? 'another secret than ours' : 'no Authorization header');
  if (hmac === null)
    return bearer.length + basic.length > 0
      ? { kind: 'proved', once: null }
      : refused('no secret configured');
  return signed({ headers, body }, hmac, nowMs);
}

const refused = (why: string): Proof => ({ kind: 'refused', why });

function authorized(
  header: string | undefined,
  { bearer, basic }: Pick<Secrets, 'bearer' | 'basic'>,
): boolean {
  const [, scheme = '', given = ''] = /^(Bearer|Basic)\s+(\S{1,4096})\s*$/i.exec(header ?? '') ?? [];
  if (scheme.toLowerCase() === 'bearer') return isOneOf(given, bearer);
  return scheme !== '' && isOneOf(Buffer.from(given, 'base64').toString('utf8'), basic);
}

/**
 * Compared as digests, which are equally long, so that neither length nor content can be guessed from the time it
 * takes; all are compared, so that it does not tell which one it was.
 */
function isOneOf(given: string, secrets: readonly string[]): boolean {
  const digest = sha256(given);
  let found = false;
  for (const secret of secrets) if (timingSafeEqual(digest, sha256(secret))) found = true;
  return found;
}

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

function signed({ headers, body }: Delivery, hmac: SignatureSecrets, nowMs: number): Proof {
  const given = signaturesIn(headers.get(hmac.header), hmac.prefix);
  if (given.length === 0) return refused(`no signature in ${hmac.header}`);
  const timestamp = hmac.timestampHeader === null ? null : (headers.get(hmac.timestampHeader) ?? '');
  if (timestamp !== null && !/^\d{1,12}$/.test(timestamp))
    return refused(`no Unix time in ${hmac.timestampHeader ?? ''}`);
  const macs = hmac.secrets.map((secret) => macOf(secret, timestamp, body));
  let found: string | null = null;
  for (const mac of macs) for (const one of given) if (timingSafeEqual(mac, one)) found = mac.toString('hex');
  if (found === null) return refused('a signature that our secret does not give');
  if (timestamp === null) return { kind: 'proved', once: null };
  const skewMs = Number(timestamp) * 1000 - nowMs;
  if (Math.abs(skewMs) > MAX_SKEW_MS)
    return refused(
      `a signature of ${Math.round(Math.abs(skewMs) / 1000)} s ${skewMs < 0 ? 'ago' : 'ahead'}; compare the clocks`,
    );
  return { kind: 'proved', once: `${timestamp}:${found}` };
}

function macOf(secret: string, timestamp: string | null, body: Buffer): Buffer {
  const hmac = createHmac('sha256', secret);
  if (timestamp !== null) hmac.update(`${timestamp}:`);
  return hmac.update(body).digest();
}

/** Of each part of the list that is one: 32 bytes in hex. What has another length is none, before it is compared. */
const signaturesIn = (header: string | undefined, prefix: string): readonly Buffer[] =>
  (header ?? '')
    .split(',', MAX_SIGNATURES)
    .map((part) => part.trim())
    .filter((part) => part.startsWith(prefix) && /^[0-9a-f]{64}$/i.test(part.slice(prefix.length)))
    .map((part) => Buffer.from(part.slice(prefix.length), 'hex'));
