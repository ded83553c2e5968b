import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SYSCTL_CATALOGUE } from '../../../src/core/sysctl/catalogue.ts';
import { checkValue, normaliseValue } from '../../../src/core/sysctl/values.ts';

describe('normaliseValue', () => {
  it.each([
    ['32768\t60999', '32768 60999'],
    [' 4096 \t 131072\n6291456\n', '4096 131072 6291456'],
    ['', ''],
  ])('%j is %j', (value, normal) => {
    expect(normaliseValue(value)).toBe(normal);
  });
});

describe('checkValue', () => {
  it.each([
    ['net.core.somaxconn', '4096', '4096'],
    ['net.core.somaxconn', ' 4096\n', '4096'],
    ['net.ipv4.tcp_tw_reuse', '1', '1'],
    ['net.ipv4.ip_local_port_range', '10000\t65535', '10000 65535'],
    ['net.ipv4.ip_local_reserved_ports', '', ''],
    ['net.ipv4.ip_local_reserved_ports', '9092,8000-8100,8101', '8000-8101,9092'],
    ['net.ipv4.tcp_rmem', '4096 131072 6291456', '4096 131072 6291456'],
  ])('%s takes %j', (key, value, normal) => {
    expect(checkValue(key, value)).toEqual({ kind: 'ok', value: normal });
  });

  // The kernel takes most of these without complaint.
  it.each([
    ['net.core.somaxconn', '-5'],
    ['net.core.somaxconn', '4096 junk'],
    ['net.core.somaxconn', '0x1000'],
    ['net.core.somaxconn', '4096; reboot'],
    ['net.core.somaxconn', '004096'],
    ['net.core.somaxconn', '4e3'],
    ['net.core.somaxconn', ''],
    ['net.core.somaxconn', '127'],
    ['net.core.somaxconn', '65535'],
    ['net.ipv4.tcp_tw_reuse', '3'],
    ['net.ipv4.ip_local_port_range', '10000'],
    ['net.ipv4.ip_local_port_range', '65535 10000'],
    ['net.ipv4.ip_local_port_range', '10000 10500'],
    ['net.ipv4.ip_local_port_range', '80 65535'],
    ['net.ipv4.ip_local_port_range', '10000 65536'],
    ['net.ipv4.ip_local_reserved_ports', '0'],
    ['net.ipv4.ip_local_reserved_ports', '9000-8000'],
    ['net.ipv4.ip_local_reserved_ports', '8000,,9000'],
    ['net.ipv4.ip_local_reserved_ports', '8000 9000'],
    ['net.ipv4.ip_local_reserved_ports', Array.from({ length: 300 }, (_, i) => 2 * i + 1000).join(',')],
    ['net.ipv4.tcp_rmem', '4096 131072'],
    ['net.ipv4.tcp_rmem', '8192 4096 16384'],
    ['net.ipv4.tcp_tw_recycle', '0'],
    ['net.ipv4.tcp_tw_recycle', '1'],
    ['kernel.core_pattern', '1'],
    ['__proto__', '1'],
  ])('%s refuses %j', (key, value) => {
    expect(checkValue(key, value)).toMatchObject({ kind: 'wrong' });
  });

  it('takes what it has normalised, unchanged', () => {
    const key = fc.constantFrom(...Object.keys(SYSCTL_CATALOGUE));
    const value = fc.string({ unit: fc.constantFrom('0', '1', '4', '9', ' ', ',', '-', '\t') });
    const stable = fc.property(key, value, (name, raw) => {
      const first = checkValue(name, raw);
      return first.kind === 'wrong' || isDeepStrictEqual(checkValue(name, first.value), first);
    });
    expect(fc.check(stable, { numRuns: 2000 }).failed).toBe(false);
  });
});

describe('the catalogue', () => {
  it('says everything in both languages and names a source', () => {
    for (const [key, spec] of Object.entries(SYSCTL_CATALOGUE)) {
      expect(key).toMatch(/^(net|fs)(\.[a-z0-9_-]+)+$/);
      expect(spec.note.en).toMatch(/\.$/);
      expect(spec.note.ko).toMatch(/[가-힣]/);
      expect(spec.source).not.toBe('');
    }
  });
});
