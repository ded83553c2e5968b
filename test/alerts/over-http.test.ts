import { createHmac } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load-config.ts';
import type { AlertIntake, AlertNotice } from '../../src/core/domain/alert.ts';
import type { Problem } from '../../src/core/domain/problem.ts';
import { symptomRouter } from '../../src/core/symptom/route-symptom.ts';
import { startHttpServer, type HttpServer } from '../../src/ops/http-server.ts';
import { alertRoutes } from '../../src/roles/alert-routes.ts';
import { recordedDelivery } from '../support/alerts.ts';
import { shippedPlaybooks } from '../support/playbooks.ts';

const CONFIG = `
hosts:
  web-1: {address: 10.0.0.5, groups: [web], aliases: [web-01]}
  db-1: {address: 10.0.0.7, groups: [db], zone: eu}
slack: {channel: C0}
alerts:
  rules:
    - {name: databases, match: {group: db}, channel: C2, mention: [U2]}
    - {match: {labels: {env: "test*"}}, start: false}
    - {match: {severity: [critical, P1]}, mention: [U1], playbooks: [retransmissions]}
  sources:
    alertmanager: {bearer_file: [new, old], mention: [U9], link_origins: ["http://prometheus:9090"]}
    grafana: {hmac_file: hmac, hmac_timestamp_header: X-Time, channel: C1}
    pagerduty: {hmac_file: hmac}
    datadog: {basic_file: basic}
    netdata:
      bearer_file: new
      challenge_file: challenge
      mapping: {status: {at: /severity, firing: [critical]}, name: /alarm, host: /host}
`;

let dir: string;
let server: HttpServer;
let base: string;
let nowMs = Date.UTC(2026, 10, 20, 10);
const taken: AlertNotice[] = [];
const problems: Problem[] = [];
let stored = true;
/** A store that is slow answers when this is settled. */
let slow: Promise<unknown> | null = null;

const intake: AlertIntake = async (notices) => {
  if (!stored) return { kind: 'unavailable' };
  taken.push(...notices);
  await slow;
  return { kind: 'accepted', counts: { taken: notices.length } };
};

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tcpcheck-alerts-'));
  const secrets = {
    new: 'new-secret-of-alerts',
    old: 'old-secret-of-alerts',
    hmac: 'signing-secret-123',
    basic: 'dd:password-of-datadog',
    challenge: 'challenge-secret',
  };
  for (const [name, secret] of Object.entries(secrets)) writeFileSync(join(dir, name), `${secret}\n`);
  writeFileSync(join(dir, 'tcpcheck.yaml'), CONFIG);
  const config = loadConfig(join(dir, 'tcpcheck.yaml'));
  const routes = alertRoutes({
    config,
    route: symptomRouter(shippedPlaybooks()),
    intake,
    nowMs: () => nowMs,
    report: (problem) => void problems.push(problem),
  });
  server = await startHttpServer({ host: '127.0.0.1', port: 0, routes, onFault: () => undefined });
  base = `http://127.0.0.1:${server.port}/alerts`;
});

afterAll(async () => {
  await server.close(100);
  rmSync(dir, { recursive: true, force: true });
});

beforeEach(() => {
  // Whatever is told at most once a minute, and every replay window, is past.
  nowMs += 3_600_000;
  taken.length = 0;
  problems.length = 0;
  stored = true;
  slow = null;
});

type Headers = Readonly<Record<string, string>>;

async function send(
  source: string,
  body: Buffer | string,
  headers: Headers,
  method = 'POST',
): Promise<[number, unknown]> {
  const response = await fetch(`${base}/${source}`, { method, headers, body });
  const answer: unknown = await response.json();
  return [response.status, answer];
}

const bearer: Headers = { authorization: 'Bearer new-secret-of-alerts', 'content-type': 'application/json' };
const sign = (text: Buffer | string): string =>
  createHmac('sha256', 'signing-secret-123').update(text).digest('hex');

function grafanaHeaders(body: Buffer | string, atMs = nowMs): Headers {
  const time = String(Math.floor(atMs / 1000));
  return {
    'x-time': time,
    'x-grafana-alerting-signature': sign(Buffer.concat([Buffer.from(`${time}:`), Buffer.from(body)])),
  };
}

