import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeKeyPair } from '../../src/config/keys.ts';
import { proveApproval } from '../../src/core/change/approval-proof.ts';
import { openGo } from '../../src/core/change/go.ts';
import { buttonValue } from '../../src/core/change/plan-hash.ts';
import type { Change, SignedGo } from '../../src/core/domain/change.ts';
import type { Click } from '../../src/core/domain/ports.ts';
import type { Requester } from '../../src/core/domain/run.ts';
import { createDesk } from '../../src/jobs/desk.ts';
import { sweep } from '../../src/jobs/sweep.ts';
import { judgedAt } from '../core/change/example-states.ts';
import { ThreadFiles } from '../../src/state/thread-memory.ts';
import { needs } from '../support/machine.ts';
import {
  APPROVER,
  askAndPropose,
  askFor,
  CHANNEL,
  codeOf,
  CONFIG,
  finishRun,
  PLAYBOOK_VERSIONS,
  REQUESTER,
  settle,
  noteOrders,
  startBench,
  sweepOf,
  TEAM,
  type Bench,
} from './bench.ts';

const need = needs('redis-server');

describe.skipIf(need.skip)(`deciding about a change ${need.reason}`, () => {
  let bench: Bench;
  let change: Change;
  let click: Click;
  let orders: { changeId: string; go: SignedGo }[];
  let worker: { close(graceMs: number): Promise<void> };

  beforeEach(async () => {
    bench = await startBench('instant');
    const asked = await askAndPropose(bench);
    change = asked.change;
    const card = (await bench.state.threads.entries(asked.requestId)).get('finding:0');
    click = {
      teamId: TEAM,
      userId: APPROVER,
      channel: CHANNEL,
      messageTs: card?.ts ?? '',
      value: buttonValue(change.plan),
      deliveryKey: 'click-1',
    };
    orders = [];
    worker = bench.state.workers.startChangeWorker(
      async (order) => {
        orders.push(order);
      },
      { concurrency: 1 },
    );
  });
  afterEach(async () => {
    await worker.close(100);
    await bench.close();
  });

  const stateNow = async (): Promise<string> =>
    (await bench.state.changes.get(change.plan.id))?.state.kind ?? 'gone';
  async function order(): Promise<{ changeId: string; go: SignedGo }> {
    await expect.poll(() => orders.length, { timeout: 5_000 }).toBe(1);
    const [only] = orders;
    if (only === undefined) throw new Error('no order');
    return only;
  }

  it('proposes exactly what the finding offered', () => {
    expect(change.plan).toMatchObject({
      host: 'web-1',
      settings: [{ key: 'net.core.somaxconn', from: '128', to: '4096' }],
      playbook: 'accept-queue-overflow',
      expiresAtMs: bench.clock.nowMs + 900_000,
    });
  });

  it('lets an approver approve: one signed order, whatever is delivered twice', async () => {
    const outcomes = await Promise.all([bench.desk.approve(click), bench.desk.approve(click)]);
    expect(outcomes.map(codeOf).toSorted()).toContain('done');
    const { go, changeId } = await order();
    expect(changeId).toBe(change.plan.id);
    expect(openGo(go, bench.keys.verify, bench.clock.nowMs)).toMatchObject({
      go: {
        action: 'apply',
        plan: change.plan,
        by: [{ kind: 'slack-user', teamId: TEAM, userId: APPROVER }],
      },
    });
    expect(codeOf(await bench.desk.approve({ ...click, deliveryKey: 'click-2' }))).toBe('CHANGE_DECIDED');
    expect(orders).toHaveLength(1);
  });

  it('orders nothing that the bot’s disk would not remember', async () => {
    const memory = new ThreadFiles('/dev/null/changes', bench.show.report);
    const desk = createDesk({ ...bench.deciding, memory });
    expect(codeOf(await desk.approve(click))).toBe('AUDIT_UNWRITABLE');
    expect(orders).toEqual([]);
    bench.clock.nowMs += 2 * 60_000;
    await sweep(sweepOf(bench));
    expect(await stateNow()).toBe('expired');
  });

  it.each([
    ['an outsider', { userId: 'U3' }, 'ACCESS_DENIED'],
    ['the requester, who is no approver', { userId: REQUESTER }, 'ACCESS_DENIED'],
    ['the same user id of another team', { teamId: 'T2' }, 'ACCESS_DENIED'],
    ['a card in another channel', { channel: 'C9' }, 'CHANGE_STALE'],
    ['another message', { messageTs: '1.1' }, 'CHANGE_STALE'],
    ['a value we never made', { value: 'x' }, 'CHANGE_STALE'],
    ['a change that is gone', { value: `nothing.${'0'.repeat(64)}` }, 'REDIS_LOST'],
  ])('refuses %s', async (_, part, code) => {
    expect(codeOf(await bench.desk.approve({ ...click, ...part }))).toBe(code);
    expect(await stateNow()).toBe('proposed');
  });

  it('refuses a plan that was altered in Redis after it was shown', async () => {
    const client = bench.redis.client();
    const keys = await client.keys(`*change*${change.plan.id}*`);
    let altered = 0;
    for (const key of keys) {
      if ((await client.type(key)) !== 'hash') continue;
      const fields = Object.entries(await client.hgetall(key));
      for (const [field, value] of fields) {
        if (!value.includes('"4096"')) continue;
        await client.hset(key, field, value.replace('"4096"', '"65535"'));
        altered += 1;
      }
    }
    expect(altered).toBe(1);
    expect(codeOf(await bench.desk.approve(click))).toBe('CHANGE_STALE');
    expect(orders).toEqual([]);
  });

  it('refuses after the proposal has run out, and the sweep says so', async () => {
    bench.clock.nowMs = change.plan.expiresAtMs + 1;
    expect(codeOf(await bench.desk.approve(click))).toBe('CHANGE_EXPIRED');
    await sweep(sweepOf(bench));
    expect(await stateNow()).toBe('expired');
  });

  it('records a rejection, after which nobody can approve', async () => {
    expect(codeOf(await bench.desk.reject(click))).toBe('done');
    expect(await stateNow()).toBe('rejected');
    expect(codeOf(await bench.desk.approve({ ...click, deliveryKey: 'later' }))).toBe('CHANGE_DECIDED');
    expect(orders).toEqual([]);
  });

  it('lets the requester roll back what was applied, long after the proposal ran out', async () => {
    const by = { kind: 'slack-user', teamId: TEAM, userId: APPROVER } as const;
    await bench.state.changes.move(change.plan.id, change.state, judgedAt({ by, atMs: 1 }));
    bench.clock.nowMs = change.plan.expiresAtMs + 86_400_000;
    expect(codeOf(await bench.desk.rollback({ ...click, userId: 'U3' }))).toBe('ACCESS_DENIED');
    expect(codeOf(await bench.desk.rollback({ ...click, userId: REQUESTER }))).toBe('done');
    const { go } = await order();
    expect(openGo(go, bench.keys.verify, bench.clock.nowMs)).toMatchObject({ go: { action: 'rollback' } });
  });

  it('says at once when the queue is away, and records nothing', async () => {
    bench.redis.freeze();
    const begin = performance.now();
    expect(codeOf(await bench.desk.approve(click))).toBe('REDIS_UNAVAILABLE');
    expect(performance.now() - begin).toBeLessThan(2_500);
    bench.redis.thaw();
    await expect.poll(stateNow, { timeout: 10_000 }).toBe('proposed');
    expect(orders).toEqual([]);
  });

  it('proposes nothing where nobody may approve, or the host allows no changes', async () => {
    const id = await askFor(bench, 'web-2');
    await finishRun(bench, 'web-2');
    await settle(bench, id);
    expect(await bench.state.changes.ofRequest(id)).toEqual([]);
    const nobody = { ...CONFIG, approvals: { ...CONFIG.approvals, users: [] } };
    const second = await askFor(bench);
    await finishRun(bench);
    await settle({ ...bench, show: { ...bench.show, config: nobody } }, second);
    expect(await bench.state.changes.ofRequest(second)).toEqual([]);
  });
});

