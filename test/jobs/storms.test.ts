import { describe, expect, it } from 'vitest';
import { failedDiagnosis } from '../../src/core/playbook/failed-diagnosis.ts';
import { TcpcheckError } from '../../src/core/domain/errors.ts';
import type { ErrorCode } from '../../src/core/domain/error-catalogue.ts';
import { LookTurns } from '../../src/jobs/look-turns.ts';
import { needs } from '../support/machine.ts';
import { alertStage, firing, fleet, wordsIn, type AlertStage } from './alert-stage.ts';
import { askFor, finishRun, host } from './bench.ts';

const need = needs('redis-server');

/** Every look that was started ends like this. */
async function looksEnd(stage: AlertStage, code: ErrorCode | null): Promise<readonly string[]> {
  const stranded = await stage.bench.state.sweep();
  const waiting = await stage.bench.redis.client().smembers('tcpcheck:open-hosts');
  expect(stranded).toEqual([]);
  stage.bench.clock.nowMs += 10_000;
  for (const name of waiting) {
    const failed =
      code === null ? {} : failedDiagnosis(name, 1_000, new TcpcheckError(code, 'no answer within 10 s'));
    await finishRun(stage.bench, name, failed);
  }
  await stage.turn();
  return waiting;
}

const texts = (stage: AlertStage): readonly string[] => stage.roots().map(({ message }) => message.text);

describe.skipIf(need.skip)(`a storm ${need.reason}`, () => {
  it('is one thread for many hosts, with a few looked at and no button to change anything', async () => {
    const stage = await alertStage([...fleet('web', 30), ...fleet('db', 12)]);
    const names = [...fleet('web', 30), ...fleet('db', 12)].map(({ name }) => name);
    const alerts = names.map((name) => firing(name));
    await stage.hear(...alerts);
    expect(texts(stage)).toEqual(['42 hosts alert at once']);
    expect((await looksEnd(stage, 'SSH_TIMEOUT')).length).toBe(6);
    const [root] = stage.roots();
    const text = wordsIn(root);
    expect(text).toContain('More than 10 hosts alerted within 2 min');
    expect(text).toContain('network or power, not TCP tuning');
    expect(text).toContain('30: web-1, web-2');
    expect(text).toContain('3 cannot be reached');
    expect(text).not.toContain('change.approve');
    expect(stage.replies(root).map(wordsIn)).toEqual([expect.stringContaining('<@U9>')]);
    // Later hosts join; repeats are counted; nothing else is posted.
    await stage.hear(...alerts, firing('web-1', { name: 'Another' }));
    expect(texts(stage)).toEqual(['42 hosts alert at once']);
    expect(wordsIn(root)).toContain('alerts 43, repeats 42');
    await stage.hear(...alerts.map((alert) => ({ ...alert, status: 'resolved' as const })));
    expect(texts(stage)).toEqual(['42 hosts alert at once']);
    stage.bench.clock.nowMs += 11 * 60_000;
    await stage.turn();
    expect(texts(stage)).toEqual(['42 hosts alerted at once; no new ones, still firing: 1']);
    expect(wordsIn(root)).toContain('no further host has alerted for 10 minutes');
    // What alerts after it is an incident of its own.
    await stage.hear(firing('web-3'));
    expect(texts(stage)).toEqual([
      '42 hosts alerted at once; no new ones, still firing: 1',
      'web-3: ListenOverflows firing',
    ]);
  });

  it('takes over threads that were posted before it began, and they say where to read on', async () => {
    const stage = await alertStage(fleet('web', 12));
    await stage.hear(firing('web-1'));
    // Nothing else brings its thread up again.
    await looksEnd(stage, null);
    for (let at = 2; at <= 12; at += 1) await stage.hear(firing(`web-${at}`));
    const merged = stage.roots().filter(({ message }) => message.text.endsWith('told in another thread'));
    expect(merged).toHaveLength(10);
    const linked = merged.filter((one) => wordsIn(one).includes('https://slack.test/archives/'));
    expect(linked).toEqual(merged);
    expect(texts(stage).at(-1)).toBe('12 hosts alert at once');
    expect(stage.roots()).toHaveLength(11);
  });

  it('begins with the second host behind a jump host that is dead, which is reported once', async () => {
    const stage = await alertStage([
      host('bastion-1'),
      ...fleet('eu', 4, { jump: 'bastion-1' }),
      ...fleet('us', 2),
    ]);
    await stage.hear(firing('eu-1'));
    await looksEnd(stage, 'SSH_JUMP');
    expect(texts(stage)).toEqual(['eu-1: could not be checked']);
    await stage.hear(firing('eu-2'), firing('eu-3'), firing('us-1'));
    expect(texts(stage)).toEqual([
      'eu-1: told in another thread',
      expect.stringMatching(/us-1|3 hosts/),
      expect.stringMatching(/us-1|3 hosts/),
    ]);
    const storm = stage.roots().find(({ message }) => message.text.startsWith('3 hosts'));
    expect(wordsIn(storm)).toContain('behind `bastion-1` cannot be looked at');
  });

  it('begins when no host of a zone that alerts can be reached', async () => {
    const stage = await alertStage(fleet('eu', 4, { zone: 'frankfurt' }));
    await stage.hear(...[1, 2, 3].map((at) => firing(`eu-${at}`)));
    expect(stage.roots()).toHaveLength(3);
    await looksEnd(stage, 'SSH_TIMEOUT');
    const storm = stage.roots().find(({ message }) => message.text.startsWith('3 hosts'));
    expect(wordsIn(storm)).toContain('No host of zone `frankfurt` that alerts can be reached');
  });

  it('leaves worker slots to people: so many looks at once, and few through one jump host', async () => {
    const { bench } = await alertStage();
    const { alerts } = bench.state;
    const nowMs = bench.clock.nowMs;
    const through = await Promise.all(
      Array.from({ length: 8 }, async (_, at) => alerts.takeLook(`a${at}`, 'bastion-1', nowMs)),
    );
    expect(through.filter(Boolean)).toHaveLength(5);
    const others = await Promise.all(
      Array.from({ length: 40 }, async (_, at) => alerts.takeLook(`b${at}`, null, nowMs)),
    );
    expect(others.filter(Boolean)).toHaveLength(20);
    await alerts.leaveLook('a0');
    expect(await alerts.takeLook('c', 'bastion-1', nowMs)).toBe(true);
    expect(await alerts.takeLook('d', null, nowMs)).toBe(false);
    expect(await alerts.takeLook('d', null, nowMs + 4 * 60_000)).toBe(true);
  });

  it('has its looks begin one after the other, and people do not wait for their turn', async () => {
    const stage = await alertStage(fleet('web', 5));
    const { state } = stage.bench;
    await stage.hear(...[1, 2, 3, 4].map((at) => firing(`web-${at}`)));
    const turns = new LookTurns(state.requests);
    const { signal } = new AbortController();
    const began = performance.now();
    const begin = async (name: string): Promise<readonly [string, number]> => {
      await turns.wait(name, signal);
      return [name, performance.now() - began];
    };
    await askFor(stage.bench, 'web-5');
    const all = ['web-1', 'web-2', 'web-3', 'web-4', 'web-5'].map(begin);
    // Somebody asks about the last of them while it waits.
    await askFor(stage.bench, 'web-4');
    const [one = 0, two = 0, three = 0, four = 0, five = 0] = (await Promise.all(all)).map(([, ms]) => ms);
    expect([two - one >= 250, three - two >= 250, four < three, five < two]).toEqual([
      true,
      true,
      true,
      true,
    ]);
  });
});
