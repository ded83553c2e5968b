import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { runInNewContext } from 'node:vm';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { testAlerts } from '../../src/cli/alerts-test.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { parseJson } from '../../src/core/domain/json.ts';
import { symptomRouter, type SymptomRouter } from '../../src/core/symptom/route-symptom.ts';
import { shippedPlaybooks } from '../support/playbooks.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const EXAMPLES = resolve(ROOT, 'examples');

let route: SymptomRouter;
beforeAll(() => {
  route = symptomRouter(shippedPlaybooks());
});

/** What `tcpcheck alerts test` says about the payload with the example's configuration. */
function tested(example: string, payload: string, source: string | null = null): unknown {
  let out = '';
  const terminal = { locale: 'en' as const, colour: false, width: 80, animated: false, err: () => undefined };
  testAlerts(
    {
      config: loadConfig(resolve(EXAMPLES, example, 'tcpcheck.yaml')),
      route,
      nowMs: Date.now(),
      terminal: { ...terminal, out: (text) => void (out += text) },
    },
    { file: resolve(ROOT, 'test/fixtures/alerts', `${payload}.json`), source, json: true },
  );
  return parseJson(out);
}

const one = (alert: object): object => ({ alerts: [expect.objectContaining(alert)], skipped: [] });

describe('the examples for senders of alerts', () => {
  it('all load', () => {
    const folders = readdirSync(EXAMPLES, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const files = folders.flatMap(({ name }) =>
      readdirSync(resolve(EXAMPLES, name))
        .filter((file) => file === 'tcpcheck.yaml')
        .map((file) => resolve(EXAMPLES, name, file)),
    );
    expect(files.length).toBeGreaterThan(4);
    for (const file of files) expect(loadConfig(file).alerts.sources.length).toBeGreaterThan(0);
  });

  it('Zabbix: a problem and its recovery are one alert', () => {
    const alert = {
      host: 'web-1',
      fingerprint: '5512',
      severity: 'Average',
      named_by: { from: '/host_host', text: 'web-1' },
    };
    const name = 'Interface eth0: High error rate (>2 for 5m) <script>';
    expect(tested('zabbix', 'zabbix-problem')).toMatchObject(one({ ...alert, status: 'firing', name }));
    expect(tested('zabbix', 'zabbix-recovery')).toMatchObject(one({ ...alert, status: 'resolved', name }));
  });

  it('Netdata’s agent names the host; Netdata Cloud in the message, and where a node is away', () => {
    expect(tested('netdata', 'netdata-agent', 'netdata')).toMatchObject(
      one({ host: 'web-1', starts: true, name: '1m_tcp_accept_queue_overflows', severity: 'CRITICAL' }),
    );
    expect(tested('netdata', 'netdata-cloud-alert', 'netdata-cloud')).toMatchObject(
      one({
        host: 'web-1',
        starts: true,
        alert_url: 'https://app.netdata.cloud/spaces/p/rooms/all/alerts/1',
      }),
    );
    expect(tested('netdata', 'netdata-cloud-reachability', 'netdata-cloud')).toMatchObject(
      one({ host: 'web-1', starts: true, name: 'unreachable' }),
    );
  });

  it('Opsgenie: created, closed, and what is neither', () => {
    const alert = {
      host: 'web-1',
      fingerprint: '052652ac-5d1c-464a-812a-7dd18bbfba8c',
      started_at: '2025-11-20T10:00:00.000Z',
    };
    expect(tested('opsgenie', 'opsgenie-create')).toMatchObject(
      one({ ...alert, status: 'firing', starts: true }),
    );
    expect(tested('opsgenie', 'opsgenie-close')).toMatchObject(one({ ...alert, status: 'resolved' }));
    expect(tested('opsgenie', 'opsgenie-acknowledge')).toMatchObject({
      alerts: [],
      skipped: [{ why: 'status Acknowledge', count: 1 }],
    });
  });

  it('PagerDuty and Datadog', () => {
    expect(tested('pagerduty', 'pagerduty-triggered')).toMatchObject(one({ host: 'web-1', starts: true }));
    expect(tested('datadog', 'datadog')).toMatchObject(one({ host: 'web-1', starts: true }));
  });

  it('Datadog: the payload has every field that is read, each from a variable', () => {
    const payload: unknown = parseJson(readFileSync(resolve(EXAMPLES, 'datadog/payload.json'), 'utf8'));
    const recorded: unknown = parseJson(
      readFileSync(resolve(ROOT, 'test/fixtures/alerts/datadog.json'), 'utf8'),
    );
    expect(Object.keys(payload ?? {})).toEqual(Object.keys(recorded ?? {}));
    expect(Object.values(payload ?? {}).every((value) => /^\$[A-Z_]+$/.test(String(value)))).toBe(true);
  });

  it('Grafana: the contact point signs as the source in its comment expects', () => {
    const text = readFileSync(resolve(EXAMPLES, 'grafana/contact-point.yaml'), 'utf8');
    const headers = {
      header: 'X-Grafana-Alerting-Signature',
      timestampHeader: 'X-Grafana-Alerting-Signature-Timestamp',
    };
    expect(parse(text)).toMatchObject({
      contactPoints: [{ receivers: [{ settings: { hmacConfig: headers } }] }],
    });
    expect(text).toContain(`hmac_timestamp_header: ${headers.timestampHeader}`);
  });

  it('Zabbix: the script posts its parameters without the secret, and nothing for an update', () => {
    const script = readFileSync(resolve(EXAMPLES, 'zabbix/media-type.js'), 'utf8');
    const sent: string[][] = [];
    class HttpRequest {
      headers: string[] = [];
      addHeader(header: string): void {
        this.headers.push(header);
      }
      post(...args: string[]): string {
        sent.push([...args, ...this.headers]);
        return '';
      }
      getStatus(): number {
        return 202;
      }
    }
    const params = { url_tcpcheck: 'https://t/alerts/zabbix', secret: 's', event_id: '1', event_update: '0' };
    const run = (value: object): unknown =>
      runInNewContext(`(function () {${script}})()`, { value: JSON.stringify(value), HttpRequest });
    expect(run(params)).toBe('OK');
    expect(run({ ...params, event_update: '1' })).toBe('OK');
    expect(sent).toEqual([
      [
        'https://t/alerts/zabbix',
        '{"event_id":"1","event_update":"0"}',
        'Content-Type: application/json',
        'Authorization: Bearer s',
      ],
    ]);
  });

  it('Netdata’s agent: the configuration is shell that bash can read', () => {
    const file = resolve(EXAMPLES, 'netdata/health_alarm_notify.conf');
    const named = execFileSync('bash', [
      '-c',
      '. "$1" && declare -F custom_sender && echo "$SEND_CUSTOM"',
      'bash',
      file,
    ]);
    expect(named.toString('utf8')).toBe('custom_sender\nYES\n');
  });
});
