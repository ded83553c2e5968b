import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderReport } from '../../../src/core/render/report-json.ts';
import { acceptQueue, diagnosis } from './examples.ts';
import { diagnoses } from './hostile.ts';

describe('the report', () => {
  it('has the fields of the contract, in the asked language', () => {
    const parts = { ...diagnosis, findings: [acceptQueue] };
    expect(JSON.parse(JSON.stringify(renderReport(parts, 'en')))).toEqual({
      schema: 'tcpcheck/report/v1',
      host: 'web-1',
      verdict: 'critical',
      quiet: false,
      inside: null,
      window_ms: 10_000,
      error: null,
      coverage: { seen: 18, of: 21, why: ['no root: descriptors of other users'] },
      findings: [
        {
          playbook: 'accept-queue-overflow',
          status: 'matched',
          severity: 'critical',
          cause: 'somaxconn',
          subject: '0.0.0.0:8080',
          explained_by: null,
          title: 'Accept queue overflow',
          summary: acceptQueue.summary.en,
          evidence: [
            {
              fact: 'listener.overflows_per_s',
              value: 33.2,
              text: '33.2 connections per second are dropped',
              command: 'nstat -az TcpExtListenOverflows',
            },
            {
              fact: 'listener.queue',
              value: 129,
              text: '129 connections wait in a queue of 128',
              command: "ss -Hltn 'sport = :8080'",
            },
          ],
          missing: [],
          fixes: [
            {
              kind: 'advice',
              text: 'Find out why accept() falls behind: a blocked event loop or an exhausted worker pool.',
            },
            {
              kind: 'sysctl',
              key: 'net.core.somaxconn',
              from: '128',
              to: '4096',
              takes_effect: 'relisten',
              risk: 'low',
              offered: true,
            },
          ],
          not_advised: [{ key: 'net.ipv4.tcp_abort_on_overflow', why: acceptQueue.notAdvised[0]?.why.en }],
        },
      ],
      checks: [{ id: 'listeners', status: 'ok', ms: 12 }],
      facts: {
        'host.kernel': '6.1.0',
        'sockets.established': 1532,
        'setting.live[net.core.somaxconn]': '128',
        'settings.somaxconn': 128,
        'run.window_s': 10.02,
        'listener.queue[0.0.0.0:8080]': 129,
        'listener.backlog[0.0.0.0:8080]': 128,
      },
    });
    expect(renderReport(parts, 'ko').findings[0]?.title).toBe('accept 큐 넘침');
  });

  it('carries the error where the host could not be looked at', () => {
    const error = { code: 'SSH_AUTH', message: 'm', hint: 'h' };
    const report = renderReport({ ...diagnosis, verdict: 'unknown', error, findings: [], facts: null }, 'en');
    expect([report.error, report.facts]).toEqual([error, {}]);
  });

  it('is plain JSON whatever a host says', () => {
    fc.assert(
      fc.property(diagnoses, (diagnosis) => {
        const report = renderReport(diagnosis, 'ko');
        const copy: unknown = JSON.parse(JSON.stringify(report));
        expect(copy).toEqual(report);
        expect(report.findings).toHaveLength(diagnosis.findings.length);
      }),
      { numRuns: 40 },
    );
  });
});
