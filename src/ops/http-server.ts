import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TcpcheckError } from '../core/domain/errors.ts';

/** Alert payloads are tens of kilobytes; a storm of grouped alerts stays below this. */
const MAX_BODY_BYTES = 1024 * 1024;
/** A sender that drips its body holds a socket no longer than this. */
const BODY_TIMEOUT_MS = 10_000;
/** PagerDuty waits 5 s for an answer, the others longer; ours must be there before. */
const HANDLER_TIMEOUT_MS = 4_000;
/** Four sources with all the deliveries they may have under way; who comes beyond is closed at once, and tries again. */
const MAX_CONNECTIONS = 256;

/** A request with its body read to the last byte, before any parsing: signatures are over these bytes. */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** By lower-case name; of a header that came twice, the values joined with a comma. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
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
  const [path = '/', query = ''] = (request.url ?? '/').split('?');
  const method = request.method ?? 'GET';
  const route = Object.hasOwn(options.routes, `${method} ${path}`)
    ? options.routes[`${method} ${path}`]
    : undefined;
  if (route === undefined) return unknownRoute(options.routes, path);
  const body = announcedBytes(request) > MAX_BODY_BYTES ? null : await readBody(request);
  if (body === null)
    return { status: 413, body: { error: `the body is larger than ${MAX_BODY_BYTES} bytes` } };
  const headers = headersOf(request);
  try {
    return await withDeadline(route({ method, path, query: new URLSearchParams(query), headers, body }));
  } catch (error) {
    options.onFault(path, error);
    return { status: 500, body: { error: 'internal error; the log says more' } };
  }
}

function unknownRoute(routes: Routes, path: string): HttpAnswer {
  const known = Object.keys(routes).filter((key) => key.endsWith(` ${path}`));
  const [first] = known;
  if (first === undefined)
    return {
      status: 404,
      body: { error: 'no such path; an alert source needs a secret in tcpcheck.yaml to have one' },
    };
  const methods = known.map((key) => key.split(' ')[0] ?? '').join(', ');
  return { status: 405, headers: { allow: methods }, body: { error: `method not allowed; use ${methods}` } };
}

/** What the sender says it will send; nothing of it is read when it is too much. */
const announcedBytes = ({ headers }: IncomingMessage): number => Number(headers['content-length'] ?? 0);

const headersOf = ({ headersDistinct }: IncomingMessage): ReadonlyMap<string, string> =>
  new Map(Object.entries(headersDistinct).map(([name, values]) => [name, values?.join(', ') ?? '']));

/** Null when the body is larger than we take. */
async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    if (!Buffer.isBuffer(chunk)) continue;
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
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

function send(response: ServerResponse, { status, headers, body }: HttpAnswer): void {
  // A body that was not read to its end would be taken for the next request.
  const ending = status === 413 ? { connection: 'close' } : {};
  response.writeHead(status, {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    ...headers,
    ...ending,
  });
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