describe('alerts over HTTP', () => {
  it('become notices that are resolved and routed, and the answer says by which rule', async () => {
    expect(await send('alertmanager', recordedDelivery('alertmanager-mixed'), bearer)).toEqual([
      202,
      { taken: 3, rules: { 'the default rule: "tcp" is about connections': 2 }, skipped: {} },
    ]);
    expect(taken.map(({ status, target, route }) => [status, target, route.channel, route.mentions])).toEqual(
      [
        ['firing', { kind: 'host', host: 'web-1' }, 'C0', ['U1']],
        ['resolved', { kind: 'host', host: 'db-1' }, 'C2', ['U2']],
        ['firing', { kind: 'unknown', named: '[2001:db8::1]:9100' }, 'C0', ['U9']],
      ],
    );
    expect(taken[0]).toMatchObject({
      source: 'alertmanager',
      route: { starts: true, playbooks: ['retransmissions'] },
      alertUrl:
        'http://prometheus:9090/graph?g0.expr=rate%28node_netstat_TcpExt_ListenOverflows%5B5m%5D%29+%3E+1&g0.tab=1',
      // Only links of the named origin are shown.
      silenceUrl: null,
    });
    expect(taken[2]?.route.playbooks[0]).toBe('accept-queue-overflow');
  });

  it('are acknowledged without a run where a rule says so', async () => {
    const labels = { alertname: 'TcpRetransmits', host: 'web-1', env: 'testing' };
    const answer = await send(
      'alertmanager',
      JSON.stringify({ alerts: [{ status: 'firing', labels }] }),
      bearer,
    );
    expect(answer).toEqual([202, { taken: 1, rules: { 'rule 2': 1 }, skipped: {} }]);
    expect(taken[0]?.route.starts).toBe(false);
  });

  it('take either secret while it is rotated, and no other', async () => {
    const body = '{"alerts":[]}';
    expect((await send('alertmanager', body, bearer))[0]).toBe(202);
    expect((await send('alertmanager', body, { authorization: 'Bearer old-secret-of-alerts' }))[0]).toBe(202);
    for (const headers of [
      {},
      { authorization: 'Bearer wrong' },
      { authorization: 'Basic bmV3OnNlY3JldA==' },
    ]) {
      expect(await send('alertmanager', recordedDelivery('alertmanager-mixed'), headers)).toEqual([
        401,
        { error: 'unauthorized', code: 'ALERT_UNAUTHORIZED' },
      ]);
    }
    expect(taken).toEqual([]);
    // Three knocks, one line in the log.
    expect(problems).toMatchObject([{ code: 'ALERT_UNAUTHORIZED', fields: { source: 'alertmanager' } }]);
  });

  it('come again when they could not be stored', async () => {
    stored = false;
    const body = recordedDelivery('alertmanager-mixed');
    expect((await send('alertmanager', body, bearer))[0]).toBe(503);
    const headers = grafanaHeaders(recordedDelivery('grafana'));
    expect((await send('grafana', recordedDelivery('grafana'), headers))[0]).toBe(503);
    stored = true;
    // The very same signed delivery: it was not taken, so it is no replay.
    expect((await send('grafana', recordedDelivery('grafana'), headers))[1]).toMatchObject({ taken: 2 });
  });

  it('read by Grafana’s signature, with POST and PUT, and once each', async () => {
    const body = recordedDelivery('grafana');
    const headers = grafanaHeaders(body);
    expect((await send('grafana', body, headers, 'PUT'))[1]).toMatchObject({ taken: 2 });
    expect(await send('grafana', body, headers)).toEqual([202, { repeated_delivery: 1 }]);
    expect((await send('grafana', body, grafanaHeaders(body, nowMs + 2_000)))[1]).toMatchObject({ taken: 2 });
    expect((await send('grafana', body, grafanaHeaders(body, nowMs - 400_000)))[0]).toBe(401);
    expect((await send('grafana', `${body.toString('utf8')} `, headers))[0]).toBe(401);
  });

  it('of PagerDuty come once by their id, and not from days ago', async () => {
    const body = recordedDelivery('pagerduty-triggered');
    nowMs = Date.UTC(2026, 10, 20, 10, 1);
    const headers = {
      'x-pagerduty-signature': `v1=${'0'.repeat(64)},v1=${sign(body)}`,
      'x-webhook-id': 'w-1',
    };
    expect((await send('pagerduty', body, headers))[1]).toMatchObject({ taken: 1 });
    expect(taken[0]).toMatchObject({
      target: { kind: 'host', host: 'web-1' },
      severity: 'P1',
      route: { mentions: ['U1'] },
    });
    expect(await send('pagerduty', body, headers)).toEqual([202, { repeated_delivery: 1 }]);
    nowMs += 50 * 3_600_000;
    expect(await send('pagerduty', body, { ...headers, 'x-webhook-id': 'w-2' })).toEqual([
      202,
      { skipped: { 'sent too long ago: taken for a replay': 1 } },
    ]);
  });

  it('that are none are acknowledged all the same, with the reason', async () => {
    const body = '{"event":{"event_type":"incident.acknowledged","data":{}}}';
    const headers = { 'x-pagerduty-signature': `v1=${sign(body)}` };
    expect(await send('pagerduty', body, headers)).toEqual([
      202,
      { rules: {}, skipped: { 'event incident.acknowledged': 1 } },
    ]);
    expect(problems).toEqual([]);
    const broken = JSON.stringify({ alerts: [{ status: 'burning' }] });
    expect((await send('alertmanager', broken, bearer))[0]).toBe(202);
    expect(problems).toMatchObject([{ code: 'ALERT_INVALID', fields: { items: 1 } }]);
  });

  it('of Datadog come with basic authentication', async () => {
    const authorization = `Basic ${Buffer.from('dd:password-of-datadog').toString('base64')}`;
    expect((await send('datadog', recordedDelivery('datadog'), { authorization }))[1]).toMatchObject({
      taken: 1,
    });
  });

  it.each([
    [400, '{', {}, 'the body is not JSON'],
    [400, Buffer.from([0x22, 0xff, 0x22]), {}, 'the body is not UTF-8'],
    [400, '['.repeat(100_000), {}, 'the body is nested deeper than 32 levels'],
    [400, '"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["', {}, 'not the webhook of Alertmanager'],
    [
      415,
      'payload=%7B%7D',
      { 'content-type': 'application/x-www-form-urlencoded' },
      'it came as application/x-www-form-urlencoded: send JSON',
    ],
    [415, '<alert/>', { 'content-type': 'text/xml' }, 'it came as text/xml: send JSON'],
    [415, '{"alerts":[]}', { 'content-encoding': 'gzip' }, 'uncompressed'],
    [202, '{"alerts":[]}', { 'content-type': 'application/x-www-form-urlencoded' }, 'rules'],
    [413, JSON.stringify({ alerts: Array.from({ length: 10_001 }, () => 0) }), {}, 'more than 10000 alerts'],
  ])('%d for %j', async (status, body, headers, words) => {
    const [got, answer] = await send('alertmanager', body, { ...bearer, ...headers });
    expect([got, JSON.stringify(answer)]).toEqual([status, expect.stringContaining(words)]);
    expect(taken).toEqual([]);
  });

  it('of one source are bounded, and the sender is told to come again as it understands', async () => {
    const many = JSON.stringify({ alerts: Array.from({ length: 9_000 }, () => 0) });
    const answers = [];
    for (let at = 0; at < 3; at += 1) answers.push((await send('alertmanager', many, bearer))[0]);
    expect(answers).toEqual([202, 202, 503]);
    nowMs += 10_000;
    expect((await send('alertmanager', many, bearer))[0]).toBe(202);
    // Another source is not held up by it.
    expect((await send('grafana', '{"alerts":[]}', grafanaHeaders('{"alerts":[]}')))[0]).toBe(202);
  });

  it('of one source are 64 under way at most, whatever holds them up, and others go on', async () => {
    const store = new EventEmitter();
    slow = once(store, 'free');
    const body = JSON.stringify({
      alerts: [{ status: 'firing', labels: { alertname: 'A', host: 'web-1' } }],
    });
    const waiting = Array.from({ length: 64 }, async () => (await send('alertmanager', body, bearer))[0]);
    await expect.poll(() => taken.length).toBe(64);
    expect(await send('alertmanager', body, bearer)).toMatchObject([503, { code: 'ALERT_TOO_MANY' }]);
    expect((await send('grafana', '{"alerts":[]}', grafanaHeaders('{"alerts":[]}')))[0]).toBe(202);
    store.emit('free');
    expect(new Set(await Promise.all(waiting))).toEqual(new Set([202]));
    expect((await send('alertmanager', body, bearer))[0]).toBe(202);
  });

  it('prove to Netdata Cloud that the address is ours', async () => {
    const response = await fetch(`${base}/netdata?crc_token=abc`);
    const answer: unknown = await response.json();
    const expected = createHmac('sha256', 'challenge-secret').update('abc').digest('base64');
    expect(answer).toEqual({ response_token: `sha256=${expected}` });
    expect((await fetch(`${base}/netdata`)).status).toBe(400);
    expect((await fetch(`${base}/alertmanager?crc_token=abc`)).status).toBe(405);
  });

  it('of a big delivery let others in between', async () => {
    const labels = { alertname: 'TcpRetransmits', instance: 'web-1:9100', severity: 'warning' };
    const alerts = Array.from({ length: 2_000 }, (_, at) => ({
      status: 'firing',
      labels: { ...labels, at: String(at) },
    }));
    const big = send('alertmanager', JSON.stringify({ alerts }), bearer);
    const order: string[] = [];
    void big.then(() => order.push('big'));
    // Asked while the big one is at work, and answered before it.
    while (taken.length === 0 && order.length === 0) {
      await send('alertmanager', '{"alerts":[]}', bearer);
      order.push('small');
    }
    expect(await big).toMatchObject([202, { taken: 2_000 }]);
    expect(order.indexOf('small')).toBe(0);
  });
});
