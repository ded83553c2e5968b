import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AskOutcome, Question } from '../../src/core/domain/ports.ts';
import { needs } from '../support/machine.ts';
import { CHANNEL, startBench, TEAM, type Bench } from './bench.ts';

const need = needs('redis-server');

const told = (outcome: AskOutcome): string =>
  outcome.kind === 'refused' ? `${outcome.code}: ${outcome.answer.en}` : JSON.stringify(outcome);

const question = (target: string, deliveryKey = 'd1'): Question => ({
  target,
  symptom: '',
  channel: CHANNEL,
  locale: 'en',
  requester: { kind: 'slack-user', teamId: TEAM, userId: 'U1' },
  mentions: ['U1'],
  deliveryKey,
});

describe.skipIf(need.skip)(`asking ${need.reason}`, () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await startBench();
  });
  afterEach(async () => bench.close());

  it('accepts a host once, and a group as its hosts', async () => {
    expect(told(await bench.desk.ask(question('WEB-1')))).toBe('{"kind":"accepted","hosts":["web-1"]}');
    expect(told(await bench.desk.ask(question('web-1')))).toBe('{"kind":"duplicate"}');
    expect(told(await bench.desk.ask(question('web', 'd2')))).toBe(
      '{"kind":"accepted","hosts":["web-1","web-2"]}',
    );
    // Three requests, and the message about all hosts of the group.
    expect(await bench.state.requests.unanswered()).toHaveLength(4);
  });

  it.each([
    ['wbe-1', "HOST_UNKNOWN: I don't know a host or group `wbe-1`. Did you mean `web-1`?"],
    ['zzzzzzzzzz', "HOST_UNKNOWN: I don't know a host or group `zzzzzzzzzz`. `/tcpcheck hosts` lists them."],
    [
      'web-1; reboot',
      'HOST_NAME_INVALID: That is not a host name. Use a name from `/tcpcheck hosts`, for example `/tcpcheck web-1 connection refused`.',
    ],
    [
      '<!channel>',
      'HOST_NAME_INVALID: That is not a host name. Use a name from `/tcpcheck hosts`, for example `/tcpcheck web-1 connection refused`.',
    ],
  ])('answers %s', async (target, answer) => {
    expect(told(await bench.desk.ask(question(target)))).toBe(answer);
    expect(await bench.state.requests.unanswered()).toEqual([]);
  });

  it('says at once that the queue is away, and the same delivery is taken when it is back', async () => {
    bench.redis.freeze();
    const begin = performance.now();
    const answer =
      'REDIS_UNAVAILABLE: I cannot reach my queue right now, so nothing was started. Please try again in a minute.';
    expect(told(await bench.desk.ask(question('web-1')))).toBe(answer);
    expect(performance.now() - begin).toBeLessThan(2_500);
    bench.redis.thaw();
    await expect
      .poll(async () => (await bench.desk.ask(question('web-1'))).kind, { timeout: 10_000 })
      .toBe('accepted');
    expect(await bench.state.requests.unanswered()).toHaveLength(1);
  });
});
