import { describe, expect, it } from 'vitest';
import type { Persisted } from '../../../src/core/domain/facts.ts';
import { MODERN, OLD, rowsOf } from './hosts.ts';

const FILE = '/etc/sysctl.d/99-tcp.conf';
const file = (value: string): Persisted => ({ by: 'file', value, file: FILE });
const NOTHING: Persisted = { by: 'nothing' };

const after = (kernel: string, key: string): unknown =>
  rowsOf({ kernel, persisted: { [key]: NOTHING } }).get(key)?.afterBoot;

describe('what the next boot makes of it', () => {
  it.each([
    ['good now, and the file says something else', 'net.ipv4.tcp_syncookies', file('0'), 'not-persisted'],
    ['good now, and the file says so too', 'net.ipv4.tcp_syncookies', file('1'), 'same'],
    ['good now, and it is the default anyway', 'net.ipv4.tcp_syncookies', NOTHING, 'same'],
    [
      'better now, and tuned takes it back',
      'net.core.somaxconn',
      { by: 'tuned', value: '2048', profile: 'web' },
      'not-persisted',
    ],
    [
      'better now, and tuned computes it',
      'net.core.somaxconn',
      { by: 'tuned', value: null, profile: 'web' },
      'better',
    ],
    ['the same but for tabs', 'net.ipv4.tcp_wmem', file('4096\t16384   4194304'), 'same'],
    ['a default that depends on the machine', 'net.ipv4.tcp_wmem', NOTHING, 'same'],
    ['of no use now, whatever comes', 'net.ipv4.tcp_fin_timeout', file('30'), 'no-effect'],
    ['nobody could look', 'net.ipv4.tcp_syncookies', undefined, 'same'],
  ] as const)('%s', (_, key, persisted, verdict) => {
    const rows = rowsOf({
      kernel: '6.18.5',
      persisted: persisted === undefined ? {} : { [key]: persisted },
    });
    expect(rows.get(key)?.verdict).toBe(verdict);
  });

  it('is unknown where nobody could look, never "the default"', () => {
    expect(rowsOf({}).get('net.core.somaxconn')?.afterBoot).toEqual({ kind: 'unknown' });
  });

  it('knows the defaults that depend on the kernel alone', () => {
    const reuse = 'net.ipv4.tcp_tw_reuse';
    expect(after('5.4.0', 'net.core.somaxconn')).toEqual({ kind: 'default', value: '4096' });
    expect(after('5.3.18', 'net.core.somaxconn')).toEqual({ kind: 'default', value: '128' });
    expect(after('custom', 'net.core.somaxconn')).toEqual({ kind: 'default', value: null });
    expect([after('4.19.0', reuse), after('4.15.0', reuse)]).toEqual([
      { kind: 'default', value: '2' },
      { kind: 'default', value: '0' },
    ]);
    // RHEL 8 took the later default along.
    expect(after('4.18.0-553.el8_10.x86_64', reuse)).toEqual({ kind: 'default', value: null });
    expect(after('6.18.5', 'net.ipv4.tcp_rmem')).toEqual({ kind: 'default', value: null });
  });

  it('loses a value that was only set by hand', () => {
    const sysctl = { ...MODERN, 'net.ipv4.tcp_keepalive_time': '600' };
    const persisted = { 'net.ipv4.tcp_keepalive_time': NOTHING };
    const row = rowsOf({ sysctl, kernel: '6.18.5', persisted }).get('net.ipv4.tcp_keepalive_time');
    expect([row?.verdict, row?.afterBoot]).toEqual(['not-persisted', { kind: 'default', value: '7200' }]);
  });

  it('takes no default of another kernel for granted', () => {
    const persisted = { 'net.ipv4.ip_local_port_range': NOTHING };
    const row = rowsOf({ sysctl: OLD, kernel: '3.10.0', persisted }).get('net.ipv4.ip_local_port_range');
    expect(row?.afterBoot).toEqual({ kind: 'default', value: '32768 61000' });
  });
});
