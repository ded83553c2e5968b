const PUBLIC_KEY = /-----BEGIN PUBLIC KEY-----[A-Za-z0-9+/=\s]{1,400}-----END PUBLIC KEY-----/g;

/** What somebody decided counts under these: the key that signs, and any whose place it takes. */
export const decidingKeys = ({
  signingKeyPem,
  verifyKeyPem = '',
}: {
  readonly signingKeyPem: string;
  readonly verifyKeyPem?: string;
}): readonly string[] => [signingKeyPem, ...publicKeysIn(verifyKeyPem)];

/** The public keys in a text of PEM: one, or two while the key that signs is being rotated. */
export const publicKeysIn = (pem: string): readonly string[] => pem.match(PUBLIC_KEY) ?? [];
