import { describe, expect, it } from 'vitest';
import type { Alert } from '../../../src/core/alert/alert.ts';
import { readAlerts, readerOf, readItems, recordedJson } from '../../support/alerts.ts';

const recorded = (format: string, file: string, more: object = {}): readonly Alert[] =>
  readAlerts(readerOf(format, { ...more }), recordedJson(file));

const problemOf = (format: string, json: unknown): string => {
  const opened = readerOf(format)(json);
  return opened.kind === 'unreadable' ? opened.problem : 'readable';
};

const fingerprintOf = (labels: object): string =>
  readAlerts(readerOf('alertmanager'), { alerts: [{ status: 'firing', labels }] })[0]?.fingerprint ?? '';

const event = (type: string, data: object, more: object = {}): unknown => ({
  event: {
    id: 'E1',
    event_type: type,
    occurred_at: '2026-11-20T12:00:00.000Z',
    data: { id: 'PGR0VU2', title: 'Latency on web-1', created_at: '2026-11-20T10:00:00Z', ...data },
    ...more,
  },
});

const sent = (more: object): unknown => ({
  alert_id: '1',
  cycle: 'c',
  transition: 'Triggered',
  title: 'T',
  ...more,
});

describe('Alertmanager', () => {
  it('is read alert by alert: one delivery has firing and resolved ones', () => {
    const alerts = recorded('alertmanager', 'alertmanager-mixed');
    expect(alerts[0]).toEqual({
      fingerprint: 'c3e5a8a2d1f04b77',
      startedAtMs: Date.UTC(2026, 10, 20, 10),
      status: 'firing',
      name: 'TcpAcceptQueueOverflow',
      summary: 'accept 큐가 넘칩니다: web-01',
      severity: 'critical',
      alertUrl:
        'http://prometheus:9090/graph?g0.expr=rate%28node_netstat_TcpExt_ListenOverflows%5B5m%5D%29+%3E+1&g0.tab=1',
      silenceUrl: `https://alertmanager.example.com/#/silences/new?filter=${encodeURIComponent(
        '{alertname="TcpAcceptQueueOverflow", instance="web-01:9100", job="node", severity="critical"}',
      )}`,
      labels: new Map([
        ['alertname', 'TcpAcceptQueueOverflow'],
        ['instance', 'web-01:9100'],
        ['job', 'node'],
        ['severity', 'critical'],
      ]),
      hints: [],
    });
    expect(alerts.map(({ status, fingerprint }) => [status, fingerprint])).toEqual([
      ['firing', 'c3e5a8a2d1f04b77'],
      ['resolved', '9b1f33a7c2d4e5f6'],
      ['firing', '0a0b0c0d0e0f1011'],
    ]);
  });

  it('reads the same delivery the same, however often it comes', () => {
    const times = Array.from({ length: 33 }, () => recorded('alertmanager', 'alertmanager-mixed'));
    expect(new Set(times.map((alerts) => JSON.stringify(alerts))).size).toBe(1);
  });

  it('lets one bad alert cost no other, and says what is wrong with it', () => {
    const good = { status: 'firing', labels: { alertname: 'A' } };
    const json = {
      alerts: [{ status: 'burning' }, good, null, 5, { status: 'firing', labels: 7, annotations: 'x' }],
    };
    expect(
      readItems(readerOf('alertmanager'), json).map((item) =>
        item.kind === 'alert' ? item.alert.name : item.why,
      ),
    ).toEqual([
      'an alert whose status is neither firing nor resolved: "burning"',
      'A',
      'an alert whose status is neither firing nor resolved: ""',
      'an alert whose status is neither firing nor resolved: ""',
      'alert',
    ]);
  });

  it('makes the fingerprint of the labels where there is none, whatever their order', () => {
    expect(fingerprintOf({ a: '1', b: '2' })).toBe(fingerprintOf({ b: '2', a: '1' }));
    expect(fingerprintOf({ a: '1', b: '2' })).not.toBe(fingerprintOf({ a: '12', b: '' }));
    expect(fingerprintOf({ instance: 'web-1:9100' })).toMatch(/^[0-9a-f]{32}$/);
  });

  it('takes a label called __proto__ for a label, and texts for texts', () => {
    const json: unknown = JSON.parse(
      `{"alerts":[{"status":"firing","labels":{"instance":5,"__proto__":{"host":"web-1"},"alertname":"$(reboot) <!channel> <https://evil.example|x>"},"annotations":null}]}`,
    );
    const [alert] = readAlerts(readerOf('alertmanager'), json);
    expect(alert?.labels.get('host')).toBeUndefined();
    expect(alert?.labels.get('instance')).toBe('5');
    expect(alert?.name).toBe('$(reboot) <!channel> <https://evil.example|x>');
  });
});

