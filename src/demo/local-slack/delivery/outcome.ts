import { parseJson } from '../../../core/domain/json.ts';
import { isObject, type JsonObject } from '../json.ts';

/** What became of something Slack delivered to the app. */
export type Outcome =
  /** `body` is what the app answered with: null for a plain acknowledgement. */
  | { readonly kind: 'acknowledged'; readonly body: JsonObject | null; readonly afterMs: number }
  /** `error` in the word Slack shows to the person. */
  | { readonly kind: 'failed'; readonly error: DeliveryError };

export type DeliveryError =
  | 'operation_timeout'
  | 'http_client_error'
  | 'http_service_error'
  /** Nobody there: connection refused, or no open socket. */
  | 'dispatch_failed';

/** The app may answer with nothing, with plain text, or with a message in JSON. */
export function readAnswer(text: string): JsonObject | null {
  if (text.trim() === '') return null;
  const value = parseJson(text);
  if (isObject(value)) return Object.keys(value).length === 0 ? null : value;
  return { text };
}
