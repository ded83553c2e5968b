import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SentAlert } from '../../src/demo/demo-alerts.ts';
import { SICK_HOSTS } from '../../src/demo/lab/sick-hosts.ts';
import type { LocalMessage } from '../../src/demo/local-slack/message.ts';
import { startProduct, type Product } from '../../src/demo/product.ts';
import { CAST } from '../../src/demo/stage-config.ts';
import { startStage, type Stage } from '../../src/demo/stage.ts';
import { readable } from '../../src/demo/story-view.ts';
import { needs } from '../support/machine.ts';
import { childrenOf, redisServerOf } from '../support/processes.ts';
import { MAIN } from '../support/program.ts';
import { alert, alsoNamed, send } from './alert-sender.ts';

const need = needs('lab', 'redis-server');
const NAMES = ['one-1', 'one-2', 'one-3', 'one-4', 'one-5', 'one-6'] as const;
/** From before the product starts until most of the tests between its first alert and its end are done. */
const MAINTENANCE_MS = 40_000;
/** One firing, before and after. */
const HELD = alert('one-6');

describe.skipIf(need.skip)(`an alert, on the whole product ${need.reason}`, () => {
  let stage: Stage;
  let product: Product;
  beforeAll(async () => {
    const [from, to] = [0, MAINTENANCE_MS].map((afterMs) => new Date(Date.now() + afterMs).toISOString());
    stage = await startStage({
      main: MAIN,
      hosts: [SICK_HOSTS['db-1']],
      windowS: 1,
      mode: 'socket',
      extraHosts: (lab) => NAMES.map((name) => alsoNamed(lab, 'db-1', { name, group: 'one' })),
      alerts: `rules: [{start: true}], maintenance: [{from: ${from}, to: ${to}, hosts: [one-6], reason: new kernel}], `,
    });
    product = stage.product;
  }, 90_000);
  afterAll(async () => {
    if (product !== stage?.product) await product?.stop();
    await stage?.stop();
  }, 60_000);

  const rootsOf = (host: string): readonly LocalMessage[] =>
    stage.slack
      .messages(CAST.alertChannel)
      .filter(({ threadTs, text }) => threadTs === null && text.startsWith(`${host}:`));
  const announced = (text: string): readonly string[] =>
    stage.slack
      .messages(CAST.alertChannel)
      .filter((message) => message.text === text)
      .map(readable);
  const post = async (all: readonly SentAlert[]): Promise<number> =>
    send({ port: product.httpPort, secret: stage.alertSecret }, all);
  const restart = async (): Promise<void> => {
    const logFile = join(stage.dir, 'again.log');
    product = await startProduct({ main: MAIN, role: 'all', env: stage.env, logFile, waitUntilReady: true });
  };
  const killRedis = (): void => void process.kill(redisServerOf(join(stage.dataDir, 'redis')), 'SIGKILL');

  it('in a maintenance window, which is announced, opens no thread', async () => {
    await expect
      .poll(() => announced('Maintenance of one-6'), { timeout: 15_000 })
      .toEqual([expect.stringContaining('open no thread and start nothing. They are counted.')]);
    expect(await post([HELD])).toBe(202);
  }, 20_000);

  it('that is delivered 33 times makes one thread', async () => {
    const one = alert('one-1');
    const answers = await Promise.all(Array.from({ length: 33 }, async () => post([one])));
    expect(new Set(answers)).toEqual(new Set([202]));
    await expect
      .poll(() => rootsOf('one-1').map(readable).join(), { timeout: 20_000 })
      .toContain('repeats 32');
    expect(rootsOf('one-1')).toHaveLength(1);
  }, 40_000);

  it.each([
    ['one-2', 'the bot', async () => product.kill()],
    [
      'one-3',
      'the worker',
      async () => {
        for (const pid of childrenOf(product.pid, 'worker')) process.kill(pid, 'SIGKILL');
      },
    ],
    ['one-4', 'Redis', async () => killRedis()],
    [
      'one-5',
      'bot and Redis',
      async () => {
        killRedis();
        await product.kill();
      },
    ],
  ])(
    'about %s that was answered 202 is not lost when %s is killed right after',
    async (host, what, kill) => {
      expect(await post([alert(host)])).toBe(202);
      await kill();
      if (what.includes('bot')) await restart();
      await expect.poll(() => rootsOf(host)[0]?.text, { timeout: 40_000 }).toBe(`${host}: ok`);
      expect(rootsOf(host)).toHaveLength(1);
    },
    100_000,
  );

  it('that was held back is told of when the maintenance is over, and opens a thread when it comes again', async () => {
    await expect
      .poll(() => announced('Maintenance of one-6 is over'), { timeout: 60_000 })
      .toEqual([expect.stringContaining('Alerts held back: 1. Hosts: 1 (one-6).\\nStill firing: one-6.')]);
    // By then another bot has read the same window.
    expect(announced('Maintenance of one-6')).toHaveLength(1);
    expect(rootsOf('one-6')).toEqual([]);
    expect(await post([HELD])).toBe(202);
    await expect.poll(() => rootsOf('one-6')[0]?.text, { timeout: 40_000 }).toBe('one-6: ok');
  }, 110_000);
});