describe('Grafana', () => {
  it('has links of its own to the panel and to a silence', () => {
    const alerts = recorded('grafana', 'grafana');
    expect(alerts[0]).toMatchObject({
      name: 'High retransmits',
      fingerprint: 'c6eadffa33fcdf37',
      alertUrl: 'https://grafana.example.com/d/net?orgId=1&viewPanel=4',
      severity: 'critical',
    });
    expect(alerts[0]?.silenceUrl).toContain('/alerting/silence/new?alertmanager=grafana');
    expect(alerts.map(({ status, alertUrl }) => [status, alertUrl])).toEqual([
      ['firing', 'https://grafana.example.com/d/net?orgId=1&viewPanel=4'],
      ['resolved', '?orgId=1'],
    ]);
  });

  it('names no host in the test of a contact point', () => {
    const [alert] = recorded('grafana', 'grafana-test');
    expect([alert?.name, alert?.labels.get('instance')]).toEqual(['TestAlert', undefined]);
  });

  it.each([
    ['legacy alerting', recordedJson('grafana-legacy'), 'legacy alerting (evalMatches)'],
    ['a payload template of one’s own', { text: 'web-1 is sick' }, 'take the template out'],
    ['a list', [], 'no list "alerts"'],
    ['nothing', null, 'no list "alerts"'],
  ])('says what to do about %s', (_, json, words) => {
    expect(problemOf('grafana', json)).toContain(words);
  });
});

describe('PagerDuty', () => {
  it('finds the host in the title, then in the key, then by the service', () => {
    const [alert] = recorded('pagerduty', 'pagerduty-triggered', { services: { 'API Service': 'api-1' } });
    expect(alert).toEqual({
      fingerprint: 'PGR0VU2',
      startedAtMs: Date.UTC(2026, 10, 20, 10),
      status: 'firing',
      name: '연결 거부 on web-1',
      summary: '',
      severity: 'P1',
      alertUrl: 'https://acme.pagerduty.com/incidents/PGR0VU2',
      silenceUrl: null,
      labels: new Map([
        ['service', 'API Service'],
        ['service_id', 'PF9KMXH'],
        ['team', 'Engineering'],
        ['urgency', 'high'],
        ['priority', 'P1'],
      ]),
      hints: [
        { from: 'title', text: 'web-1' },
        { from: 'incident_key', text: 'd3640fbd41094207a1c11e58e46b1662' },
        { from: 'service', text: 'api-1' },
      ],
    });
  });

  it('tells a reopened incident from its first firing, and resolves both', () => {
    const read = readerOf('pagerduty');
    const of = (type: string): unknown => {
      const [alert] = readAlerts(read, event(type, {}));
      return [alert?.fingerprint, alert?.status, alert?.startedAtMs];
    };
    expect(of('incident.triggered')).toEqual(['PGR0VU2', 'firing', Date.UTC(2026, 10, 20, 10)]);
    expect(of('incident.reopened')).toEqual(['PGR0VU2', 'firing', Date.UTC(2026, 10, 20, 12)]);
    expect(of('incident.resolved')).toEqual(['PGR0VU2', 'resolved', null]);
  });

  it.each([
    'incident.acknowledged',
    'incident.annotated',
    'service.updated',
    'pagey.ping',
    'incident.of_next_year',
  ])('acknowledges %s and does nothing', (type) => {
    expect(readItems(readerOf('pagerduty'), event(type, {}))).toEqual([
      { kind: 'ignored', why: `event ${type}` },
    ]);
  });

  it('reads a number beyond 2^53 as no id', () => {
    const json: unknown = JSON.parse(
      '{"event":{"event_type":"incident.triggered","data":{"id":1420452193166002246}}}',
    );
    expect(readItems(readerOf('pagerduty'), json)).toEqual([
      { kind: 'unreadable', why: 'an incident without an id' },
    ]);
  });

  it.each([
    [{ messages: [] }, 'version 1 or 2'],
    [{ event: 'x' }, 'no "event" with an "event_type"'],
  ])('says what %j is not', (json, words) => {
    expect(problemOf('pagerduty', json)).toContain(words);
  });
});

describe('Datadog', () => {
  it('is read by the payload that we ship', () => {
    const [alert] = recorded('datadog', 'datadog');
    expect(alert).toMatchObject({
      fingerprint: '1234:9bd4ac313a4d1e8f',
      startedAtMs: null,
      status: 'firing',
      name: 'Listen overflows',
      severity: 'P2',
      alertUrl: 'https://app.datadoghq.com/monitors/1234?group=host%3Aweb-1',
      hints: [
        { from: 'host', text: 'web-1' },
        { from: 'scope', text: 'web-1' },
        { from: 'tags', text: 'web-1' },
      ],
    });
    expect(alert?.labels.get('team')).toBe('payments');
  });

  it.each([
    ['Triggered', 'firing'],
    ['Re-Triggered', 'firing'],
    ['Warn', 'firing'],
    ['Re-Warn', 'firing'],
    ['No Data', 'firing'],
    ['Re-No Data', 'firing'],
    ['Renotify', 'firing'],
    ['Recovered', 'resolved'],
  ])('%s: %s', (transition, status) => {
    expect(readAlerts(readerOf('datadog'), sent({ transition }))[0]?.status).toBe(status);
  });

  it('takes a variable that was not filled in for missing', () => {
    const [alert] = readAlerts(
      readerOf('datadog'),
      sent({ host: '$HOSTNAME', priority: '$ALERT_PRIORITY', scope: 'host:db-1' }),
    );
    expect([alert?.hints, alert?.severity]).toEqual([[{ from: 'scope', text: 'db-1' }], null]);
    expect(readItems(readerOf('datadog'), sent({ transition: '$ALERT_TRANSITION' }))).toEqual([
      { kind: 'ignored', why: 'no transition of a monitor' },
    ]);
  });

  it('says that Datadog’s own payload is not ours', () => {
    expect(problemOf('datadog', { event_type: 'x', title: 'y' })).toContain('examples/datadog/payload.json');
  });
});
