import { readFileSync } from 'node:fs';
import { TcpcheckError } from '../core/domain/errors.ts';
import type { HmacFiles } from '../core/alert/source-format.ts';
import type { AlertSource } from './alert-settings.ts';

/** The secrets of one source; any of a list opens the door, so that they can be rotated without a gap. */
export interface AlertSecrets {
  readonly bearer: readonly string[];
  /** `user:password`. */
  readonly basic: readonly string[];
  readonly hmac: (Omit<HmacFiles, 'files'> & { readonly secrets: readonly string[] }) | null;
  readonly challenge: string | null;
}

/** A secret shorter than this can be guessed over the network. */
const MIN_SECRET_CHARS = 16;
const MAKE_SECRET = 'Make one with `openssl rand -hex 32`, and give the same to the sender.';

/**
 * Reads the secrets of a source; only the process that listens needs them. CONFIG_INVALID where a file is missing
 * or its secret is too short: a source without one must not start.
 */
export function readAlertSecrets({ name, proof, challengeFile }: AlertSource): AlertSecrets {
  const secretsIn = (files: readonly string[]): readonly string[] =>
    files.map((file) => readSecret(name, file));
  const basic = secretsIn(proof.basic);
  const unnamed = proof.basic[basic.findIndex((secret) => !secret.includes(':'))];
  if (unnamed !== undefined)
    throw new TcpcheckError('CONFIG_INVALID', `alerts.sources.${name}: ${unnamed} must hold user:password`);
  const { hmac } = proof;
  return {
    bearer: secretsIn(proof.bearer),
    basic,
    hmac:
      hmac === null
        ? null
        : {
            header: hmac.header.toLowerCase(),
            prefix: hmac.prefix,
            timestampHeader: hmac.timestampHeader?.toLowerCase() ?? null,
            secrets: secretsIn(hmac.files),
          },
    challenge: challengeFile === null ? null : readSecret(name, challengeFile),
  };
}

function readSecret(source: string, file: string): string {
  const secret = readText(source, file).trim();
  if (secret.length >= MIN_SECRET_CHARS) return secret;
  throw new TcpcheckError(
    'CONFIG_INVALID',
    `alerts.sources.${source}: the secret in ${file} is shorter than ${MIN_SECRET_CHARS} characters`,
    { hint: MAKE_SECRET },
  );
}

function readText(source: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new TcpcheckError('CONFIG_INVALID', `alerts.sources.${source}: the secret ${file} cannot be read`, {
      hint: MAKE_SECRET,
      cause,
    });
  }
}
