import { LogLevel, type Logger } from '@slack/bolt';
import { WebClient, type WebClientOptions } from '@slack/web-api';
import type { Problem } from '../core/domain/problem.ts';

/** Slack answers within a second or two; after this the call counts as lost. */
const CALL_TIMEOUT_MS = 10_000;

/** What a log line of a library may hold at most. */
const LOG_CHARS = 500;

/** Where this room says what an operator should see. */
export type OnProblem = (problem: Problem) => void;

/**
 * The options of every client we make. The SDK would send a post again after a lost answer, and there is no
 * key to tell the copies apart: it may never repeat anything, nor hold other calls back after a 429. (Socket
 * Mode would even set 100 repeats where none are named.)
 */
export const clientOptions = (apiUrl: string, logger: Logger): WebClientOptions => ({
  slackApiUrl: apiUrl,
  retryConfig: { retries: 0 },
  rejectRateLimitedCalls: true,
  timeout: CALL_TIMEOUT_MS,
  logger,
});

export const createClient = (token: string, options: WebClientOptions): WebClient =>
  new WebClient(token, options);

const silent = (): void => undefined;

/** Passes what Slack's libraries warn about to our own log, as a field: their words quote what came from outside. */
export function libraryLogger(onProblem: OnProblem): Logger {
  const tell = (...parts: readonly unknown[]): void => {
    const said = parts.map(String).join(' ').slice(0, LOG_CHARS);
    onProblem({ what: 'a Slack library warned', code: 'SLACK_LIBRARY', fields: { said } });
  };
  return {
    debug: silent,
    info: silent,
    warn: tell,
    error: tell,
    setLevel: silent,
    getLevel: () => LogLevel.WARN,
    setName: silent,
  };
}
