import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { TcpcheckError } from '../../src/core/domain/errors.ts';
import { healthz, readyz } from '../../src/ops/health-routes.ts';
import { startHttpServer, type HttpServer, type Route } from '../../src/ops/http-server.ts';

let server: HttpServer | undefined;
afterEach(async () => {
  await server?.close(100);
  server = undefined;
});

const echo: Route = async ({ body, headers, query }) => ({
  status: 200,
  headers: { 'retry-after': '7' },
  body: {
    bytes: body.length,
    text: body.toString('utf8'),
    twice: headers.get('x-twice') ?? '',
    q: query.get('q'),
  },
});

async function start(): Promise<string> {
  server = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    routes: {
      'GET /healthz': healthz,
      'GET /readyz': readyz([
        { name: 'slack', check: async () => null },
        { name: 'redis', check: async () => 'connection refused' },
      ]),
      'POST /echo': echo,
      'PUT /echo': echo,
      'POST /throws': async () => {
        throw new TypeError('a bug');
      },
    },
    onFault: () => undefined,
  });
  return `http://127.0.0.1:${server.port}`;
}

const post = (url: string, body: string | Buffer): Promise<Response> => fetch(url, { method: 'POST', body });

describe('the HTTP server', () => {
  it('hands over the body as it came, and headers of an answer', async () => {
    const base = await start();
    const headers = new Headers({ 'x-twice': 'a' });
    headers.append('x-twice', 'b');
    const response = await fetch(`${base}/echo?q=1`, { method: 'PUT', headers, body: '연결' });
    expect(response.headers.get('retry-after')).toBe('7');
    expect(await response.json()).toEqual({ bytes: 6, text: '연결', twice: 'a, b', q: '1' });
  });

  it('answers paths, methods and faults it has no answer for', async () => {
    const base = await start();
    expect((await post(`${base}/alerts/nagios`, '{}')).status).toBe(404);
    expect((await post(`${base}/__proto__`, '{}')).status).toBe(404);
    const wrong = await fetch(`${base}/echo`);
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST, PUT']);
    expect((await post(`${base}/throws`, '')).status).toBe(500);
  });

  it.each([
    ['announces', { 'content-length': String(10 * 1024 * 1024) }],
    ['does not announce', { 'transfer-encoding': 'chunked' }],
  ])('refuses a body of ten megabytes that the sender %s, and goes on', async (_, headers) => {
    const base = await start();
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const sending = request(`${base}/echo`, { method: 'POST', headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      // After the answer the rest of the body finds the connection closed, which changes nothing any more.
      sending.on('error', reject);
      sending.end(Buffer.alloc(10 * 1024 * 1024, 'x'));
    });
    expect(status).toBe(413);
    expect((await post(`${base}/echo`, 'x'.repeat(1_000_000))).status).toBe(200);
  });

  it('lets a sender that hangs up go', async () => {
    const base = await start();
    const socket = connect(Number(new URL(base).port), '127.0.0.1');
    await new Promise<void>((resolve) => {
      socket.write('POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{', () => resolve());
    });
    socket.destroy();
    expect((await fetch(`${base}/healthz`)).status).toBe(200);
  });

  it('serves 256 connections, closes one more at once, and goes on when one has left', async () => {
    const base = await start();
    const port = Number(new URL(base).port);
    const idle = await Promise.all(
      Array.from({ length: 256 }, async () => {
        const socket = connect(port, '127.0.0.1');
        await once(socket, 'connect');
        return socket;
      }),
    );
    await expect(fetch(`${base}/healthz`)).rejects.toThrow('fetch failed');
    idle[0]?.destroy();
    const answers = async (): Promise<boolean> =>
      fetch(`${base}/healthz`).then(
        ({ ok }) => ok,
        () => false,
      );
    await expect.poll(answers).toBe(true);
    for (const socket of idle) socket.destroy();
  });

  it('says which port it could not have', async () => {
    await start();
    const taken = server?.port ?? 0;
    const second = startHttpServer({ host: '127.0.0.1', port: taken, routes: {}, onFault: () => undefined });
    await expect(second).rejects.toThrow(TcpcheckError);
    await expect(second).rejects.toThrow(`cannot listen on 127.0.0.1 port ${taken}`);
  });
});

describe('health', () => {
  it('tells what is not ready', async () => {
    const base = await start();
    const response = await fetch(`${base}/readyz`);
    expect([response.status, await response.json()]).toEqual([
      503,
      { status: 'not ready', slack: 'ok', redis: 'connection refused' },
    ]);
  });
});
