import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { orderOf, provenGo } from '../../src/core/change/go.ts';
import { groupValue, passValue } from '../../src/core/change/group-hash.ts';
import { buttonValue } from '../../src/core/change/plan-hash.ts';
import type { ChangeState } from '../../src/core/domain/change.ts';
import { TcpcheckError } from '../../src/core/domain/errors.ts';
import type { State } from '../../src/core/domain/ports.ts';
import { driveGroup } from '../../src/jobs/drive-group.ts';
import type { GroupChange, GroupState } from '../../src/core/domain/group.ts';
import { needs } from '../support/machine.ts';
import { APPROVER, REQUESTER, TEAM } from './bench.ts';
import { soon, startFleet, type Fleet } from './fleet.ts';

const need = needs('lab', 'redis-server', 'flock');

/** A store at which the process dies before a change gets there. */
const dyingAt = (state: State, kind: ChangeState['kind']): State => ({
  ...state,
  changes: {
    ...state.changes,
    move: async (id, from, next) => {
      if (next.kind === kind) throw new Error('died');
      return state.changes.move(id, from, next);
    },
  },
});

/** The other approver. */
const SECOND = 'U3';

const changeAt = ({ plan }: GroupChange, index: number): string => plan.members[index]?.changeId ?? '';

describe.skipIf(need.skip)(`one approval for three real hosts ${need.reason}`, { timeout: 90_000 }, () => {
  let fleet: Fleet;
  beforeAll(async () => {
    fleet = await startFleet();
  }, 60_000);
  afterAll(async () => fleet.stop(), 30_000);
  beforeEach(() => {
    fleet.rules.silent = false;
    fleet.rules.approvers = [APPROVER];
    fleet.rules.twoPerson = ['high'];
    fleet.rules.unsure = false;
  });

  const reached = async ({ plan }: GroupChange, kind: GroupState['kind']): Promise<GroupChange> =>
    soon(async () => {
      const now = await fleet.groupNow(plan.id);
      return now.state.kind === kind ? now : undefined;
    });
  const hostAt = (group: GroupChange, index: number) => {
    const host = fleet.hosts.find(({ name }) => name === group.plan.members[index]?.host);
    if (host === undefined) throw new Error('the plan lists another host');
    return host;
  };
  /** The same on its host: somebody else’s trouble, which the change does not heal. */
  const neverHealed = async (group: GroupChange, index: number): Promise<void> =>
    hostAt(group, index).setSysctl('net.core.somaxconn', '777');

  it('is applied to each in turn, verified before the next, and taken back last first', async () => {
    const { group, questionId } = await fleet.askAnew();
    expect(group.plan).toMatchObject({ group: 'web', playbook: 'reuse', cause: 'reuse', risk: 'medium' });
    expect(group.plan.members.map(({ host }) => host)).toEqual(['web-1', 'web-2', 'web-3']);
    const value = groupValue(group.plan);
    expect(await fleet.press('approve', value, REQUESTER)).toBe('ACCESS_DENIED');
    expect(
      await fleet.press(
        'approve',
        value.replace(/.$/, (c) => (c === '0' ? '1' : '0')),
      ),
    ).toBe('CHANGE_STALE');
    expect(await fleet.values()).toEqual(['2', '2', '2']);

    expect(await fleet.press('approve', value)).toBe('done');
    expect(await fleet.press('approve', value)).toBe('CHANGE_DECIDED');
    // The bot dies once the first host has it: no other has its turn until a bot is there again.
    await soon(async () => ((await fleet.values()).join() === '1,2,2' ? true : undefined));
    await fleet.killBot();
    await expect.poll(() => fleet.kinds(group), { timeout: 30_000 }).toEqual(['judged', 'queued', 'queued']);
    expect(await fleet.values()).toEqual(['1', '2', '2']);
    await fleet.startBot();
    const seen = new Set<string>();
    const done = await soon(async () => {
      seen.add((await fleet.values()).join());
      const now = await fleet.groupNow(group.plan.id);
      return now.state.kind === 'running' ? undefined : now;
    });
    expect([done.state.kind, await fleet.kinds(done)]).toEqual(['done', ['judged', 'judged', 'judged']]);
    expect(await fleet.values()).toEqual(['1', '1', '1']);
    // Never a later host before an earlier.
    const inOrder = ['2,2,2', '1,2,2', '1,1,2', '1,1,1'];
    expect([...seen].filter((values) => !inOrder.includes(values))).toEqual([]);

    expect(await fleet.press('rollback', value, REQUESTER)).toBe('done');
    const back = await soon(async () => {
      seen.add((await fleet.values()).join());
      const now = await fleet.groupNow(group.plan.id);
      return now.state.kind === 'rolled-back' ? now : undefined;
    });
    expect(await fleet.kinds(back)).toEqual(['rolled-back', 'rolled-back', 'rolled-back']);
    expect(await fleet.values()).toEqual(['2', '2', '2']);
    expect([...seen].filter((values) => !inOrder.includes(values))).toEqual([]);
    const keys = [...(await fleet.bench.state.threads.entries(questionId)).keys()];
    expect(keys).toContain(`group:${group.plan.id}:done`);
    await expect
      .poll(async () => [...(await fleet.bench.state.threads.entries(questionId)).keys()], {
        timeout: 10_000,
      })
      .toContain(`group:${group.plan.id}:rolled-back`);
  });

  it('takes two people where one host does, both of them approvers as long as it goes on', async () => {
    fleet.rules.twoPerson = ['medium'];
    fleet.rules.approvers = [APPROVER, SECOND, REQUESTER];
    const { state, redis } = fleet.bench;
    const { group: lent } = await fleet.askAnew();
    expect(lent.plan.approvalsNeeded).toBe(2);
    // A first yes that nobody gave.
    const by = { kind: 'slack-user', teamId: TEAM, userId: SECOND };
    const forged = { kind: 'proposed', approvals: [{ by, atMs: Date.now(), proof: 'eA==' }] };
    await redis.client().hset(`tcpcheck:group:${lent.plan.id}`, 'state', JSON.stringify(forged));
    expect(await fleet.press('approve', groupValue(lent.plan))).toBe('CHANGE_UNSIGNED');
    expect((await fleet.groupNow(lent.plan.id)).state.kind).toBe('void');

    const { group } = await fleet.askAnew();
    const value = groupValue(group.plan);
    expect(await fleet.press('approve', value, REQUESTER)).toBe('CHANGE_SECOND_PERSON');
    expect(await fleet.press('approve', value)).toBe('done');
    expect(await fleet.press('approve', value)).toBe('CHANGE_SECOND_PERSON');
    expect(await fleet.kinds(group)).toEqual(['proposed', 'proposed', 'proposed']);
    expect(await fleet.press('approve', value, SECOND)).toBe('done');
    await soon(async () => ((await fleet.values()).join() === '1,2,2' ? true : undefined));
    fleet.rules.approvers = [APPROVER, REQUESTER];
    const stopped = await reached(group, 'stopped');
    expect(stopped.state).toMatchObject({ stop: { kind: 'untrue', reason: { code: 'CHANGE_STALE' } } });
    await expect.poll(() => fleet.kinds(group), { timeout: 10_000 }).toEqual(['judged', 'void', 'void']);
    expect(await fleet.values()).toEqual(['1', '2', '2']);
    // What the worker was told names both.
    const applied = await state.changes.get(changeAt(group, 0));
    const order = applied === null ? null : orderOf(applied.state);
    const go = order === null ? null : provenGo(order, fleet.bench.keys.verify);
    expect(go?.by.map((one) => 'userId' in one && one.userId)).toEqual([APPROVER, SECOND]);
    // A bot that dies over it has told nobody, and leaves it to the next.
    await fleet.killBot();
    expect(await fleet.press('rollback', value)).toBe('done');
    await expect(
      driveGroup({ ...fleet.questions, state: dyingAt(state, 'rolling-back') }, group.plan.id),
    ).rejects.toThrow('died');
    await fleet.startBot();
    await reached(group, 'rolled-back');
    expect(await fleet.values()).toEqual(['2', '2', '2']);
  });

  it('is not robbed of its places by an approval that came too late', async () => {
    fleet.rules.approvers = [APPROVER, SECOND];
    const { state } = fleet.bench;
    const { group } = await fleet.askAnew();
    await fleet.killBot();
    const value = groupValue(group.plan);
    // The other one's yes arrives while this one's is being put on record, which fails.
    const record = async (): Promise<never> => {
      expect(await fleet.press('approve', value)).toBe('done');
      throw new TcpcheckError('AUDIT_UNWRITABLE', 'the disk is full');
    };
    const late = { ...fleet.questions, audit: { record } };
    expect(await fleet.press('approve', value, SECOND, late)).toBe('AUDIT_UNWRITABLE');
    const places = group.plan.members.map(({ changeId, host }) =>
      state.slots.take({ id: changeId, host }, 20),
    );
    expect((await Promise.all(places)).map((place) => place?.isNew)).toEqual([false, false, false]);
    expect(await fleet.press('reject', value)).toBe('done');
    await fleet.startBot();
    await reached(group, 'stopped');
  });

  it('stops at the first host where it has no effect, and touches no other', async () => {
    const { group } = await fleet.askAnew();
    await neverHealed(group, 0);
    expect(await fleet.press('approve', groupValue(group.plan))).toBe('done');
    const stopped = await reached(group, 'stopped');
    expect(stopped.state).toMatchObject({ stop: { kind: 'not-verified', changeId: changeAt(group, 0) } });
    await expect.poll(() => fleet.kinds(group), { timeout: 10_000 }).toEqual(['judged', 'void', 'void']);
    expect(await fleet.values()).toEqual(['1', '2', '2']);
    // Neither the first approval again nor one to go on moves it.
    expect(await fleet.press('approve', groupValue(group.plan))).toBe('CHANGE_DECIDED');
    expect(await fleet.press('approve', passValue(group.plan, changeAt(group, 0)))).toBe('CHANGE_DECIDED');
    expect(await fleet.values()).toEqual(['1', '2', '2']);
  });

  it('waits where nobody knows, goes on by a decision of its own, and is kept on all', async () => {
    fleet.rules.silent = true;
    const { group } = await fleet.askAnew();
    expect(await fleet.press('approve', groupValue(group.plan))).toBe('done');
    await reached(group, 'stopped');
    expect(await fleet.kinds(group)).toEqual(['judged', 'queued', 'queued']);
    expect(await fleet.press('approve', passValue(group.plan, changeAt(group, 1)))).toBe('CHANGE_DECIDED');
    expect(await fleet.press('keep', groupValue(group.plan))).toBe('CHANGE_DECIDED');
    // Nor may another plan for the same hosts begin meanwhile.
    const { group: other } = await fleet.ask();
    expect(other.plan.members.map(({ host }) => host)).toEqual(['web-2', 'web-3']);
    expect(await fleet.press('approve', groupValue(other.plan))).toBe('CHANGE_BUSY');
    // A host whose turn has not come cannot be decided about by itself.
    const waiting = await fleet.bench.state.changes.get(changeAt(group, 1));
    if (waiting === null) throw new Error('the change is gone');
    expect(await fleet.press('approve', buttonValue(waiting.plan))).toBe('CHANGE_DECIDED');
    fleet.rules.silent = false;
    expect(await fleet.press('approve', passValue(group.plan, changeAt(group, 0)))).toBe('done');
    const done = await reached(group, 'done');
    expect(done.state).toMatchObject({ passed: [{ changeId: changeAt(group, 0) }] });
    expect(await fleet.press('keep', groupValue(group.plan))).toBe('done');
    await reached(group, 'kept');
    expect(await fleet.kinds(group)).toEqual(['kept', 'kept', 'kept']);
    const file = await hostAt(group, 2).exec(['cat', '/etc/sysctl.d/99-tcpcheck.conf']);
    expect(file.stdout).toContain('net.ipv4.tcp_tw_reuse = 1');
    expect(await fleet.press('rollback', groupValue(group.plan))).toBe('done');
    await reached(group, 'rolled-back');
    expect(await fleet.values()).toEqual(['2', '2', '2']);
  });

  it('stops when an approver is none any more, and at a host that fails', async () => {
    const { group } = await fleet.askAnew();
    expect(await fleet.press('approve', groupValue(group.plan))).toBe('done');
    await soon(async () => ((await fleet.values()).includes('1') ? true : undefined));
    fleet.rules.approvers = ['U9'];
    const stopped = await reached(group, 'stopped');
    expect(stopped.state).toMatchObject({ stop: { kind: 'untrue', reason: { code: 'CHANGE_STALE' } } });
    await expect.poll(() => fleet.kinds(group), { timeout: 10_000 }).toEqual(['judged', 'void', 'void']);
    expect(await fleet.values()).toEqual(['1', '2', '2']);

    fleet.rules.approvers = [APPROVER];
    const { group: next } = await fleet.askAnew();
    // Somebody else changes the value in between: what was shown is no longer so on the second host.
    await hostAt(next, 1).setSysctl('net.ipv4.tcp_tw_reuse', '0');
    expect(await fleet.press('approve', groupValue(next.plan))).toBe('done');
    const failed = await reached(next, 'stopped');
    expect(failed.state).toMatchObject({ stop: { kind: 'not-verified', changeId: changeAt(next, 1) } });
    expect(await fleet.values()).toEqual(['1', '0', '2']);
  });

  it('waits while nobody can say who may, and keeps nothing once changes are frozen', async () => {
    const { state, deciding } = fleet.bench;
    const { group, questionId } = await fleet.askAnew();
    await fleet.killBot();
    expect(await fleet.press('approve', groupValue(group.plan))).toBe('done');
    fleet.rules.unsure = true;
    await fleet.startBot();
    await expect.poll(() => fleet.kinds(group)).toEqual(['queued', 'queued', 'queued']);
    await expect.poll(async () => state.queueDepth('threads')).toMatchObject({ waiting: 0, active: 0 });
    expect((await fleet.groupNow(group.plan.id)).state).toMatchObject({ kind: 'running', begun: [] });
    fleet.rules.unsure = false;
    await state.wake.thread(questionId);
    await reached(group, 'done');

    await fleet.killBot();
    expect(await fleet.press('keep', groupValue(group.plan))).toBe('done');
    const by = { kind: 'os-user', name: 'alice' } as const;
    const freeze = { kind: 'person', by, fromMs: 0, toMs: null, reason: 'release' } as const;
    await deciding.freezes.declare({ freeze, by, channel: null });
    await fleet.startBot();
    const stopped = await reached(group, 'stopped');
    expect(stopped.state).toMatchObject({ stop: { kind: 'untrue', reason: { code: 'CHANGE_FROZEN' } } });
    expect(await fleet.kinds(group)).toEqual(['judged', 'judged', 'judged']);
    expect(await fleet.press('rollback', groupValue(group.plan))).toBe('done');
    await reached(group, 'rolled-back');
    expect(await fleet.values()).toEqual(['2', '2', '2']);
    await deciding.freezes.declare({ freeze: null, by, channel: null });
  });

  it('does nothing that Redis alone says: neither another host nor a yes nobody gave', async () => {
    const { group, questionId } = await fleet.askAnew();
    const { state, redis, problems } = fleet.bench;
    const client = redis.client();
    const key = `tcpcheck:group:${group.plan.id}`;
    const by = { kind: 'slack-user', teamId: 'T1', userId: APPROVER };
    const forged = {
      kind: 'running',
      approvals: [{ by, atMs: Date.now(), proof: 'eA==' }],
      begun: [],
      passed: [],
    };
    await client.hset(key, 'state', JSON.stringify(forged));
    await state.wake.thread(questionId);
    const stopped = await reached(group, 'stopped');
    expect(stopped.state).toMatchObject({ stop: { kind: 'untrue', reason: { code: 'CHANGE_UNSIGNED' } } });
    expect(problems.map(({ code }) => code)).toContain('CHANGE_UNSIGNED');
    expect(await fleet.values()).toEqual(['2', '2', '2']);

    const { group: other } = await fleet.askAnew();
    const value = groupValue(other.plan);
    const [first] = other.plan.members;
    await client.hset(
      `tcpcheck:group:${other.plan.id}`,
      'plan',
      JSON.stringify({ ...other.plan, members: [first] }),
    );
    expect(await fleet.press('approve', value)).toBe('CHANGE_STALE');
    expect(await fleet.values()).toEqual(['2', '2', '2']);
  });
});
