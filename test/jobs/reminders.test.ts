import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Change } from '../../src/core/domain/change.ts';
import { sweep } from '../../src/jobs/sweep.ts';
import { judgedAt } from '../core/change/example-states.ts';
import { ALICE } from '../core/change/arbitrary-change.ts';
import { needs } from '../support/machine.ts';
import {
  askFor,
  CHANNEL,
  finishRun,
  proposedIn,
  settle,
  settleRoot,
  showThread,
  startBench,
  sweepOf,
  tellLostThreads,
  type Bench,
} from './bench.ts';

const need = needs('redis-server');
const HOUR_MS = 3_600_000;

describe.skipIf(need.skip)(`what nobody has decided ${need.reason}`, () => {
  let bench: Bench;
  let id = '';
  beforeEach(async () => {
    bench = await startBench();
    id = await askFor(bench);
    await settleRoot(bench, id);
    await finishRun(bench);
    await settle(bench, id);
  });
  afterEach(async () => bench.close());

  const proposal = async (): Promise<Change> => proposedIn(bench, id);
  const lines = (end: string): number =>
    bench.slack
      .messages(CHANNEL)
      .flatMap((root) => bench.slack.messages(CHANNEL, root.ts))
      .filter(({ text }) => text.endsWith(end)).length;
  const sweepAt = async (nowMs: number): Promise<void> => {
    bench.clock.nowMs = nowMs;
    await sweep(sweepOf(bench));
  };
  const woken = async (): Promise<number> => (await bench.state.queueDepth('threads')).waiting;

  it('is told once in the thread when half of the time to approve has gone', async () => {
    const { plan } = await proposal();
    const before = await woken();
    await sweepAt(plan.proposedAtMs + 1_000);
    expect(await woken()).toBe(before);
    await sweepAt(plan.proposedAtMs + (plan.expiresAtMs - plan.proposedAtMs) / 2);
    await sweepAt(bench.clock.nowMs + 5_000);
    await showThread(bench.show, id);
    await showThread(bench.show, id);
    expect(lines('still waits for approval')).toBe(1);
  });

  it('is told once an hour after the verdict, and is left as it is when somebody decides', async () => {
    const change = await proposal();
    const judged = judgedAt({ by: ALICE, atMs: bench.clock.nowMs });
    await bench.state.changes.move(change.plan.id, change.state, judged);
    await showThread(bench.show, id);
    expect(lines('neither kept nor rolled back')).toBe(0);
    await sweepAt(judged.judgement.atMs + HOUR_MS);
    await showThread(bench.show, id);
    await showThread(bench.show, id);
    expect(lines('neither kept nor rolled back')).toBe(1);
    await bench.state.changes.move(change.plan.id, judged, {
      kind: 'rolled-back',
      by: ALICE,
      atMs: bench.clock.nowMs,
      readBack: [],
    });
    await showThread(bench.show, id);
    expect([lines('neither kept nor rolled back'), lines('rolled back')]).toEqual([1, 2]);
  });

  it('is lost when Redis is emptied, and the thread says so once', async () => {
    const change = await proposal();
    await bench.state.changes.move(
      change.plan.id,
      change.state,
      judgedAt({ by: ALICE, atMs: bench.clock.nowMs }),
    );
    await showThread(bench.show, id);
    await tellLostThreads(bench.show);
    expect(lines('the record of a change is lost')).toBe(0);
    await bench.redis.client().flushall();
    await tellLostThreads(bench.show);
    await tellLostThreads(bench.show);
    expect(lines('the record of a change is lost')).toBe(1);
  });
});
