import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAlertSecrets } from '../../src/config/alert-secrets.ts';
import type { AlertSettings } from '../../src/config/alert-settings.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { TcpcheckError } from '../../src/core/domain/errors.ts';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'tcpcheck-config-'));
  writeFileSync(join(dir, 'secret'), 'a-secret-of-enough-length\n');
  writeFileSync(join(dir, 'short'), 'short\n');
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function settings(alerts: string): AlertSettings {
  const file = join(dir, 'tcpcheck.yaml');
  writeFileSync(file, `slack: {channel: C1}\nalerts: ${alerts}\n`);
  return loadConfig(file).alerts;
}

function mistake(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof TcpcheckError) return error.message.replaceAll(`${dir}/`, '');
    throw error;
  }
  return 'accepted';
}

describe('alerts: in tcpcheck.yaml', () => {
  it('has several sources of one format, and sources described by a mapping', () => {
    const { sources, hostLabels, rules } = settings(
      '{sources: {grafana: {bearer_file: a}, grafana-eu: {format: grafana, hmac_file: [a, b], channel: C2}, own: {bearer_file: a, mapping: {status: {at: /s, firing: [x]}, name: /n}}}}',
    );
    expect(sources.map(({ name, format, channel }) => [name, format.name, channel])).toEqual([
      ['grafana', 'grafana', 'C1'],
      ['grafana-eu', 'grafana', 'C2'],
      ['own', 'mapping', 'C1'],
    ]);
    expect(sources[1]?.proof.hmac).toEqual({
      files: [join(dir, 'a'), join(dir, 'b')],
      header: 'X-Grafana-Alerting-Signature',
      prefix: '',
      timestampHeader: null,
    });
    expect([hostLabels, rules]).toEqual([['host', 'hostname', 'nodename', 'node', 'instance'], []]);
  });

  it.each([
    [
      '{sources: {alertmanager: {channel: C1}}}',
      '2:20: alerts.sources.alertmanager: a source needs a secret: bearer_file or basic_file',
    ],
    [
      '{sources: {grafana: {}}}',
      '2:20: alerts.sources.grafana: a source needs a secret: bearer_file, basic_file or hmac_file',
    ],
    ['{sources: {pagerduty: {}}}', '2:20: alerts.sources.pagerduty.hmac_file: Invalid input'],
    ['{sources: {alertmanager: {bearer_file: a, chanel: C1}}}', '2:51: unknown field "chanel"'],
    [
      '{sources: {alertmanger: {bearer_file: a}}}',
      'say which with format:, or describe its payload with mapping:. Did you mean alertmanager?',
    ],
    [
      '{sources: {x: {format: nagios, bearer_file: a}}}',
      'there is no format "nagios"; there are alertmanager, grafana, pagerduty, datadog, mapping.',
    ],
    ['{sources: {Grafana: {bearer_file: a}}}', 'alerts.sources.Grafana: Invalid key in record'],
    [
      '{sources: {pagerduty: {hmac_file: a, host_from: ["no place"]}}}',
      'write {host} once, such as "* on {host}"',
    ],
    [
      '{sources: {own: {bearer_file: a, mapping: {status: {at: s, firing: [x]}, name: /n}}}}',
      'alerts.sources.own.mapping.status.at',
    ],
    [
      '{sources: {own: {hmac_file: a, mapping: {status: {at: /s, firing: [x]}, name: /n}}}}',
      'hmac_file needs hmac_header',
    ],
    [
      '{sources: {alertmanager: {bearer_file: a, link_origins: ["https://a.example/x"]}}}',
      'an origin such as https://alerts.example.com',
    ],
    [
      '{rules: [{match: {severity: critical}}]}',
      '2:18: alerts.rules.0: a rule says at least one of start, channel, mention, playbooks',
    ],
    ['{rules: [{match: {team: x}, start: false}]}', 'unknown field "team"'],
    ['{rules: [{start: true, playbooks: [port-exhausted]}]}', 'there is no playbook "port-exhausted"'],
  ])('%s: says what is wrong', (alerts, words) => {
    expect(mistake(() => settings(alerts))).toContain(words);
  });

  it('has maintenance windows of hosts and groups that exist', () => {
    const file = join(dir, 'maintenance.yaml');
    const load = (window: string) => {
      const hosts = 'hosts: {web-1: {address: 10.0.0.5, groups: [web]}, db-1: {address: 10.0.0.6}}';
      writeFileSync(file, `${hosts}\nalerts: {maintenance: [{${window}}]}\n`);
      return loadConfig(file).maintenance;
    };
    const time = 'from: 2026-12-24T18:00:00+09:00, to: 2026-12-24T10:00:00Z';
    expect(load(`${time}, hosts: [db-1], groups: [web], reason: new kernel`)).toEqual([
      {
        fromMs: Date.UTC(2026, 11, 24, 9),
        toMs: Date.UTC(2026, 11, 24, 10),
        hosts: ['db-1'],
        groups: ['web'],
        reason: 'new kernel',
      },
    ]);
    const wrong = (window: string): string => mistake(() => load(window));
    expect(wrong(time)).toContain('a maintenance names at least one host or group');
    expect(wrong(`${time}, hosts: [bd-1]`)).toContain(
      'maintenance.yaml:2:92: there is no host "bd-1"; did you mean db-1',
    );
    expect(wrong(`${time}, groups: [wbe]`)).toContain('there is no group "wbe"; did you mean web?');
    expect(wrong('from: 2026-12-24, to: 2026-12-25T00:00:00Z, hosts: [db-1]')).toContain(
      'a time with its offset',
    );
    const dec = 'from: 2026-12-24T00:00:00Z';
    expect(wrong(`${dec}, to: 2026-12-24T00:00:00Z, hosts: [db-1]`)).toContain('ends after it begins');
    expect(wrong(`${dec}, to: 2027-02-24T00:00:00Z, hosts: [db-1]`)).toContain('30 days at most');
  });

  it('has no source without a channel', () => {
    const file = join(dir, 'none.yaml');
    writeFileSync(file, 'alerts: {sources: {grafana: {bearer_file: a}}}');
    expect(mistake(() => loadConfig(file))).toContain('alerts need a channel: here, or as slack.channel');
  });

  it.each([
    ['{sources: {grafana: {bearer_file: none}}}', 'alerts.sources.grafana: the secret none cannot be read'],
    [
      '{sources: {grafana: {hmac_file: short}}}',
      'alerts.sources.grafana: the secret in short is shorter than 16 characters',
    ],
    ['{sources: {grafana: {basic_file: secret}}}', 'alerts.sources.grafana: secret must hold user:password'],
  ])('%s: does not start', (alerts, words) => {
    const [source] = settings(alerts).sources;
    expect(source === undefined ? '' : mistake(() => readAlertSecrets(source))).toBe(words);
  });
});
