import { describe, expect, it } from 'vitest';
import { Link } from '../../src/state/link.ts';
import { writing } from '../../src/state/lua.ts';
import { CALL_DEADLINE_MS } from '../../src/state/target.ts';
import { openState } from '../../src/state/open-state.ts';
import { until } from '../support/events.ts';
import { failureOf } from '../support/failure.ts';
import { needs } from '../support/machine.ts';
import { absentRedis, later, stateOn, testRedis, testState, type TestState } from '../support/state.ts';
import { BY, proposal, request, PROPOSED } from './samples.ts';

const machine = needs('redis-server');

/** What a busy machine may add to a time; on an idle one it is a few milliseconds. */
const BUSY_MS = 500;

/** Every kind of call that writes or queues; `name` marks what they would leave behind. */
const writes = ({ state }: TestState, name: string): readonly (() => Promise<unknown>)[] => [
  async () => state.requests.accept(request(name, { host: name })),
  async () => state.requests.answered(name),
  async () => state.runs.claim(name, { id: name, nowMs: 1, windowMs: 1 }),
  async () => state.changes.propose(proposal(name)),
  async () => state.changes.move('old', PROPOSED, { kind: 'rejected', by: BY, atMs: 1 }),
  async () => state.threads.begin(name, 'root', 'h'),
  async () => state.threads.posted(name, 'root', { ts: '1', hash: 'h' }),
  async () => state.dedupe.firstTime(name, 60),
  async () => state.wake.host(name, 'person'),
  async () => state.wake.thread(name),
  async () => state.wake.thread(name, 10),
  async () => state.wake.change(name, { payload: name, signature: 's' }),
  async () => state.ping(),
];
const reads = ({ state }: TestState): readonly (() => Promise<unknown>)[] => [
  async () => state.requests.get('r'),
  async () => state.requests.unanswered(),
  async () => state.runs.get('r'),
  async () => state.changes.get('c'),
  async () => state.threads.entries('r'),
  async () => state.workersAlive('diagnose'),
  async () => state.sweep(),
];

