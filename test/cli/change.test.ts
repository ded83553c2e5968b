import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChangeWish } from '../../src/cli/change-context.ts';
import { changeCommand } from '../../src/cli/change.ts';
import { loadChangeKeys } from '../../src/config/keys.ts';
import { proveApproval } from '../../src/core/change/approval-proof.ts';
import { openGo } from '../../src/core/change/go.ts';
import { buttonValue } from '../../src/core/change/plan-hash.ts';
import type { Change, Person, SignedGo } from '../../src/core/domain/change.ts';
import { startEmbeddedRedis } from '../../src/state/embedded/embedded-redis.ts';
import { openState } from '../../src/state/open-state.ts';
import { judgedAt } from '../core/change/example-states.ts';
import { APPROVER, askAndPropose, REQUESTER, startBench, TEAM, type Bench } from '../jobs/bench.ts';
import { needs } from '../support/machine.ts';
import { runProgram } from '../support/program.ts';
import { inTerminal, RETIRED } from './change-stage.ts';

const need = needs('redis-server');

describe.skipIf(need.skip)(`change, in the terminal ${need.reason}`, () => {
  let bench: Bench;
  let change: Change;
  let orders: SignedGo[];
  let worker: { close(graceMs: number): Promise<void> };
  let out = '';
  let err = '';

  beforeEach(async () => {
    bench = await startBench('instant');
    ({ change } = await askAndPropose(bench));
    orders = [];
    worker = bench.state.workers.startChangeWorker(async ({ go }) => void orders.push(go), {
      concurrency: 1,
    });
  });
  afterEach(async () => {
    await worker.close(100);
    await bench.close();
  });

  async function run(wish: ChangeWish, osUser = 'alice'): Promise<number> {
    const terminal = inTerminal(bench, osUser);
    const code = await changeCommand(terminal.context, wish);
    [out, err] = [terminal.out(), terminal.err()];
    return code;
  }
  const decision = (verb: 'approve' | 'reject' | 'keep' | 'rollback', dryRun = false): ChangeWish => ({
    verb,
    id: change.plan.id,
    dryRun,
    breakGlass: null,
  });
  const stateNow = async (): Promise<Change['state'] | undefined> =>
    (await bench.state.changes.get(change.plan.id))?.state;
  async function people(): Promise<readonly Person[]> {
    await expect.poll(() => orders.length, { timeout: 5_000 }).toBe(1);
    const [signed] = orders;
    if (signed === undefined) throw new Error('no order');
    const opened = openGo(signed, bench.keys.verify, bench.clock.nowMs);
    return 'go' in opened ? opened.go.by : [];
  }

  it('lists what there is, and shows the plan with the command that undoes it by hand', async () => {
    expect(await run({ verb: 'list', json: false })).toBe(0);
    expect(out).toBe(`${change.plan.id}  web-1  proposed  net.core.somaxconn: 128 -> 4096\n`);
    expect(await run({ verb: 'show', id: change.plan.id, json: false })).toBe(0);
    expect(out).toContain('  risk low, takes 1 approval(s), expires ');
    expect(out).toContain(`sudo sh -c 'echo "128" > /proc/sys/net/core/somaxconn'`);
    expect(out).toContain(`exactly this plan: ${buttonValue(change.plan)}\n`);
  });

  it('approves as the OS user: the same order that a click gives', async () => {
    expect(await run(decision('approve'))).toBe(0);
    expect(out).toContain('approve by alice: the change is approved now');
    expect(await people()).toEqual([{ kind: 'os-user', name: 'alice' }]);
    expect(await run(decision('approve'))).toBe(1);
    expect(err).toContain('[CHANGE_DECIDED]');
  });

  it('is for operators only', async () => {
    expect(await run(decision('approve'), 'mallory')).toBe(1);
    expect(err).toContain('The OS user mallory is not one of the `approvals.operators` in tcpcheck.yaml.');
    expect(await stateNow()).toMatchObject({ kind: 'proposed' });
  });

  it('does nothing on a dry run, and says what would be', async () => {
    expect(await run(decision('approve', true))).toBe(0);
    expect(out).toContain('approve by alice would be taken; nothing was done');
    expect(await run(decision('keep', true))).toBe(1);
    expect(err).toContain('[CHANGE_NOT_APPLIED]');
    expect(await run(decision('approve', true), 'mallory')).toBe(1);
    expect([await stateNow(), orders]).toEqual([{ kind: 'proposed', approvals: [] }, []]);
  });

  it('takes the plan that was shown, and no other', async () => {
    const value = buttonValue(change.plan);
    const other = `${change.plan.id}.${'0'.repeat(64)}`;
    await expect(run({ verb: 'approve', id: other, dryRun: false, breakGlass: null })).rejects.toMatchObject({
      code: 'CHANGE_STALE',
    });
    expect(await run({ verb: 'reject', id: value, dryRun: false, breakGlass: null })).toBe(0);
    expect(await stateNow()).toMatchObject({ kind: 'rejected', by: { name: 'alice' } });
  });

  it('rolls back what is in force', async () => {
    const by = { kind: 'slack-user', teamId: TEAM, userId: APPROVER } as const;
    await bench.state.changes.move(change.plan.id, change.state, judgedAt({ by, atMs: 1 }));
    expect(await run(decision('rollback'))).toBe(0);
    expect(out).toContain('the change is rolling-back now');
  });

  it('counts one OS user once, and a Slack approver beside him', async () => {
    const requester = { kind: 'slack-user', teamId: TEAM, userId: REQUESTER } as const;
    const plan = { ...change.plan, id: 'feedface', risk: 'high', approvalsNeeded: 2, requester } as const;
    const by = { kind: 'slack-user', teamId: TEAM, userId: APPROVER } as const;
    change = { plan, state: { kind: 'proposed', approvals: [] } };
    await bench.state.changes.propose(change);
    expect(await run(decision('approve'))).toBe(0);
    expect(await run(decision('approve'))).toBe(1);
    expect(err).toContain('[CHANGE_SECOND_PERSON]');
    const once = await stateNow();
    if (once?.kind !== 'proposed') throw new Error('it is not proposed');
    const yes = { by, atMs: bench.clock.nowMs };
    // Taken before the key that signs was replaced.
    const proof = proveApproval(plan, yes, RETIRED.signing);
    const slackFirst = { kind: 'proposed', approvals: [{ ...yes, proof }] } as const;
    expect((await bench.state.changes.move(plan.id, once, slackFirst)).moved).toBe(true);
    expect(await run(decision('approve'))).toBe(0);
    expect(await people()).toEqual([by, { kind: 'os-user', name: 'alice' }]);
  });

  it('takes an operator for who they are in Slack', async () => {
    const requester = { kind: 'slack-user', teamId: TEAM, userId: REQUESTER } as const;
    const plan = { ...change.plan, id: 'feedface', risk: 'high', approvalsNeeded: 2, requester } as const;
    change = { plan, state: { kind: 'proposed', approvals: [] } };
    await bench.state.changes.propose(change);
    expect(await run(decision('approve'), 'bob')).toBe(1);
    expect(err).toContain('You asked for this diagnosis');
    const yes = {
      by: { kind: 'slack-user', teamId: TEAM, userId: APPROVER },
      atMs: bench.clock.nowMs,
    } as const;
    const proof = proveApproval(plan, yes, bench.keys.signing);
    await bench.state.changes.move(plan.id, change.state, {
      kind: 'proposed',
      approvals: [{ ...yes, proof }],
    });
    expect(await run(decision('approve'), 'carol')).toBe(1);
    expect(err).toContain('You have approved this already');
    expect(await run(decision('approve'))).toBe(0);
    expect((await people()).map((one) => (one.kind === 'os-user' ? one.name : one.userId))).toEqual([
      APPROVER,
      'alice',
    ]);
  });

  it('goes on alone with a reason, which the channel is to hear', async () => {
    const plan = { ...change.plan, id: 'feedface', risk: 'high', approvalsNeeded: 2 } as const;
    change = { plan, state: { kind: 'proposed', approvals: [] } };
    await bench.state.changes.propose(change);
    const wish = { verb: 'approve', id: plan.id, dryRun: false, breakGlass: 'checkout is down' } as const;
    expect(await run({ ...wish, dryRun: true })).toBe(0);
    expect(bench.outbox.waiting()).toEqual([]);
    expect(await run(wish)).toBe(0);
    expect(await people()).toEqual([{ kind: 'os-user', name: 'alice' }]);
    expect(JSON.stringify(bench.outbox.waiting())).toContain('`alice` has approved this alone.');
    expect(await run({ verb: 'show', id: plan.id, json: false })).toBe(0);
    expect(out).toContain('  break-glass: checkout is down\n');
  });

  it('goes on alone only where a channel can hear of it', async () => {
    // Nobody knows any more where its thread was, and no channel is named for such.
    const plan = { ...change.plan, id: 'feedface', requestId: 'gone' } as const;
    await bench.state.changes.propose({ plan, state: { kind: 'proposed', approvals: [] } });
    const wish = { verb: 'approve', id: plan.id, dryRun: false, breakGlass: 'checkout is down' } as const;
    for (const dryRun of [true, false]) {
      expect(await run({ ...wish, dryRun })).toBe(1);
      expect(err).toContain('[GLASS_UNHEARD]');
    }
    expect(orders).toEqual([]);
    // The card is not used up: it can be approved the usual way.
    expect((await bench.state.changes.get(plan.id))?.state).toEqual({ kind: 'proposed', approvals: [] });
    expect(await run({ ...wish, breakGlass: null })).toBe(0);
  });

  it('freezes changes, says so, and lifts it', async () => {
    const freeze = async (words: string, osUser?: string): Promise<number> =>
      run({ verb: 'freeze', words: words.split(' ') }, osUser);
    expect(await freeze('for 2h release', 'mallory')).toBe(1);
    expect(await freeze('for ever')).toBe(64);
    expect(await freeze('for 2h release')).toBe(0);
    expect(out).toMatch(/^Changes are frozen until .* UTC\. Reason: release\.\n$/);
    expect(await run(decision('approve'))).toBe(1);
    expect(err).toContain('[CHANGE_FROZEN]');
    expect(await freeze('off')).toBe(0);
    expect(out).toBe('The freeze is lifted.\n');
    expect(await run(decision('approve'))).toBe(0);
  });

  it('is the same as a program, on the Redis and with the key of the data directory', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'tcpcheck-change-'));
    const dataDir = join(dir, 'data');
    const { username } = userInfo();
    const config = join(dir, 'tcpcheck.yaml');
    const approvals = `{approvers: {users: [${APPROVER}]}, operators: [${username}]}`;
    const rules = `hosts: {web-1: {address: 10.0.0.5, user: root, changes: true}}\napprovals: ${approvals}\n`;
    writeFileSync(config, rules);
    const given = { signingKeyPem: null, verifyKeyPem: null, redis: { kind: 'embedded' }, dataDir } as const;
    loadChangeKeys(given, 'bot');
    const service = await startEmbeddedRedis({ dataDir });
    const state = await openState({ connection: { kind: 'socket', path: service.socketPath } });
    await state.changes.propose(change);

    const env = { TCPCHECK_DATA_DIR: dataDir };
    const broken = join(dir, 'broken.yaml');
    writeFileSync(broken, rules.replace(`[${APPROVER}]`, '[u3]'));
    const unread = await runProgram(['change', 'rollback', change.plan.id, '--config', broken], { env });
    expect(unread.code).toBe(2);
    expect(unread.stderr).toMatch(/broken\.yaml.*\[CONFIG_INVALID\]/s);
    const rejected = await runProgram(['change', 'reject', change.plan.id, '--config', config], { env });
    expect([rejected.code, rejected.stderr]).toEqual([0, '']);
    const now = await state.changes.get(change.plan.id);
    expect(now?.state).toMatchObject({ kind: 'rejected', by: { kind: 'os-user', name: username } });
    const verified = await runProgram(['audit', 'verify'], { env });
    expect(verified.stdout).toMatch(/terminal-\d+-\d+\.jsonl: 1 records, whole/);
    const lost = await runProgram(['change', 'show', 'nothing', '--config', config], { env });
    expect([lost.code, lost.stdout]).toEqual([64, '']);

    await state.close();
    await service.close();
    rmSync(dir, { recursive: true, force: true });
  });

  it.each([
    [['change'], 'change wants the word propose, list, show, approve'],
    [['change', 'approve'], 'change approve wants an ID'],
    [['change', 'approve', 'x', '--json'], 'change approve takes no --json'],
    [['change', 'list', '--dry-run'], 'change list takes no --dry-run'],
    [['change', 'approve', 'x', '--break-glass'], '--break-glass wants --reason TEXT'],
  ])('%j is a mistake of usage', async (args, message) => {
    const { code, stderr } = await runProgram(args);
    expect(code).toBe(64);
    expect(stderr).toContain(message);
  });

  it('says where it looked, where no service has run', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'tcpcheck-change-'));
    const config = join(dir, 'tcpcheck.yaml');
    writeFileSync(config, 'hosts: {}\n');
    const env = { TCPCHECK_DATA_DIR: join(dir, 'data') };
    const { code, stderr } = await runProgram(['change', 'list', '--config', config], { env });
    expect(code).toBe(2);
    expect(stderr).toContain('no service has run with the data directory');
    rmSync(dir, { recursive: true, force: true });
  });
});
