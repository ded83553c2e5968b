import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isFromFuture, ReplayGuard } from '../../src/slack/replay-guard.ts';
import { SECRETS, stage } from './stage.ts';

const BODY = new URLSearchParams({
  command: '/tcpcheck',
  text: 'web-1',
  team_id: 'THOME',
  user_id: 'UREQ',
  channel_id: 'CIN',
  trigger_id: 'trigger-1',
}).toString();

interface Signed {
  readonly atMs?: number;
  readonly body?: string;
  readonly secret?: string;
  readonly path?: string;
}

function send(
  requestUrl: string | null,
  { atMs = Date.now(), body = BODY, secret = SECRETS.signingSecret, path = '' }: Signed = {},
) {
  const timestamp = String(Math.floor(atMs / 1000));
  const signature = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
  return fetch(`${requestUrl ?? ''}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${signature}`,
    },
    body,
  });
}

const MINUTE_MS = 60_000;

describe('a signed request', () => {
  it('is taken once; the same again is acknowledged and does nothing', async () => {
    const { bot, desk } = await stage('http');
    const atMs = Date.now();
    expect((await send(bot.requestUrl, { atMs })).status).toBe(200);
    expect((await send(bot.requestUrl, { atMs })).status).toBe(200);
    expect((await send(bot.requestUrl, { atMs: atMs + 1000 })).status).toBe(200);
    await expect.poll(() => desk.questions.length).toBe(2);
  });

  it.each<[string, Signed, number]>([
    ['from the future', { atMs: Date.now() + 6 * MINUTE_MS }, 401],
    ['too old', { atMs: Date.now() - 6 * MINUTE_MS }, 401],
    ['with another secret', { secret: 'other' }, 401],
    ['to another path', { path: '/other' }, 404],
    ['far too large', { body: 'x'.repeat(1_100_000) }, 413],
  ])('is refused when it is %s', async (_, signed, status) => {
    const { bot, desk } = await stage('http');
    expect((await send(bot.requestUrl, signed)).status).toBe(status);
    expect(desk.questions).toEqual([]);
  });

  it('is refused without a signature, and with a method Slack does not use', async () => {
    const { bot, desk } = await stage('http');
    expect((await fetch(bot.requestUrl ?? '', { method: 'POST', body: BODY })).status).toBe(401);
    expect((await fetch(bot.requestUrl ?? '')).status).toBe(404);
    expect(desk.questions).toEqual([]);
  });

  it('with a payload we cannot read is reported and harms nobody', async () => {
    const { bot, desk, problems } = await stage('http');
    const body = new URLSearchParams({ command: '/tcpcheck', text: 'web-1' }).toString();
    expect((await send(bot.requestUrl, { body })).status).toBe(200);
    await expect.poll(() => problems.some(({ what }) => what === 'a delivery from Slack failed')).toBe(true);
    expect((await send(bot.requestUrl)).status).toBe(200);
    await expect.poll(() => desk.questions.length).toBe(1);
  });
});

describe('the replay guard', () => {
  it('forgets a signature only when its time would be refused anyway', () => {
    const guard = new ReplayGuard();
    expect(guard.firstTime('a', 0)).toBe(true);
    expect(guard.firstTime('a', 10 * MINUTE_MS)).toBe(false);
    expect(guard.firstTime('b', 10 * MINUTE_MS + 1)).toBe(true);
    expect(guard.firstTime('a', 10 * MINUTE_MS + 1)).toBe(true);
  });

  it('stays bounded', () => {
    const guard = new ReplayGuard();
    for (let n = 0; n < 60_000; n += 1) guard.firstTime(`${n}`, 0);
    expect(guard.firstTime('0', 0)).toBe(true);
    expect(guard.firstTime('59999', 0)).toBe(false);
  });

  it.each([
    [undefined, false],
    ['abc', false],
    ['1000', false],
    ['1300', false],
    ['1301', true],
    [['9999'], false],
  ])('future: %j is %s', (timestamp, future) => {
    expect(isFromFuture(timestamp, 1_000_000)).toBe(future);
  });
});
