import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { needs } from '../support/machine.ts';
import {
  askFor,
  CHANNEL,
  finishRun,
  settle,
  settleRoot,
  showThread,
  startBench,
  tellLostThreads,
  type Bench,
} from './bench.ts';

const need = needs('redis-server');

describe.skipIf(need.skip)(`a thread in Slack ${need.reason}`, () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await startBench();
  });
  afterEach(async () => bench.close());

  /** What stands in the channel: each root with the number of its replies. */
  const threads = (): { text: string; replies: number }[] =>
    bench.slack
      .messages(CHANNEL)
      .filter((message) => message.threadTs === null)
      .map((root) => ({ text: root.text, replies: bench.slack.messages(CHANNEL, root.ts).length - 1 }));

  it('goes from queued to done in one root message, each reply once', async () => {
    const id = await askFor(bench);
    await showThread(bench.show, id);
    expect(threads()).toEqual([{ text: 'web-1: queued', replies: 0 }]);
    await finishRun(bench);
    await settle(bench, id);
    await showThread(bench.show, id);
    expect(threads()).toEqual([{ text: 'web-1: critical', replies: 3 }]);
    expect(bench.slack.warnings).toEqual([]);
  });

  it.each([
    ['the answer to a post is lost', { kind: 'lose-answer' }],
    ['the connection is reset before the post', { kind: 'reset' }],
    ['Slack answers 500', { kind: 'http-500' }],
    ['Slack wants a pause', { kind: 'rate-limited', retryAfterSeconds: 1 }],
  ] as const)(
    'posts each message exactly once when %s',
    async (_, fault) => {
      bench.slack.faults.api('chat.postMessage', fault, 2);
      const id = await askFor(bench);
      await settleRoot(bench, id);
      await finishRun(bench);
      await settle(bench, id);
      expect(bench.slack.faults.pending()).toBe(0);
      expect(threads()).toEqual([{ text: 'web-1: critical', replies: 3 }]);
    },
    40_000,
  );

  it('finds its own post again after a crash between post and note', async () => {
    const id = await askFor(bench);
    await showThread(bench.show, id);
    const entries = await bench.state.threads.entries(id);
    // The same as if the process had died before the answer was written down.
    const client = bench.redis.client();
    const keys = await client.keys(`*${id}*`);
    const kinds = await Promise.all(keys.map(async (one) => client.type(one)));
    const key = keys.find((one, index) => kinds[index] === 'hash' && one.includes('thread'));
    expect(key).toBeDefined();
    const field = await client.hget(key ?? '', 'root');
    expect(field).toContain(entries.get('root')?.ts ?? 'no ts');
    await bench.state.threads.forget(id, 'root');
    await client.hdel(key ?? '', 'root');
    await bench.state.threads.begin(id, 'root', 'hash');
    await finishRun(bench);
    await settle(bench, id);
    expect(threads()).toEqual([{ text: 'web-1: critical', replies: 3 }]);
  });

  it('says when no worker serves the zone of the host, and that no more once it has begun', async () => {
    const [web] = bench.show.config.hosts.values();
    if (web === undefined) throw new Error('the bench has hosts');
    const hosts = new Map([['web-1', { ...web, zone: 'eu' }]]);
    const inZone = { ...bench, show: { ...bench.show, config: { ...bench.show.config, hosts } } };
    const id = await askFor(inZone);
    await showThread(inZone.show, id);
    const root = (): string => JSON.stringify(bench.slack.messages(CHANNEL)[0]?.blocks);
    expect(root()).toContain('no worker of zone eu answers at the moment');
    await finishRun(inZone);
    await settle(inZone, id);
    expect(root()).not.toContain('no worker of zone eu');
  });

  it('gives up where the bot is not in the channel, and says so to operators', async () => {
    bench.slack.faults.api('chat.postMessage', { kind: 'error', error: 'not_in_channel' });
    const id = await askFor(bench);
    await showThread(bench.show, id);
    expect(bench.problems.map(({ code }) => code)).toContain('SLACK_NOT_IN_CHANNEL');
  });

  it('tells the asker to ask again when the queue was emptied', async () => {
    const id = await askFor(bench);
    await showThread(bench.show, id);
    await bench.redis.client().flushall();
    await tellLostThreads(bench.show);
    await tellLostThreads(bench.show);
    expect(threads()).toEqual([{ text: 'web-1: lost', replies: 0 }]);
    expect(bench.slack.calls('chat.update')).toHaveLength(1);
  });
});
