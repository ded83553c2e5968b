import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TcpcheckError } from '../../src/core/domain/errors.ts';
import type { FreezeWish } from '../../src/core/domain/freeze.ts';
import type { FreezeOutcome } from '../../src/core/domain/ports.ts';
import { createDesk } from '../../src/jobs/desk.ts';
import { followFreeze } from '../../src/jobs/follow-freeze.ts';
import { auditFile } from '../../src/state/audit/audit-log.ts';
import { Outbox } from '../../src/state/outbox.ts';
import { needs } from '../support/machine.ts';
import {
  APPROVER,
  askAndPropose,
  CHANNEL,
  CONFIG,
  PLAYBOOK_VERSIONS,
  startBench,
  TEAM,
  type Bench,
} from './bench.ts';

const need = needs('redis-server');
const HOUR = 3_600_000;

const cannot = async (): Promise<never> => {
  throw new TcpcheckError('AUDIT_UNWRITABLE', 'the disk is full');
};

describe.skipIf(need.skip)(`a freeze ${need.reason}`, () => {
  let bench: Bench;
  let deliveries = 0;
  const startMs = Date.now();
  const approvals = {
    ...CONFIG.approvals,
    freeze: [{ fromMs: startMs + HOUR, toMs: startMs + 2 * HOUR, reason: 'release' }],
  };

  beforeEach(async () => {
    bench = await startBench('instant', {
      config: { ...CONFIG, approvals },
      playbookVersions: PLAYBOOK_VERSIONS,
    });
  });
  afterEach(async () => bench.close());

  async function say(wish: FreezeWish, userId = APPROVER): Promise<FreezeOutcome> {
    deliveries += 1;
    const from = { teamId: TEAM, userId, channel: CHANNEL, deliveryKey: `freeze-${deliveries}` };
    return bench.desk.freeze({ ...from, wish });
  }
  /** As two do who speak at the same moment: the freezes are `then` otherwise once they were looked at. */
  async function sayWhile(wish: FreezeWish, then: () => Promise<unknown>): Promise<FreezeOutcome> {
    const { freezes } = bench.deciding;
    let looks = 0;
    const declared: typeof freezes.declared = async () => {
      const seen = await freezes.declared();
      looks += 1;
      if (looks === 1) await then();
      return seen;
    };
    const racing = {
      now: async () => freezes.now(),
      lastSeen: () => freezes.lastSeen(),
      declared,
      declare: async (...all: Parameters<typeof freezes.declare>) => freezes.declare(...all),
    };
    const desk = createDesk({ ...bench.deciding, freezes: racing });
    deliveries += 1;
    return desk.freeze({
      teamId: TEAM,
      userId: APPROVER,
      channel: CHANNEL,
      deliveryKey: `race-${deliveries}`,
      wish,
    });
  }
  /** The rounds of a bot that has just been started. */
  function rounds(): () => Promise<void> {
    const { state, show, poster, dataDir, clock } = bench;
    const config = { approvals, slackChannel: CHANNEL, locale: 'en' } as const;
    const outbox = new Outbox(dataDir);
    const freezes = bench.freezesWith(approvals.freeze);
    return followFreeze({
      config,
      freezes,
      outbox,
      state,
      poster,
      nowMs: () => clock.nowMs,
      report: show.report,
    });
  }
  const told = (): readonly string[] =>
    bench.slack
      .messages(CHANNEL)
      .map(({ text }) => text)
      .filter((text) => text.includes('Changes are'));
  const audited = (): string => readFileSync(auditFile(bench.dataDir, 'bot'), 'utf8');

  it('of a person is announced at start and end, once each over restarts and bots, and cards are drawn anew', async () => {
    const { requestId } = await askAndPropose(bench);
    const wish = { kind: 'freeze', toMs: null, reason: 'big sale' } as const;
    expect(await say(wish, 'U3')).toMatchObject({ code: 'ACCESS_DENIED' });
    expect(await say(wish)).toMatchObject({
      kind: 'done',
      answer: { en: 'Changes are frozen until somebody lifts it. Reason: big sale.' },
    });
    const round = rounds();
    const drawn: string[] = [];
    const worker = bench.state.workers.startThreadWorker(async (id) => void drawn.push(id), {
      concurrency: 1,
    });
    await expect.poll(() => drawn, { timeout: 5_000 }).toEqual([requestId]);
    await round();
    await expect.poll(() => drawn, { timeout: 5_000 }).toEqual([requestId, requestId]);
    await worker.close(100);
    await round();
    await rounds()();
    expect(told()).toEqual(['Changes are frozen']);
    expect(await say({ kind: 'lift', reason: 'over' }, 'U3')).toMatchObject({ code: 'ACCESS_DENIED' });
    expect(await say({ kind: 'lift', reason: 'over' })).toMatchObject({
      answer: { en: 'The freeze is lifted.' },
    });
    await round();
    await rounds()();
    expect(told()).toEqual(['Changes are frozen', 'Changes are possible again']);
    expect(audited()).toContain(`"by":["${TEAM}/${APPROVER}"]`);
    expect(audited().match(/"step":"freeze(-lifted)?"/g)).toEqual([
      '"step":"freeze"',
      '"step":"freeze-lifted"',
    ]);
  });

  it('is not cut short by a shorter one: only who lifts it ends it', async () => {
    const wish = { kind: 'freeze', toMs: null, reason: 'big sale' } as const;
    await say(wish);
    const shorter = await say({ ...wish, toMs: bench.clock.nowMs + 60_000, reason: '' });
    expect(JSON.stringify(shorter)).toContain('That lasts longer');
    bench.clock.nowMs += 61_000;
    expect(await bench.deciding.freezes.now()).toMatchObject({ kind: 'person', toMs: null });
    await say({ kind: 'lift', reason: '' });
    const after = await say({ ...wish, toMs: bench.clock.nowMs + 60_000 });
    expect(JSON.stringify(after)).toContain('Changes are frozen until');
  });

  it('of the configuration is announced at start and end, and no command ends it', async () => {
    const round = rounds();
    await round();
    expect(told()).toEqual([]);
    bench.clock.nowMs = startMs + HOUR;
    await round();
    await rounds()();
    expect(told()).toEqual(['Changes are frozen']);
    const lifted = await say({ kind: 'lift', reason: '' });
    expect(JSON.stringify(lifted)).toContain('only the file ends it');
    expect(await bench.deciding.freezes.now()).toMatchObject({ kind: 'window' });
    bench.clock.nowMs = startMs + 2 * HOUR;
    await round();
    await rounds()();
    expect(told()).toEqual(['Changes are frozen', 'Changes are possible again']);
  });

  it('follows an emptied Redis, says so once, and an approver lifts it', async () => {
    await bench.redis.client().flushall();
    const round = rounds();
    await round();
    await round();
    expect(told()).toEqual(['Changes are frozen']);
    expect(JSON.stringify(bench.slack.messages(CHANNEL).at(-1)?.blocks)).toContain('Redis was found empty');
    expect(JSON.stringify(await say({ kind: 'status' }))).toContain('Redis was found empty');
    expect(await say({ kind: 'lift', reason: '' })).toMatchObject({ kind: 'done' });
    expect(await bench.deciding.freezes.now()).toBeNull();
  });

  it('that is declared while another is lifted is not lifted with it, nor cut short', async () => {
    await say({ kind: 'freeze', toMs: startMs + HOUR / 2, reason: 'first' });
    const longer = { kind: 'freeze', toMs: null, reason: 'incident' } as const;
    const lifted = await sayWhile({ kind: 'lift', reason: '' }, async () => say(longer));
    expect(lifted).toMatchObject({ kind: 'refused', code: 'CHANGE_DECIDED' });
    expect(await bench.deciding.freezes.now()).toMatchObject({ toMs: null, reason: 'incident' });
    await say({ kind: 'lift', reason: '' });
    const shorter = { kind: 'freeze', toMs: startMs + HOUR / 2, reason: 'short' } as const;
    expect(await sayWhile(shorter, async () => say(longer))).toMatchObject({ kind: 'refused' });
    expect(await bench.deciding.freezes.now()).toMatchObject({ toMs: null, reason: 'incident' });
  });

  it('is declared although nobody can put it on record, and is not lifted then', async () => {
    const desk = createDesk({ ...bench.deciding, audit: { record: cannot } });
    const from = { teamId: TEAM, userId: APPROVER, channel: CHANNEL };
    const frozen = await desk.freeze({
      ...from,
      wish: { kind: 'freeze', toMs: null, reason: '' },
      deliveryKey: 'full-1',
    });
    expect(frozen.kind).toBe('done');
    const lifted = await desk.freeze({ ...from, wish: { kind: 'lift', reason: '' }, deliveryKey: 'full-2' });
    expect(lifted).toMatchObject({ kind: 'refused', code: 'AUDIT_UNWRITABLE' });
    expect(await bench.deciding.freezes.now()).toMatchObject({ kind: 'person' });
  });
});
