import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GO_VALID_MS, signGo } from '../../src/core/change/go.ts';
import { buttonValue } from '../../src/core/change/plan-hash.ts';
import type { Playbook } from '../../src/core/playbook/playbook.ts';
import type { Change, ChangeState, SignedGo } from '../../src/core/domain/change.ts';
import type { Audit } from '../../src/core/domain/audit.ts';
import type { ErrorCode } from '../../src/core/domain/error-catalogue.ts';
import { TcpcheckError } from '../../src/core/domain/errors.ts';
import type { Click, State, ThreadPoster } from '../../src/core/domain/ports.ts';
import { AuditLog } from '../../src/state/audit/audit-log.ts';
import { createDesk } from '../../src/jobs/desk.ts';
import { diagnoseHost } from '../../src/jobs/diagnose-host.ts';
import { executeChange } from '../../src/jobs/execute-change.ts';
import { sweep, wakeUnanswered } from '../../src/jobs/sweep.ts';
import { judgedAt, statesAt } from '../core/change/example-states.ts';
import { shippedPlaybooks } from '../support/playbooks.ts';
import { needs } from '../support/machine.ts';
import {
  APPROVER,
  askAndPropose,
  askFor,
  CHANNEL,
  CONFIG,
  finishRun,
  settleRoot,
  showThread,
  startBench,
  sweepOf,
  TEAM,
  tellLostThreads,
  type Bench,
} from './bench.ts';

const need = needs('redis-server');
const BY = { kind: 'slack-user', teamId: TEAM, userId: APPROVER } as const;
const JUDGED = judgedAt({ by: BY, atMs: 1 });

const trouble = (code: ErrorCode = 'REDIS_UNAVAILABLE'): TcpcheckError =>
  new TcpcheckError(code, 'as in the test');
const away = async (): Promise<void> => {
  throw trouble();
};

/** Fails the first time, as when Redis is away for a moment. */
function once<A extends readonly unknown[], T>(
  error: TcpcheckError,
  work: (...args: A) => Promise<T>,
): (...args: A) => Promise<T> {
  let failed = false;
  return async (...args) => {
    if (failed) return work(...args);
    failed = true;
    throw error;
  };
}

const withWake = (state: State, wake: Partial<State['wake']>): State => ({
  ...state,
  wake: { ...state.wake, ...wake },
});

/** The shipped playbooks, with the version that the change came from. */
const knownAs = ({ plan }: Change): readonly Playbook[] =>
  shippedPlaybooks().map((one) =>
    one.id === plan.playbook ? { ...one, version: plan.playbookVersion } : one,
  );

