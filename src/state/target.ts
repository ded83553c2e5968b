import { Redis, type RedisOptions } from 'ioredis';
import { TcpcheckError } from '../core/domain/errors.ts';

/** Where Redis listens. */
export type RedisTarget =
  { readonly kind: 'socket'; readonly path: string } | { readonly kind: 'url'; readonly url: string };

/** No call on Redis takes longer than this, whatever happens to Redis; people wait behind it. */
export const CALL_DEADLINE_MS = 1_000;

/**
 * A hung Redis keeps its connections open; only silence tells. Twice the slowest answer seen in practice, and
 * a lost connection is found well within one diagnosis.
 */
const CALLER_SOCKET_TIMEOUT_MS = 4_000;

/**
 * Ends commands that nobody waits for any more. Well beyond the deadline: when this process itself was held up,
 * answers that have come meanwhile must count before timers do.
 */
const COMMAND_TIMEOUT_MS = 2_500;

/**
 * Workers wait for jobs in blocking reads of up to 10 s (the limit BullMQ sets itself while a delayed job is
 * ahead), so silence means something only after that.
 */
const WORKER_SOCKET_TIMEOUT_MS = 12_000;

/** ioredis' options without the one that would change the type of every reply. */
type ClientOptions = Omit<RedisOptions, 'replyMapping'>;

const MAX_RECONNECT_DELAY_MS = 1_000;

/** Soon at first, then once a second for as long as it takes. */
const reconnectDelay = (attempt: number): number => Math.min(25 * 2 ** attempt, MAX_RECONNECT_DELAY_MS);

/**
 * For calls with a deadline: nothing is kept for later, nothing is sent twice, every command fails by itself.
 */
export const CALLER_OPTIONS = {
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
  commandTimeout: COMMAND_TIMEOUT_MS,
  socketTimeout: CALLER_SOCKET_TIMEOUT_MS,
  connectTimeout: CALLER_SOCKET_TIMEOUT_MS,
  retryStrategy: reconnectDelay,
} as const satisfies ClientOptions;

/** For workers: commands wait for the connection to come back, as BullMQ demands (maxRetriesPerRequest null). */
export const WORKER_OPTIONS = {
  maxRetriesPerRequest: null,
  socketTimeout: WORKER_SOCKET_TIMEOUT_MS,
  connectTimeout: CALLER_SOCKET_TIMEOUT_MS,
  retryStrategy: reconnectDelay,
} as const satisfies ClientOptions;

/** Name of the place for messages; never carries a password. */
export function placeOf(target: RedisTarget): string {
  if (target.kind === 'socket') return target.path;
  const { protocol, host } = parseUrl(target.url);
  return `${protocol}//${host}`;
}

/** Opens a connection; it connects in the background and reconnects for ever. */
export function connect(target: RedisTarget, options: ClientOptions): Redis {
  if (target.kind === 'socket') return new Redis({ ...options, path: target.path });
  return new Redis(parseUrl(target.url).href, options);
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !['redis:', 'rediss:'].includes(url.protocol) || url.hostname === '') {
    throw new TcpcheckError('ENV_INVALID', 'REDIS_URL is not a redis:// or rediss:// URL with a host');
  }
  return url;
}
