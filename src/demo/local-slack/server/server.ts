import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { RESPONSE_PATH } from '../acting/actor.ts';
import { SOCKET_PATH, type SocketMode } from '../delivery/socket-mode.ts';
import { API_PATH, type WebApi } from '../web-api/endpoint.ts';
import { UPLOAD_PATH } from '../web-api/files.ts';
import type { World } from '../world.ts';
import { CONTROL_PATH, type Control } from './control.ts';
import { sendJson, sendText } from './http.ts';
import type { PageFiles } from './page-files.ts';
import { serveResponseUrl } from './response-url.ts';
import { FILE_PATH, serveFile, takeUpload } from './upload.ts';

/** A client that dawdles with its request is cut off. */
const REQUEST_TIMEOUT_MS = 30_000;
const MAX_CONNECTIONS = 512;
/** Longer than an app's pauses: a connection closed just as it is used again looks like a fault of Slack. */
const KEEP_ALIVE_MS = 60_000;

export interface Parts {
  readonly world: World;
  readonly api: WebApi;
  readonly sockets: SocketMode;
  readonly control: Control;
  readonly page: PageFiles;
}

/** One listener for everything: API, WebSocket, response urls, files, page. */
export function makeServer(parts: Parts): Server {
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
    route(parts, request, response).catch((error: unknown) => {
      // The other side went away, or a fault of ours: either way this one answer is lost, not the server.
      if (response.headersSent || response.destroyed) response.destroy();
      else sendJson(response, 500, { ok: false, error: 'internal_error', message: String(error) });
    });
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.on('upgrade', (request, socket, head) => {
    if (request.url?.startsWith(SOCKET_PATH) === true) parts.sockets.upgrade(request, socket, head);
    else socket.destroy();
  });
  return server;
}

/** Resolves with the port. */
export function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.removeListener('error', reject);
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('the server has no port'));
      else resolve(address.port);
    });
  });
}

async function route(parts: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { world, api, control, page } = parts;
  const url = new URL(request.url ?? '/', 'http://localhost');
  const path = url.pathname;
  if (path.startsWith(API_PATH)) return api.handle(request, response, url);
  if (path.startsWith(CONTROL_PATH)) return control.handle(request, response, url);
  if (path.startsWith(RESPONSE_PATH)) return serveResponseUrl(world, request, response, url);
  if (path.startsWith(UPLOAD_PATH)) return takeUpload(world, request, response, url);
  if (path.startsWith(FILE_PATH)) return serveFile(world, response, url);
  if (request.method !== 'GET' || !page.serve(path, response)) sendText(response, 404, 'not found');
}
