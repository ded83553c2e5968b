import { describe, expect, it } from 'vitest';
import { resolveHost } from '../../src/alerts/resolve-host.ts';
import type { HostEntry } from '../../src/core/domain/host.ts';

const host = (name: string, address: string, aliases: readonly string[] = []): HostEntry => ({
  name,
  address,
  port: 22,
  user: 'tcpcheck',
  knownHostsFile: '/etc/ssh/known_hosts',
  groups: [],
  aliases,
  zone: 'default',
  changes: { kind: 'none' },
});

const hosts = new Map(
  [
    host('web-1', '10.0.0.5', ['i-0abc']),
    host('web-2', '2001:db8::2'),
    host('db-1', '10.0.0.7'),
    host('twin-a', '10.0.0.9', ['twin']),
    host('twin-b', '10.0.0.10', ['twin']),
  ].map((entry) => [entry.name, entry]),
);

describe('resolveHost', () => {
  it.each([
    [['web-1'], 'web-1'],
    [['WEB-1:9100'], 'web-1'],
    [['web-1.example.com:9100'], 'web-1'],
    [['10.0.0.7:9100'], 'db-1'],
    [['10.0.0.7'], 'db-1'],
    [['[2001:db8::2]:9100'], 'web-2'],
    [['2001:db8::2'], 'web-2'],
    [['i-0abc'], 'web-1'],
    [['nonsense', 'db-1:9100'], 'db-1'],
    [['10.0.0.99:9100'], null],
    [['twin'], null],
    [['web-1; rm -rf /'], null],
    [['$(web-1)'], null],
    [[''], null],
    [[], null],
  ])('%j -> %s', (hints, expected) => {
    expect(resolveHost(hosts, hints)?.name ?? null).toBe(expected);
  });
});
