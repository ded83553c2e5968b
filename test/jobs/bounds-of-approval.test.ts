import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buttonValue } from '../../src/core/change/plan-hash.ts';
import type { Desk } from '../../src/core/domain/ports.ts';
import type { Change, ChangePlan } from '../../src/core/domain/change.ts';
import { createDesk } from '../../src/jobs/desk.ts';
import { verifyLog } from '../../src/state/audit/verify-log.ts';
import { auditFile } from '../../src/state/audit/audit-log.ts';
import { HELPED, judgedAt } from '../core/change/example-states.ts';
import { needs } from '../support/machine.ts';
import {
  APPROVER,
  askAndPropose,
  CHANNEL,
  codeOf,
  CONFIG,
  PLAYBOOK_VERSIONS,
  noteOrders,
  startBench,
  TEAM,
  type Bench,
} from './bench.ts';

interface Rules {
  readonly approvals?: typeof CONFIG.approvals;
  readonly playbookVersions?: ReadonlyMap<string, number>;
}

const need = needs('redis-server');

const counted = (words: readonly (string | undefined)[]): Readonly<Record<string, number>> =>
  Object.fromEntries(
    [...new Set(words)].map((word) => [String(word), words.filter((one) => one === word).length]),
  );

describe.skipIf(need.skip)(`what an approval must not do ${need.reason}`, () => {
  let bench: Bench;
  let offered: ChangePlan;
  let noted: ReturnType<typeof noteOrders>;
  let clicks = 0;

  beforeEach(async () => {
    bench = await startBench('instant');
    ({ plan: offered } = (await askAndPropose(bench)).change);
    noted = noteOrders(bench);
  });
  afterEach(async () => {
    await noted.close();
    await bench.close();
  });

  /** Another proposal on the same card, of a setting of its own. */
  async function proposal(id: string, key = `net.ipv4.${id}`): Promise<ChangePlan> {
    const plan = { ...offered, id, settings: [{ key, from: '1', to: '2' }] };
    expect(await bench.state.changes.propose({ plan, state: { kind: 'proposed', approvals: [] } })).toBe(
      true,
    );
    return plan;
  }
  const approve = async (plan: ChangePlan, desk = bench.desk): Promise<string> =>
    press('approve', plan, desk);
  async function press(
    what: 'approve' | 'keep' | 'rollback',
    plan: ChangePlan,
    desk = bench.desk,
  ): Promise<string> {
    clicks += 1;
    const deliveryKey = `click-${clicks}`;
    const card = (await bench.state.threads.entries(plan.requestId)).get('finding:0');
    const place = { teamId: TEAM, userId: APPROVER, channel: CHANNEL, messageTs: card?.ts ?? '' };
    return codeOf(await desk[what]({ ...place, value: buttonValue(plan), deliveryKey }));
  }
  /** The desk of a bot that was started with other rules. */
  const deskWith = ({ approvals = CONFIG.approvals, playbookVersions = PLAYBOOK_VERSIONS }: Rules): Desk =>
    createDesk({
      ...bench.deciding,
      config: { ...CONFIG, approvals },
      freezes: bench.freezesWith(approvals.freeze),
      playbookVersions,
    });
  const stateOf = async ({ id }: ChangePlan): Promise<Change['state'] | undefined> =>
    (await bench.state.changes.get(id))?.state;

  it('exceed what a host may be given within an hour, however many press at once', async () => {
    const plans = await Promise.all(Array.from({ length: 8 }, async (_, index) => proposal(`many${index}`)));
    const codes = await Promise.all(plans.map(async (plan) => approve(plan)));
    expect(counted(codes)).toEqual({ CHANGE_CAP: 3, done: 5 });
    await expect.poll(() => noted.orders.length, { timeout: 5_000 }).toBe(5);
    const kinds = await Promise.all(plans.map(async (plan) => (await stateOf(plan))?.kind));
    expect(counted(kinds)).toEqual({ approved: 5, proposed: 3 });
  });

  it('touch a setting whose other change is under way or undecided', async () => {
    const key = 'net.core.somaxconn';
    const [first, second, third] = [
      await proposal('a', key),
      await proposal('b', key),
      await proposal('c', key),
    ];
    const codes = await Promise.all([approve(first), approve(second)]);
    expect(codes.toSorted()).toEqual(['CHANGE_BUSY', 'done']);
    const [won, lost] = codes[0] === 'done' ? [first, second] : [second, first];
    const change = await bench.state.changes.get(won.id);
    if (change === null) throw new Error('it is gone');
    const by = { kind: 'slack-user', teamId: TEAM, userId: APPROVER } as const;
    // One that has helped would leave the other with nothing to do.
    const judged = judgedAt(
      { by, atMs: 1 },
      { ...HELPED, verdict: 'no-effect', finding: 'matched', effect: [] },
    );
    await bench.state.changes.move(won.id, change.state, judged);
    expect(await approve(lost)).toBe('CHANGE_BUSY');
    await bench.state.changes.move(won.id, judged, { kind: 'rolled-back', by, atMs: 2, readBack: [] });
    expect(await approve(third)).toBe('done');
    expect((await stateOf(lost))?.kind).toBe('proposed');
  });

  it('be given while changes are frozen; what is in force can be rolled back all the same', async () => {
    const { nowMs } = bench.clock;
    const freeze = [{ fromMs: nowMs - 1, toMs: nowMs + 60_000, reason: 'the <!channel> `release`' }];
    const desk = deskWith({ approvals: { ...CONFIG.approvals, freeze } });
    expect(await approve(offered, desk)).toBe('CHANGE_FROZEN');
    expect(await stateOf(offered)).toEqual({ kind: 'proposed', approvals: [] });
    const by = { kind: 'slack-user', teamId: TEAM, userId: APPROVER } as const;
    const change = await bench.state.changes.get(offered.id);
    if (change === null) throw new Error('it is gone');
    await bench.state.changes.move(offered.id, change.state, judgedAt({ by, atMs: 1 }));
    expect(await press('keep', offered, desk)).toBe('CHANGE_FROZEN');
    expect(await press('rollback', offered, desk)).toBe('done');
    expect(await approve(await proposal('later'), deskWith({}))).toBe('done');
  });

  it.each([
    ['the playbook', { playbookVersions: new Map([['accept-queue-overflow', 99]]) }, 'is version 99 now'],
    ['how many people it takes', { twoPerson: ['low', 'medium'] as const }, 'takes 2 of the approvers now'],
  ])('rely on a card whose %s has changed since: it is void, and on record', async (_, now, message) => {
    const twoPerson = 'twoPerson' in now ? now.twoPerson : CONFIG.approvals.twoPerson;
    const desk = deskWith({
      approvals: { ...CONFIG.approvals, twoPerson },
      playbookVersions: 'playbookVersions' in now ? now.playbookVersions : PLAYBOOK_VERSIONS,
    });
    expect(await approve(offered, desk)).toBe('CHANGE_STALE');
    const state = await stateOf(offered);
    expect(state).toMatchObject({ kind: 'void', reason: { code: 'CHANGE_STALE' } });
    expect(state?.kind === 'void' && state.reason.message).toContain(message);
    expect(noted.orders).toEqual([]);
    const log = await verifyLog(auditFile(bench.dataDir, 'bot'), []);
    expect(log).toMatchObject({ kind: 'whole', records: 1 });
  });
});
