import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApprovalsFile, withApprovalsOf } from '../../src/config/approvals-file.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { openGo } from '../../src/core/change/go.ts';
import { buttonValue } from '../../src/core/change/plan-hash.ts';
import type { Change, ChangePlan, Go } from '../../src/core/domain/change.ts';
import type { Click, Desk } from '../../src/core/domain/ports.ts';
import { doubtAbout } from '../../src/jobs/doubt.ts';
import { executeChange } from '../../src/jobs/execute-change.ts';
import { postAnnouncements, type AnnounceContext } from '../../src/jobs/post-announcements.ts';
import { sweep } from '../../src/jobs/sweep.ts';
import { createDesk } from '../../src/jobs/desk.ts';
import { auditFile } from '../../src/state/audit/audit-log.ts';
import { judgedAt } from '../core/change/example-states.ts';
import { shippedPlaybooks } from '../support/playbooks.ts';
import { needs } from '../support/machine.ts';
import {
  askAndPropose,
  CHANNEL,
  codeOf,
  CONFIG,
  PLAYBOOK_VERSIONS,
  REQUESTER,
  noteOrders,
  startBench,
  sweepOf,
  TEAM,
  type Bench,
} from './bench.ts';

const need = needs('redis-server');

/** U2, U3 and the requester by their group; U4 by name. */
const RULES = {
  ...CONFIG,
  approvals: {
    ...CONFIG.approvals,
    users: [{ teamId: null, id: 'U4' }],
    groups: [{ teamId: null, id: 'S1' }],
  },
};

const JUDGED = judgedAt({ by: { kind: 'slack-user', teamId: TEAM, userId: 'U2' }, atMs: 1 });
/** tcpcheck.yaml with these approvers. */
const naming = (...users: readonly string[]): string =>
  JSON.stringify({
    hosts: { 'web-1': { address: '10.0.0.5', user: 'root', known_hosts: '/dev/null', changes: true } },
    approvals: { approvers: { users } },
  });

const announcingOf = ({ state, poster, outbox, clock, show }: Bench): AnnounceContext => ({
  state,
  poster,
  outbox,
  nowMs: () => clock.nowMs,
  report: show.report,
});

