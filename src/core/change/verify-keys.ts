const PUBLIC_KEY = /-----BEGIN PUBLIC KEY-----[A-Za-z0-9+/=\s]{1,400}-----END PUBLIC KEY-----/g;

/** The public keys in a text of PEM: one, or two while the key that signs is being rotated. */
export const publicKeysIn = (pem: string): readonly string[] => pem.match(PUBLIC_KEY) ?? [];
