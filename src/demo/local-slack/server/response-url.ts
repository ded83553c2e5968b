import type { IncomingMessage, ServerResponse } from 'node:http';
import { RESPONSE_PATH } from '../acting/actor.ts';
import { respond } from '../acting/respond.ts';
import { parseJson } from '../../../core/domain/json.ts';
import { isObject } from '../json.ts';
import type { World } from '../world.ts';
import { readBody, sendJson, sendText } from './http.ts';

const MAX_BODY_BYTES = 256 * 1024;

const REFUSALS = { unknown: 'invalid_url', expired: 'expired_url', 'used-up': 'used_url' } as const;

/** `POST` to a response url: five times within thirty minutes. */
export async function serveResponseUrl(
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const body = await readBody(request, MAX_BODY_BYTES);
  const message = body === null ? undefined : parseJson(body.toString());
  if (!isObject(message)) return sendJson(response, 400, { ok: false, error: 'invalid_payload' });
  const fault = world.faults.takeApi('response_url');
  if (fault?.kind === 'reset') return void response.socket?.resetAndDestroy();
  const pass = world.responseUrls.use(url.pathname.slice(RESPONSE_PATH.length));
  if (pass.kind !== 'good') return sendJson(response, 404, { ok: false, error: REFUSALS[pass.kind] });
  const refusal = respond(world, pass.value, message);
  const outcome = refusal?.error ?? 'ok';
  world.called({ method: 'response_url', atMs: Date.now(), args: message, outcome });
  if (refusal === null) return sendText(response, 200, 'ok');
  sendJson(response, 400, {
    ok: false,
    error: refusal.error,
    response_metadata: { messages: refusal.messages },
  });
}
