import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { GO_VALID_MS, signGo } from '../../src/core/change/go.ts';
import type { Change, ChangePlan, ChangeState, SignedGo } from '../../src/core/domain/change.ts';
import type { Facts } from '../../src/core/domain/facts.ts';
import { executeChange, type ExecuteContext } from '../../src/jobs/execute-change.ts';
import { lookAfterChange, type CareContext } from '../../src/jobs/look-after-change.ts';
import { AuditLog } from '../../src/state/audit/audit-log.ts';
import { verifyLog } from '../../src/state/audit/verify-log.ts';
import { ALICE } from '../core/change/arbitrary-change.ts';
import { startPlanHost, type PlanHost } from '../host/plan-host.ts';
import { needs } from '../support/machine.ts';
import { shippedPlaybooks } from '../support/playbooks.ts';
import { testState, type TestState } from '../support/state.ts';
import { diagnosis, PROPOSED } from '../state/samples.ts';

const need = needs('lab', 'redis-server', 'flock');
const REUSE = 'net.ipv4.tcp_tw_reuse';
/** Outbound connects found a port this often before the change. */
const before = (opensPerS: number): Facts => {
  const base = diagnosis().facts;
  if (base === null) throw new Error('the sample has facts');
  return {
    ...base,
    host: { ...base.host, counters: { active_opens_per_s: opensPerS, tw_recycled_per_s: 0 } },
  };
};

interface Left {
  readonly plan: ChangePlan;
  readonly go: SignedGo;
}