/** How each call ended, and the slowest of them. */
async function outcomes(calls: readonly (() => Promise<unknown>)[]) {
  const startedMs = performance.now();
  const results = await Promise.all(
    calls.map(async (call) =>
      call().then(
        () => 'done',
        (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
      ),
    ),
  );
  return { results, ms: performance.now() - startedMs };
}

const unavailable = (calls: readonly unknown[]): string[] => calls.map(() => 'REDIS_UNAVAILABLE');

describe.skipIf(machine.skip)(`Redis that hangs, dies and comes back ${machine.reason}`, () => {
  it('answers within the deadline while Redis hangs, leaves no ghosts, and heals', async () => {
    const it = await testState();
    await it.state.changes.propose(proposal('old'));
    // Before the freeze every queue was used, so that a job could slip through an open one.
    await outcomes(writes(it, 'before').slice(-5));
    const client = it.redis.client();
    const keysBefore = (await client.keys('*')).toSorted();
    it.redis.freeze();
    const during = [...writes(it, 'ghost'), ...reads(it)];
    for (let round = 0; round < 3; round += 1) {
      const { results, ms } = await outcomes(during);
      expect(results).toEqual(unavailable(during));
      expect(ms).toBeLessThan(CALL_DEADLINE_MS + BUSY_MS);
    }
    it.redis.thaw();
    const thawedMs = performance.now();
    await until('Redis answers again', async () =>
      it.state.ping().then(
        () => true,
        () => false,
      ),
    );
    expect(performance.now() - thawedMs).toBeLessThan(3_000);
    // What hung in the sockets has been executed by now: nothing of it may have had an effect.
    const keysAfter = (await client.keys('*')).filter((key) => key !== 'tcpcheck:ping').toSorted();
    expect(keysAfter).toEqual(keysBefore.filter((key) => key !== 'tcpcheck:ping'));
    expect(await it.state.changes.get('old')).toMatchObject({ state: { kind: 'proposed' } });
    expect((await outcomes([...writes(it, 'after'), ...reads(it)])).results).not.toContain(
      'REDIS_UNAVAILABLE',
    );
  });

  it('does not execute later what was on its way when Redis froze', async () => {
    const redis = await testRedis();
    const link = new Link(redis.connection, () => undefined);
    later(async () => link.close());
    await until('the connection', () => link.connected);
    const mark = writing(`return redis.call('SET', KEYS[1], ARGV[2])`);
    await link.write('mark', async (turn) => turn.script(mark, ['known'], ['1']));
    // Redis has just answered; it freezes before the step arrives, which then lies in its socket buffer.
    const late = link.write('mark', async (turn) => {
      redis.freeze();
      return turn.script(mark, ['ghost'], ['1']);
    });
    await expect(late).rejects.toMatchObject({ code: 'REDIS_UNAVAILABLE' });
    const client = redis.client();
    redis.thaw();
    await until('Redis has worked off its buffers', async () =>
      (await client.info('errorstats')).includes('errorstat_LATE'),
    );
    expect(await client.exists('ghost')).toBe(0);
    expect(await link.write('mark', async (turn) => turn.script(mark, ['done'], ['1']))).toBe('OK');
  });

  it('fails at once while Redis is down, keeps what it had, and heals', async () => {
    const it = await testState();
    await it.state.requests.accept(request('kept'));
    await it.state.wake.host('web-1', 'person');
    await it.redis.kill();
    const calls = [...writes(it, 'ghost'), ...reads(it)];
    await until('the connection is seen as gone', () => !it.state.health().connected);
    const { results, ms } = await outcomes(calls);
    expect(results).toEqual(unavailable(calls));
    expect(ms).toBeLessThan(BUSY_MS);
    await it.redis.start();
    await until(
      'Redis answers again',
      async () =>
        it.state.ping().then(
          () => true,
          () => false,
        ),
      3_000,
    );
    expect(await it.state.requests.unanswered()).toEqual(['kept']);
    expect(await it.state.queueDepth('diagnose')).toMatchObject({ waiting: 1 });
    expect(await it.redis.client().keys('*ghost*')).toEqual([]);
  });

  it('opens while Redis is away and works once it is there', async () => {
    const it = await stateOn(await absentRedis());
    const calls = writes(it, 'ghost');
    expect((await outcomes(calls)).results).toEqual(unavailable(calls));
    expect(it.problems.map((problem) => problem.what)).toContain('the connection to Redis failed');
    await it.redis.start();
    await until(
      'Redis answers',
      async () =>
        it.state.ping().then(
          () => true,
          () => false,
        ),
      3_000,
    );
    await it.state.wake.host('web-1', 'person');
    await it.state.wake.thread('r1');
    await it.state.wake.change('c1', { payload: 'p', signature: 's' });
    expect(await it.state.queueDepth('diagnose')).toMatchObject({ waiting: 1 });
    expect(await it.redis.client().keys('*ghost*')).toEqual([]);
  });

  it('opens while Redis hangs', async () => {
    const redis = await testRedis();
    redis.freeze();
    const startedMs = performance.now();
    const it = await stateOn(redis);
    expect(performance.now() - startedMs).toBeLessThan(CALL_DEADLINE_MS + BUSY_MS);
    await expect(it.state.wake.host('ghost', 'alert')).rejects.toMatchObject({ code: 'REDIS_UNAVAILABLE' });
    redis.thaw();
    await until('Redis answers', async () =>
      it.state.ping().then(
        () => true,
        () => false,
      ),
    );
    await it.state.wake.host('web-1', 'alert');
    expect(await redis.client().keys('*ghost*')).toEqual([]);
  });

  it('goes on after its scripts were flushed', async () => {
    const it = await testState();
    await it.state.ping();
    await it.state.wake.host('web-1', 'alert');
    await it.redis.client().script('FLUSH');
    await it.state.ping();
    await it.state.wake.host('web-2', 'alert');
    expect(await it.state.queueDepth('diagnose')).toMatchObject({ waiting: 2 });
  });

  it('tells a Redis that is full apart from nothing: calls fail with its words', async () => {
    const it = await stateOn(await testRedis('--maxmemory', '100kb'));
    const failure = await failureOf(it.state.requests.accept(request('r1')));
    expect(failure.code).toBe('REDIS_UNAVAILABLE');
    expect(failure.message).toContain('OOM');
  });

  it('refuses a Redis that may throw keys away, before and after a restart', async () => {
    const unsafe = await testRedis('--maxmemory-policy', 'allkeys-lru');
    const refusal = await failureOf(openState({ connection: unsafe.connection }));
    expect(refusal.code).toBe('REDIS_UNSAFE');
    expect(refusal.message).toContain('allkeys-lru');
    const it = await stateOn(await testRedis());
    await it.redis.client().config('SET', 'maxmemory-policy', 'volatile-lru');
    await it.redis.client().call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await until('the reconnect', async () =>
      it.state.ping().then(
        () => false,
        (error: unknown) => error instanceof Error && 'code' in error && error.code === 'REDIS_UNSAFE',
      ),
    );
    await it.redis.client().config('SET', 'maxmemory-policy', 'noeviction');
    await it.state.ping();
  });

  it('warns of a Redis without append-only file, once', async () => {
    const it = await stateOn(await testRedis('--appendonly', 'no'));
    await it.state.ping();
    expect(it.state.health().warnings).toEqual([expect.stringContaining('append-only')]);
    expect(it.problems.filter((problem) => problem.what.includes('append-only'))).toHaveLength(1);
  });

  it('keeps passwords out of messages', async () => {
    const url = 'redis://user:s3cret@127.0.0.1:1/0';
    const problems: unknown[] = [];
    const state = await openState({
      connection: { kind: 'url', url },
      onProblem: (problem) => problems.push(problem),
    });
    later(async () => state.close());
    const failure = await failureOf(state.ping());
    expect(failure.code).toBe('REDIS_UNAVAILABLE');
    expect(failure.message).toContain('127.0.0.1:1');
    expect(`${String(failure)} ${JSON.stringify([failure, problems, state.health()])}`).not.toContain(
      's3cret',
    );
    for (const bad of ['http://user:s3cret@host', 's3cret', 'redis://']) {
      const refusal = await failureOf(openState({ connection: { kind: 'url', url: bad } }));
      expect(refusal.code).toBe('ENV_INVALID');
      expect(String(refusal)).not.toContain('s3cret');
    }
  });
});
