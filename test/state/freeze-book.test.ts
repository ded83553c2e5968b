import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { sealDeclaration } from '../../src/core/change/freeze-record.ts';
import type { Person } from '../../src/core/domain/change.ts';
import { FreezeBook, freezeOnDisk, type FreezeBookOptions } from '../../src/state/freeze-book.ts';
import { needs } from '../support/machine.ts';
import { later, testState, type TestState } from '../support/state.ts';

const need = needs('redis-server');
const ALICE: Person = { kind: 'os-user', name: 'alice' };
const KEY = 'tcpcheck:freeze';
const pem = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'tcpcheck-freeze-'));
  later(async () => rmSync(made, { recursive: true, force: true }));
  return made;
}
const nowMs = (): number => 1_000;

describe.skipIf(need.skip)(`whether changes are frozen ${need.reason}`, () => {
  let at: TestState;
  let dataDir: string;
  const signingKeyPem = pem();
  const problems: string[] = [];

  beforeEach(async () => {
    at = await testState();
    dataDir = folder();
    problems.length = 0;
  });
  /** A bot that is started on that data directory; the same as one that was restarted. */
  const book = (more: Partial<FreezeBookOptions> = {}): FreezeBook =>
    new FreezeBook({
      dataDir,
      store: at.state.freeze,
      windows: () => [],
      signingKeyPem,
      mayBegin: true,
      nowMs,
      report: ({ code }) => void problems.push(code),
      ...more,
    });
  const freeze = { kind: 'person', by: ALICE, fromMs: 900, toMs: null, reason: 'release' } as const;
  const said = { by: ALICE, channel: 'C1' } as const;

  it('a new installation is not, a restarted one is as it was', async () => {
    expect(await book().now()).toBeNull();
    const bot = book();
    await bot.declare({ freeze, ...said });
    expect([await bot.now(), bot.lastSeen(), await book().now()]).toEqual([freeze, freeze, freeze]);
    expect(book().lastSeen()).toEqual(freeze);
    await book().declare({ freeze: null, ...said });
    expect(await bot.now()).toBeNull();
    expect(freezeOnDisk(dataDir)).toMatchObject({ seq: 3, freeze: null, by: ALICE });
  });

  it('ends by itself', async () => {
    await book().declare({ freeze: { ...freeze, toMs: 1_500 }, ...said });
    expect(await book({ nowMs: () => 1_499 }).now()).not.toBeNull();
    expect(await book({ nowMs: () => 1_500 }).now()).toBeNull();
  });

  it('another bot on the same Redis hears of it, and of its end', async () => {
    const other = book({ dataDir: folder() });
    await book().now();
    expect(await other.now()).toBeNull();
    await book().declare({ freeze, ...said });
    expect(await other.now()).toEqual(freeze);
    await other.declare({ freeze: null, ...said });
    expect(await book().now()).toBeNull();
  });

  it('two who speak at once are both heard, one after the other', async () => {
    const [one, other] = [book(), book({ dataDir: folder() })];
    await one.now();
    const both = await Promise.all([one.declare({ freeze, ...said }), other.declare({ freeze, ...said })]);
    expect(both.map(({ seq }) => seq).toSorted((a, b) => a - b)).toEqual([2, 3]);
  });

  it.each([
    ['emptied', async () => void (await at.redis.client().flushall())],
    ['robbed of the key', async () => void (await at.redis.client().del(KEY))],
    ['given garbage', async () => void (await at.redis.client().set(KEY, '{"payload":"x","signature":"y"}'))],
    [
      'given a lift that somebody else has signed',
      async () => {
        const forged = { seq: 99, freeze: null, by: ALICE, atMs: 1, channel: null };
        await at.redis.client().set(KEY, sealDeclaration(forged, pem()));
      },
    ],
  ])('a Redis that was %s freezes changes, until a person lifts it', async (_, harm) => {
    expect(await book().now()).toBeNull();
    await harm();
    expect(await book().now()).toMatchObject({ kind: 'emptied' });
    // It stays so, whoever is started anew.
    expect(await book().now()).toMatchObject({ kind: 'emptied' });
    expect(await book({ dataDir: folder() }).now()).toMatchObject({ kind: 'emptied' });
    await book().declare({ freeze: null, ...said });
    expect(await book().now()).toBeNull();
  });

  it('stays ours when the key that sealed it is retired', async () => {
    const next = pem();
    await book().declare({ freeze, ...said });
    const publicHalf = createPublicKey(signingKeyPem).export({ type: 'spki', format: 'pem' }).toString();
    expect(await book({ signingKeyPem: next, verifyKeyPem: publicHalf }).now()).toEqual(freeze);
    expect(await book({ signingKeyPem: next }).now()).toEqual(freeze);
    expect(problems).toEqual([]);
  });

  it('nobody lifts a freeze by writing Redis, not even with what was true before', async () => {
    await book().now();
    const before = (await at.redis.client().get(KEY)) ?? '';
    await book().declare({ freeze, ...said });
    await at.redis.client().set(KEY, before);
    expect(await book().now()).toMatchObject({ kind: 'emptied' });
    await at.redis.client().del(KEY);
    expect(await book().now()).toMatchObject({ kind: 'emptied' });
  });

  it('what two say on two sides of a Redis that was set back is not believed', async () => {
    await book().now();
    const before = (await at.redis.client().get(KEY)) ?? '';
    await book().declare({ freeze, ...said });
    const elsewhere = folder();
    await book({ dataDir: elsewhere }).now();
    // Its copy took over without the last word, and somebody said another.
    await at.redis.client().set(KEY, before);
    rmSync(join(elsewhere, 'freeze.json'));
    expect(await book({ dataDir: elsewhere }).declare({ freeze: null, ...said })).toHaveProperty('seq', 2);
    expect(freezeOnDisk(dataDir)).toMatchObject({ seq: 2, freeze });
    expect(await book().now()).toMatchObject({ kind: 'emptied' });
  });

  it('nobody lifts, or shortens, what they have not seen', async () => {
    const one = book();
    const seen = await one.declared();
    await book({ dataDir: folder() }).declare({ freeze, ...said });
    await expect(one.declare({ freeze: null, ...said }, seen)).rejects.toMatchObject({
      code: 'CHANGE_DECIDED',
    });
    expect(await one.now()).toEqual(freeze);
    await one.declare({ freeze: null, ...said }, await one.declared());
    expect(await one.now()).toBeNull();
  });

  it('somebody who writes Redis all the time keeps nobody waiting: it is frozen', async () => {
    await book().now();
    let writes = 0;
    const store = {
      ...at.state.freeze,
      swap: async (from: string | null, to: string): Promise<boolean> => {
        writes += 1;
        await at.redis.client().set(KEY, `garbage ${writes}`);
        return at.state.freeze.swap(from, to);
      },
    };
    await at.redis.client().set(KEY, 'garbage');
    expect(await book({ store }).now()).toMatchObject({ kind: 'emptied' });
    expect(writes).toBe(5);
    await expect(book({ store }).declare({ freeze: null, ...said })).rejects.toMatchObject({
      code: 'REDIS_UNAVAILABLE',
    });
  });

  it('is frozen where work was done before and Redis remembers nothing of it', async () => {
    mkdirSync(join(dataDir, 'audit'));
    writeFileSync(join(dataDir, 'audit', 'bot.jsonl'), '{}\n');
    expect(await book().now()).toMatchObject({ kind: 'emptied' });
  });

  it('a command in a terminal does not take an empty Redis for a new installation', async () => {
    expect(await book({ mayBegin: false }).now()).toMatchObject({ kind: 'emptied' });
  });

  it('believes the sealed word in Redis when its own file is damaged, and freezes without either', async () => {
    await book().declare({ freeze: null, ...said });
    writeFileSync(join(dataDir, 'freeze.json'), '{');
    expect(await book().now()).toBeNull();
    writeFileSync(join(dataDir, 'freeze.json'), '{');
    await at.redis.client().del(KEY);
    expect(await book().now()).toMatchObject({ kind: 'emptied' });
  });

  it('says nothing while Redis is away: then nothing is decided either', async () => {
    await book().now();
    at.redis.freeze();
    await expect(book().now()).rejects.toMatchObject({ code: 'REDIS_UNAVAILABLE' });
    at.redis.thaw();
  });
});
