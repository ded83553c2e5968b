import type { Algorithms, CipherAlgorithm, KexAlgorithm, MacAlgorithm, ServerHostKeyAlgorithm } from 'ssh2';

/**
 * Key exchanges we offer. diffie-hellman-group-exchange-*, in ssh2's own list, is left out on purpose: its
 * prime search keeps the event loop busy for seconds (mscdex/ssh2 #1031). So are the groups above 4096
 * bits, which stall it for tenths of a second, and everything with SHA-1.
 */
export const KEX: readonly KexAlgorithm[] = [
  'curve25519-sha256',
  'curve25519-sha256@libssh.org',
  'ecdh-sha2-nistp256',
  'ecdh-sha2-nistp384',
  'ecdh-sha2-nistp521',
  'diffie-hellman-group14-sha256',
  'diffie-hellman-group16-sha512',
];

/** AES-GCM first: it needs no separate MAC and is not open to prefix truncation (Terrapin, CVE-2023-48795). */
const CIPHERS: readonly CipherAlgorithm[] = [
  'aes128-gcm@openssh.com',
  'aes256-gcm@openssh.com',
  'aes128-ctr',
  'aes192-ctr',
  'aes256-ctr',
  'chacha20-poly1305@openssh.com',
];

const MACS: readonly MacAlgorithm[] = [
  'hmac-sha2-256-etm@openssh.com',
  'hmac-sha2-512-etm@openssh.com',
  'hmac-sha2-256',
  'hmac-sha2-512',
];

/** Host key algorithms by key type, best first. `ssh-rsa` itself signs with SHA-1, as OpenSSH we no longer take it. */
const HOST_KEY_ALGORITHMS: readonly (readonly [
  type: string,
  algorithms: readonly ServerHostKeyAlgorithm[],
])[] = [
  ['ssh-ed25519', ['ssh-ed25519']],
  ['ecdsa-sha2-nistp256', ['ecdsa-sha2-nistp256']],
  ['ecdsa-sha2-nistp384', ['ecdsa-sha2-nistp384']],
  ['ecdsa-sha2-nistp521', ['ecdsa-sha2-nistp521']],
  ['ssh-rsa', ['rsa-sha2-512', 'rsa-sha2-256']],
];

/**
 * Everything we offer to a host whose trusted keys have these types. Those types come first: a host with
 * several keys would otherwise prove itself with one that known_hosts does not list, and look like a changed
 * one. The others follow, as in OpenSSH (order_hostkeyalgs), so that a host that has none of its known keys
 * any more is refused with the fingerprint of what it has instead.
 */
export function algorithmsFor(trustedTypes: readonly string[]): Algorithms {
  return {
    kex: [...KEX],
    cipher: [...CIPHERS],
    hmac: [...MACS],
    // The output is small, and a compressor is one more thing that can be attacked.
    compress: ['none'],
    serverHostKey: hostKeyAlgorithms(trustedTypes),
  };
}

function hostKeyAlgorithms(trustedTypes: readonly string[]): ServerHostKeyAlgorithm[] {
  const trusted = HOST_KEY_ALGORITHMS.filter(([type]) => trustedTypes.includes(type));
  const others = HOST_KEY_ALGORITHMS.filter(([type]) => !trustedTypes.includes(type));
  return [...trusted, ...others].flatMap(([, algorithms]) => [...algorithms]);
}
