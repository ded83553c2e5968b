import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { alertmanagerRoute } from '../../src/alerts/alertmanager-route.ts';
import { askPerAlert } from '../../src/jobs/ask-per-alert.ts';
import type { AskOutcome, Question } from '../../src/core/domain/ports.ts';
import type { Problem } from '../../src/core/domain/problem.ts';
import { TcpcheckError } from '../../src/core/domain/errors.ts';
import { healthz, readyz } from '../../src/ops/health-routes.ts';
import { startHttpServer, type HttpServer } from '../../src/ops/http-server.ts';

let server: HttpServer | undefined;
afterEach(async () => {
  await server?.close(100);
  server = undefined;
});

const asked: Question[] = [];
const problems: Problem[] = [];
let outcome: AskOutcome = { kind: 'accepted', hosts: ['api-1'] };

async function start(): Promise<string> {
  asked.length = 0;
  problems.length = 0;
  outcome = { kind: 'accepted', hosts: ['api-1'] };
  const route = alertmanagerRoute({
    secrets: ['old-secret', 'new-secret'],
    channel: 'C1',
    mentions: ['U9'],
    hosts: new Map([
      [
        'api-1',
        {
          name: 'api-1',
          address: '10.0.0.5',
          port: 22,
          user: 'root',
          knownHostsFile: '/k',
          groups: [],
          aliases: [],
          zone: 'default',
          changes: { kind: 'none' },
        },
      ],
    ]),
    intake: askPerAlert({
      desk: {
        ask: async (question) => {
          asked.push(question);
          return outcome;
        },
      },
      locale: 'ko',
      report: (problem) => void problems.push(problem),
    }),
  });
  server = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    routes: {
      'GET /healthz': healthz,
      'GET /readyz': readyz([
        { name: 'slack', check: async () => null },
        { name: 'redis', check: async () => 'connection refused' },
      ]),
      'POST /alerts/alertmanager': route,
      'POST /throws': async () => {
        throw new TypeError('a bug');
      },
    },
    onFault: () => undefined,
  });
  return `http://127.0.0.1:${server.port}`;
}

const alert = (instance: string, status = 'firing'): object => ({
  status,
  labels: { alertname: 'A', instance },
  annotations: {},
  startsAt: '2026-11-20T10:00:00Z',
  fingerprint: `f-${instance}`,
});

async function deliver(
  base: string,
  alerts: readonly object[],
  secret = 'new-secret',
): Promise<[number, unknown]> {
  const response = await fetch(`${base}/alerts/alertmanager`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ version: '4', alerts }),
  });
  const body: unknown = await response.json();
  return [response.status, body];
}

describe('alerts over HTTP', () => {
  it('asks about firing alerts of known hosts and accepts the rest', async () => {
    const base = await start();
    const answer = await deliver(base, [
      alert('api-1:9100'),
      alert('ghost:9100'),
      alert('api-1', 'resolved'),
    ]);
    expect(answer).toEqual([202, { started: 1, repeated: 0, resolved: 1, unknown_host: 1, ignored: 0 }]);
    expect(asked).toEqual([
      {
        target: 'api-1',
        symptom: 'A',
        channel: 'C1',
        locale: 'ko',
        requester: { kind: 'alert', source: 'alertmanager', alertName: 'A' },
        mentions: ['U9'],
        deliveryKey: `alertmanager:f-api-1:9100:${Date.UTC(2026, 10, 20, 10)}`,
      },
    ]);
    // The sender is told 202; that an alert started nothing only the log can say.
    expect(problems).toMatchObject([{ code: 'HOST_UNKNOWN', fields: { alerts: 1, named: 'ghost:9100' } }]);
  });

  it('takes both secrets while they are rotated, and no other', async () => {
    const base = await start();
    expect((await deliver(base, [], 'old-secret'))[0]).toBe(202);
    expect((await deliver(base, [], 'new-secret'))[0]).toBe(202);
    expect((await deliver(base, [alert('api-1')], 'wrong'))[0]).toBe(401);
    expect((await fetch(`${base}/alerts/alertmanager`, { method: 'POST', body: '{}' })).status).toBe(401);
    expect(asked).toEqual([]);
  });

  it('asks the sender to come again while the queue is away', async () => {
    const base = await start();
    outcome = { kind: 'refused', code: 'REDIS_UNAVAILABLE', answer: { en: '', ko: '' } };
    expect((await deliver(base, [alert('api-1')]))[0]).toBe(503);
  });

  it('answers bad bodies, paths and methods without harm', async () => {
    const base = await start();
    const post = (path: string, body: string): Promise<Response> =>
      fetch(base + path, { method: 'POST', headers: { authorization: 'Bearer new-secret' }, body });
    expect((await post('/alerts/alertmanager', '{')).status).toBe(400);
    expect((await post('/alerts/alertmanager', 'x'.repeat(1_100_000))).status).toBe(413);
    expect((await post('/alerts/nagios', '{}')).status).toBe(404);
    expect((await fetch(`${base}/alerts/alertmanager`)).status).toBe(405);
    expect((await post('/throws', '')).status).toBe(500);
    expect((await deliver(base, [alert('api-1')]))[0]).toBe(202);
  });

  it('lets a sender that hangs up go', async () => {
    const base = await start();
    const socket = connect(Number(new URL(base).port), '127.0.0.1');
    await new Promise<void>((resolve) => {
      socket.write('POST /alerts/alertmanager HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{', () =>
        resolve(),
      );
    });
    socket.destroy();
    expect((await fetch(`${base}/healthz`)).status).toBe(200);
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

  it('says which port it could not have', async () => {
    await start();
    const taken = server?.port ?? 0;
    const second = startHttpServer({ host: '127.0.0.1', port: taken, routes: {}, onFault: () => undefined });
    await expect(second).rejects.toThrow(TcpcheckError);
    await expect(second).rejects.toThrow(`cannot listen on 127.0.0.1 port ${taken}`);
  });
});
