import { describe, expect, it } from 'vitest';
import { matchesGlob } from '../../../src/core/alert/glob.ts';
import { hostsInText, readTemplate } from '../../../src/core/alert/host-in-text.ts';
import { checkedLink } from '../../../src/core/alert/link.ts';
import { parseBody } from '../../../src/core/alert/parse-body.ts';
import { identityOf, idOf, timeOf } from '../../../src/core/alert/read-values.ts';

const parse = (text: string | Buffer) => parseBody(Buffer.from(text));

describe('a pattern', () => {
  it.each([
    ['tcp*', 'TcpRetransmits', true],
    ['*', '', true],
    ['', '', true],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['*a*b', 'xaxbxb', true],
    ['*a*b', 'xaxbxc', false],
    ['exact', 'exactly', false],
    ['a.c', 'abc', false],
    ['[abc]', 'a', false],
    ['*연결*', '새 연결 실패', true],
  ])('%s on %s: %s', (pattern, text, fits) => {
    expect(matchesGlob(pattern, text)).toBe(fits);
  });

  it('of stars takes no longer than its length times the text’s', () => {
    const begin = process.cpuUsage();
    expect(matchesGlob('*a'.repeat(50), 'a'.repeat(49) + 'b'.repeat(5_000))).toBe(false);
    const { user } = process.cpuUsage(begin);
    // Backtracking over every star would not end in the life of this machine.
    expect(user / 1000).toBeLessThan(1_000);
  });
});

describe('a place for the host in a text', () => {
  it.each([
    ['* on {host}', 'High latency on web-1', ['web-1']],
    ['* on {host}', 'High latency on web-1.', ['web-1']],
    ['* on {host}', 'High latency on web-1 today', []],
    ['* on {host} *', 'High latency on web-1 today', ['web-1']],
    ['{host}: *', 'web-1.prod.example.com: connection refused', ['web-1.prod.example.com']],
    ['{host}: *', 'web-1:9100: connection refused', ['web-1:9100']],
    ['[{host}] *', '[10.0.0.5] slow', ['10.0.0.5']],
    ['* on [{host}]:*', 'x on [2001:db8::1]:9100', ['2001:db8::1']],
    ['{host}/*', 'web-1/tcp/443', ['web-1']],
    ['* {host} *', 'a b c d', ['b', 'c']],
    ['{host}', '; rm -rf /', []],
    ['* on {host}', 'x on $(web-1)', []],
  ])('%s in %s: %j', (template, text, hosts) => {
    const read = readTemplate(template);
    expect(read === null ? [] : hostsInText([read], text)).toEqual(hosts);
  });

  it.each(['no place', '{host} and {host}', '{Host}'])('%s is no template', (template) => {
    expect(readTemplate(template)).toBeNull();
  });
});

describe('a link', () => {
  it.each([
    ['https://a.example/x?y=1#z', [], 'https://a.example/x?y=1#z'],
    ['https://a.example/<b>|c"', [], 'https://a.example/%3Cb%3E%7Cc%22'],
    ['http://a.example/', [], null],
    ['http://prometheus:9090/graph', ['http://prometheus:9090'], 'http://prometheus:9090/graph'],
    ['https://other.example/', ['https://a.example'], null],
    ['https://user:pw@a.example/', [], null],
    ['javascript:alert(1)', [], null],
    ['data:text/html,x', [], null],
    ['?orgId=1', [], null],
    [`https://a.example/${'x'.repeat(2_000)}`, [], null],
    [null, [], null],
  ])('%s of %j: %s', (raw, origins, shown) => {
    expect(checkedLink(raw, origins)).toBe(shown);
  });
});

describe('a body', () => {
  it('may begin with a byte order mark, and hold brackets in texts', () => {
    expect(parse('\uFEFF{"a":1}')).toEqual({ kind: 'json', json: { a: 1 } });
    expect(parse(JSON.stringify('\\"'.repeat(40) + '['.repeat(100)))).toMatchObject({ kind: 'json' });
  });

  it.each([
    ['['.repeat(33), 'nested deeper than 32 levels'],
    ['[{"a":'.repeat(17), 'nested deeper than 32 levels'],
    ['', 'not JSON'],
    ['{"a":1', 'not JSON'],
    [Buffer.from([0x7b, 0xc3, 0x28, 0x7d]), 'not UTF-8'],
  ])('%j: %s', (body, words) => {
    const parsed = parse(body);
    expect(parsed.kind === 'not-json' ? parsed.problem : 'JSON').toContain(words);
  });

  it('may be nested as deep as senders nest', () => {
    expect(parse(`${'['.repeat(32)}${']'.repeat(32)}`).kind).toBe('json');
  });
});

describe('values', () => {
  it.each([
    ['2026-11-20T10:00:00Z', Date.UTC(2026, 10, 20, 10)],
    ['2026-11-20T19:00:00.5+09:00', Date.UTC(2026, 10, 20, 10, 0, 0, 500)],
    [1_763_632_800, 1_763_632_800_000],
    ['1763632800000', 1_763_632_800_000],
    ['0001-01-01T00:00:00Z', null],
    [1.42e18, null],
    ['yesterday', null],
    ['20', null],
    [Number.NaN, null],
    [{}, null],
  ])('%j is the time %j', (value, time) => {
    expect(timeOf(value)).toBe(time);
  });

  it('are ids while they are exact', () => {
    expect([idOf(' a '), idOf(5), idOf(2 ** 53), idOf(''), idOf(null), idOf(1.5)]).toEqual([
      'a',
      '5',
      null,
      null,
      null,
      null,
    ]);
  });

  it('become one identity without running into each other', () => {
    expect(identityOf(['a', 'b'])).toBe('a:b');
    expect(identityOf(['a:b', 'c'])).not.toBe(identityOf(['a', 'b:c']));
    expect(identityOf(['한글', 'x\ny'])).toMatch(/^[0-9a-f]{32}$/);
  });
});