describe.skipIf(need.skip)(`a change on a real host ${need.reason}`, () => {
  let on: PlanHost;
  let redis: TestState;
  let audit: AuditLog;
  let dir = '';
  const keys = generateKeyPairSync('ed25519');
  const signing = keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const verifyKeyPem = keys.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const problems: string[] = [];

  beforeAll(async () => {
    on = await startPlanHost();
    dir = mkdtempSync(join(tmpdir(), 'tcpcheck-care-'));
    audit = new AuditLog({ dataDir: dir, log: 'worker', nowMs: () => Date.now(), report: () => undefined });
  }, 60_000);
  afterAll(async () => {
    await audit.close();
    rmSync(dir, { recursive: true, force: true });
    await on.lab.stop();
  });
  beforeEach(async () => {
    problems.length = 0;
    redis = await testState();
    await on.reset();
    await on.host.setSysctl(REUSE, '2');
  });

  const contextOf = (confirmWithinMs = 120_000): ExecuteContext & CareContext => ({
    config: {
      hosts: new Map([[on.host.name, on.entry()]]),
      approvals: {
        users: [],
        expiresInMs: 900_000,
        confirmWithinMs,
        twoPerson: [],
        perHostHour: 5,
        freeze: [],
        groups: [],
        breakGlass: true,
        hostsPerApproval: 5,
        operators: [],
      },
      reservedPorts: '',
      thresholds: new Map(),
      windowMs: 1_000,
      verifyWindowMs: 2_000,
    },
    playbooks: shippedPlaybooks(),
    state: redis.state,
    audit,
    verifyKeyPem,
    agentSocket: null,
    nowMs: () => Date.now(),
    report: ({ what, code }) => problems.push(`${code} ${what}`),
  });
  const planOf = (runId: string): ChangePlan =>
    on.newPlan({
      host: on.host.name,
      settings: [{ key: REUSE, from: '2', to: '1' }],
      playbook: 'port-exhaustion',
      subject: '10.99.0.2:8080',
      runId,
      proposedAtMs: Date.now(),
      expiresAtMs: Date.now() + 900_000,
    });
  const goFor = (plan: ChangePlan, action: 'apply' | 'keep' | 'rollback'): SignedGo =>
    signGo(
      { action, plan, by: [ALICE], issuedAtMs: Date.now(), validUntilMs: Date.now() + GO_VALID_MS },
      signing,
    );
  /** A proposal that people have approved, for a run with these facts. */
  async function approved(opensPerS: number): Promise<ChangePlan> {
    const runId = `run-${Math.random().toString(36).slice(2)}`;
    const { state } = redis;
    await state.requests.accept({
      id: `r-${runId}`,
      host: on.host.name,
      symptom: '',
      channel: 'C1',
      locale: 'en',
      requester: { kind: 'slack-user', teamId: 'T1', userId: 'U1' },
      createdAtMs: Date.now(),
      mentions: [],
    });
    await state.runs.claim(on.host.name, { id: runId, nowMs: Date.now(), windowMs: 2_000 });
    const told = diagnosis({ facts: before(opensPerS), findings: [] });
    await state.runs.finish(runId, 1, { diagnosis: told, hostKeyFingerprint: null, nowMs: Date.now() });
    const plan = planOf(runId);
    await state.changes.propose({ plan, state: PROPOSED });
    const approvals = [{ by: ALICE, atMs: Date.now() }];
    await state.changes.move(plan.id, PROPOSED, { kind: 'approved', approvals, atMs: Date.now() });
    return plan;
  }
  const apply = async (plan: ChangePlan, context = contextOf()): Promise<void> =>
    executeChange(context, { changeId: plan.id, go: goFor(plan, 'apply') });
  const care = async (plan: ChangePlan, context = contextOf()): Promise<void> =>
    lookAfterChange(context, plan.id, new AbortController().signal);
  const changeOf = async ({ id }: ChangePlan): Promise<Change> => {
    const change = await redis.state.changes.get(id);
    if (change === null) throw new Error('the change is gone');
    return change;
  };
  const stateOf = async (plan: ChangePlan): Promise<ChangeState> => (await changeOf(plan)).state;
  const value = async (): Promise<string> => on.host.sysctl(REUSE);

  it('is applied, confirmed over a new login, judged, kept, and taken back', async () => {
    const plan = await approved(0);
    await apply(plan);
    expect(await stateOf(plan)).toMatchObject({
      kind: 'applied',
      readBack: [{ key: REUSE, value: '1' }],
      audit: { log: 'worker' },
    });
    await care(plan);
    // Nothing goes on on this host, so nobody can say whether it helped; it stays all the same.
    expect(await stateOf(plan)).toMatchObject({ kind: 'judged', judgement: { verdict: 'unknown' } });
    expect(await on.host.readFile(`/var/lib/tcpcheck/change.${plan.id}`)).toContain('held reboot');

    const judged = await stateOf(plan);
    await redis.state.changes.move(plan.id, judged, keeping(judged));
    await executeChange(contextOf(), { changeId: plan.id, go: goFor(plan, 'keep') });
    expect(await stateOf(plan)).toMatchObject({ kind: 'kept', file: '/etc/sysctl.d/99-tcpcheck.conf' });
    expect((await on.host.exec(['cat', '/etc/sysctl.d/99-tcpcheck.conf'])).stdout).toContain(`${REUSE} = 1`);

    const kept = await stateOf(plan);
    if (kept.kind !== 'kept') throw new Error(kept.kind);
    await redis.state.changes.move(plan.id, kept, {
      kind: 'rolling-back',
      by: ALICE,
      atMs: Date.now(),
      was: kept,
    });
    await executeChange(contextOf(), { changeId: plan.id, go: goFor(plan, 'rollback') });
    expect(await stateOf(plan)).toMatchObject({ kind: 'rolled-back' });
    expect(await value()).toBe('2');
    expect((await on.host.exec(['ls', '/etc/sysctl.d'])).stdout).not.toContain('99-tcpcheck');
  }, 60_000);

  it('whose order has run out while Redis or the log held it up is not applied', async () => {
    const plan = await approved(0);
    let heldUpMs = 0;
    await apply(plan, {
      ...contextOf(),
      nowMs: () => Date.now() + heldUpMs,
      reached: (point) => {
        if (point === 'on-record') heldUpMs = GO_VALID_MS;
      },
    });
    expect(await stateOf(plan)).toMatchObject({ kind: 'failed', reason: { code: 'CHANGE_REFUSED' } });
    expect(JSON.stringify(await stateOf(plan))).toContain('the order ran out');
    expect(await value()).toBe('2');
  });

  it('that makes things worse takes itself back, and says so', async () => {
    // Fewer connects find a port than before: whatever the reason, this is not what people wanted.
    const plan = await approved(400);
    await apply(plan);
    const verifying = contextOf();
    await care(plan, {
      ...verifying,
      playbooks: verifying.playbooks.map((one) =>
        one.verify === null ? one : { ...one, verify: { ...one.verify, volume: null } },
      ),
    });
    expect(await stateOf(plan)).toMatchObject({
      kind: 'reverted',
      why: 'worse',
      judgement: { verdict: 'worse' },
    });
    const state = await stateOf(plan);
    expect(state.kind === 'reverted' && state.judgement?.effect[0]).toEqual({
      fact: 'counters.active_opens_per_s',
      before: '400',
      after: '0',
      moved: 'worse',
    });
    expect(await value()).toBe('2');
  }, 60_000);

  it('that nobody looks after is taken back by the host, and a later look tells that', async () => {
    const plan = await approved(0);
    await apply(plan, contextOf(5_000));
    expect(await value()).toBe('1');
    await expect.poll(value, { timeout: 30_000 }).toBe('2');
    await care(plan);
    expect(await stateOf(plan)).toMatchObject({ kind: 'reverted', why: 'timer' });
  }, 60_000);

  it('whose host cannot be reached any more is taken back by the host', async () => {
    const plan = await approved(0);
    await apply(plan, contextOf(6_000));
    await on.host.cut();
    try {
      await care(plan);
      expect(await stateOf(plan)).toMatchObject({ kind: 'applied', problem: { code: 'CHANGE_UNKNOWN' } });
      await expect.poll(value, { timeout: 30_000 }).toBe('2');
    } finally {
      await on.host.mend();
    }
    await care(plan);
    expect(await stateOf(plan)).toMatchObject({ kind: 'reverted', why: 'timer' });
  }, 90_000);

  it('that was applied before a reboot is told to be gone', async () => {
    const plan = await approved(0);
    await apply(plan);
    await on.host.changeBootId();
    await on.host.setSysctl(REUSE, '2');
    await care(plan);
    expect(await stateOf(plan)).toMatchObject({ kind: 'reverted', why: 'reboot' });
  }, 60_000);

  /** A change whose worker died so long ago, and its order. */
  async function leftApplying(agoMs: number): Promise<Left> {
    const plan = await approved(0);
    const ready = await changeOf(plan);
    const go = goFor(plan, 'apply');
    const atMs = Date.now() - agoMs;
    const approvals = [{ by: ALICE, atMs }];
    await redis.state.changes.move(plan.id, ready.state, { kind: 'applying', approvals, go, atMs });
    return { plan, go };
  }
  const careOfLostOrder = async (plan: ChangePlan, context = contextOf()): Promise<void> =>
    lookAfterChange(context, plan.id, new AbortController().signal, { orderLost: true });

  const DEATHS = [
    ['before the host was asked', false, 'failed', '2'],
    ['after the host had done it', true, 'judged', '1'],
  ] as const;
  /** How it stands, before and after an order that was still on its way somewhere: that must not be carried out any more. */
  async function settled({ plan, go }: Left): Promise<readonly [ChangeState['kind'], string, string]> {
    const { kind } = await stateOf(plan);
    const now = await value();
    await executeChange(contextOf(), { changeId: plan.id, go });
    return [kind, now, await value()];
  }

  it.each(DEATHS)(
    'whose worker died %s is settled from the host’s journal',
    async (_, asked, kind, now) => {
      const left = await leftApplying(10 * 60_000);
      if (asked) await on.execute('apply', left.plan);
      await care(left.plan);
      expect(await settled(left)).toEqual([kind, now, now]);
    },
    60_000,
  );

  it.each(DEATHS)(
    'whose worker died just now, %s, is settled as soon as the queue knows it',
    async (_, asked, kind, now) => {
      const left = await leftApplying(0);
      if (asked) await on.execute('apply', left.plan);
      await care(left.plan);
      expect((await stateOf(left.plan)).kind).toBe('applying');
      await careOfLostOrder(left.plan);
      expect(await settled(left)).toEqual([kind, now, now]);
    },
    60_000,
  );

  it('whose worker died just now is left as it is while its host cannot say', async () => {
    const { plan } = await leftApplying(0);
    const { config, ...rest } = contextOf();
    const dark = new Map([[on.host.name, { ...on.entry(), port: 1 }]]);
    await careOfLostOrder(plan, { ...rest, config: { ...config, hosts: dark } });
    expect((await stateOf(plan)).kind).toBe('applying');
    await careOfLostOrder(plan);
    expect((await stateOf(plan)).kind).toBe('failed');
  }, 60_000);

  it('whose record carries no order that the bot has signed is never confirmed', async () => {
    const plan = await approved(0);
    await apply(plan, contextOf(8_000));
    const applied = await stateOf(plan);
    if (applied.kind !== 'applied') throw new Error(applied.kind);
    const forged = {
      payload: applied.go.payload.replace('"apply"', '"apply" '),
      signature: applied.go.signature,
    };
    await redis.state.changes.move(plan.id, applied, { ...applied, go: forged });
    await care(plan);
    expect(problems.join()).toContain('CHANGE_UNSIGNED');
    expect((await stateOf(plan)).kind).toBe('applied');
    await expect.poll(value, { timeout: 30_000 }).toBe('2');
  }, 60_000);

  it('is not applied while the audit log cannot be written, and can be rolled back all the same', async () => {
    const plan = await approved(0);
    const full: ExecuteContext = {
      ...contextOf(),
      audit: new AuditLog({ dataDir: '/dev/null', log: 'worker', nowMs: () => 0, report: () => undefined }),
    };
    await executeChange(full, { changeId: plan.id, go: goFor(plan, 'apply') });
    expect(await stateOf(plan)).toMatchObject({ kind: 'failed', reason: { code: 'CHANGE_REFUSED' } });
    expect(await value()).toBe('2');

    const other = await approved(0);
    await apply(other);
    const applied = await stateOf(other);
    if (applied.kind !== 'applied') throw new Error(applied.kind);
    const rolling = { kind: 'rolling-back', by: ALICE, atMs: Date.now(), was: applied } as const;
    await redis.state.changes.move(other.id, applied, rolling);
    await executeChange(full, { changeId: other.id, go: goFor(other, 'rollback') });
    expect(await stateOf(other)).toMatchObject({ kind: 'rolled-back' });
    expect(await value()).toBe('2');
  }, 60_000);

  it('leaves a whole audit log', async () => {
    const plan = await approved(0);
    await apply(plan);
    expect(await verifyLog(join(dir, 'audit', 'worker.jsonl'), [])).toMatchObject({ kind: 'whole' });
    const text = readFileSync(join(dir, 'audit', 'worker.jsonl'), 'utf8');
    const steps = text.split('\n').filter((line) => line.includes(`"change":"${plan.id}"`));
    expect(steps.map((line) => /"step":"([a-z-]+)"/.exec(line)?.[1])).toEqual([
      'begin',
      'apply-begins',
      'apply-ended',
    ]);
  }, 60_000);
});

function keeping(state: ChangeState): ChangeState {
  if (state.kind !== 'judged') throw new Error(`${state.kind} cannot be kept`);
  return { kind: 'keeping', by: ALICE, atMs: Date.now(), was: state };
}
