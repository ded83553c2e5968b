import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { proofOf, type Secrets } from '../../src/alerts/proof.ts';

/** Vectors of two independent tools (Node's crypto, openssl): key "secret", this body in UTF-8. */
const BODY = Buffer.from(
  '{"event":{"id":"E1","event_type":"incident.triggered","data":{"title":"연결 거부"}}}',
);
const MAC = '7d1386bc910450c06cc11ada6b2ab4c6695e16834dc03ffa7efa1615018663d3';
const TIMED_MAC = '8571a992dbf8347afe755a09d54fb59a4d0727fd090c1a5b4bedb86ec9a7089d';
const SIGNED_AT_MS = 1_700_000_000_000;

const pagerduty: Secrets = {
  bearer: [],
  basic: [],
  hmac: {
    secrets: ['other', 'secret'],
    header: 'x-pagerduty-signature',
    prefix: 'v1=',
    timestampHeader: null,
  },
};
const grafana: Secrets = {
  bearer: [],
  basic: [],
  hmac: {
    secrets: ['secret'],
    header: 'x-grafana-alerting-signature',
    prefix: '',
    timestampHeader: 'x-time',
  },
};

const prove = (
  secrets: Secrets,
  headers: Readonly<Record<string, string>>,
  more: { body?: Buffer; nowMs?: number } = {},
) =>
  proofOf(
    { headers: new Map(Object.entries(headers)), body: more.body ?? BODY },
    secrets,
    more.nowMs ?? SIGNED_AT_MS,
  );

const why = (proof: ReturnType<typeof prove>): string => (proof.kind === 'refused' ? proof.why : 'proved');

const sign = (value: string) => prove(pagerduty, { 'x-pagerduty-signature': value }).kind;

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

describe('PagerDuty’s signature', () => {
  it.each([
    ['the right one', `v1=${MAC}`],
    ['in capitals', `v1=${MAC.toUpperCase()}`],
    ['beside one of the secret before', `v1=${'0'.repeat(64)}, v1=${MAC}`],
    ['beside a version that we do not know', `v2=abc,v1=${MAC}`],
  ])('%s is accepted', (_, value) => {
    expect(sign(value)).toBe('proved');
  });

  it.each([
    ['none', ''],
    ['a wrong one', `v1=${'0'.repeat(64)}`],
    ['one that is cut', `v1=${MAC.slice(0, 62)}`],
    ['one with a tail', `v1=${MAC}00`],
    ['one without its version', MAC],
    ['one that is no hex', `v1=${'z'.repeat(64)}`],
    ['the eleventh of a list', `${`v1=${'0'.repeat(64)},`.repeat(10)}v1=${MAC}`],
  ])('%s is refused', (_, value) => {
    expect(sign(value)).toBe('refused');
  });

  it('is over the bytes as they came: the same JSON written anew is another body', () => {
    const spaced = Buffer.from(JSON.stringify(JSON.parse(BODY.toString('utf8')), null, 1));
    expect(why(prove(pagerduty, { 'x-pagerduty-signature': `v1=${MAC}` }, { body: spaced }))).toBe(
      'a signature that our secret does not give',
    );
  });
});

describe('Grafana’s signature with a time', () => {
  const headers = { 'x-grafana-alerting-signature': TIMED_MAC, 'x-time': '1700000000' };

  it('is accepted within five minutes, and names the one delivery', () => {
    expect(prove(grafana, headers)).toEqual({ kind: 'proved', once: `1700000000:${TIMED_MAC}` });
    expect(prove(grafana, headers, { nowMs: SIGNED_AT_MS + 299_000 }).kind).toBe('proved');
    expect(prove(grafana, headers, { nowMs: SIGNED_AT_MS - 299_000 }).kind).toBe('proved');
  });

  it.each([
    [301_000, 'a signature of 301 s ago; compare the clocks'],
    [-301_000, 'a signature of 301 s ahead; compare the clocks'],
  ])('is refused %d ms later, and says by how much the clocks differ', (laterMs, words) => {
    expect(why(prove(grafana, headers, { nowMs: SIGNED_AT_MS + laterMs }))).toBe(words);
  });

  it.each([
    ['without its time', { 'x-grafana-alerting-signature': TIMED_MAC }],
    ['with another time', { ...headers, 'x-time': '1700000001' }],
    ['with a time that is none', { ...headers, 'x-time': '17e8' }],
    ['of the body alone', { ...headers, 'x-grafana-alerting-signature': MAC }],
  ])('is refused %s', (_, given) => {
    expect(prove(grafana, given).kind).toBe('refused');
  });

  it('without a time is the body’s alone', () => {
    const { hmac } = grafana;
    const untimed: Secrets = { ...grafana, hmac: hmac === null ? null : { ...hmac, timestampHeader: null } };
    expect(prove(untimed, { 'x-grafana-alerting-signature': MAC })).toEqual({ kind: 'proved', once: null });
  });
});

describe('the Authorization header', () => {
  const both: Secrets = { bearer: ['old-secret', 'new-secret'], basic: ['tcp:päss:word'], hmac: null };
  const authorize = (authorization: string): string => prove(both, { authorization }).kind;

  it.each(['Bearer old-secret', 'Bearer new-secret', 'bearer new-secret', basic('tcp:päss:word')])(
    '%s opens',
    (text) => {
      expect(authorize(text)).toBe('proved');
    },
  );

  it.each([
    'Bearer wrong',
    'Bearer',
    'Bearer new-secret x',
    'new-secret',
    'Basic new-secret',
    basic('tcp:wrong'),
    basic('old-secret'),
    `Bearer ${'x'.repeat(5_000)}`,
    '',
  ])('%j does not', (text) => {
    expect(authorize(text)).toBe('refused');
  });

  it('must hold beside a signature where both are configured', () => {
    const secrets: Secrets = { ...pagerduty, bearer: ['bearer-secret'] };
    const signature = { 'x-pagerduty-signature': `v1=${MAC}` };
    expect(why(prove(secrets, signature))).toBe('no Authorization header');
    expect(why(prove(secrets, { authorization: 'Bearer bearer-secret' }))).toContain('no signature in');
    expect(prove(secrets, { ...signature, authorization: 'Bearer bearer-secret' }).kind).toBe('proved');
  });

  it('opens nothing where there is no secret at all', () => {
    expect(prove({ bearer: [], basic: [], hmac: null }, { authorization: 'Bearer ' }).kind).toBe('refused');
  });
});

it('the vectors are what this Node computes', () => {
  expect(createHmac('sha256', 'secret').update(BODY).digest('hex')).toBe(MAC);
  expect(createHmac('sha256', 'secret').update('1700000000:').update(BODY).digest('hex')).toBe(TIMED_MAC);
});
