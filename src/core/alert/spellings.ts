import { isIP } from 'node:net';

/** A DNS name has 253 characters; a longer hint is a text, not a name. */
const MAX_HINT_CHARS = 300;
/** `web-1.prod.eu.example.com` has five parts; more are not tried. */
const MAX_CUTS = 8;

/** How a hint may be meant. */
export type Spelling =
  | { readonly kind: 'address'; readonly address: string }
  /** The whole name first, then with more and more of its domain cut off. */
  | { readonly kind: 'name'; readonly names: readonly string[] }
  | { readonly kind: 'nothing' };

/** `https://web-1.example.com:9100/x`, `[2001:db8::1]:9100`, `10.0.0.7:9100`, `WEB-1`: what stands for the host in it. */
export function spell(hint: string): Spelling {
  if (hint.length > MAX_HINT_CHARS) return { kind: 'nothing' };
  const host = withoutUrl(hint.trim().toLowerCase());
  const bracketed = /^\[([0-9a-f.:%]{2,64})\](?::\d{1,5})?$/.exec(host)?.[1];
  const bare = bracketed ?? (isIP(host) === 0 ? host.replace(/:\d{1,5}$/, '') : host);
  const address = canonicalAddress(bare);
  if (address !== null) return { kind: 'address', address };
  const name = bare.replace(/\.$/, '');
  if (!/^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u.test(name)) return { kind: 'nothing' };
  const parts = name.split('.').slice(0, MAX_CUTS);
  const cut = parts.map((_, at) => parts.slice(0, parts.length - at).join('.'));
  return { kind: 'name', names: [...new Set([name, ...cut])] };
}

/** Probes name what they asked: `https://web-1/health`. */
function withoutUrl(text: string): string {
  const at = text.indexOf('://');
  return at < 0 ? text : (text.slice(at + 3).split(/[/?#]/)[0] ?? '');
}

/** One writing for each address: IPv6 in its short form, an IPv4 address mapped into IPv6 as itself; null for a name. */
export function canonicalAddress(text: string): string | null {
  const [bare = ''] = text.split('%');
  if (isIP(bare) === 4) return bare;
  if (isIP(bare) !== 6) return null;
  const short = new URL(`http://[${bare}]/`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(short);
  if (mapped === null) return short;
  const words = [mapped[1] ?? '0', mapped[2] ?? '0'].map((word) => Number.parseInt(word, 16));
  return words.flatMap((word) => [word >> 8, word & 255]).join('.');
}

/** An exporter that is asked over loopback says nothing about the machine it runs on. */
export const isLoopback = (address: string): boolean => address === '::1' || address.startsWith('127.');
