import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { atPointer, JSON_POINTER } from '../../../src/core/alert/json-pointer.ts';
import { alertUnderstanding } from '../../../src/core/alert/understand.ts';
import { readerOf, inventory } from '../../support/alerts.ts';
import { payload } from './arbitrary-payload.ts';

const mapping = {
  each: '/list',
  status: { at: ['/status', '/data/status'], firing: ['firing', 'true'], resolved: ['resolved'] },
  name: ['/title', '/what'],
  summary: '/data',
  host: ['/host', '/tags', '/labels/host'],
  host_from: { at: '/title', like: ['* on {host}', '{host}*'] },
  fingerprint: ['/id', '/fingerprint'],
  started_at: '/startsAt',
  url: '/host',
  labels: { l: '/labels' },
};

const READERS = [
  ['alertmanager', readerOf('alertmanager')],
  ['grafana', readerOf('grafana')],
  ['pagerduty', readerOf('pagerduty')],
  ['datadog', readerOf('datadog')],
  ['a mapping', readerOf('mapping', { mapping })],
  ['a mapping of one', readerOf('mapping', { mapping: { ...mapping, each: undefined } })],
] as const;

const hosts = inventory({ 'web-1': { groups: ['web'] }, 'web-2': {} });
const understand = alertUnderstanding({
  hosts,
  hostLabels: ['host', 'instance', '__proto__', 'constructor'],
  rules: [],
  route: () => ({ playbooks: [], meaning: null }),
});

describe('whatever is sent', () => {
  it.each(READERS)('%s never throws, and gives bounded and harmless notices', (_, read) => {
    fc.assert(
      fc.property(payload, (json) => {
        const opened = read(json);
        if (opened.kind === 'unreadable') return;
        for (const item of opened.items) {
          const reading = opened.read(item);
          if (reading.kind !== 'alert') {
            expect(reading.why.length).toBeLessThan(400);
            continue;
          }
          const source = { name: 's', read, linkOrigins: [], channel: 'C', mentions: [] };
          const { notice } = understand(source, reading.alert);
          expect(notice.fingerprint).toMatch(/^[\w.:@/-]{1,128}$/);
          expect(notice.name).not.toBe('');
          for (const text of [notice.name, notice.summary, notice.severity ?? ''])
            expect(text.length).toBeLessThanOrEqual(300);
          for (const link of [notice.alertUrl, notice.silenceUrl])
            if (link !== null) expect(link).toMatch(/^https:\/\/[^|<>\s]+$/);
          if (notice.target.kind === 'host') expect(hosts.has(notice.target.host)).toBe(true);
          else expect(notice.target.named.length).toBeLessThanOrEqual(200);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('a pointer reads own fields only', () => {
    fc.assert(
      fc.property(
        payload,
        fc.array(fc.constantFrom('__proto__', 'constructor', 'list', '0', 'toString')),
        (json, steps) => {
          const value = atPointer(json, steps.map((step) => `/${step}`).join(''));
          expect(typeof value).not.toBe('function');
          expect(value).not.toBe(Object.prototype);
        },
      ),
      { numRuns: 300 },
    );
    expect(atPointer({ 'a/b': { '~': [5] } }, '/a~1b/~0/0')).toBe(5);
    expect(['/a', '/a~1b/~0', '/'].every((one) => JSON_POINTER.test(one))).toBe(true);
    expect(['', 'a', '/a~', '/a~2'].some((one) => JSON_POINTER.test(one))).toBe(false);
  });
});
