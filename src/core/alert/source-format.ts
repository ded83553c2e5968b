import { z } from 'zod';
import { slackChannel, slackUser } from '../domain/slack-ids.ts';
import type { AlertReader } from './alert.ts';

/** How a source proves itself, as configured: the secrets are in files, which are read when the service starts. */
export interface ProofFiles {
  readonly bearer: readonly string[];
  /** Files with `user:password`. */
  readonly basic: readonly string[];
  readonly hmac: HmacFiles | null;
}

/** HMAC-SHA256 in hex over the raw body, or over `TIMESTAMP:` and the raw body where a timestamp has a header. */
export interface HmacFiles {
  readonly files: readonly string[];
  readonly header: string;
  /** What stands before each signature of the header's list, such as `v1=`. */
  readonly prefix: string;
  readonly timestampHeader: string | null;
}

/** What the configuration of a source comes to, whatever its format. */
export interface SourceSetup {
  readonly channel: string | null;
  readonly mentions: readonly string[];
  /** Origins whose links may be shown; empty means any https. */
  readonly linkOrigins: readonly string[];
  readonly proof: ProofFiles;
  readonly read: AlertReader;
  /** File with the secret that answers a sender's GET challenge (`crc_token`); null where the sender has none. */
  readonly challengeFile: string | null;
}

/** One kind of sender. A format is this value and its reader in one file, and one line in formats.ts. */
export interface SourceFormat {
  /** The name of the source in the configuration and in its path, unless the configuration gives another. */
  readonly name: string;
  /** What the sender calls itself, for messages. */
  readonly title: string;
  readonly methods: readonly ('POST' | 'PUT')[];
  /** How the sender is told to come again later, so that it does: each retries other answers. */
  readonly busyStatus: 429 | 503;
  /** Header with the delivery's id, the same in each attempt; null where the sender has none. */
  readonly deliveryHeader: string | null;
  /** A signed delivery older than this is a replay: the sender has given up before. Null where it has no signed time. */
  readonly maxAgeMs: number | null;
  readonly schema: z.ZodType<SourceSetup>;
}

const path = z.string().min(1).max(1024);
/** One file, or two while a secret is rotated. */
const secretFiles = z.union([path, z.array(path).min(1).max(2)]);
const headerName = z.string().regex(/^[A-Za-z0-9-]{1,64}$/, 'the name of an HTTP header');
const origin = z
  .string()
  .refine(
    (text) => URL.canParse(text) && new URL(text).origin === text.toLowerCase(),
    'an origin such as https://alerts.example.com',
  );

/** What every source may say. */
export const COMMON_FIELDS = {
  format: z
    .string()
    .max(40)
    .optional()
    .describe('Whose payload it is; needed when the source has another name than its format.'),
  channel: slackChannel.optional().describe('Where its alerts go unless a rule says otherwise.'),
  mention: z.array(slackUser).max(5).default([]).describe('Whom the result of an alert mentions.'),
  link_origins: z
    .array(origin)
    .max(20)
    .default([])
    .describe(
      'Only links of these origins are shown; without any, every https link. http must be named here.',
    ),
} as const;

export const BEARER_FIELDS = {
  bearer_file: secretFiles
    .optional()
    .describe('File with the secret of `Authorization: Bearer`; two while it is rotated.'),
  basic_file: secretFiles
    .optional()
    .describe('File with `user:password` for basic authentication; two while it is rotated.'),
} as const;

export const HMAC_FIELDS = {
  hmac_file: secretFiles
    .optional()
    .describe('File with the secret of the HMAC-SHA256 signature; two while it is rotated.'),
} as const;

/** What a source may prove itself by whose sender lets people choose their headers. */
export const HEADER_PROOF_FIELDS = {
  ...BEARER_FIELDS,
  ...HMAC_FIELDS,
  hmac_header: headerName.optional().describe('Header that carries the signature, in hex.'),
  hmac_timestamp_header: headerName
    .optional()
    .describe('Header with the time of the signature; then a delivery older than 5 minutes is refused.'),
} as const;

type Files = string | readonly string[] | undefined;

const listOf = (files: Files): readonly string[] =>
  files === undefined ? [] : typeof files === 'string' ? [files] : files;

interface Common {
  readonly channel?: string | undefined;
  readonly mention: readonly string[];
  readonly link_origins: readonly string[];
}

/** The part of a setup that all formats have, from their common fields. */
export const commonOf = ({
  channel,
  mention,
  link_origins: linkOrigins,
}: Common): Pick<SourceSetup, 'channel' | 'mentions' | 'linkOrigins' | 'challengeFile'> => ({
  channel: channel ?? null,
  mentions: mention,
  linkOrigins: linkOrigins.map((text) => text.toLowerCase()),
  challengeFile: null,
});

interface Secrets {
  readonly bearer_file?: Files;
  readonly basic_file?: Files;
  readonly hmac_file?: Files;
}

/** The proof that the fields ask for; the signature's header is the format's own unless configured. */
export const proofOf = (
  { bearer_file: bearer, basic_file: basic, hmac_file: hmac }: Secrets,
  signature: Omit<HmacFiles, 'files'> | null = null,
): ProofFiles => ({
  bearer: listOf(bearer),
  basic: listOf(basic),
  hmac: hmac === undefined || signature === null ? null : { ...signature, files: listOf(hmac) },
});

interface HeaderSecrets extends Secrets {
  readonly hmac_header?: string | undefined;
  readonly hmac_timestamp_header?: string | undefined;
}

/** The proof of a sender whose signature is hex without a prefix, in the header that is configured or its usual one. */
export const headerProofOf = (fields: HeaderSecrets, usualHeader = ''): ProofFiles =>
  proofOf(fields, {
    header: fields.hmac_header ?? usualHeader,
    prefix: '',
    timestampHeader: fields.hmac_timestamp_header ?? null,
  });

/** A source that anybody may post to is none: at least one of its secrets must be given. */
export const hasSecret = (secrets: Secrets): boolean =>
  secrets.bearer_file !== undefined || secrets.basic_file !== undefined || secrets.hmac_file !== undefined;

/** What is configured of a source that proves itself by `Authorization` alone. */
export const bearerSchema = (read: AlertReader): SourceFormat['schema'] =>
  z
    .strictObject({ ...COMMON_FIELDS, ...BEARER_FIELDS })
    .refine(hasSecret, 'a source needs a secret: bearer_file or basic_file')
    .transform((fields) => ({ ...commonOf(fields), proof: proofOf(fields), read }));
