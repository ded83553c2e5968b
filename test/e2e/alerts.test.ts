import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SICK_HOSTS } from '../../src/demo/lab/sick-hosts.ts';
import type { LocalMessage } from '../../src/demo/local-slack/message.ts';
import { startProduct, type Product } from '../../src/demo/product.ts';
import { CAST } from '../../src/demo/stage-config.ts';
import { startStage, type Stage } from '../../src/demo/stage.ts';
import { readable } from '../../src/demo/story-view.ts';
import { needs } from '../support/machine.ts';
import { childrenOf, redisServerOf } from '../support/processes.ts';
import { MAIN } from '../support/program.ts';
import { alert, alsoNamed, send, type SentAlert } from './alert-sender.ts';

const need = needs('lab', 'redis-server');
const NAMES = ['one-1', 'one-2', 'one-3', 'one-4', 'one-5'] as const;

describe.skipIf(need.skip)(`an alert, on the whole product ${need.reason}`, () => {
  let stage: Stage;
  let product: Product;
  beforeAll(async () => {
    stage = await startStage({
      main: MAIN,
      hosts: [SICK_HOSTS['db-1']],
      windowS: 1,
      mode: 'socket',
      extraHosts: (lab) => NAMES.map((name) => alsoNamed(lab, 'db-1', { name, group: 'one' })),
      alerts: 'rules: [{start: true}], ',
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
  const post = async (all: readonly SentAlert[]): Promise<number> =>
    send({ port: product.httpPort, secret: stage.alertSecret }, all);
  const restart = async (): Promise<void> => {
    const logFile = join(stage.dir, 'again.log');
    product = await startProduct({ main: MAIN, role: 'all', env: stage.env, logFile, waitUntilReady: true });
  };
  const killRedis = (): void => void process.kill(redisServerOf(join(stage.dataDir, 'redis')), 'SIGKILL');

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
});
