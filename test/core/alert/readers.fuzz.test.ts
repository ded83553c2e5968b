import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlertReader } from '../../../src/core/alert/alert.ts';
import type { AlertNotice } from '../../../src/core/domain/alert.ts';
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

/** What must never come of a payload, whatever it is. */
function flawsOf(read: AlertReader, json: unknown): readonly string[] {
  const opened = read(json);
  if (opened.kind === 'unreadable') return [];
  const source = { name: 's', read, linkOrigins: [], channel: 'C', mentions: [] };
  return opened.items.flatMap((item) => {
    const reading = opened.read(item);
    return reading.kind === 'alert' ? flawsOfNotice(understand(source, reading.alert).notice) : [];
  });
}

function flawsOfNotice(notice: AlertNotice): readonly string[] {
  const { fingerprint, name, summary, severity, target } = notice;
  const links = [notice.alertUrl, notice.silenceUrl].filter((link) => link !== null);
  const flaws = {
    'a fingerprint that is no key': !/^[\w.:@/-]{1,128}$/.test(fingerprint),
    'no name': name === '',
    'a text without bounds': [name, summary, severity ?? ''].some((text) => text.length > 300),
    'a link that was not checked': links.some((link) => !/^https:\/\/[^|<>\s]+$/.test(link)),
    'a host that is not in the inventory': target.kind === 'host' && !hosts.has(target.host),
    'a wish without bounds': target.kind !== 'host' && target.named.length > 200,
  };
  return Object.entries(flaws).flatMap(([flaw, there]) => (there ? [flaw] : []));
}

describe('whatever is sent', () => {
  it.each(READERS)('%s never throws, and gives bounded and harmless notices', (_, read) => {
    fc.assert(
      fc.property(payload, (json) => {
        expect(flawsOf(read, json)).toEqual([]);
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
