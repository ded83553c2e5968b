import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import { parseJson } from '../../../core/domain/json.ts';
import { isObject, textField, type JsonObject } from '../json.ts';
import type { World } from '../world.ts';
import type { Outcome } from './outcome.ts';

export const SOCKET_PATH = '/link/';

/** Slack allows that many connections of one app. */
const MAX_SOCKETS = 10;
/** An acknowledgement carries at most a message or a view. */
const MAX_FRAME_BYTES = 512 * 1024;
/** After `disconnect` the app has that long to go by itself. */
const GRACE_MS = 5_000;

export type EnvelopeType = 'slash_commands' | 'interactive' | 'events_api';

export interface Envelope {
  readonly type: EnvelopeType;
  readonly payload: JsonObject;
  readonly acceptsResponse: boolean;
  readonly retry?: { readonly attempt: number; readonly reason: string };
}

interface Waiting {
  readonly sentMs: number;
  readonly settle: (outcome: Outcome) => void;
}

/** The WebSocket side of Slack: hello, envelopes, acknowledgements, ping, disconnect. */
export class SocketMode {
  readonly #world: World;
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
    clientTracking: true,
  });
  /** Sockets that take envelopes, in turn. */
  #open: WebSocket[] = [];
  readonly #waiting = new Map<string, Waiting>();
  readonly #pings: NodeJS.Timeout;

  constructor(world: World) {
    this.#world = world;
    this.#pings = setInterval(() => {
      for (const socket of this.#open) socket.ping();
    }, world.timing.pingMs);
    this.#pings.unref();
  }

  get count(): number {
    return this.#open.length;
  }

  /** A url for one connection; null when the app has too many. */
  issue(): string | null {
    if (this.#open.length >= MAX_SOCKETS) return null;
    const ticket = this.#world.tickets.issue(null);
    return `${this.#world.origin.replace(/^http/, 'ws')}${SOCKET_PATH}?ticket=${ticket}&app_id=${this.#world.workspace.bot.appId}`;
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const ticket = this.#world.tickets.use(url.searchParams.get('ticket') ?? '');
    if (url.pathname !== SOCKET_PATH || ticket.kind !== 'good') {
      socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (opened) => this.#welcome(opened));
  }

  /** Sends to one socket and waits for its acknowledgement, no longer than Slack would. */
  deliver(envelope: Envelope): Promise<Outcome> {
    const socket = this.#open.shift();
    if (socket === undefined) return Promise.resolve({ kind: 'failed', error: 'dispatch_failed' });
    this.#open.push(socket);
    const id = randomUUID();
    const answered = this.#acknowledgementOf(id);
    socket.send(
      JSON.stringify({
        envelope_id: id,
        type: envelope.type,
        payload: envelope.payload,
        accepts_response_payload: envelope.acceptsResponse,
        ...(envelope.retry === undefined
          ? {}
          : { retry_attempt: envelope.retry.attempt, retry_reason: envelope.retry.reason }),
      }),
    );
    return answered;
  }

  #acknowledgementOf(id: string): Promise<Outcome> {
    return new Promise((resolve) => {
      const settle = (outcome: Outcome): void => {
        clearTimeout(timer);
        this.#waiting.delete(id);
        resolve(outcome);
      };
      const late = (): void => settle({ kind: 'failed', error: 'operation_timeout' });
      const timer = setTimeout(late, this.#world.timing.ackMs);
      this.#waiting.set(id, { sentMs: Date.now(), settle });
    });
  }

  /** Tells all sockets to go, as Slack does every few hours; they get nothing more. */
  disconnect(reason: 'warning' | 'refresh_requested' | 'link_disabled' = 'refresh_requested'): void {
    const going = this.#open;
    this.#open = [];
    for (const socket of going) {
      socket.send(JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'local-slack' } }));
      setTimeout(() => socket.terminate(), GRACE_MS).unref();
    }
  }

  /** Drops the connections without a word, as a broken network does. */
  drop(): void {
    for (const socket of this.#open) socket.terminate();
    this.#open = [];
  }

  close(): void {
    clearInterval(this.#pings);
    for (const socket of this.#server.clients) socket.terminate();
    this.#server.close();
    for (const { settle } of this.#waiting.values()) settle({ kind: 'failed', error: 'dispatch_failed' });
  }

  #welcome(socket: WebSocket): void {
    socket.on('message', (data) => this.#acknowledged(data));
    socket.on('close', () => {
      this.#open = this.#open.filter((one) => one !== socket);
    });
    // A broken connection closes as well; there is nothing more to do about it.
    socket.on('error', () => socket.terminate());
    this.#open.push(socket);
    socket.send(
      JSON.stringify({
        type: 'hello',
        num_connections: this.#open.length,
        debug_info: { host: 'local-slack', approximate_connection_time: 18_060 },
        connection_info: { app_id: this.#world.workspace.bot.appId },
      }),
    );
  }

  #acknowledged(data: RawData): void {
    const message = parseJson(data instanceof Buffer ? data.toString() : '');
    if (!isObject(message)) return;
    const waiting = this.#waiting.get(textField(message, 'envelope_id') ?? '');
    const payload = isObject(message['payload']) ? message['payload'] : {};
    const body = Object.keys(payload).length === 0 ? null : payload;
    waiting?.settle({ kind: 'acknowledged', body, afterMs: Date.now() - waiting.sentMs });
  }
}
