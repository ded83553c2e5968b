import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TcpcheckError } from '../core/domain/errors.ts';

/** Alert payloads are tens of kilobytes; a storm of grouped alerts stays below this. */
const MAX_BODY_BYTES = 1024 * 1024;
/** A sender that drips its body holds a socket no longer than this. */
const BODY_TIMEOUT_MS = 10_000;
/** Alertmanager gives up after 10 s or more; an answer must be there before. */
const HANDLER_TIMEOUT_MS = 5_000;
/** Enough for a fleet of senders; more are told to come again by the kernel's queue. */
const MAX_CONNECTIONS = 256;

/** A request with its body read, before any parsing. */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | null;
  readonly contentType: string | null;
  readonly body: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export type Route = (request: HttpRequest) => Promise<HttpAnswer>;

/** Routes by `METHOD /path`. */
export type Routes = Readonly<Record<string, Route>>;

export interface HttpServer {
  readonly port: number;
  /** Stops accepting, lets running requests finish for at most that long, then cuts them. */
  close(graceMs: number): Promise<void>;
}

interface HttpServerOptions {
  readonly host: string;
  readonly port: number;
  readonly routes: Routes;
  /** A handler threw: an operator should know; the sender gets a plain 500. */
  readonly onFault: (path: string, error: unknown) => void;
}

/** Our own server for alerts and health: Bolt's custom routes neither limit bodies nor survive a rejected promise. */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const server = createServer((request, response) => {
    void answer(options, request)
      .then((result) => send(response, result))
      .catch(() => response.destroy());
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.requestTimeout = BODY_TIMEOUT_MS;
  server.headersTimeout = BODY_TIMEOUT_MS;
  await listen(server, options);
  return { port: portOf(server), close: (graceMs) => close(server, graceMs) };
}

async function answer(options: HttpServerOptions, request: IncomingMessage): Promise<HttpAnswer> {
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  const method = request.method ?? 'GET';
  const route = options.routes[`${method} ${path}`];
  if (route === undefined) return unknownRoute(options.routes, path);
  const body = await readBody(request);
  if (body === null)
    return { status: 413, body: { error: `the body is larger than ${MAX_BODY_BYTES} bytes` } };
  try {
    return await withDeadline(
      route({
        method,
        path,
        authorization: request.headers.authorization ?? null,
        contentType: request.headers['content-type'] ?? null,
        body,
      }),
    );
  } catch (error) {
    options.onFault(path, error);
    return { status: 500, body: { error: 'internal error; the log says more' } };
  }
}

function unknownRoute(routes: Routes, path: string): HttpAnswer {
  const known = Object.keys(routes).some((key) => key.endsWith(` ${path}`));
  return known
    ? { status: 405, body: { error: 'method not allowed' } }
    : {
        status: 404,
        body: { error: 'no such path; an alert source needs a secret in tcpcheck.yaml to have one' },
      };
}

/** Null when the body is larger than we take. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    if (!Buffer.isBuffer(chunk)) continue;
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function withDeadline(work: Promise<HttpAnswer>): Promise<HttpAnswer> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<HttpAnswer>((resolve) => {
    timer = setTimeout(
      () => resolve({ status: 503, body: { error: 'took too long; send again' } }),
      HANDLER_TIMEOUT_MS,
    );
  });
  return Promise.race([work, deadline]).finally(() => clearTimeout(timer));
}

function send(response: ServerResponse, { status, body }: HttpAnswer): void {
  // A body that was not read to its end would be taken for the next request.
  const headers = status === 413 ? { connection: 'close' } : {};
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers });
  response.end(`${JSON.stringify(body)}\n`);
}

async function listen(server: Server, { host, port }: HttpServerOptions): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) =>
      reject(
        new TcpcheckError('ENV_INVALID', `cannot listen on ${host} port ${port}: ${cause.message}`, {
          hint: 'Another process holds the port, or TCPCHECK_HTTP_PORT is wrong.',
          cause,
        }),
      ),
    );
    server.listen({ host, port }, resolve);
  });
}

const portOf = (server: Server): number => {
  const address: AddressInfo | string | null = server.address();
  return address === null || typeof address === 'string' ? 0 : address.port;
};

async function close(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearTimeout(timer);
}
