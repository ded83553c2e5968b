import { HTTPReceiver, type BufferedIncomingMessage, type Logger } from '@slack/bolt';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { TcpcheckError } from '../core/domain/errors.ts';
import { within } from './deadline.ts';
import type { Intake } from './intake.ts';
import { isFromFuture } from './replay-guard.ts';

const PATH = '/slack/events';
/** A click carries the whole message it happened in; that is far below this. */
const MAX_BODY_BYTES = 1_000_000;
/** Slack sends a request at once; a slow one is somebody holding connections. */
const REQUEST_MS = 10_000;

/** Name under which a request's signature reaches the listeners. */
export const SIGNATURE = 'requestSignature';

export interface HttpOptions {
  readonly signingSecret: string;
  readonly listen: string;
  readonly port: number;
  readonly logger: Logger;
}

/** Signed requests on a port of our own: Bolt checks the signature, this server the rest. */
export function createHttpIntake(options: HttpOptions): Intake {
  const receiver = new HTTPReceiver({
    signingSecret: options.signingSecret,
    endpoints: [PATH],
    logger: options.logger,
    bodyLimit: MAX_BODY_BYTES,
    customPropertiesExtractor: signatureOf,
  });
  let open = false;
  const server = createServer(
    { requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS },
    (request, response) => {
      if (!open) return refuse(response, 503);
      if (isFromFuture(request.headers['x-slack-request-timestamp'], Date.now()))
        return refuse(response, 401);
      if (request.url?.split('?')[0] !== PATH || request.method !== 'POST') return refuse(response, 404);
      receiver.requestListener(request, response);
    },
  );
  return {
    receiver,
    start: async () => {
      const port = await listening(server, options);
      open = true;
      const host = options.listen.includes(':') ? `[${options.listen}]` : options.listen;
      return `http://${host}:${port}${PATH}`;
    },
    connected: () => open,
    stop: async (graceMs) => {
      open = false;
      if (server.listening) await closed(server, graceMs);
    },
  };
}

const signatureOf = (request: BufferedIncomingMessage | IncomingMessage): Record<string, unknown> => ({
  [SIGNATURE]: request.headers['x-slack-signature'],
});

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { connection: 'close' }).end();
}

function listening(server: Server, { listen, port }: HttpOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const why = cause.code ?? cause.message;
      reject(
        new TcpcheckError('SLACK_PORT', `listening on ${listen}:${port} for Slack failed with ${why}`, {
          cause,
        }),
      );
    });
    server.listen({ host: listen, port, exclusive: true }, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

/** Requests under way may end; whoever only keeps a connection is dropped. */
async function closed(server: Server, graceMs: number): Promise<void> {
  const done = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeIdleConnections();
  await within(done, graceMs);
  server.closeAllConnections();
}
