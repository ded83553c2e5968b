import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testAlerts } from '../../src/cli/alerts-test.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { TcpcheckError } from '../../src/core/domain/errors.ts';
import type { Locale } from '../../src/core/domain/locale.ts';
import { symptomRouter, type SymptomRouter } from '../../src/core/symptom/route-symptom.ts';
import { shippedPlaybooks } from '../support/playbooks.ts';

const dir = mkdtempSync(join(tmpdir(), 'tcpcheck-alerts-test-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const NOW = Date.UTC(2026, 10, 20);

let route: SymptomRouter;
beforeAll(() => {
  route = symptomRouter(shippedPlaybooks());
  writeFileSync(
    join(dir, 'tcpcheck.yaml'),
    `hosts:
  web-1: {address: 10.0.0.5, aliases: [web-01], groups: [web]}
  cache-1.eu: {address: 10.0.0.8}
  cache-1.us: {address: 10.0.0.9}
slack: {channel: C0}
alerts:
  maintenance: [{from: 2026-11-21T00:00:00Z, to: 2026-11-21T02:00:00Z, groups: [web], hosts: [cache-1.eu]}]
  rules: [{name: tests, match: {labels: {env: test}}, start: false}]
  sources:
    grafana: {bearer_file: none, mention: [U1]}
    own: {bearer_file: none, mapping: {status: {at: /state, firing: [on]}, name: /what, host: /where}}
`,
  );
});

interface Wish {
  readonly source?: string;
  readonly locale?: Locale;
  readonly json?: boolean;
  readonly nowMs?: number;
}

function tried(
  delivery: unknown,
  { source, locale = 'en', json = false, nowMs = NOW }: Wish = {},
): { code: number; out: string } {
  const file = join(dir, 'delivery.json');
  writeFileSync(file, typeof delivery === 'string' ? delivery : JSON.stringify(delivery));
  let out = '';
  const terminal = { locale, colour: false, width: 80, animated: false, err: () => undefined };
  const code = testAlerts(
    {
      config: loadConfig(join(dir, 'tcpcheck.yaml')),
      route,
      nowMs,
      terminal: { ...terminal, out: (text) => void (out += text) },
    },
    { file, source: source ?? null, json },
  );
  return { code, out };
}

function refused(delivery: unknown, wish: Wish = {}): string {
  try {
    return tried(delivery, wish).out;
  } catch (error) {
    if (error instanceof TcpcheckError) return `${error.code}: ${error.message.replaceAll(dir, '')}`;
    throw error;
  }
}

const alert = (labels: object, more: object = {}): object => ({ status: 'firing', labels, ...more });

function one(labels: object): readonly [number, string] {
  const { code, out } = tried({ alerts: [alert({ alertname: 'TcpRetransmits', ...labels })] });
  return [code, out];
}

describe('alerts test', () => {
  it('shows what a delivery would do, alert by alert', () => {
    const { code, out } = tried({
      alerts: [
        alert(
          { alertname: 'TcpRetransmits', instance: 'web-01:9100', severity: 'critical' },
          { annotations: { summary: 'many are sent again' } },
        ),
        alert({ alertname: 'HostHighCpuLoad', instance: 'web-1' }),
        alert({ alertname: 'TcpRetransmits', host: 'web-1' }, { status: 'resolved' }),
        { status: 'burning' },
      ],
    });
    expect(code).toBe(0);
    expect(out).toBe(`alerts read as those of grafana: 3

firing TcpRetransmits (critical)
  many are sent again
  host: web-1, named by label instance "web-01:9100"
  starts a diagnosis (the default rule: "tcp" is about connections)
  channel: C0, mentions U1
  told first: retransmissions, softnet-drops, mtu-black-hole

firing HostHighCpuLoad
  host: web-1, named by label instance "web-1"
  is acknowledged and counted, starts nothing (the default rule: "cpu" is not about connections)

resolved TcpRetransmits
  host: web-1, named by label host "web-1"
  ends the alert; starts nothing

skipped: an alert whose status is neither firing nor resolved: "burning" (1)
`);
  });

  it('exits 1 where a diagnosis would start and nobody knows on which host', () => {
    const [unclear, asked] = one({ host: 'cache-1' });
    expect(unclear).toBe(1);
    expect(asked).toContain('label host "cache-1" may be cache-1.eu, cache-1.us. A person is asked.');
    const [unnamed, nothing] = one({});
    expect(unnamed).toBe(1);
    expect(nothing).toContain('Looked at: nothing that could name a host.');
    const [ruled, starts] = one({ env: 'test' });
    expect(ruled).toBe(0);
    expect(starts).toContain('starts nothing (rule 1 (tests))');
  });

  it('says that a maintenance window holds the alert back, while it does', () => {
    const delivery = {
      alerts: ['web-01', 'cache-1.us'].map((host) => alert({ alertname: 'TcpRetransmits', host })),
    };
    const during = { nowMs: Date.UTC(2026, 10, 21, 1) };
    const { code, out } = tried(delivery, during);
    expect(code).toBe(0);
    expect(out).toContain(
      'is counted, starts nothing until 2026-11-21T02:00:00.000Z: maintenance of group web, cache-1.eu',
    );
    expect(out.match(/starts a diagnosis/g)).toHaveLength(1);
    expect(tried(delivery, { ...during, locale: 'ko' }).out).toContain('(그룹 web, cache-1.eu 점검)');
    expect(JSON.parse(tried(delivery, { ...during, json: true }).out)).toMatchObject({
      alerts: [
        { host: 'web-1', starts: false, maintenance_until: '2026-11-21T02:00:00.000Z' },
        { host: 'cache-1.us', starts: true, maintenance_until: null },
      ],
    });
    const after = { nowMs: Date.UTC(2026, 10, 21, 2) };
    expect(tried(delivery, after).out.match(/starts a diagnosis/g)).toHaveLength(2);
  });

  it('speaks Korean, and JSON', () => {
    const delivery = { alerts: [alert({ alertname: 'TcpRetransmits', host: 'web-1' })] };
    expect(tried(delivery, { locale: 'ko' }).out).toContain('진단을 시작합니다');
    expect(JSON.parse(tried(delivery, { json: true }).out)).toMatchObject({
      schema: 'tcpcheck/alerts-test/v1',
      source: 'grafana',
      alerts: [{ host: 'web-1', named_by: { from: 'label host', text: 'web-1' }, starts: true }],
    });
  });

  it('takes the source that can read it, or the one that is named', () => {
    expect(tried({ state: 'on', what: 'slow', where: 'web-1' }).out).toContain('as those of own: 1');
    expect(refused({ state: 'on' })).toContain(
      'no source can read /delivery.json:\n  grafana: no list "alerts"',
    );
    expect(refused({ state: 'on' })).toContain('own: nothing in it is an alert');
    expect(refused({ alerts: [] }, { source: 'grafan' })).toBe(
      'USAGE: there is no source "grafan"; did you mean grafana?',
    );
    expect(refused('{')).toBe('ALERT_INVALID: /delivery.json: the body is not JSON');
  });

  it('lets nothing of the alert act on the terminal', () => {
    const hostile = '\u001B[2J\u001B]0;x\u0007web\u202Egnp';
    const { out } = tried({
      alerts: [alert({ alertname: hostile, host: hostile }, { annotations: { summary: hostile } })],
    });
    // oxlint-disable-next-line no-control-regex -- it is what must not be there
    expect(out).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F\u202E]/);
  });

  it('says so where there is no source to test with', () => {
    writeFileSync(join(dir, 'empty.yaml'), 'hosts: {}\n');
    const terminal = {
      locale: 'en' as const,
      colour: false,
      width: 80,
      animated: false,
      out: () => undefined,
      err: () => undefined,
    };
    expect(() =>
      testAlerts(
        { config: loadConfig(join(dir, 'empty.yaml')), route, terminal, nowMs: NOW },
        { file: resolve(dir, 'tcpcheck.yaml'), source: null, json: false },
      ),
    ).toThrow(TcpcheckError);
  });
});
