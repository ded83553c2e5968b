import * as fc from 'fast-check';
import { isIP } from 'node:net';
import { describe, expect, it } from 'vitest';
import { endpointName, parseEndpoint } from '../../../src/core/checklist/endpoint.ts';

describe('endpoints of ss', () => {
  it.each([
    // iproute2 4.15 and later
    ['0.0.0.0:8080', '0.0.0.0', 8080, '0.0.0.0:8080'],
    ['[::]:9443', '::', 9443, '[::]:9443'],
    ['*:8443', '*', 8443, '*:8443'],
    ['[::ffff:10.9.0.1]:8443', '10.9.0.1', 8443, '10.9.0.1:8443'],
    ['[::FFFF:10.9.0.1]:8443', '10.9.0.1', 8443, '10.9.0.1:8443'],
    ['[fe80::1]%dmv0:7001', 'fe80::1', 7001, '[fe80::1]:7001'],
    ['0.0.0.0%dmv0:7000', '0.0.0.0', 7000, '0.0.0.0:7000'],
    // iproute2 up to 4.11 prints IPv6 without brackets
    [':::8443', '::', 8443, '[::]:8443'],
    ['::1:631', '::1', 631, '[::1]:631'],
    ['fe80::42:acff:fe11:2%dmv0:7001', 'fe80::42:acff:fe11:2', 7001, '[fe80::42:acff:fe11:2]:7001'],
    ['::ffff:10.9.0.1:80', '10.9.0.1', 80, '10.9.0.1:80'],
    ['[2001:DB8::1]:80', '2001:db8::1', 80, '[2001:db8::1]:80'],
    // the other end of a listener
    ['*:*', '*', null, '*:*'],
    ['0.0.0.0:*', '0.0.0.0', null, '0.0.0.0:*'],
    ['[::]:*', '::', null, '[::]:*'],
    [':::*', '::', null, '[::]:*'],
  ])('%s', (text, address, port, name) => {
    const endpoint = parseEndpoint(text);
    expect(endpoint).toEqual({ address, port });
    expect(endpoint === null ? null : endpointName(endpoint)).toBe(name);
  });

  it.each([
    '',
    ':',
    '80',
    '10.0.0.1',
    '10.0.0.1:',
    '10.0.0.1:http',
    '10.0.0.1:65536',
    '10.0.0.1:-1',
    '10.0.0.1:1e3',
    '10.0.0:80',
    '999.0.0.1:80',
    'Address:Port',
    '__proto__:80',
    'localhost:80',
    `${'1'.repeat(100)}:80`,
  ])('%j is none', (text) => {
    expect(parseEndpoint(text)).toBeNull();
  });

  it('reads any text without throwing, and only real addresses come out', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[\da-f:.%[\]*]{0,40}$/)), (text) => {
        const endpoint = parseEndpoint(text);
        expect(endpoint === null || endpoint.address === '*' || isIP(endpoint.address) !== 0).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('comes back from its own name', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), fc.nat(65_535), (address, port) => {
        const once = parseEndpoint(endpointName({ address, port }));
        expect(once).not.toBeNull();
        expect(once && parseEndpoint(endpointName(once))).toEqual(once);
      }),
    );
  });
});
