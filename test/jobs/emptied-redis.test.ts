import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeKeyPair } from '../../src/config/keys.ts';
import { orderOf, provenGo } from '../../src/core/change/go.ts';
import type { Change } from '../../src/core/domain/change.ts';
import { lookAfterChange } from '../../src/jobs/look-after-change.ts';
import { restoreThreads } from '../../src/jobs/restore-threads.ts';
import { renewOrders } from '../../src/jobs/renew-orders.ts';
import { rememberOrder, rememberThread } from '../../src/jobs/remember-thread.ts';
import { SIGNED } from '../core/change/example-states.ts';
import { needs } from '../support/machine.ts';
import { KEEPALIVE, REUSE, startLife, type LifeStage } from './life-stage.ts';

const need = needs('lab', 'redis-server', 'flock');
/** An order that was cut off counts as given up by then. */
const LATER_MS = 4 * 60_000;
/** The thread is drawn within milliseconds, on a busy machine within seconds. */
const SOON = { timeout: 10_000 } as const;

describe.skipIf(need.skip)(`a change whose Redis was emptied ${need.reason}`, { timeout: 90_000 }, () => {
  let life: LifeStage;
  beforeAll(async () => {
    life = await startLife();
  }, 60_000);
  afterAll(async () => life.close());
  beforeEach(async () => {
    await life.on.reset();
    await life.on.host.setSysctl(REUSE, '2');
    await life.on.host.setSysctl(KEEPALIVE, '7200');
    for (const id of life.memory.ids()) life.memory.forget(id);
    await life.redis.client().flushall();
    await life.lift();
  });

  async function proposed(): Promise<{ requestId: string; change: Change }> {
    const requestId = await life.ask();
    return { requestId, change: await life.become(requestId, { key: REUSE, from: '2', kind: 'proposed' }) };
  }
  async function inForce(): Promise<{ requestId: string; change: Change }> {
    const { requestId, change } = await proposed();
    expect(await life.press(change, 'approve')).toEqual({ kind: 'done' });
    const judged = await life.become(requestId, { key: REUSE, from: '2', kind: 'judged' });
    await expect.poll(() => readFileSync(fileOf(requestId), 'utf8'), SOON).toContain('"kind":"judged"');
    // The thread is drawn to its end: nothing writes the file any more.
    await expect.poll(async () => life.state.requests.unanswered(), SOON).toEqual([]);
    return { requestId, change: judged };
  }
  const fileOf = (requestId: string): string => join(life.dataDir, 'changes', `${requestId}.json`);
  const empty = async (): Promise<void> => {
    await life.redis.client().flushall();
  };
  const kindOf = async ({ plan }: Change): Promise<string> =>
    (await life.state.changes.get(plan.id))?.state.kind ?? 'gone';

  it('comes back from the bot’s disk: the host is asked, the buttons work, the thread tells it', async () => {
    const { requestId, change } = await inForce();
    await empty();
    expect(await life.press(change, 'rollback')).toMatchObject({ code: 'REDIS_LOST' });
    await life.restore();
    expect((await life.state.changes.get(change.plan.id))?.state).toHaveProperty('restoredAtMs');
    await life.sweep();
    const asked = async (): Promise<unknown> => (await life.state.changes.get(change.plan.id))?.state;
    await expect.poll(asked, { timeout: 20_000 }).not.toHaveProperty('restoredAtMs');
    await expect.poll(() => life.told(), SOON).toContain('I have brought the changes of this thread back');
    // A second round finds nothing to do.
    await life.restore();
    expect(await life.press(change, 'keep')).toMatchObject({ code: 'CHANGE_FROZEN' });
    await life.lift();
    expect(await life.press(change, 'keep')).toEqual({ kind: 'done' });
    await life.become(requestId, { key: REUSE, from: '2', kind: 'kept' });
    expect(await life.press(change, 'rollback')).toEqual({ kind: 'done' });
    await life.become(requestId, { key: REUSE, from: '2', kind: 'rolled-back' });
    expect(await life.on.host.sysctl(REUSE)).toBe('2');
    // What is over is not kept for a next time.
    await expect.poll(() => readdirSync(join(life.dataDir, 'changes')), SOON).toEqual([]);
  });

  it('survives a thread that was being drawn when Redis was emptied', async () => {
    const { requestId, change } = await inForce();
    const thread = life.memory.get(requestId);
    if (thread === null) throw new Error('the thread was not remembered');
    await empty();
    // What had been read before is written after it, and what is read after it has no changes.
    await life.state.changes.propose({ plan: change.plan, state: { kind: 'proposed', approvals: [] } });
    await life.state.threads.begin(requestId, 'root', 'h');
    await life.restore();
    expect((await life.state.changes.get(change.plan.id))?.state).toMatchObject({ kind: 'judged' });
    expect((await life.state.changes.ofRequest(requestId)).map(({ plan }) => plan.id)).toEqual(
      thread.changes.map(({ plan }) => plan.id),
    );
    const { changes } = life.state;
    const ofRequest = async (id: string): Promise<readonly Change[]> => {
      await empty();
      const found = await changes.ofRequest(id);
      await life.restore();
      return found;
    };
    const torn = { ...life.state, changes: { ...changes, ofRequest } };
    await rememberThread({ state: torn, memory: life.memory }, requestId);
    expect(life.memory.get(requestId)?.changes).toHaveLength(thread.changes.length);
  });

  it('is remembered with its order, whatever else is written of its thread at the same moment', async () => {
    const { requestId } = await proposed();
    const { state, memory } = life;
    const [one = '', other = ''] = (await state.changes.ofRequest(requestId)).map(({ plan }) => plan.id);
    const order = async (changeId: string): Promise<void> =>
      rememberOrder({ state, memory }, requestId, { changeId, go: SIGNED });
    const ofRequest = async (id: string): Promise<readonly Change[]> => {
      const found = await state.changes.ofRequest(id);
      await Promise.all([order(one), order(other)]);
      return found;
    };
    const drawn = { ...state, changes: { ...state.changes, ofRequest } };
    await rememberThread({ state: drawn, memory }, requestId);
    expect([...(memory.get(requestId)?.orders.keys() ?? [])].toSorted()).toEqual([one, other].toSorted());
  });

  it('is told to be taken back where that happened meanwhile', async () => {
    const { requestId, change } = await inForce();
    await life.on.execute('rollback', change.plan);
    await empty();
    await life.restore();
    await life.sweep();
    const back = await life.become(requestId, { key: REUSE, from: '2', kind: 'reverted' });
    expect(back.state).toMatchObject({ why: 'journal' });
    await expect
      .poll(() => life.told(), SOON)
      .toContain('the journal of the host says that it was taken back');
  });

  it('that was ordered and not heard of is settled from the journal, and never ordered again', async () => {
    const { requestId, change } = await inForce();
    const thread = life.memory.get(requestId);
    const order = thread?.orders.get(change.plan.id);
    if (thread === null || order === undefined) throw new Error('the order was not remembered');
    expect(provenGo(order, life.keys.verify)).toMatchObject({
      action: 'apply',
      plan: { id: change.plan.id },
    });
    // As it was written before any worker was told.
    const by = { kind: 'slack-user', teamId: 'T1', userId: 'U2' } as const;
    const approvals = [{ by, atMs: Date.now() }];
    const approved = { plan: change.plan, state: { kind: 'approved', approvals, atMs: Date.now() } } as const;
    life.memory.remember({ ...thread, changes: [approved] });
    await empty();
    await life.restore();
    expect(await kindOf(change)).toBe('applying');
    const later = { ...life.worker, nowMs: () => Date.now() + LATER_MS };
    await lookAfterChange(later, change.plan.id, new AbortController().signal);
    expect(await kindOf(change)).toBe('judged');
    const journal = await life.on.host.readFile(`/var/lib/tcpcheck/change.${change.plan.id}`);
    expect(journal.match(/^state writing/gm)).toHaveLength(1);
    expect(await life.on.host.sysctl(REUSE)).toBe('1');
  });

  it('comes back when the key that has signed its order is retired, if the bot has run with both', async () => {
    const { requestId, change } = await inForce();
    const next = makeKeyPair();
    const { state, memory, keys } = life;
    const verifyKeyPem = `${keys.verify}${next.verify}`;
    const renewing = { state, memory, signingKeyPem: next.signing, verifyKeyPem };
    await renewOrders({ ...renewing, nowMs: () => Date.now() + LATER_MS });
    const stands = await state.changes.get(change.plan.id);
    expect(stands === null ? null : provenGo(orderOf(stands.state) ?? SIGNED, next.verify)).toMatchObject({
      plan: { id: change.plan.id },
    });
    await empty();
    await restoreThreads({
      state,
      memory,
      verifyKeyPem: next.verify,
      nowMs: Date.now,
      report: () => undefined,
    });
    expect(await kindOf(change)).toBe('judged');
    const order = memory.get(requestId)?.orders.get(change.plan.id);
    expect(order === undefined ? null : provenGo(order, next.verify)).toMatchObject({ action: 'apply' });
    const later = { ...life.worker, verifyKeyPem: next.verify };
    await lookAfterChange(later, change.plan.id, new AbortController().signal);
    expect((await state.changes.get(change.plan.id))?.state).not.toHaveProperty('restoredAtMs');
  });

  it('that was approved, and of whose order nothing is known, is in doubt until somebody takes it back', async () => {
    const { requestId, change } = await inForce();
    const thread = life.memory.get(requestId);
    if (thread === null) throw new Error('the thread was not remembered');
    const by = { kind: 'os-user', name: 'alice' } as const;
    const state = { kind: 'approved', approvals: [{ by, atMs: Date.now() }], atMs: Date.now() } as const;
    // As where a terminal has given the order.
    life.memory.remember({ ...thread, orders: new Map(), changes: [{ plan: change.plan, state }] });
    await empty();
    await life.restore();
    expect(await kindOf(change)).toBe('needs-human');
    await expect.poll(() => life.told(), SOON).toContain('whether a worker was told is not known here');
    expect(await life.press(change, 'rollback')).toEqual({ kind: 'done' });
    await life.become(requestId, { key: REUSE, from: '2', kind: 'rolled-back' });
    expect(await life.on.host.sysctl(REUSE)).toBe('2');
  });

  it('does not come back with another value or another host than the bot has signed', async () => {
    const { requestId, change } = await inForce();
    const text = readFileSync(fileOf(requestId), 'utf8');
    for (const [from, to] of [
      ['"to":"1"', '"to":"0"'],
      ['"host":"plan-1"', '"host":"plan-2"'],
    ] as const) {
      expect(text).toContain(from);
      writeFileSync(fileOf(requestId), text.replaceAll(from, to));
      life.problems.splice(0);
      await empty();
      await life.restore();
      expect(await kindOf(change)).toBe('gone');
      expect(life.problems.map(({ code }) => code)).toContain('CHANGE_UNSIGNED');
    }
  });
});
