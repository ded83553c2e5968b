import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { TcpcheckError } from '../core/domain/errors.ts';

/** The environment of a process, as Node gives it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment of this process; the only place that looks at it. */
export const processEnvironment = (): Environment => process.env;

export type RedisPlace = { readonly kind: 'embedded' } | { readonly kind: 'url'; readonly url: string };

/** Tokens as given; whether they are of use is for the Slack room to say. */
export interface SlackEnvironment {
  readonly botToken: string | null;
  readonly appToken: string | null;
  readonly signingSecret: string | null;
  readonly apiUrl: string;
  readonly port: number;
}

/** Everything the environment says; nothing outside this room reads it. */
export interface ProcessSettings {
  readonly slack: SlackEnvironment;
  readonly httpPort: number;
  readonly adminPort: number;
  readonly redis: RedisPlace;
  /** Ed25519 keys in PEM; null where none was given. */
  readonly signingKeyPem: string | null;
  readonly verifyKeyPem: string | null;
  /** Absolute. */
  readonly dataDir: string;
  /** Path of tcpcheck.yaml, absolute. */
  readonly configFile: string;
  readonly agentSocket: string | null;
  readonly localeTag: string | undefined;
  /** False where NO_COLOR asks for plain text (no-color.org). */
  readonly colour: boolean;
  /** For tests only: where the process kills itself; null in any real one. */
  readonly crashAt: string | null;
}

const DEFAULT_API_URL = 'https://slack.com/api/';

/** Reads what design and README promise; each secret also as NAME_FILE. */
export function readEnvironment(
  env: Environment,
  options: { configFile?: string | undefined } = {},
): ProcessSettings {
  const redisUrl = secret(env, 'REDIS_URL');
  return {
    slack: {
      botToken: secret(env, 'SLACK_BOT_TOKEN'),
      appToken: secret(env, 'SLACK_APP_TOKEN'),
      signingSecret: secret(env, 'SLACK_SIGNING_SECRET'),
      apiUrl: apiUrl(env),
      port: port(env, 'PORT', 3000),
    },
    httpPort: port(env, 'TCPCHECK_HTTP_PORT', 8080),
    adminPort: port(env, 'TCPCHECK_ADMIN_PORT', 9464),
    redis: redisUrl === null ? { kind: 'embedded' } : { kind: 'url', url: checkedRedisUrl(redisUrl) },
    signingKeyPem: secret(env, 'TCPCHECK_SIGNING_KEY'),
    verifyKeyPem: secret(env, 'TCPCHECK_VERIFY_KEY'),
    dataDir: resolve(env['TCPCHECK_DATA_DIR'] ?? '.tcpcheck'),
    configFile: resolve(options.configFile ?? env['TCPCHECK_CONFIG'] ?? 'tcpcheck.yaml'),
    agentSocket: env['SSH_AUTH_SOCK'] ?? null,
    localeTag: env['LC_ALL'] ?? env['LC_MESSAGES'] ?? env['LANG'],
    colour: (env['NO_COLOR'] ?? '') === '',
    crashAt: env['TCPCHECK_TEST_CRASH_AT'] ?? null,
  };
}

function secret(env: Environment, name: string): string | null {
  const direct = env[name];
  const file = env[`${name}_FILE`];
  if (direct !== undefined && direct !== '') {
    if (file !== undefined) throw invalid(`${name} and ${name}_FILE are both set; keep one of them`);
    return direct;
  }
  if (file === undefined || file === '') return null;
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw invalid(`${name}_FILE names ${file}, which cannot be read`, cause);
  }
}

function port(env: Environment, name: string, fallback: number): number {
  const given = env[name];
  if (given === undefined || given === '') return fallback;
  const value = Number(given);
  // 0 lets the kernel choose: tests and the demo run side by side.
  if (!Number.isInteger(value) || value < 0 || value > 65_535) {
    throw invalid(`${name} must be a port number from 0 to 65535, but is "${given}"`);
  }
  return value;
}

function apiUrl(env: Environment): string {
  const given = env['SLACK_API_URL'] ?? DEFAULT_API_URL;
  if (!URL.canParse(given) || !/^https?:/.test(given)) {
    throw invalid(`SLACK_API_URL must be an http(s) address, but is "${given}"`);
  }
  return given.endsWith('/') ? given : `${given}/`;
}

function checkedRedisUrl(given: string): string {
  if (!URL.canParse(given) || !/^rediss?:/.test(given)) {
    throw invalid('REDIS_URL must begin with redis:// or rediss://');
  }
  return given;
}

function invalid(message: string, cause?: unknown): TcpcheckError {
  return new TcpcheckError('ENV_INVALID', message, { cause });
}

/** Where the embedded default keeps its key pair. */
export const keyFiles = (dataDir: string): { signing: string; verify: string; retired: string } => ({
  signing: join(dataDir, 'keys', 'signing.pem'),
  verify: join(dataDir, 'keys', 'verify.pem'),
  /** The public half of a key that signs no more, and whose orders still count. */
  retired: join(dataDir, 'keys', 'retired.pem'),
});
