import { randomUUID } from 'node:crypto';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AlertDelivery } from '../../src/core/domain/alert-ports.ts';
import { AlertSpool } from '../../src/state/alert-spool.ts';
import type { ClosableQueue } from '../../src/state/open-state.ts';
import { firing } from '../jobs/alert-stage.ts';
import { needs } from '../support/machine.ts';
import { later, stateOn, testRedis, testState, type TestState } from '../support/state.ts';

const need = needs('redis-server');

const delivery = (id: string = randomUUID()): AlertDelivery => ({ id, notices: [firing('web-1')] });

function dataDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'tcpcheck-queue-'));
  later(async () => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

async function queueOn({ state }: TestState, dir: string): Promise<ClosableQueue> {
  const queue = await state.openAlertQueue(dir);
  later(async () => queue.close());
  return queue;
}

const idsIn = async ({ state }: TestState): Promise<readonly string[]> =>
  (await state.alerts.deliveries(1_000)).map(({ id }) => id);

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** So many wait that no more are taken. */
const FULL = Array.from({ length: 20_000 }, (_, at) => `${at}`);

/** A commit that takes deliveries off and changes nothing else. */
const NO_RECORDS = {
  records: [],
  incidentOf: [],
  known: [],
  requests: [],
  owed: [],
  pending: [],
  deliveries: [],
};

describe.skipIf(need.skip)(`deliveries of alerts ${need.reason}`, () => {
  it('wait as they came, each once, however many come together', async () => {
    const on = await testState();
    const queue = await queueOn(on, dataDir());
    const all = Array.from({ length: 300 }, () => delivery());
    await Promise.all([...all, ...all].map(async (one) => queue.submit(one)));
    expect((await idsIn(on)).toSorted()).toEqual(all.map(({ id }) => id).toSorted());
    expect((await on.state.alerts.deliveries(1))[0]?.notices).toEqual(all[0]?.notices);
  });

  it('are handed over again when Redis has died and forgotten them, and not when it has them', async () => {
    const on = await stateOn(await testRedis('--appendonly', 'no'));
    const queue = await queueOn(on, dataDir());
    const [first, second] = [delivery(), delivery()];
    await queue.submit(first);
    await queue.submit(second);
    await on.redis.kill();
    await on.redis.start();
    await expect
      .poll(async () => idsIn(on).catch(() => []), { timeout: 10_000 })
      .toEqual([first.id, second.id]);
    expect(await on.state.alerts.commit({ ...NO_RECORDS, taken: [first.id, second.id] })).toBe(true);
    await on.redis.client().call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    const third = delivery();
    await expect
      .poll(
        async () =>
          queue.submit(third).then(
            () => 'taken',
            () => 'away',
          ),
        { timeout: 10_000 },
      )
      .toBe('taken');
    await expect.poll(async () => idsIn(on).catch(() => []), { timeout: 10_000 }).toEqual([third.id]);
  });

  it('are refused while Redis is away, and while it has no room', async () => {
    const on = await testState();
    const queue = await queueOn(on, dataDir());
    on.redis.freeze();
    await expect(queue.submit(delivery())).rejects.toMatchObject({ code: 'REDIS_UNAVAILABLE' });
    on.redis.thaw();
    await on.redis.client().rpush('tcpcheck:alert-intake', ...FULL);
    await expect(queue.submit(delivery())).rejects.toMatchObject({ code: 'QUEUE_FULL' });
  });

  it('are handed over again as soon as there is room, without a reconnect, until the queue is closed', async () => {
    const on = await testState();
    const [dir, one, redis] = [dataDir(), delivery(), on.redis.client()];
    const before = await queueOn(on, dir);
    await before.submit(one);
    await before.close();
    await redis.del('tcpcheck:alert-intake', `tcpcheck:alert-seen:${one.id}`);
    await redis.rpush('tcpcheck:alert-intake', ...FULL);
    const refused = async (): Promise<ClosableQueue> => {
      const again = await stateOn(on.redis);
      const queue = await queueOn(again, dir);
      await expect.poll(() => again.problems).toMatchObject([{ fields: { left: 1 } }]);
      return queue;
    };
    const closed = await refused();
    const sinceMs = performance.now();
    await closed.close();
    expect(performance.now() - sinceMs).toBeLessThan(1_000);
    await refused();
    await redis.del('tcpcheck:alert-intake');
    await expect.poll(async () => idsIn(on), { timeout: 10_000 }).toEqual([one.id]);
  });

  it('take a replica’s word where there is one', async () => {
    const port = await freePort();
    const on = await stateOn(
      await testRedis('--port', String(port), '--bind', '127.0.0.1', '--repl-diskless-sync-delay', '0'),
    );
    const replica = await testRedis('--replicaof', '127.0.0.1', String(port));
    const queue = await queueOn(on, dataDir());
    const [info, status] = [async () => on.redis.client().info('replication'), /state=online/];
    await expect.poll(info, { timeout: 15_000 }).toMatch(status);
    const one = delivery();
    // Its first word may take longer than a sender waits, which then comes again.
    const taken = async (): Promise<void> => queue.submit(one);
    await expect.poll(async () => taken().then(() => 'taken', String), { timeout: 15_000 }).toBe('taken');
    expect(await replica.client().llen('tcpcheck:alert-intake')).toBe(1);
    replica.freeze();
    await expect(queue.submit(delivery())).rejects.toMatchObject({ code: 'REDIS_UNAVAILABLE' });
    replica.thaw();
  });

  it('are changed by one of two who work them off at the same moment', async () => {
    const on = await testState();
    const queue = await queueOn(on, dataDir());
    const one = delivery();
    await queue.submit(one);
    const commit = { ...NO_RECORDS, taken: [one.id] };
    const both = await Promise.all([on.state.alerts.commit(commit), on.state.alerts.commit(commit)]);
    expect(both.filter(Boolean)).toHaveLength(1);
  });
});

async function spoolIn(dir: string, nowMs: () => number = Date.now): Promise<AlertSpool> {
  const spool = await AlertSpool.open(dir, nowMs);
  later(async () => spool.close());
  return spool;
}
const fileIn = (dir: string, at: 0 | 1): string => join(dir, 'alerts', `alerts-${at}.jsonl`);

describe('the copy on our own disk', () => {
  it('gives back whole lines of the last minutes, oldest first, and empties itself', async () => {
    const dir = dataDir();
    let nowMs = 1_000_000;
    const spool = await spoolIn(dir, () => nowMs);
    await spool.append(['a', 'b c']);
    nowMs += 61_000;
    await spool.append(['d']);
    appendFileSync(fileIn(dir, 1), '1061000 half a li');
    expect(await spool.linesSince(0)).toEqual(['a', 'b c', 'd']);
    expect(await spool.linesSince(1_000_001)).toEqual(['d']);
    nowMs += 61_000;
    await spool.append(['e']);
    expect((await spool.linesSince(0)).slice(-1)).toEqual(['e']);
    // Then it takes over.
    const emptied = async (): Promise<string> => {
      await spool.append(['f']);
      return readFileSync(fileIn(dir, 0), 'utf8');
    };
    await expect.poll(emptied).toMatch(/^1122000 f\n\0+$/);
    expect([...new Set(await spool.linesSince(0))]).toEqual(['d', 'e', 'f']);
  });

  it.each([
    ['62000 c\n', '1000 a\n2000 b\n'],
    ['1000 a\n2000 b\n', '62000 c\n'],
  ])('knows after a restart which of its two files is the older: %j, %j', async (...written) => {
    const dir = dataDir();
    mkdirSync(join(dir, 'alerts'));
    for (const at of [0, 1] as const) writeFileSync(fileIn(dir, at), written[at]);
    let nowMs = 63_000;
    const spool = await spoolIn(dir, () => nowMs);
    await spool.append(['d']);
    expect(await spool.linesSince(0)).toEqual(['a', 'b', 'c', 'd']);
    nowMs += 61_000;
    // It is the older one that is emptied.
    await spool.append(['e']);
    await expect.poll(async () => spool.linesSince(0)).toEqual(['c', 'd', 'e']);
  });

  it('holds what comes together, more than there is room for, and goes on behind it after a restart', async () => {
    const dir = dataDir();
    const lines = Array.from({ length: 40 }, (_, at) => `${at} ${'x'.repeat(100_000)}`);
    const before = await spoolIn(dir);
    await Promise.all(lines.map(async (line) => before.append([line])));
    const after = await spoolIn(dir);
    await after.append(['next']);
    expect(await after.linesSince(0)).toEqual([...lines, 'next']);
  });

  it('leaves out what a crash has cut off, in the middle too, and keeps what came behind it', async () => {
    const dir = dataDir();
    const spool = await spoolIn(dir, () => 1_000);
    await spool.append(['first']);
    const [hole, cut] = ['\0'.repeat(600), 'ond","x":7\n'];
    writeFileSync(fileIn(dir, 0), `1000 first\n1000 sec${hole}${cut}1000 third\n${hole}`);
    expect(await (await spoolIn(dir)).linesSince(500)).toEqual(['first', 'third']);
    writeFileSync(fileIn(dir, 0), `1000 first\n1000 sec`);
    const again = await spoolIn(dir, () => 1_000);
    await again.append(['third']);
    expect(await again.linesSince(500)).toEqual(['first', 'third']);
  });
});
