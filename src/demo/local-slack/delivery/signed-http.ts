import { createHmac } from 'node:crypto';
import { request, type IncomingMessage } from 'node:http';
import { readBody, type Headers } from '../server/http.ts';
import { readAnswer, type Outcome } from './outcome.ts';

/** Longer answers than any message are cut off. */
const MAX_ANSWER_BYTES = 256 * 1024;

export interface SignedRequest {
  readonly url: string;
  readonly signingSecret: string;
  readonly contentType: string;
  readonly body: string;
  readonly headers?: Headers;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface HttpOutcome {
  readonly outcome: Outcome;
  /** The app asked not to be sent this event again. */
  readonly noRetry: boolean;
}

/** Slack's signature, version v0 (docs.slack.dev/authentication/verifying-requests-from-slack). */
export function signature(signingSecret: string, timestamp: string, body: string): string {
  return `v0=${createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
}

/** Posts to the app and waits for its acknowledgement, no longer than Slack would. */
export async function postSigned(wanted: SignedRequest): Promise<HttpOutcome> {
  const startedMs = Date.now();
  const timeout = AbortSignal.timeout(wanted.timeoutMs);
  try {
    const answer = await exchange(wanted, AbortSignal.any([timeout, wanted.signal]));
    const noRetry = answer.headers['x-slack-no-retry'] === '1';
    const text = (await readBody(answer, MAX_ANSWER_BYTES))?.toString() ?? '';
    const status = answer.statusCode ?? 0;
    if (status >= 500) return { outcome: { kind: 'failed', error: 'http_service_error' }, noRetry };
    if (status < 200 || status >= 300)
      return { outcome: { kind: 'failed', error: 'http_client_error' }, noRetry };
    const afterMs = Date.now() - startedMs;
    return { outcome: { kind: 'acknowledged', body: readAnswer(text), afterMs }, noRetry };
  } catch {
    const error = timeout.aborted ? 'operation_timeout' : 'dispatch_failed';
    return { outcome: { kind: 'failed', error }, noRetry: false };
  }
}

function exchange(wanted: SignedRequest, signal: AbortSignal): Promise<IncomingMessage> {
  const timestamp = String(Math.floor(Date.now() / 1000));
  return new Promise((resolve, reject) => {
    const sent = request(wanted.url, {
      method: 'POST',
      // A connection of its own: the app's stop() need not wait for an idle one of ours.
      agent: false,
      signal,
      headers: {
        'content-type': wanted.contentType,
        'content-length': Buffer.byteLength(wanted.body),
        'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
        'x-slack-request-timestamp': timestamp,
        'x-slack-signature': signature(wanted.signingSecret, timestamp, wanted.body),
        ...wanted.headers,
      },
    });
    sent.once('response', resolve);
    sent.once('error', reject);
    sent.end(wanted.body);
  });
}
