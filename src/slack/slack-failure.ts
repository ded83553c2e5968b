import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from '@slack/web-api';
import { TcpcheckError } from '../core/domain/errors.ts';

/** What a failed call of Slack's Web API means for us. */
export type SlackFailure =
  /** Nothing happened; try again after that time. */
  | { readonly kind: 'rate-limited'; readonly afterMs: number }
  /** Slack was not even reached. */
  | { readonly kind: 'not-sent'; readonly why: string }
  /** Slack said no, and why. */
  | { readonly kind: 'refused'; readonly error: string; readonly details: readonly string[] }
  /** It may or may not have happened. */
  | { readonly kind: 'unsure'; readonly why: string };

/** A 429 without a usable Retry-After, and Slack's own advice for `ratelimited` in a 200. */
const DEFAULT_RETRY_AFTER_MS = 30_000;

/** Errors in an answer that only say that Slack is in trouble; part of the work may have been done. */
const TROUBLE = new Set([
  'fatal_error',
  'internal_error',
  'service_unavailable',
  'request_timeout',
  'team_added_to_org',
]);

/** Before any byte of the request went out. */
const NOT_CONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Sorts whatever the SDK threw. */
export function slackFailure(error: unknown): SlackFailure {
  if (error instanceof WebAPIRateLimitedError) {
    return { kind: 'rate-limited', afterMs: Math.max(1, error.retryAfter) * 1000 };
  }
  if (error instanceof WebAPIPlatformError) return platformFailure(error);
  if (error instanceof WebAPIHTTPError) {
    if (error.statusCode < 500) {
      return { kind: 'refused', error: `HTTP ${error.statusCode}`, details: [] };
    }
    return { kind: 'unsure', why: `HTTP ${error.statusCode}` };
  }
  const why = error instanceof Error ? error.message : String(error);
  // The SDK has no class of its own for this one.
  if (why.startsWith('Retry header did not contain a valid timeout')) {
    return { kind: 'rate-limited', afterMs: DEFAULT_RETRY_AFTER_MS };
  }
  const root = error instanceof WebAPIRequestError ? causeOf(error.original) : undefined;
  if (root !== undefined && NOT_CONNECTED.has(root)) return { kind: 'not-sent', why: root };
  return { kind: 'unsure', why: root ?? why };
}

function platformFailure({ data }: WebAPIPlatformError): SlackFailure {
  const { error } = data;
  if (error === 'ratelimited' || error === 'rate_limited') {
    return { kind: 'rate-limited', afterMs: DEFAULT_RETRY_AFTER_MS };
  }
  // A body that is no JSON (a proxy's page) comes as an error made of its whole text.
  if (TROUBLE.has(error) || !/^[a-z0-9_]{1,80}$/.test(error))
    return { kind: 'unsure', why: error.slice(0, 80) };
  return { kind: 'refused', error, details: (data.response_metadata?.messages ?? []).slice(0, 5) };
}

/** fetch says only "fetch failed"; what happened stands in its cause. */
function causeOf(error: Error): string | undefined {
  const cause: unknown = error.cause;
  return typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : undefined;
}

/** Errors that are about the token, whatever was asked. */
const TOKEN_ERRORS = new Set([
  'not_authed',
  'invalid_auth',
  'account_inactive',
  'token_revoked',
  'token_expired',
  'not_allowed_token_type',
  'user_removed_from_team',
  'team_disabled',
  'org_login_required',
]);

export const isTokenError = (error: string): boolean => TOKEN_ERRORS.has(error);

/** The same for calls where the only thing to do is to say it: `tried` names what was attempted. */
export function slackError(tried: string, token: string, failure: SlackFailure): TcpcheckError {
  if (failure.kind === 'refused' && isTokenError(failure.error)) {
    const message = `${tried}: Slack rejected ${token} with ${failure.error}`;
    return new TcpcheckError('SLACK_TOKEN_REJECTED', message);
  }
  if (failure.kind === 'refused') {
    return new TcpcheckError('SLACK_REFUSED', `${tried}: Slack refused with ${failure.error}`);
  }
  const why =
    failure.kind === 'rate-limited'
      ? `asked to wait ${failure.afterMs / 1000} s`
      : `did not answer, ${failure.why}`;
  return new TcpcheckError('SLACK_UNREACHABLE', `${tried}: Slack ${why}`);
}
