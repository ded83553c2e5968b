import { describe, expect, it } from 'vitest';
import { hostIndex } from '../../../src/core/alert/host-index.ts';
import { fastestMs } from '../../support/fastest.ts';
import { inventory } from '../../support/alerts.ts';

const hosts = inventory({
  'web-1': { address: '10.0.0.5', aliases: ['i-0abc', 'Web-One'] },
  'web-2': { address: '2001:db8::2' },
  'db-1': { address: 'db-1.prod.example.com' },
  'cache-1.eu': { address: '10.1.0.1' },
  'cache-1.us': { address: '10.2.0.1' },
  'queue-1.eu': { address: '10.1.0.2' },
  'nat-a': { address: '192.0.2.1', port: 2201 },
  'nat-b': { address: '192.0.2.1', port: 2202 },
  'local-1': { address: '127.0.0.1' },
});
const resolve = hostIndex(hosts.values());
const ask = (...texts: readonly string[]) =>
  resolve(texts.map((text, at) => ({ from: `label ${at}`, text }))).target;

const lookUps = (size: number): (() => readonly string[]) => {
  const find = hostIndex(
    inventory(
      Object.fromEntries(
        Array.from({ length: size }, (_, at) => [`web-${at}`, { address: `10.0.${at >> 8}.${at & 255}` }]),
      ),
    ).values(),
  );
  return () =>
    Array.from({ length: 200 }, (_, at) => {
      const text = at % 2 === 0 ? `web-${at % 50}.example.com:9100` : `10.0.0.${at % 50}:9100`;
      return find([{ from: 'instance', text }]).target.kind;
    });
};

describe('which host an alert is about', () => {
  it.each([
    ['web-1', 'web-1'],
    ['WEB-1:9100', 'web-1'],
    ['web-1.example.com:9100', 'web-1'],
    ['web-1.example.com.', 'web-1'],
    ['https://web-1.example.com:8443/health?x=1', 'web-1'],
    ['10.0.0.5', 'web-1'],
    ['10.0.0.5:9100', 'web-1'],
    ['::ffff:10.0.0.5', 'web-1'],
    ['[2001:db8::2]:9100', 'web-2'],
    ['[2001:DB8:0:0::2]', 'web-2'],
    ['2001:db8::2', 'web-2'],
    ['i-0abc', 'web-1'],
    ['web-one', 'web-1'],
    ['db-1', 'db-1'],
    ['db-1.prod.example.com:9100', 'db-1'],
    ['db-1.prod', 'db-1'],
    ['queue-1', 'queue-1.eu'],
    ['queue-1.eu.example.com', 'queue-1.eu'],
  ])('%s is %s', (text, host) => {
    expect(ask(text)).toEqual({ kind: 'host', host });
  });

  it('takes the first words that name one, and says which they were', () => {
    const hints = ['nonsense', 'db-1:9100', 'web-1'].map((text, at) => ({ from: `label ${at}`, text }));
    expect(resolve(hints)).toEqual({
      target: { kind: 'host', host: 'db-1' },
      by: { from: 'label 1', text: 'db-1:9100' },
    });
  });

  it.each([
    ['two with the same short name', 'cache-1', ['cache-1.eu', 'cache-1.us']],
    ['two with the same address', '192.0.2.1:9100', ['nat-a', 'nat-b']],
    ['the beginning of names', 'nat', ['nat-a', 'nat-b']],
    ['another domain than the one we know', 'db-1.stage.example.com', ['db-1']],
    ['another domain than the name has', 'queue-1.us', ['queue-1.eu']],
  ])('asks about %s', (_, text, candidates) => {
    expect(ask(text)).toEqual({ kind: 'choice', candidates, named: text });
  });

  it('prefers words that name one to words that name several', () => {
    expect(ask('cache-1', 'web-2')).toEqual({ kind: 'host', host: 'web-2' });
    expect(ask('cache-1', 'nowhere')).toMatchObject({ kind: 'choice' });
  });

  it.each([
    '10.0.0.99:9100',
    'web-1; rm -rf /',
    '$(web-1)',
    '`web-1`',
    '<@U1>',
    '',
    ' ',
    'w',
    '127.0.0.1:9100',
    'localhost:9100',
    '[::1]:9100',
    'x'.repeat(10_000),
    '::',
    'https://',
    '.',
    '-',
    '[',
    '%',
  ])('finds no host in %j', (text) => {
    expect(ask(text)).toMatchObject({ kind: 'unknown' });
  });

  it('asks nothing where too many could be meant', () => {
    const many = inventory(Object.fromEntries(Array.from({ length: 26 }, (_, at) => [`node-${at}`, {}])));
    expect(hostIndex(many.values())([{ from: 'x', text: 'node' }]).target.kind).toBe('unknown');
  });

  it('costs no more among 5,000 hosts than among 50', () => {
    const [small, large] = [lookUps(50), lookUps(5_000)];
    // A scan of the inventory would be a hundred times as slow.
    expect(new Set([...small(), ...large()])).toEqual(new Set(['host']));
    const [smallMs = 0, largeMs = 0] = fastestMs(small, large);
    expect(largeMs).toBeLessThan(10 * smallMs);
  });
});