describe.skipIf(need.skip)(`a change that takes two people ${need.reason}`, () => {
  const USERS = ['U2', 'U3', 'U4', REQUESTER];
  const TWO = {
    ...CONFIG,
    approvals: { ...CONFIG.approvals, users: USERS.map((id) => ({ teamId: null, id })) },
  };
  let bench: Bench;
  let change: Change;
  let noted: ReturnType<typeof noteOrders>;
  let clicks = 0;

  beforeEach(async () => {
    bench = await startBench('instant', { config: TWO, playbookVersions: PLAYBOOK_VERSIONS });
    noted = noteOrders(bench);
    change = await highRisk({ kind: 'slack-user', teamId: TEAM, userId: REQUESTER });
  });
  afterEach(async () => {
    await noted.close();
    await bench.close();
  });

  /** No shipped playbook offers a key of high risk, so the proposal is made by hand, on a card of the thread. */
  async function highRisk(requester: Requester): Promise<Change> {
    const { change: offered } = await askAndPropose(bench);
    const plan = {
      ...offered.plan,
      id: 'feedfacefeedface',
      risk: 'high',
      approvalsNeeded: 2,
      requester,
    } as const;
    const high: Change = { plan, state: { kind: 'proposed', approvals: [] } };
    expect(await bench.state.changes.propose(high)).toBe(true);
    return high;
  }

  async function clickBy(userId: string, part: Partial<Click> = {}): Promise<Click> {
    clicks += 1;
    const deliveryKey = `two-${clicks}`;
    const card = (await bench.state.threads.entries(change.plan.requestId)).get('finding:0');
    return {
      teamId: TEAM,
      userId,
      channel: CHANNEL,
      messageTs: card?.ts ?? '',
      value: buttonValue(change.plan),
      deliveryKey,
      ...part,
    };
  }
  const approveBy = async (userId: string, part: Partial<Click> = {}): Promise<string> =>
    codeOf(await bench.desk.approve(await clickBy(userId, part)));
  const stateNow = async (): Promise<Change['state'] | undefined> =>
    (await bench.state.changes.get(change.plan.id))?.state;
  /** Who stands in the only order. */
  async function people(): Promise<readonly string[]> {
    await expect.poll(() => noted.orders.length, { timeout: 5_000 }).toBe(1);
    const [signed] = noted.orders;
    if (signed === undefined) throw new Error('no order');
    const opened = openGo(signed, bench.keys.verify, bench.clock.nowMs);
    return 'go' in opened ? opened.go.by.map((by) => ('userId' in by ? by.userId : by.name)) : [];
  }

  it('orders nothing after one yes, nor after the same person’s second', async () => {
    expect(await approveBy('U2')).toBe('done');
    expect(await approveBy('U2')).toBe('CHANGE_SECOND_PERSON');
    expect(await stateNow()).toMatchObject({ kind: 'proposed', approvals: [{ by: { userId: 'U2' } }] });
    expect(noted.orders).toEqual([]);
    expect(await approveBy('U3')).toBe('done');
    expect(await people()).toEqual(['U2', 'U3']);
  });

  it('does not count the requester, who is an approver', async () => {
    expect(await approveBy(REQUESTER)).toBe('CHANGE_SECOND_PERSON');
    expect(await approveBy('U2')).toBe('done');
    expect(await approveBy(REQUESTER)).toBe('CHANGE_SECOND_PERSON');
    expect(await stateNow()).toMatchObject({ kind: 'proposed', approvals: [{ by: { userId: 'U2' } }] });
  });

  it('does not count an approver’s id in another team', async () => {
    expect(await approveBy('U2')).toBe('done');
    expect(await approveBy('U3', { teamId: 'T2' })).toBe('ACCESS_DENIED');
    expect(await stateNow()).toMatchObject({ kind: 'proposed' });
  });

  it('counts both of two approvers who press at the same moment', async () => {
    expect(await Promise.all([approveBy('U2'), approveBy('U3')])).toEqual(['done', 'done']);
    expect(await people()).toHaveLength(2);
  });

  it('takes no third when three press at the same moment', async () => {
    const codes = await Promise.all([approveBy('U2'), approveBy('U3'), approveBy('U4')]);
    expect(codes.toSorted()).toEqual(['CHANGE_DECIDED', 'done', 'done']);
    expect(new Set(await people())).toHaveProperty('size', 2);
  });

  it.each([
    ['without a proof', undefined],
    ['with the proof of another key', 'other'],
    ['with the proof of another person', 'moved'],
    ['with a reason to break the glass', 'broken'],
  ])('does not count an approval that was put into Redis %s', async (_, forgery) => {
    const by = { kind: 'slack-user', teamId: TEAM, userId: 'U2' } as const;
    const yes = { by, atMs: bench.clock.nowMs };
    const { privateKey } = generateKeyPairSync('ed25519');
    const other = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const proofs: Readonly<Record<string, string>> = {
      other: proveApproval(change.plan, yes, other),
      moved: proveApproval(change.plan, { ...yes, by: { ...by, userId: 'U4' } }, bench.keys.signing),
      broken: proveApproval(change.plan, yes, bench.keys.signing),
    };
    const more = forgery === 'broken' ? { breakGlass: 'checkout is down' } : {};
    const approvals = [{ ...yes, ...more, proof: forgery === undefined ? undefined : proofs[forgery] }];
    await bench.state.changes.move(change.plan.id, change.state, { kind: 'proposed', approvals });
    expect(await approveBy('U3')).toBe('CHANGE_UNSIGNED');
    expect(await stateNow()).toMatchObject({ kind: 'void', reason: { code: 'CHANGE_UNSIGNED' } });
    expect(noted.orders).toEqual([]);
    expect(bench.problems.map(({ what }) => what)).toContain('an approval in the store is not ours');
  });

  it('counts a first approval that waits while the key that signs is rotated', async () => {
    const retired = makeKeyPair();
    const yes = { by: { kind: 'slack-user', teamId: TEAM, userId: 'U2' }, atMs: bench.clock.nowMs } as const;
    const approvals = [{ ...yes, proof: proveApproval(change.plan, yes, retired.signing) }];
    await bench.state.changes.move(change.plan.id, change.state, { kind: 'proposed', approvals });
    const verifyKeyPem = `${bench.keys.verify}${retired.verify}`;
    const desk = createDesk({ ...bench.deciding, verifyKeyPem });
    expect(codeOf(await desk.approve(await clickBy('U3')))).toBe('done');
    await vi.waitFor(() => expect(noted.orders).toHaveLength(1));
  });

  it('takes a redelivered click for what it is', async () => {
    const first = await clickBy('U2', { deliveryKey: 'once' });
    expect(codeOf(await bench.desk.approve(first))).toBe('done');
    expect(codeOf(await bench.desk.approve(first))).toBe('duplicate');
    expect(await stateNow()).toMatchObject({ kind: 'proposed', approvals: [{ by: { userId: 'U2' } }] });
  });
});
