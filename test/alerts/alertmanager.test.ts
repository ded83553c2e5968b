import { describe, expect, it } from 'vitest';
import { readAlertmanager } from '../../src/alerts/alertmanager.ts';

const firing = {
  status: 'firing',
  labels: { alertname: 'TcpPortsExhausted', instance: 'api-1:9100', severity: 'critical' },
  annotations: { summary: '연결 거부: Cannot assign requested address' },
  startsAt: '2026-11-20T10:00:00.000Z',
  endsAt: '0001-01-01T00:00:00Z',
  generatorURL: 'http://prometheus.example/graph',
  fingerprint: 'a1b2c3',
};
const delivery = (alerts: readonly unknown[], more: object = {}): string =>
  JSON.stringify({ version: '4', groupKey: '{}', status: 'firing', receiver: 'tcpcheck', alerts, ...more });

describe('readAlertmanager', () => {
  it('reads a mixed delivery alert by alert', () => {
    const resolved = { ...firing, status: 'resolved', fingerprint: 'd4e5' };
    expect(readAlertmanager(delivery([firing, resolved], { notification_reason: 'new in 0.33' }))).toEqual({
      kind: 'alerts',
      alerts: [
        {
          source: 'alertmanager',
          status: 'firing',
          name: 'TcpPortsExhausted',
          summary: '연결 거부: Cannot assign requested address',
          hostHints: ['api-1:9100'],
          fingerprint: 'a1b2c3',
          startedAtMs: Date.UTC(2026, 10, 20, 10),
        },
        {
          source: 'alertmanager',
          status: 'resolved',
          name: 'TcpPortsExhausted',
          summary: '연결 거부: Cannot assign requested address',
          hostHints: ['api-1:9100'],
          fingerprint: 'd4e5',
          startedAtMs: Date.UTC(2026, 10, 20, 10),
        },
      ],
    });
  });

  it('tells the same alert fired again later from a repeat', () => {
    const again = { ...firing, startsAt: '2026-11-20T11:00:00.000Z' };
    const reading = readAlertmanager(delivery([firing, firing, again]));
    const keys =
      reading.kind === 'alerts'
        ? reading.alerts.map((alert) => `${alert.fingerprint}:${alert.startedAtMs}`)
        : [];
    expect(new Set(keys).size).toBe(2);
  });

  it('survives labels that are no strings and keys that are no names', () => {
    const odd = `{"alerts":[{"status":"firing","labels":{"instance":5,"__proto__":{"host":"web-1"}},"annotations":null,"startsAt":"x"}]}`;
    const reading = readAlertmanager(odd);
    expect(reading.kind === 'alerts' ? reading.alerts[0]?.hostHints : 'unreadable').toEqual([]);
  });

  it.each([
    ['not json', 'the body is not JSON'],
    [
      '[]',
      'not an Alertmanager webhook (version 4): the body: Invalid input: expected object, received array',
    ],
    [
      '{"alerts":[{"status":"burning"}]}',
      'not an Alertmanager webhook (version 4): alerts.0.status: Invalid option: expected one of "firing"|"resolved"',
    ],
    [
      '{}',
      'not an Alertmanager webhook (version 4): alerts: Invalid input: expected array, received undefined',
    ],
  ])('refuses %s', (body, problem) => {
    expect(readAlertmanager(body)).toEqual({ kind: 'unreadable', problem });
  });
});
