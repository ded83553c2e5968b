import { setTimeout as sleep } from 'node:timers/promises';
import { freshId } from '../fresh.ts';
import type { DeliveryKind } from '../faults.ts';
import type { JsonObject } from '../json.ts';
import type { World } from '../world.ts';
import type { Outcome } from './outcome.ts';
import { postSigned, type HttpOutcome } from './signed-http.ts';
import type { Envelope, SocketMode } from './socket-mode.ts';

const FORM = 'application/x-www-form-urlencoded';

const RETRY_REASONS: Readonly<Record<string, string>> = {
  operation_timeout: 'http_timeout',
  dispatch_failed: 'connection_failed',
};

/** Brings what people do to the app: over signed HTTP where a request url is set, else over a socket. */
export class Deliveries {
  readonly #world: World;
  readonly #sockets: SocketMode;
  readonly #closing = new AbortController();

  constructor(world: World, sockets: SocketMode) {
    this.#world = world;
    this.#sockets = sockets;
  }

  command(payload: Readonly<Record<string, string>>): Promise<Outcome> {
    return this.#once('command', { type: 'slash_commands', payload, acceptsResponse: true }, () => ({
      contentType: FORM,
      body: new URLSearchParams(payload).toString(),
    }));
  }

  interaction(payload: JsonObject): Promise<Outcome> {
    const acceptsResponse = payload['type'] === 'view_submission';
    return this.#once('click', { type: 'interactive', payload, acceptsResponse }, () => ({
      contentType: FORM,
      body: new URLSearchParams({ payload: JSON.stringify(payload) }).toString(),
    }));
  }

  /** Events come again when they are not acknowledged: at once, after a minute, after five. */
  async event(event: JsonObject): Promise<Outcome> {
    const payload = this.#eventCallback(event);
    const twice = this.#world.faults.takeDuplicate('event');
    if (twice) void this.#eventOnce(payload, 0, '');
    let last = await this.#eventOnce(payload, 0, '');
    for (const [index, waitMs] of this.#world.timing.eventRetriesMs.entries()) {
      if (last.outcome.kind === 'acknowledged' || last.noRetry) break;
      const reason = RETRY_REASONS[last.outcome.error] ?? 'http_error';
      const closed = await this.#pause(waitMs);
      if (closed) break;
      last = await this.#eventOnce(payload, index + 1, reason);
    }
    return last.outcome;
  }

  close(): void {
    this.#closing.abort();
  }

  async #once(kind: DeliveryKind, envelope: Envelope, form: () => Form): Promise<Outcome> {
    const twice = this.#world.faults.takeDuplicate(kind);
    const send = async (): Promise<Outcome> =>
      this.#world.requestUrl === null
        ? this.#sockets.deliver(envelope)
        : (await this.#post(this.#world.requestUrl, form())).outcome;
    const [first] = await Promise.all(twice ? [send(), send()] : [send()]);
    return first;
  }

  async #eventOnce(payload: JsonObject, attempt: number, reason: string): Promise<HttpOutcome> {
    const url = this.#world.requestUrl;
    if (url === null) {
      const envelope = {
        type: 'events_api',
        payload,
        acceptsResponse: false,
        retry: { attempt, reason },
      } as const;
      return { outcome: await this.#sockets.deliver(envelope), noRetry: false };
    }
    const headers =
      attempt === 0 ? {} : { 'x-slack-retry-num': String(attempt), 'x-slack-retry-reason': reason };
    return this.#post(url, { contentType: 'application/json', body: JSON.stringify(payload) }, headers);
  }

  #post(url: string, form: Form, headers: Readonly<Record<string, string>> = {}): Promise<HttpOutcome> {
    return postSigned({
      url,
      signingSecret: this.#world.options.signingSecret,
      ...form,
      headers,
      timeoutMs: this.#world.timing.ackMs,
      signal: this.#closing.signal,
    });
  }

  /** True when this Slack was closed meanwhile. */
  async #pause(ms: number): Promise<boolean> {
    try {
      await sleep(ms, undefined, { signal: this.#closing.signal, ref: false });
      return false;
    } catch {
      return true;
    }
  }

  #eventCallback(event: JsonObject): JsonObject {
    const { teamId, bot } = this.#world.workspace;
    return {
      token: 'local',
      team_id: teamId,
      api_app_id: bot.appId,
      event,
      type: 'event_callback',
      event_id: freshId('Ev'),
      event_time: Math.floor(Date.now() / 1000),
      authorizations: [
        {
          enterprise_id: null,
          team_id: teamId,
          user_id: bot.userId,
          is_bot: true,
          is_enterprise_install: false,
        },
      ],
      is_ext_shared_channel: false,
    };
  }
}

interface Form {
  readonly contentType: string;
  readonly body: string;
}
