import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quotable, readServerHello } from '../../src/host/server-hello.ts';

function kexInit(...lists: readonly string[]): Buffer {
  const fields = lists.flatMap((list) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(list.length);
    return [length, Buffer.from(list)];
  });
  return Buffer.concat([Buffer.from([0, 0, 0, 99, 4, 20]), Buffer.alloc(16), ...fields]);
}

describe('readServerHello', () => {
  it('reads greeting, software and algorithms', () => {
    const packet = kexInit('kex-a,kex-b', 'rsa', 'c1', 'c2', 'm1', 'm2');
    const hello = Buffer.concat([Buffer.from('Be careful\r\nSSH-2.0-OpenSSH_9.2p1 Debian-2\r\n'), packet]);
    expect(readServerHello(hello)).toEqual({
      software: 'OpenSSH_9.2p1 Debian-2',
      greeting: 'Be careful',
      offer: { kex: 'kex-a,kex-b', hostKeys: 'rsa', ciphers: 'c2', macs: 'm2' },
    });
  });

  it('takes what there is', () => {
    expect(readServerHello(Buffer.alloc(0))).toEqual({ software: null, greeting: '', offer: null });
    const dropped = readServerHello(Buffer.from('Exceeded MaxStartups\r\n'));
    expect(dropped).toEqual({ software: null, greeting: 'Exceeded MaxStartups', offer: null });
    expect(readServerHello(Buffer.from('SSH-2.0-x')).software).toBeNull();
    expect(readServerHello(Buffer.from('SSH-2.0-x\n'))).toEqual({ software: 'x', greeting: '', offer: null });
  });

  it('takes anything, and quotes one short printable line', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 400 }),
      fc.uint8Array({ maxLength: 400 }).map((rest) => Buffer.concat([Buffer.from('SSH-2.0-'), rest])),
      fc.uint8Array({ maxLength: 400 }).map((rest) => Buffer.concat([kexInit('a'), rest])),
    );
    fc.assert(
      fc.property(bytes, (raw) => {
        const { software, greeting, offer } = readServerHello(Buffer.from(raw));
        for (const text of [
          software ?? '',
          greeting,
          offer?.kex ?? '',
          offer?.ciphers ?? '',
          offer?.macs ?? '',
          offer?.hostKeys ?? '',
        ]) {
          expect(text).toMatch(/^[\x20-\x7e]*…?$/);
        }
        expect(greeting.length).toBeLessThanOrEqual(121);
      }),
    );
  });
});

describe('quotable', () => {
  it('is one line of plain letters', () => {
    expect(quotable('a\u0000\r\n\u001b[31mb\u202e')).toBe('a [31mb');
    expect(quotable('x'.repeat(500))).toHaveLength(121);
  });
});
