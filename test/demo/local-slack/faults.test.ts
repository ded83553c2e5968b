import { WebAPIHTTPError, WebAPIRateLimitedError, WebAPIRequestError, type WebClient } from '@slack/web-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ApiFault } from '../../../src/demo/local-slack/faults.ts';
import type { LocalSlack } from '../../../src/demo/local-slack/local-slack.ts';
import { client, INCIDENTS, post, RANDOM, startSlack } from './workspace.ts';

let slack: LocalSlack;
let api: WebClient;

beforeEach(async () => {
  slack = await startSlack();
  api = client(slack);
});
afterEach(() => slack.close());

const posting = (text = 'x'): Promise<unknown> => post(api, { channel: INCIDENTS, text });

describe('faults on demand', () => {
  it.each<[ApiFault, new (...args: never[]) => Error, number]>([
    [{ kind: 'rate-limited', retryAfterSeconds: 7 }, WebAPIRateLimitedError, 0],
    [{ kind: 'http-500' }, WebAPIHTTPError, 0],
    [{ kind: 'reset' }, WebAPIRequestError, 0],
    [{ kind: 'lose-answer' }, WebAPIRequestError, 1],
  ])('%o', async (fault, error, stored) => {
    slack.faults.api('chat.postMessage', fault);
    await expect(posting()).rejects.toBeInstanceOf(error);
    expect(slack.messages(INCIDENTS)).toHaveLength(stored);
    expect(slack.faults.pending()).toBe(0);
    await posting();
    expect(slack.messages(INCIDENTS)).toHaveLength(stored + 1);
  });

  it('tells how long to wait', async () => {
    slack.faults.api('*', { kind: 'rate-limited', retryAfterSeconds: 7 });
    await expect(posting()).rejects.toMatchObject({ retryAfter: 7 });
  });

  it('answers with an error of choice', async () => {
    slack.faults.api('chat.postMessage', { kind: 'error', error: 'ratelimited' });
    await expect(posting()).rejects.toMatchObject({ data: { error: 'ratelimited' } });
  });

  it('keeps an app waiting until it gives up', async () => {
    slack.faults.api('chat.postMessage', { kind: 'never-answer' });
    await expect(posting()).rejects.toThrow('timeout');
    expect(slack.messages(INCIDENTS)).toEqual([]);
  });

  it('delays', async () => {
    slack.faults.api('chat.postMessage', { kind: 'delay', ms: 150 });
    const startedMs = Date.now();
    await posting();
    expect(Date.now() - startedMs).toBeGreaterThanOrEqual(140);
  });

  it('happens as often as planned, in order, on the method named', async () => {
    slack.faults.api('chat.postMessage', { kind: 'http-500' }, 2);
    slack.faults.api('chat.postMessage', { kind: 'rate-limited' });
    await api.auth.test();
    await expect(posting()).rejects.toBeInstanceOf(WebAPIHTTPError);
    await expect(posting()).rejects.toBeInstanceOf(WebAPIHTTPError);
    await expect(posting()).rejects.toBeInstanceOf(WebAPIRateLimitedError);
    await posting();
    expect(slack.calls('chat.postMessage').map(({ outcome }) => outcome)).toEqual([
      'http-500',
      'http-500',
      'rate-limited',
      'ok',
    ]);
    slack.faults.api('chat.postMessage', { kind: 'http-500' });
    slack.faults.clear();
    await posting();
  });
});

describe('the rate limit', () => {
  it('is one message a second and channel when switched on', async () => {
    const strict = await startSlack({ rateLimit: true });
    try {
      const calls = client(strict);
      await post(calls, { channel: INCIDENTS, text: '1' });
      await expect(post(calls, { channel: INCIDENTS, text: '2' })).rejects.toMatchObject({ retryAfter: 1 });
      await expect(post(calls, { channel: RANDOM, text: '1' })).rejects.toMatchObject({
        data: { error: 'not_in_channel' },
      });
    } finally {
      await strict.close();
    }
  });
});