describe.skipIf(need.skip)(`approvers by user group ${need.reason}`, () => {
  let bench: Bench;
  let one: ChangePlan;
  let two: ChangePlan;
  let noted: ReturnType<typeof noteOrders>;
  let clicks = 0;

  beforeEach(async () => {
    bench = await startBench('instant', { config: RULES, playbookVersions: PLAYBOOK_VERSIONS });
    bench.slack.setUserGroup({ id: 'S1', handle: 'sre', users: ['U2', 'U3', REQUESTER] });
    ({ plan: one } = (await askAndPropose(bench)).change);
    two = { ...one, id: 'feedface', risk: 'high', approvalsNeeded: 2 };
    await bench.state.changes.propose({ plan: two, state: { kind: 'proposed', approvals: [] } });
    noted = noteOrders(bench);
  });
  afterEach(async () => {
    await noted.close();
    await bench.close();
  });

  const members = (...users: string[]): void => bench.slack.setUserGroup({ id: 'S1', handle: 'sre', users });
  async function clickOn(plan: ChangePlan, userId: string, part: Partial<Click> = {}): Promise<Click> {
    clicks += 1;
    const card = (await bench.state.threads.entries(plan.requestId)).get('finding:0');
    const place = { teamId: TEAM, userId, channel: CHANNEL, messageTs: card?.ts ?? '' };
    return { ...place, value: buttonValue(plan), deliveryKey: `group-${clicks}`, ...part };
  }
  const approve = async (plan: ChangePlan, userId: string, part: Partial<Click> = {}): Promise<string> =>
    codeOf(await bench.desk.approve(await clickOn(plan, userId, part)));
  const breakGlass = async (plan: ChangePlan, userId: string, desk = bench.desk): Promise<string> =>
    codeOf(await desk.breakGlass(await clickOn(plan, userId), 'checkout is down'));
  const stateOf = async ({ id }: ChangePlan): Promise<Change['state'] | undefined> =>
    (await bench.state.changes.get(id))?.state;
  async function ordered(): Promise<Go> {
    await expect.poll(() => noted.orders.length, { timeout: 5_000 }).toBe(1);
    const opened = openGo(
      noted.orders[0] ?? { payload: '', signature: '' },
      bench.keys.verify,
      bench.clock.nowMs,
    );
    if ('problem' in opened) throw new Error(opened.problem.message);
    return opened.go;
  }
  const audited = (): string => readFileSync(auditFile(bench.dataDir, 'bot'), 'utf8');

  it('may approve while Slack has them in the group, and no other', async () => {
    expect(await approve(one, 'U9')).toBe('ACCESS_DENIED');
    expect(await approve(one, 'U2', { teamId: 'T2' })).toBe('ACCESS_DENIED');
    expect(await approve(one, 'U2', { channel: 'C9' })).toBe('CHANGE_STALE');
    expect(await approve(one, 'U2')).toBe('done');
    expect((await ordered()).by).toEqual([{ kind: 'slack-user', teamId: TEAM, userId: 'U2' }]);
  });

  it('of another team’s group nobody may, of whatever id', async () => {
    const groups = [{ teamId: 'T2', id: 'S1' }];
    const config = { ...RULES, approvals: { ...RULES.approvals, groups } };
    const desk = createDesk({ ...bench.deciding, config });
    const outcome = await desk.approve(await clickOn(one, 'U2'));
    expect(outcome).toMatchObject({ code: 'APPROVERS_UNKNOWN' });
    expect(JSON.stringify(outcome)).toContain('it belongs to another workspace than this one');
  });

  it('are nobody while the group cannot be read; who is named needs no group', async () => {
    bench.slack.faults.api('usergroups.users.list', { kind: 'error', error: 'plan_upgrade_required' });
    const outcome = await bench.desk.approve(await clickOn(one, 'U2'));
    expect(outcome).toMatchObject({ kind: 'refused', code: 'APPROVERS_UNKNOWN' });
    expect(JSON.stringify(outcome)).toContain('this workspace’s plan has no user groups');
    bench.slack.faults.api('usergroups.users.list', { kind: 'http-500' }, 4);
    expect(await approve(one, 'U2')).toBe('APPROVERS_UNKNOWN');
    expect(await stateOf(one)).toEqual({ kind: 'proposed', approvals: [] });
    expect(await approve(one, 'U4')).toBe('done');
  });

  it('who has left between the first yes and the second does not count: the card is void', async () => {
    expect(await approve(two, 'U2')).toBe('done');
    members('U3');
    expect(await approve(two, 'U3')).toBe('CHANGE_STALE');
    expect(await stateOf(two)).toMatchObject({ kind: 'void', reason: { code: 'CHANGE_STALE' } });
    expect(noted.orders).toEqual([]);
  });

  it('whose account is a guest’s or gone by the second yes does not count either', async () => {
    expect(await approve(two, 'U4')).toBe('done');
    bench.slack.setUser({ id: 'U4', name: 'dana', deleted: true });
    expect(await approve(two, 'U3')).toBe('CHANGE_STALE');
    expect(await stateOf(two)).toMatchObject({ kind: 'void' });
  });

  it('of whom Slack says nothing at the second yes: not yet, and the card stays', async () => {
    expect(await approve(two, 'U2')).toBe('done');
    bench.slack.faults.api('usergroups.users.list', { kind: 'http-500' }, 2);
    expect(await approve(two, 'U4')).toBe('APPROVERS_UNKNOWN');
    expect(await stateOf(two)).toMatchObject({ kind: 'proposed', approvals: [{}] });
    expect(await approve(two, 'U4')).toBe('done');
    expect((await ordered()).by).toHaveLength(2);
  });

  it('whose account is gone keeps nothing either', async () => {
    expect(await approve(one, 'U2')).toBe('done');
    const approved = await stateOf(one);
    if (approved === undefined) throw new Error('the change is gone');
    await bench.state.changes.move(one.id, approved, JUDGED);
    bench.slack.setUser({ id: 'U3', name: 'sora', deleted: true });
    expect(codeOf(await bench.desk.keep(await clickOn(one, 'U3')))).toBe('ACCESS_DENIED');
    expect(await stateOf(one)).toMatchObject({ kind: 'judged' });
  });

  it('who were members when Slack last told may take back while it does not, and nothing else', async () => {
    expect(await approve(one, 'U2')).toBe('done');
    const approved = await stateOf(one);
    if (approved === undefined) throw new Error('the change is gone');
    await bench.state.changes.move(one.id, approved, JUDGED);
    bench.slack.faults.api('usergroups.users.list', { kind: 'http-500' }, 20);
    expect(await approve(two, 'U2')).toBe('APPROVERS_UNKNOWN');
    const rollBack = async (userId: string): Promise<string> =>
      codeOf(await bench.desk.rollback(await clickOn(one, userId)));
    expect(await rollBack('U9')).toBe('APPROVERS_UNKNOWN');
    expect(await rollBack('U3')).toBe('done');
  });

  it.each([
    ['has left the group', () => members('U3'), 'CHANGE_STALE'],
    [
      'has been deactivated',
      () => bench.slack.setUser({ id: 'U2', name: 'joon', deleted: true }),
      'CHANGE_STALE',
    ],
    ['approved before changes were frozen', async () => freezeNow(), 'CHANGE_FROZEN'],
  ] as const)(
    'who %s before a worker begins: it is void, and the worker does nothing',
    async (_, happen, code) => {
      expect(await approve(one, 'U2')).toBe('done');
      const [go] = [await ordered().then(() => noted.orders[0])];
      if (go === undefined) throw new Error('no order');
      await happen();
      await sweep(sweepOf(bench));
      expect(await stateOf(one)).toMatchObject({ kind: 'void', reason: { code } });
      const { state, audit, keys, clock } = bench;
      const context = {
        config: RULES,
        playbooks: shippedPlaybooks(),
        state,
        audit,
        verifyKeyPem: keys.verify,
      };
      await executeChange(
        { ...context, agentSocket: null, nowMs: () => clock.nowMs, report: bench.show.report },
        { changeId: one.id, go },
      );
      expect(await stateOf(one)).toMatchObject({ kind: 'void' });
      expect(audited()).not.toContain('apply-begins');
    },
  );
  async function freezeNow(): Promise<void> {
    const by = { kind: 'os-user', name: 'alice' } as const;
    const freeze = { kind: 'person', by, fromMs: bench.clock.nowMs, toMs: null, reason: '' } as const;
    await bench.deciding.freezes.declare({ freeze, by, channel: null });
  }

  describe('named in tcpcheck.yaml as it is at this moment', () => {
    let dir = '';
    let desk: Desk;
    let rules: ApprovalsFile;
    const file = (): string => join(dir, 'tcpcheck.yaml');
    /** As somebody saved it a while ago. */
    function save(text: string): void {
      writeFileSync(file(), text);
      utimesSync(file(), 1, 1);
    }
    beforeEach(() => {
      dir = mkdtempSync(join(tmpdir(), 'tcpcheck-approvers-'));
      save(naming('U2', 'U3'));
      const { report } = bench.show;
      const loaded = loadConfig(file());
      rules = new ApprovalsFile({
        file: file(),
        loaded: loaded.approvals,
        nowMs: Date.now,
        report,
        onRead: () => undefined,
      });
      desk = createDesk({ ...bench.deciding, config: withApprovalsOf({ ...loaded, ...RULES }, rules) });
    });
    afterEach(() => rmSync(dir, { recursive: true, force: true }));
    const press = async (
      what: 'approve' | 'reject' | 'rollback',
      plan: ChangePlan,
      by: string,
    ): Promise<string> => codeOf(await desk[what](await clickOn(plan, by)));
    const sweepNow = async (): Promise<void> => {
      const deciding = { ...bench.deciding, config: { approvals: rules.now() } };
      await sweep({ ...sweepOf(bench), doubt: async (change) => doubtAbout(deciding, change) });
    };

    it('who is taken out of it decides nothing any more', async () => {
      expect(await press('approve', two, 'U2')).toBe('done');
      save(naming('U3'));
      expect(await press('approve', one, 'U2')).toBe('ACCESS_DENIED');
      expect(await press('approve', two, 'U3')).toBe('CHANGE_STALE');
      expect(await stateOf(two)).toMatchObject({ kind: 'void' });
      save(naming('U2'));
      expect(await press('approve', one, 'U2')).toBe('done');
    });

    it('who is taken out of it before a worker begins: it is void, and the worker does nothing', async () => {
      expect(await press('approve', one, 'U2')).toBe('done');
      await ordered();
      save(naming('U3'));
      await sweepNow();
      expect(await stateOf(one)).toMatchObject({ kind: 'void', reason: { code: 'CHANGE_STALE' } });
    });

    it('nobody approves by a file that cannot be read; taking back and rejecting go on', async () => {
      expect(await press('approve', one, 'U2')).toBe('done');
      for (const text of [naming('U2', 'u3'), naming('U2').slice(0, -20), null]) {
        if (text === null) rmSync(file());
        else save(text);
        expect(await press('approve', two, 'U2')).toBe('APPROVALS_UNSOUND');
        expect(codeOf(await desk.breakGlass(await clickOn(two, 'U2'), 'checkout is down'))).toBe(
          'APPROVALS_UNSOUND',
        );
        // Of nobody it is known that they are none any more.
        await sweepNow();
        expect(await stateOf(one)).toMatchObject({ kind: 'approved' });
      }
      const told = bench.problems.filter(({ code }) => code === 'APPROVALS_UNSOUND');
      expect(told.map(({ fields }) => String(fields['said']).split('\n')[0])).toHaveLength(3);
      expect(await press('reject', two, 'U2')).toBe('done');
      const approved = await stateOf(one);
      if (approved === undefined) throw new Error('the change is gone');
      await bench.state.changes.move(one.id, approved, JUDGED);
      expect(await press('rollback', one, 'U9')).toBe('ACCESS_DENIED');
      expect(await press('rollback', one, 'U2')).toBe('done');
    });

    it('nobody approves while it is being written', async () => {
      writeFileSync(file(), naming('U2'));
      expect(await press('approve', one, 'U2')).toBe('APPROVALS_UNSOUND');
      utimesSync(file(), 1, 1);
      expect(await press('approve', one, 'U2')).toBe('done');
    });
  });

  describe('and break-glass', () => {
    it('is one approver’s alone, also the requester’s: loud, on record, and in the order', async () => {
      expect(await approve(two, REQUESTER)).toBe('CHANGE_SECOND_PERSON');
      expect(await breakGlass(two, 'U9')).toBe('ACCESS_DENIED');
      expect(await breakGlass(two, REQUESTER)).toBe('done');
      const go = await ordered();
      expect(go).toMatchObject({ by: [{ userId: REQUESTER }], breakGlass: 'checkout is down' });
      expect(audited()).toMatch(/"reason":"checkout is down"}.*"step":"break-glass"/);
      const { outbox } = bench;
      const announcing = announcingOf(bench);
      await postAnnouncements(announcing);
      await postAnnouncements(announcing);
      const told = bench.slack.messages(CHANNEL).filter(({ text }) => text.includes('break-glass approval'));
      expect(told).toHaveLength(1);
      const words = JSON.stringify(told[0]?.blocks);
      expect(words).toContain('<!subteam^S1> <@U4> 🚨 *web-1: break-glass approval');
      expect(words).toContain(`<@${REQUESTER}> has approved this alone. Reason: checkout is down.`);
      expect(outbox.waiting()).toEqual([]);
    });

    it('is told within minutes although somebody writes into Redis that it has been', async () => {
      expect(await breakGlass(two, 'U2')).toBe('done');
      await bench.state.dedupe.firstTime(`announce:break-glass:${two.id}`, 3_600);
      await postAnnouncements(announcingOf(bench));
      expect(bench.outbox.waiting()).toHaveLength(1);
      bench.clock.nowMs += 5 * 60_000;
      await postAnnouncements(announcingOf(bench));
      expect(bench.outbox.waiting()).toEqual([]);
      const told = bench.slack.messages(CHANNEL).filter(({ text }) => text.includes('break-glass approval'));
      expect(told).toHaveLength(1);
    });

    it('goes on after a first yes, the same person’s or another’s', async () => {
      expect(await approve(two, 'U2')).toBe('done');
      expect(await breakGlass(two, 'U2')).toBe('done');
      expect((await ordered()).by).toEqual([{ kind: 'slack-user', teamId: TEAM, userId: 'U2' }]);
    });

    it('is not stopped by a freeze, nor taken back by the sweep', async () => {
      await freezeNow();
      expect(await approve(one, 'U2')).toBe('CHANGE_FROZEN');
      expect(await breakGlass(one, 'U2')).toBe('done');
      await sweep(sweepOf(bench));
      expect(await stateOf(one)).toMatchObject({
        kind: 'approved',
        approvals: [{ breakGlass: 'checkout is down' }],
      });
    });

    it('is nobody’s where it is switched off, nor after the proposal ran out', async () => {
      const config = { ...RULES, approvals: { ...RULES.approvals, breakGlass: false } };
      expect(await breakGlass(two, 'U2', createDesk({ ...bench.deciding, config }))).toBe('ACCESS_DENIED');
      bench.clock.nowMs = two.expiresAtMs + 1;
      expect(await breakGlass(two, 'U2')).toBe('CHANGE_EXPIRED');
      expect(bench.outbox.waiting()).toEqual([]);
    });
  });
});
