import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ClickOutcome } from '../../src/core/domain/ports.ts';
import { readable } from '../../src/demo/story-view.ts';
import { diagnosis } from '../core/render/examples.ts';
import { needs } from '../support/machine.ts';
import {
  askAndPropose,
  CHANNEL,
  codeOf,
  finishRun,
  proposedIn,
  REQUESTER,
  settle,
  showThread,
  startBench,
  TEAM,
  type Bench,
} from './bench.ts';

const need = needs('redis-server');
const healthy = { ...diagnosis, verdict: 'ok' as const, findings: [], facts: null };

describe.skipIf(need.skip)(`a further look in the same thread ${need.reason}`, () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await startBench();
  });
  afterEach(async () => bench.close());

  const roots = () => bench.slack.messages(CHANNEL).filter(({ threadTs }) => threadTs === null);
  const thread = (): readonly string[] =>
    bench.slack.messages(CHANNEL, roots()[0]?.ts ?? '').map(({ text }) => text);
  let presses = 0;
  const press = async (
    requestId: string,
    more: { messageTs?: string; deliveryKey?: string } = {},
  ): Promise<ClickOutcome> => {
    presses += 1;
    return bench.desk.recheck({
      teamId: TEAM,
      userId: REQUESTER,
      channel: CHANNEL,
      messageTs: roots()[0]?.ts ?? '',
      value: requestId,
      deliveryKey: `press-${presses}`,
      ...more,
    });
  };

  it('runs once more, keeps what was told, and notifies once for each run', async () => {
    const { requestId } = await askAndPropose(bench);
    expect(thread()).toHaveLength(4);
    expect(await press(requestId)).toEqual({ kind: 'done' });
    expect(await press(requestId)).toEqual({ kind: 'done' });
    await showThread(bench.show, requestId);
    expect(roots()[0]?.text).toBe('web-1: checking again');
    expect(roots().map(readable)).toEqual([expect.stringContaining('critical')]);
    await finishRun(bench, 'web-1', healthy);
    await settle(bench, requestId);
    expect(await bench.state.requests.runsOf(requestId)).toMatchObject({ waits: false });
    expect(roots()).toHaveLength(1);
    expect(thread()).toEqual([
      'web-1: ok',
      'web-1: Accept queue overflow (0.0.0.0:8080)',
      'web-1: Descriptors of nginx nearly used up',
      expect.stringContaining('web-1 critical'),
      'web-1 ok: nothing at warning level or above',
    ]);
    const all = bench.slack.messages(CHANNEL, roots()[0]?.ts ?? '').map(readable);
    expect(all[1]).toContain('Not found any more');
  });

  it('shows what is found again in its old place, and proposes it once', async () => {
    const { requestId, change } = await askAndPropose(bench);
    await press(requestId);
    await finishRun(bench);
    await settle(bench, requestId);
    const findings = thread().filter((text) => text.startsWith('web-1: Accept queue'));
    expect(findings).toHaveLength(1);
    expect(thread().filter((text) => text.startsWith('web-1 critical'))).toHaveLength(2);
    expect((await bench.state.changes.ofRequest(requestId)).map(({ plan }) => plan.id)).toEqual([
      change.plan.id,
    ]);
  });

  it('offers a fresh card when the one before is void', async () => {
    const { requestId, change } = await askAndPropose(bench);
    const reason = { code: 'CHANGE_STALE', message: 'another value', hint: 'look again' } as const;
    await bench.state.changes.move(change.plan.id, change.state, {
      kind: 'void',
      atMs: bench.clock.nowMs,
      reason,
    });
    await press(requestId);
    await finishRun(bench);
    await settle(bench, requestId);
    const changes = await bench.state.changes.ofRequest(requestId);
    expect(changes.map(({ state }) => state.kind)).toEqual(['void', 'proposed']);
    const fresh = await bench.state.threads.entries(requestId);
    expect(fresh.has(`card:${changes[1]?.plan.id}`)).toBe(true);
    expect((await proposedIn(bench, requestId)).plan.id).toBe(change.plan.id);
  });

  it('takes a click once, from its own root message only, and not for ever', async () => {
    const { requestId } = await askAndPropose(bench);
    expect(codeOf(await press(requestId, { messageTs: '1.1' }))).toBe('REDIS_LOST');
    expect(codeOf(await press('nobody'))).toBe('REDIS_LOST');
    expect(codeOf(await press(requestId, { deliveryKey: 'same' }))).toBe('done');
    expect(codeOf(await press(requestId, { deliveryKey: 'same' }))).toBe('duplicate');
    await finishRun(bench, 'web-1', healthy);
    for (let round = 0; round < 10; round += 1) {
      expect(codeOf(await press(requestId))).toBe('done');
      await finishRun(bench, 'web-1', healthy);
    }
    expect(codeOf(await press(requestId))).toBe('QUEUE_FULL');
  });
});
