import { execFileSync, spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lookupName, matchesHostField } from '../../src/host/known-hosts-match.ts';
import { judgeHostKey, knownKeys, trustedKeyTypes, type HostKeyVerdict } from '../../src/host/known-hosts.ts';
import { fingerprintOf } from '../../src/host/ssh-wire.ts';
import { makeKey, type KeyPair } from '../support/keys.ts';
import { needs } from '../support/machine.ts';

const gate = needs('ssh-keygen');
const blobOf = (key: KeyPair): Buffer => Buffer.from(key.publicKey.split(' ')[1] ?? '', 'base64');

const judge = (text: string, name: string, offered: KeyPair): HostKeyVerdict =>
  judgeHostKey(knownKeys(text, name), blobOf(offered));

function hashed(name: string, salt = Buffer.alloc(20, 7)): string {
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`;
}

describe('matchesHostField', () => {
  it.each([
    ['web-1', 'web-1', true],
    ['web-1', 'web-10', false],
    ['WEB-1', 'web-1', true],
    ['a,web-1,b', 'web-1', true],
    ['*', 'web-1', true],
    ['web-?', 'web-1', true],
    ['web-?', 'web-', false],
    ['w*1', 'web-1', true],
    ['*.example.com', 'example.com', false],
    ['10.0.0.*', '10.0.0.5', true],
    ['*,!web-1', 'web-1', false],
    ['!web-1,*', 'web-1', false],
    ['!web-2,*', 'web-1', true],
    ['!web-2', 'web-1', false],
    ['[10.0.0.5]:2222', '[10.0.0.5]:2222', true],
    ['[10.0.0.5]:2222', '10.0.0.5', false],
    ['10.0.0.5', '[10.0.0.5]:2222', false],
    ['', 'web-1', false],
    [hashed('web-1'), 'web-1', true],
    [hashed('web-1'), 'web-2', false],
    [hashed('web-1', Buffer.alloc(16)), 'web-1', false],
    [`${hashed('web-1')},web-1`, 'web-1', false],
    ['|2|AAAA|BBBB', 'web-1', false],
  ])('%s for %s: %s', (field, name, wanted) => {
    expect(matchesHostField(field, name)).toBe(wanted);
  });

  it('answers at once however many stars there are', () => {
    const pattern = `${'*a'.repeat(400)}b`;
    const started = performance.now();
    expect(matchesHostField(pattern, 'a'.repeat(250))).toBe(false);
    expect(performance.now() - started).toBeLessThan(200);
  });
});

describe('lookupName', () => {
  it.each([
    ['10.0.0.5', 22, '10.0.0.5'],
    ['10.0.0.5', 2222, '[10.0.0.5]:2222'],
    ['fd00::5', 22, 'fd00::5'],
    ['fd00::5', 2222, '[fd00::5]:2222'],
    ['Web-1.Example.COM', 22, 'web-1.example.com'],
  ])('%s port %i is filed under %s', (address, port, name) => {
    expect(lookupName(address, port)).toBe(name);
  });
});

describe.skipIf(gate.skip)(`known_hosts ${gate.reason}`, () => {
  let dir = '';
  let keys: readonly KeyPair[] = [];

  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'tcpcheck-known-'));
    keys = [
      makeKey(dir, 'a'),
      makeKey(dir, 'b'),
      makeKey(dir, 'c', { type: 'ecdsa' }),
      makeKey(dir, 'd', { type: 'rsa' }),
    ];
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  const key = (index: number): KeyPair => {
    const found = keys[index];
    if (found === undefined) throw new Error(`no key ${index}`);
    return found;
  };
  it('prints fingerprints as ssh-keygen does', () => {
    for (const pair of keys) expect(fingerprintOf(blobOf(pair))).toBe(pair.fingerprint);
  });

  it('tells the verdicts apart', () => {
    const [a, b] = [key(0), key(1)];
    expect(judge(`h ${a.publicKey} comment here`, 'h', a)).toEqual({ kind: 'trusted', line: 1 });
    expect(judge(`# h ${a.publicKey}\n\n  \t\nh\t${a.publicKey}\r\n`, 'h', a)).toEqual({
      kind: 'trusted',
      line: 4,
    });
    expect(judge(`other ${a.publicKey}`, 'h', a)).toEqual({ kind: 'unknown' });
    expect(judge('', 'h', a)).toEqual({ kind: 'unknown' });
    expect(judge(`h ${a.publicKey}`, 'h', b)).toMatchObject({ kind: 'changed', known: [{ line: 1 }] });
    expect(judge(`h ${a.publicKey}\nh ${b.publicKey}`, 'h', b)).toEqual({ kind: 'trusted', line: 2 });
    expect(judge(`h ${a.publicKey}\n@revoked * ${a.publicKey}`, 'h', a)).toEqual({
      kind: 'revoked',
      line: 2,
    });
    expect(judge(`h ${a.publicKey}\n@revoked\t*\t${a.publicKey}`, 'h', a)).toEqual({
      kind: 'revoked',
      line: 2,
    });
    expect(judge(`@revoked * ${b.publicKey}`, 'h', a)).toEqual({ kind: 'unknown' });
    expect(judge(`@cert-authority * ${b.publicKey}`, 'h', a)).toEqual({ kind: 'only-certificate', line: 1 });
    expect(judge(`@cert-authority * ${b.publicKey}`, 'h', b)).toEqual({ kind: 'only-certificate', line: 1 });
    expect(judge(`@cert-authority * ${b.publicKey}\nh ${a.publicKey}`, 'h', a)).toEqual({
      kind: 'trusted',
      line: 2,
    });
    expect(judge(`@cert-authority * ${b.publicKey}\nh ${b.publicKey}`, 'h', a).kind).toBe('changed');
    expect(judge(`@something * ${a.publicKey}`, 'h', a)).toEqual({ kind: 'unknown' });
    expect(judge(`h,!h ${a.publicKey}`, 'h', a)).toEqual({ kind: 'unknown' });
  });

  it('passes over lines that hold no key', () => {
    const [a, rsa] = [key(0), key(3)];
    const [, base64 = ''] = a.publicKey.split(' ');
    for (const junk of [
      'h',
      'h ssh-ed25519',
      `h ssh-rsa ${base64}`,
      `h ssh-ed25519 ${base64.slice(0, -4)}`,
      `h ssh-ed25519 ${base64}AAAA`,
      `h ssh-ed25519 ${base64.slice(0, -1)}!`,
      `h ssh-ed25519-cert-v01@openssh.com ${base64}`,
      `h 2048 35 12345`,
    ]) {
      expect([junk, knownKeys(junk, 'h')]).toEqual([junk, []]);
    }
    expect(knownKeys(`h rsa-sha2-512 ${rsa.publicKey.split(' ')[1] ?? ''}`, 'h')).toMatchObject([
      { type: 'ssh-rsa' },
    ]);
  });

  it('says which key types may be asked for', () => {
    const text = `h ${key(3).publicKey}\n@revoked h ${key(0).publicKey}\nh ${key(2).publicKey}\nother ${key(1).publicKey}`;
    expect(trustedKeyTypes(knownKeys(text, 'h'))).toEqual(['ssh-rsa', 'ecdsa-sha2-nistp256']);
    expect(trustedKeyTypes([])).toEqual([]);
  });

  it('finds the lines that ssh-keygen -F finds', () => {
    const names = [
      'web-1',
      'web-10',
      'db.example.com',
      '10.0.0.5',
      '[10.0.0.5]:2222',
      'fd00::5',
      '[fd00::5]:22022',
    ];
    const name = fc.constantFrom(...names);
    const pattern = fc.oneof(
      { weight: 3, arbitrary: name },
      { weight: 1, arbitrary: name.map((text) => text.toUpperCase()) },
      {
        weight: 3,
        arbitrary: fc
          .tuple(
            name,
            fc.array(fc.tuple(fc.nat(20), fc.constantFrom('*', '?', '**', '*?')), { maxLength: 3 }),
          )
          .map(([text, stars]) =>
            stars.reduce((all, [at, star]) => `${all.slice(0, at)}${star}${all.slice(at + 1)}`, text),
          ),
      },
      {
        weight: 1,
        arbitrary: fc.string({ unit: fc.constantFrom('*', '?', 'w', '1', '.', '[', ']'), maxLength: 8 }),
      },
    );
    const item = fc.tuple(fc.boolean(), pattern).map(([negated, text]) => (negated ? `!${text}` : text));
    const list = fc.oneof(
      { weight: 2, arbitrary: pattern },
      {
        weight: 2,
        arbitrary: fc.array(item, { minLength: 1, maxLength: 4 }).map((items) => items.join(',')),
      },
    );
    const salt = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => Buffer.from(bytes));
    const hosts = fc.oneof(
      { weight: 3, arbitrary: list },
      { weight: 1, arbitrary: fc.tuple(name, salt).map(([text, bytes]) => hashed(text, bytes)) },
    );
    const goodKey = fc.nat(3).map((index) => key(index).publicKey);
    const keyText = fc.oneof(
      { weight: 6, arbitrary: goodKey },
      { weight: 1, arbitrary: fc.tuple(goodKey, fc.nat(300)).map(([text, length]) => text.slice(0, length)) },
      { weight: 1, arbitrary: goodKey.map((text) => text.replace(/^\S+/, 'ssh-ed25519')) },
    );
    const blank = fc.constantFrom(' ', '\t', '  ', ' \t');
    const entry = fc
      .record({
        indent: fc.constantFrom('', '', ' ', '\t'),
        // ssh-keygen overlooks a marker that a tab follows; we take it, which can only refuse more.
        marker: fc.constantFrom('', '', '', '@revoked ', '@cert-authority ', '@other '),
        hosts,
        blank,
        keyText,
        comment: fc.constantFrom('', '', ' root@web-1', '\tsome words'),
        end: fc.constantFrom('', '', '\r'),
      })
      .map(
        (part) =>
          `${part.indent}${part.marker}${part.hosts}${part.blank}${part.keyText}${part.comment}${part.end}`,
      );
    const line = fc.oneof(
      { weight: 8, arbitrary: entry },
      { weight: 1, arbitrary: entry.map((text) => `#${text}`) },
      {
        weight: 1,
        arbitrary: fc.constantFrom('', ' ', '\r', 'web-1', 'web-1 ', '@revoked', '@revoked web-1'),
      },
    );
    const file = join(dir, 'generated');
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), name, (lines, wanted) => {
        const text = lines.map((part) => `${part}\n`).join('');
        writeFileSync(file, text);
        expect(ours(text, wanted)).toEqual(sshKeygens(file, wanted));
      }),
      { numRuns: 300 },
    );
  }, 60_000);
});

const ours = (text: string, name: string): readonly string[] =>
  knownKeys(text, name).map((found) => {
    const mark = { plain: '', revoked: 'REVOKED', 'cert-authority': 'CA' }[found.marker];
    return `${found.line} ${mark} ${fingerprintOf(found.blob)}`;
  });

function sshKeygens(file: string, name: string): readonly string[] {
  const { stdout, status } = spawnSync('ssh-keygen', ['-l', '-F', name, '-f', file], { encoding: 'utf8' });
  if (status !== 0 && status !== 1) execFileSync('ssh-keygen', ['-l', '-F', name, '-f', file]);
  return [...stdout.matchAll(/^# Host \S+ found: line (\d+) (\S*)\n\S+ \S+ (SHA256:\S+)/gm)].map(
    ([, line, mark, print]) => `${line ?? ''} ${mark ?? ''} ${print ?? ''}`,
  );
}