describe.skipIf(need.skip)(`interrupted in the middle ${need.reason}`, () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await startBench('instant');
  });
  afterEach(async () => bench.close());

  const unanswered = (): Promise<readonly string[]> => bench.state.requests.unanswered();
  const deskOn = (state: State, audit: Audit = bench.audit): ReturnType<typeof createDesk> =>
    createDesk({ ...bench.deciding, state, audit });
  const workerOn = (state: State): Parameters<typeof diagnoseHost>[0] => ({
    // No host at all: every run ends at once, with an error.
    config: { hosts: new Map(), windowMs: 1_000, reservedPorts: '', thresholds: new Map() },
    playbooks: [],
    state,
    agentSocket: null,
    nowMs: () => bench.clock.nowMs,
    newId: () => 'run-of-worker',
    report: bench.show.report,
  });

  /** An answered thread with a proposal, and the click that approves it. */
  async function proposal(): Promise<{ requestId: string; change: Change; click: Click }> {
    const { requestId, change } = await askAndPropose(bench);
    const messageTs = (await bench.state.threads.entries(requestId)).get('finding:0')?.ts ?? '';
    const value = buttonValue(change.plan);
    return {
      requestId,
      change,
      click: { teamId: TEAM, userId: APPROVER, channel: CHANNEL, messageTs, value, deliveryKey: 'c1' },
    };
  }
  const stateOf = async ({ plan }: Change): Promise<ChangeState | undefined> =>
    (await bench.state.changes.get(plan.id))?.state;

  it('a run whose last wake-up was lost: the thread still gets its end', async () => {
    const id = await askFor(bench);
    const deaf = withWake(bench.state, { thread: away });
    await diagnoseHost(workerOn(deaf), 'web-1', new AbortController().signal);
    expect(await unanswered()).toEqual([id]);
    const threads = bench.state.workers.startThreadWorker((one) => showThread(bench.show, one), {
      concurrency: 1,
    });
    await wakeUnanswered(bench.state);
    await expect.poll(unanswered).toEqual([]);
    expect((await bench.state.threads.entries(id)).has('end')).toBe(true);
    await threads.close(1_000);
  });

  it('a question whose wake-ups were lost is accepted, and found by the sweep', async () => {
    const desk = deskOn(withWake(bench.state, { thread: away, host: away }));
    await askFor({ ...bench, desk });
    expect(await bench.state.sweep()).toEqual([{ host: 'web-1', asker: 'person' }]);
  });

  it('a look that cost every worker its life ends with a reason', async () => {
    const id = await askFor(bench);
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      await bench.state.runs.claim('web-1', { id: 'run-x', nowMs: bench.clock.nowMs, windowMs: 1_000 });
    }
    await diagnoseHost(workerOn(bench.state), 'web-1', new AbortController().signal);
    const run = await bench.state.runs.get((await bench.state.requests.runOf(id)) ?? '');
    expect(run).toMatchObject({ phase: 'failed', attempt: 6, diagnosis: { error: { code: 'INTERNAL' } } });
    expect(bench.problems.map(({ code }) => code)).toContain('INTERNAL');
  });

  it('a run that nobody can read: the asker is told, and the thread is not looked at for ever', async () => {
    const id = await askFor(bench);
    await settleRoot(bench, id);
    await bench.state.runs.claim('web-1', { id: 'run-x', nowMs: bench.clock.nowMs, windowMs: 1_000 });
    await bench.redis.client().hset('tcpcheck:run:run-x', 'phase', 'from a later version');
    const edits: string[] = [];
    const poster: ThreadPoster = {
      ...bench.show.poster,
      update: async ({ ts }, { text }) => {
        edits.push(text);
        return { kind: 'sent', ts };
      },
    };
    await showThread({ ...bench.show, poster }, id);
    expect(edits).toEqual(['web-1: lost']);
    expect(await unanswered()).toEqual([]);
    await bench.redis.client().zadd('tcpcheck:unanswered', 1, 'gone');
    await showThread(bench.show, 'gone');
    expect(await unanswered()).toEqual([]);
  });

  it('a decision moves the thread among those that owe news, and is never denied afterwards', async () => {
    const { requestId, change, click } = await proposal();
    expect(await unanswered()).toEqual([]);
    const state = withWake(bench.state, {
      change: once(trouble(), (id: string, go: SignedGo) => bench.state.wake.change(id, go)),
      thread: away,
    });
    expect(await deskOn(state).approve(click)).toEqual({ kind: 'done' });
    expect(await stateOf(change)).toMatchObject({ kind: 'approved' });
    expect(await unanswered()).toEqual([requestId]);
    expect(await bench.state.queueDepth('changes')).toMatchObject({ waiting: 1 });
    await showThread(bench.show, requestId);
    expect(await unanswered()).toEqual([]);
  });

  it('a yes that cannot be put on record is none, and stands in nobody’s way', async () => {
    const { change, click } = await proposal();
    const full = new AuditLog({ dataDir: '/dev/null', log: 'bot', nowMs: () => 0, report: () => undefined });
    expect(await deskOn(bench.state, full).approve(click)).toMatchObject({
      kind: 'refused',
      code: 'AUDIT_UNWRITABLE',
    });
    expect(await stateOf(change)).toMatchObject({ kind: 'proposed', approvals: [] });
    expect(await deskOn(bench.state).approve({ ...click, deliveryKey: 'c2' })).toEqual({ kind: 'done' });
  });

  it('another change of the setting is not held up by a yes that was not put on record', async () => {
    const first = await proposal();
    const full = new AuditLog({ dataDir: '/dev/null', log: 'bot', nowMs: () => 0, report: () => undefined });
    await deskOn(bench.state, full).approve(first.click);
    const second = await proposal();
    expect(second.change.plan.id).not.toBe(first.change.plan.id);
    expect(await deskOn(bench.state).approve({ ...second.click, deliveryKey: 'c2' })).toEqual({
      kind: 'done',
    });
  });

  it('a roll back that could not be ordered is possible again at once', async () => {
    const { change, click } = await proposal();
    await bench.state.changes.move(change.plan.id, change.state, JUDGED);
    const order = (id: string, go: SignedGo): Promise<void> => bench.state.wake.change(id, go);
    const desk = deskOn(withWake(bench.state, { change: once(trouble('REDIS_UNSAFE'), order) }));
    expect(await desk.rollback(click)).toMatchObject({ kind: 'refused', code: 'REDIS_UNSAFE' });
    expect(bench.problems.map(({ code }) => code)).toContain('REDIS_UNSAFE');
    expect(await stateOf(change)).toMatchObject({ kind: 'judged', problem: { code: 'CHANGE_REFUSED' } });
    expect(await desk.rollback({ ...click, deliveryKey: 'c2' })).toEqual({ kind: 'done' });
  });

  it('a change whose playbook is another one on the worker is void before the host is asked', async () => {
    const { change } = await proposal();
    const { nowMs } = bench.clock;
    const approvals = [{ by: BY, atMs: nowMs }];
    const approved = { kind: 'approved', approvals, atMs: nowMs } as const;
    await bench.state.changes.move(change.plan.id, change.state, approved);
    const go = { action: 'apply', plan: change.plan, by: [BY], issuedAtMs: nowMs } as const;
    const signed = signGo({ ...go, validUntilMs: nowMs + GO_VALID_MS }, bench.keys.signing);
    const playbooks = knownAs(change).map((one) => ({ ...one, version: one.version + 1 }));
    const { audit } = bench;
    await executeChange(
      { ...workerOn(bench.state), config: CONFIG, playbooks, audit, verifyKeyPem: bench.keys.verify },
      { changeId: change.plan.id, go: signed },
    );
    expect(await stateOf(change)).toMatchObject({ kind: 'void', reason: { code: 'CHANGE_STALE' } });
  });

  it('what was done on the host is recorded although Redis is away for a moment', async () => {
    const { change } = await proposal();
    const { nowMs } = bench.clock;
    const approvals = [{ by: BY, atMs: nowMs }];
    await bench.state.changes.move(change.plan.id, change.state, {
      kind: 'approved',
      approvals,
      atMs: nowMs,
    });
    const { changes } = bench.state;
    const move: typeof changes.move = async (id, from, next) => changes.move(id, from, next);
    const onceAway = once(trouble(), move);
    const state: State = {
      ...bench.state,
      changes: {
        ...bench.state.changes,
        move: (id, from, next) => (from.kind === 'applying' ? onceAway : move)(id, from, next),
      },
    };
    const go = { action: 'apply', plan: change.plan, by: [BY], issuedAtMs: nowMs } as const;
    const signed = signGo({ ...go, validUntilMs: nowMs + GO_VALID_MS }, bench.keys.signing);
    await executeChange(
      {
        ...workerOn(state),
        config: { ...CONFIG, hosts: new Map() },
        playbooks: knownAs(change),
        audit: bench.audit,
        verifyKeyPem: bench.keys.verify,
      },
      { changeId: change.plan.id, go: signed },
    );
    // The worker's inventory has no such host, so nothing was done: that is what stands there.
    expect(await stateOf(change)).toMatchObject({ kind: 'failed', reason: { code: 'CHANGE_REFUSED' } });
  });

  it.each([
    ['applied', 25_000],
    ['confirmed', 140_000],
    ['applying', 200_000],
    ['keeping', 200_000],
    ['rolling-back', 200_000],
    ['judged', 16 * 60_000 + 70_000],
  ] as const)(
    'a change that is %s and that nobody looks after any more is found again',
    async (kind, laterMs) => {
      const { change } = await proposal();
      const atMs = bench.clock.nowMs;
      await bench.state.changes.move(change.plan.id, change.state, statesAt({ by: BY, atMs })[kind]);
      const round = (nowMs: number): Promise<void> => sweep(sweepOf(bench, () => nowMs));
      await round(atMs + 5_000);
      expect(await bench.state.queueDepth('care')).toMatchObject({ waiting: 0 });
      // As often as it comes by, one job is enough.
      await round(atMs + laterMs);
      await round(atMs + laterMs + 5_000);
      expect(await bench.state.queueDepth('care')).toMatchObject({ waiting: 1 });
    },
  );

  it('one message given up does not end the wait for another', async () => {
    const id = await askFor(bench);
    await settleRoot(bench, id);
    await finishRun(bench);
    const poster: ThreadPoster = {
      ...bench.show.poster,
      post: async ({ key }) =>
        key.endsWith(':end')
          ? { kind: 'refused', code: 'SLACK_REFUSED', message: 'as in the test' }
          : { kind: 'later', afterMs: 60_000 },
    };
    await showThread({ ...bench.show, poster }, id);
    expect(await unanswered()).toEqual([id]);
  });

  it('while Slack cannot be asked about a post, another look is planned', async () => {
    const id = await askFor(bench);
    await bench.state.threads.begin(id, 'root', 'hash');
    const poster: ThreadPoster = {
      ...bench.show.poster,
      find: () => Promise.reject(trouble('SLACK_UNREACHABLE')),
    };
    await showThread({ ...bench.show, poster }, id);
    expect(await bench.state.queueDepth('threads')).toMatchObject({ delayed: 1 });
    await settleRoot(bench, id);
    expect((await bench.state.threads.entries(id)).get('root')?.ts).not.toBeNull();
  });

  it('with Slack away, telling lost threads ends with the first; answered threads are not lost', async () => {
    const ids = [await askFor(bench), await askFor(bench), await askFor(bench)];
    for (const id of ids) await settleRoot(bench, id);
    await bench.state.threads.begin(ids[0] ?? '', 'end', 'hash');
    await tellLostThreads(bench.show);
    await bench.redis.client().flushall();
    let tries = 0;
    const poster: ThreadPoster = {
      ...bench.show.poster,
      update: async () => {
        tries += 1;
        return { kind: 'later', afterMs: 5_000 };
      },
    };
    await tellLostThreads({ ...bench.show, poster });
    expect(tries).toBe(1);
    expect(bench.show.open.all().map(({ requestId }) => requestId)).toEqual(ids.slice(1));
  });
});
