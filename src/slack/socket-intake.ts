import { SocketModeReceiver, type Logger } from '@slack/bolt';
import type { WebClientOptions } from '@slack/web-api';
import { setTimeout as sleep } from 'node:timers/promises';
import { TcpcheckError } from '../core/domain/errors.ts';
import { within } from './deadline.ts';
import type { Intake } from './intake.ts';
import { slackError, slackFailure } from './slack-failure.ts';
import type { OnProblem } from './slack-client.ts';

/** apps.connections.open, the WebSocket handshake and Slack's hello together. */
const CONNECT_MS = 15_000;
/** The library gives the peer 30 s to answer a close. */
const DISCONNECT_MS = 35_000;
const FIRST_RETRY_MS = 500;
const MAX_RETRY_MS = 30_000;

export interface SocketOptions {
  readonly appToken: string;
  readonly clientOptions: WebClientOptions;
  readonly logger: Logger;
  readonly onProblem: OnProblem;
}

type Client = SocketModeReceiver['client'];

/**
 * A socket that we open to Slack. Reconnecting is our own: the library's runs into an unhandled rejection,
 * which ends Node, when opening the next socket fails (slackapi/node-slack-sdk#2656), and waits 5 s where
 * Slack only asked for a fresh one.
 */
export function createSocketIntake(options: SocketOptions): Intake {
  const receiver = new SocketModeReceiver({
    appToken: options.appToken,
    autoReconnectEnabled: false,
    logger: options.logger,
    installerOptions: { clientOptions: options.clientOptions },
    // An acknowledgement on a broken socket would reject with nobody listening; Slack delivers again.
    processEventErrorHandler: ({ error }) => {
      options.onProblem({
        what: 'a delivery from Slack could not be processed',
        code: 'SLACK_LIBRARY',
        fields: { said: error.message.slice(0, 300) },
      });
      return Promise.resolve(false);
    },
  });
  const socket = new Socket(receiver.client, options.onProblem);
  return {
    receiver,
    start: async () => {
      await socket.start();
      return null;
    },
    connected: () => socket.connected,
    stop: (graceMs) => socket.stop(graceMs),
  };
}

class Socket {
  readonly #client: Client;
  readonly #onProblem: OnProblem;
  readonly #stopping = new AbortController();
  #connected = false;
  #reconnecting = false;

  constructor(client: Client, onProblem: OnProblem) {
    this.#client = client;
    this.#onProblem = onProblem;
  }

  get connected(): boolean {
    return this.#connected && !this.#stopping.signal.aborted;
  }

  async start(): Promise<void> {
    this.#client.on('connected', () => {
      this.#connected = true;
    });
    this.#client.on('disconnected', () => {
      this.#connected = false;
    });
    await this.#connect();
    this.#client.on('disconnected', () => {
      if (!this.#stopping.signal.aborted) void this.#reconnect();
    });
  }

  async stop(graceMs: number): Promise<void> {
    this.#stopping.abort();
    await within(this.#disconnect(), graceMs);
  }

  async #connect(): Promise<void> {
    const tried = 'opening a Socket Mode connection';
    try {
      const answer = await within(this.#client.start(), CONNECT_MS);
      if (answer.kind === 'done') return;
    } catch (error) {
      throw slackError(tried, 'SLACK_APP_TOKEN', slackFailure(error ?? new Error('the socket was closed')));
    }
    await within(this.#disconnect(), DISCONNECT_MS);
    throw new TcpcheckError(
      'SLACK_UNREACHABLE',
      `${tried}: no hello from Slack within ${CONNECT_MS / 1000} s`,
    );
  }

  async #reconnect(): Promise<void> {
    if (this.#reconnecting) return;
    this.#reconnecting = true;
    for (
      let waitMs = FIRST_RETRY_MS;
      !this.#stopping.signal.aborted;
      waitMs = Math.min(waitMs * 2, MAX_RETRY_MS)
    ) {
      try {
        await this.#connect();
        // It may have gone again in the very moment it came.
        if (this.#connected) break;
      } catch (error) {
        this.#tell(error);
      }
      await sleep(waitMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
    }
    this.#reconnecting = false;
    // stop() may have come while the socket was being opened.
    if (this.#stopping.signal.aborted && this.#connected) {
      await this.#disconnect().catch((error: unknown) => this.#tell(error));
    }
  }

  #tell(error: unknown): void {
    const known = error instanceof TcpcheckError ? error : new TcpcheckError('INTERNAL', String(error));
    const fields = { said: known.message.slice(0, 300) };
    this.#onProblem({ what: 'the connection to Slack is lost; trying again', code: known.code, fields });
  }

  async #disconnect(): Promise<void> {
    await this.#client.disconnect();
  }
}
