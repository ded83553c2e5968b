import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiFault } from '../faults.ts';
import { parseJson } from '../../../core/domain/json.ts';
import { isObject, type JsonObject } from '../json.ts';
import { readBody, sendJson, type Headers } from '../server/http.ts';
import type { World } from '../world.ts';
import { Arguments } from './arguments.ts';
import { CHAT } from './chat.ts';
import { MISSING_TEXT } from './content.ts';
import { CONVERSATIONS } from './conversations.ts';
import { FILES } from './files.ts';
import { done, refused, type Answer, type Method } from './method.ts';
import { PEOPLE } from './people.ts';
import { RateLimit } from './rate-limit.ts';
import { VIEWS } from './views.ts';

export const API_PATH = '/api/';

/** Far above the longest message Slack takes. */
const MAX_BODY_BYTES = 1024 * 1024;

/** Where Socket Mode tickets come from; null when all places are taken. */
export interface SocketTickets {
  readonly issue: () => string | null;
}

/** `POST /api/METHOD`, as the SDK calls it. */
export class WebApi {
  readonly #world: World;
  readonly #methods: ReadonlyMap<string, Method>;
  readonly #rateLimit = new RateLimit();

  constructor(world: World, tickets: SocketTickets) {
    this.#world = world;
    const open: Method = {
      token: 'app',
      scope: null,
      run: () => {
        const url = tickets.issue();
        return url === null ? refused('too_many_websockets') : done({ url });
      },
    };
    this.#methods = new Map(
      Object.entries({
        ...CHAT,
        ...CONVERSATIONS,
        ...VIEWS,
        ...PEOPLE,
        ...FILES,
        'apps.connections.open': open,
      }),
    );
  }

  async handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const name = url.pathname.slice(API_PATH.length);
    const body = await readBody(request, MAX_BODY_BYTES);
    if (body === null) return sendJson(response, 413, { ok: false, error: 'request_too_large' });
    const given = readArguments(request, body, url);
    if (given === null) return sendJson(response, 200, { ok: false, error: 'invalid_post_type' });
    const args = new Arguments(given);
    const fault = this.#world.faults.takeApi(name);
    if (fault !== null && (await this.#playBefore(fault, { name, args, response }))) return;
    const token = bearer(request) ?? (isJson(request) ? '' : args.text('token'));
    const waitSeconds = this.#mustWait(name, args);
    if (waitSeconds !== null) return this.#rateLimited({ name, args, response }, waitSeconds);
    const answer = this.#answer(name, args, token);
    this.#log(name, args, answer.ok ? 'ok' : answer.error);
    if (fault?.kind === 'lose-answer') return reset(response);
    sendJson(response, 200, inWords(answer), this.#headers());
  }

  #answer(name: string, args: Arguments, token: string): Answer {
    const { botToken, appToken } = this.#world.options;
    const method = this.#methods.get(name);
    if (method === undefined) return refused('unknown_method', [], { req_method: name });
    if (token === '') return refused('not_authed');
    if (token !== botToken && token !== appToken) return refused('invalid_auth');
    if (token !== (method.token === 'bot' ? botToken : appToken)) return refused('not_allowed_token_type');
    if (method.scope !== null && !this.#world.hasScope(method.scope)) {
      const provided = this.#world.options.scopes?.join(',') ?? '';
      return refused('missing_scope', [], { needed: method.scope, provided });
    }
    const answer = method.run(args, this.#world);
    if (answer.ok) for (const warning of answer.warnings) this.#world.warn({ method: name, warning });
    return answer;
  }

  #mustWait(name: string, args: Arguments): number | null {
    if (this.#world.options.rateLimit !== true) return null;
    return this.#rateLimit.secondsToWait(name, args, Date.now());
  }

  /** True when the fault was all the answer there is. */
  async #playBefore(fault: ApiFault, call: Call): Promise<boolean> {
    switch (fault.kind) {
      case 'delay':
        await sleep(fault.ms, undefined, { ref: false });
        return false;
      case 'lose-answer':
        return false;
      case 'rate-limited':
        this.#rateLimited(call, fault.retryAfterSeconds ?? 1);
        return true;
      case 'http-500':
        sendJson(call.response, 500, { ok: false, error: 'internal_error' });
        break;
      case 'error':
        sendJson(call.response, 200, { ok: false, error: fault.error }, this.#headers());
        break;
      case 'reset':
        reset(call.response);
        break;
      case 'never-answer':
        break;
    }
    this.#log(call.name, call.args, fault.kind);
    return true;
  }

  #rateLimited({ name, args, response }: Call, seconds: number): void {
    this.#log(name, args, 'rate-limited');
    sendJson(response, 429, { ok: false, error: 'ratelimited' }, { 'retry-after': String(seconds) });
  }

  #headers(): Headers {
    const scopes = this.#world.options.scopes;
    return scopes === undefined ? {} : { 'x-oauth-scopes': scopes.join(',') };
  }

  #log(method: string, args: Arguments, outcome: string): void {
    const { token: _, ...rest } = args.values;
    this.#world.called({ method, atMs: Date.now(), args: rest, outcome });
  }
}

interface Call {
  readonly name: string;
  readonly args: Arguments;
  readonly response: ServerResponse;
}

function reset(response: ServerResponse): void {
  response.socket?.resetAndDestroy();
}

function isJson(request: IncomingMessage): boolean {
  return request.headers['content-type']?.startsWith('application/json') === true;
}

function bearer(request: IncomingMessage): string | null {
  const match = /^Bearer (.+)$/.exec(request.headers.authorization ?? '');
  return match?.[1] ?? null;
}

/** Null when the body is neither a form nor JSON. */
function readArguments(request: IncomingMessage, body: Buffer, url: URL): JsonObject | null {
  const query = Object.fromEntries(url.searchParams);
  if (request.method === 'GET' || body.length === 0) return query;
  if (isJson(request)) {
    const value = parseJson(body.toString());
    return isObject(value) ? value : null;
  }
  if (request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') !== true) return null;
  return { ...query, ...Object.fromEntries(new URLSearchParams(body.toString())) };
}

function inWords(answer: Answer): JsonObject {
  if (!answer.ok) {
    const details = answer.messages.length > 0 ? { response_metadata: { messages: answer.messages } } : {};
    const errors = answer.messages.map((message) => message.replace(/^\[ERROR\] /, ''));
    return {
      ok: false,
      error: answer.error,
      ...(errors.length > 0 ? { errors } : {}),
      ...details,
      ...answer.body,
    };
  }
  if (answer.warnings.length === 0) return { ok: true, ...answer.body };
  return {
    ok: true,
    ...answer.body,
    warning: answer.warnings.join(','),
    response_metadata: { warnings: answer.warnings, messages: answer.warnings.map(explain) },
  };
}

function explain(warning: string): string {
  return warning === MISSING_TEXT
    ? '[WARN] the message has no top-level text: notifications and screen readers have nothing to say'
    : `[WARN] ${warning}`;
}
