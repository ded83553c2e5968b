import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadChangeKeys, makeKeyPair } from '../../src/config/keys.ts';
import { GO_VALID_MS, signGo } from '../../src/core/change/go.ts';
import type { Change, ChangePlan, SignedGo } from '../../src/core/domain/change.ts';
import { CRASH_POINTS, type CrashPoint } from '../../src/core/domain/crash-point.ts';
import { executeChange } from '../../src/jobs/execute-change.ts';
import { lookAfterChange } from '../../src/jobs/look-after-change.ts';
import { sweep } from '../../src/jobs/sweep.ts';
import { crashAt } from '../../src/roles/crash-at.ts';
import { AuditLog } from '../../src/state/audit/audit-log.ts';
import { startEmbeddedRedis, type EmbeddedRedis } from '../../src/state/embedded/embedded-redis.ts';
import { openState, type OpenState } from '../../src/state/open-state.ts';
import { ALICE } from '../core/change/arbitrary-change.ts';
import type { SettingChange } from '../../src/core/domain/report.ts';
import { startPlanHost, type PlanHost } from '../host/plan-host.ts';
import { needs } from '../support/machine.ts';
import { smallPlaybook, smallYaml } from '../support/playbooks.ts';
import { MAIN, runProgram } from '../support/program.ts';
import { diagnosis, PROPOSED, request } from '../state/samples.ts';
import { CONFIG } from './bench.ts';
import { KEEPALIVE, REUSE, TWO_WAYS_YAML } from './life-stage.ts';

const need = needs('lab', 'redis-server', 'flock');
/** An order that was cut off counts as given up by then. */
const LATER_MS = 4 * 60_000;
const later = (): number => Date.now() + LATER_MS;
const report = (): void => undefined;
const REUSED: SettingChange = { key: REUSE, from: '2', to: '1' };
const KEPT_ALIVE: SettingChange = { key: KEEPALIVE, from: '7200', to: '600' };
const BOT: ReadonlySet<CrashPoint> = new Set<CrashPoint>(['decided', 'remembered', 'ordered']);
/** Killed there, the host has the new value; earlier, it has the old one and keeps it. */
const IN_FORCE: ReadonlySet<CrashPoint> = new Set<CrashPoint>([
  'host-done',
  'recorded',
  'host-told',
  'measured',
]);

describe.skipIf(need.skip)(`killed in the middle of a change ${need.reason}`, { timeout: 60_000 }, () => {
  let on: PlanHost;
  let redis: EmbeddedRedis;
  let state: OpenState;
  let audit: AuditLog;
  let dir = '';
  let keys: { signing: string; verify: string };
  const dataDir = (): string => join(dir, 'data');
  const configFile = (): string => join(dir, 'tcpcheck.yaml');

  beforeAll(async () => {
    on = await startPlanHost();
    dir = mkdtempSync(join(tmpdir(), 'tcpcheck-crash-'));
    mkdirSync(join(dir, 'playbooks'));
    writeFileSync(join(dir, 'playbooks', 'two-ways.yaml'), smallYaml(TWO_WAYS_YAML, 'two-ways'));
    const { address, identityFile, knownHostsFile, name } = on.host;
    const host = {
      address,
      user: 'root',
      identity_file: identityFile,
      known_hosts: knownHostsFile,
      changes: true,
    };
    const approvals = {
      operators: [userInfo().username],
      approvers: { users: ['U2'] },
      caps: { per_host_hour: 20 },
    };
    const diagnosing = { window: '1s', verify_window: '1s' };
    // YAML reads JSON.
    const config = { hosts: { [name]: host }, approvals, diagnosis: diagnosing, playbooks: ['./playbooks'] };
    writeFileSync(configFile(), JSON.stringify(config));
    const made = loadChangeKeys(
      { signingKeyPem: null, verifyKeyPem: null, redis: { kind: 'embedded' }, dataDir: dataDir() },
      'bot',
    );
    keys = { signing: made.signingKeyPem ?? '', verify: made.verifyKeyPem };
    redis = await startEmbeddedRedis({ dataDir: dataDir() });
    // A Redis that no bot has begun with is frozen.
    const lift = ['change', 'freeze', 'off', '--config', configFile()];
    const { code } = await runProgram(lift, { env: { TCPCHECK_DATA_DIR: dataDir() } });
    if (code !== 0) throw new Error('the freeze was not lifted');
    state = await openState({ connection: { kind: 'socket', path: redis.socketPath } });
    audit = new AuditLog({ dataDir: dataDir(), log: 'test', nowMs: Date.now, report: () => undefined });
  }, 60_000);
  afterAll(async () => {
    await state.close();
    await redis.close();
    await audit.close();
    await on.lab.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  const env = (point: CrashPoint): Record<string, string> => ({
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    TCPCHECK_DATA_DIR: dataDir(),
    TCPCHECK_TEST_CRASH_AT: point,
  });

  /** A worker as it is started; whether it was killed. */
  async function workerDies(point: CrashPoint): Promise<boolean> {
    const args = [MAIN, 'serve', '--role', 'worker', '--config', configFile()];
    const child = spawn(process.execPath, args, { env: env(point), stdio: 'ignore' });
    await once(child, 'exit');
    return child.signalCode === 'SIGKILL';
  }

  /** A proposal for the finding of a run that has ended. */
  async function proposed(name: string, setting = REUSED): Promise<ChangePlan> {
    const { host } = on;
    const now = Date.now();
    const plan = on.newPlan({
      id: `crash-${name}`,
      host: host.name,
      settings: [setting],
      playbook: 'two-ways',
      playbookVersion: 1,
      requestId: `r-${name}`,
      runId: `run-${name}`,
      proposedAtMs: now,
      expiresAtMs: now + 900_000,
    });
    const run = {
      id: plan.runId,
      host: host.name,
      phase: 'done',
      attempt: 1,
      startedAtMs: now,
      finishedAtMs: now,
      windowMs: 1_000,
      firstMarks: null,
      firstFacts: null,
      diagnosis: diagnosis({ findings: [] }),
      hostKeyFingerprint: plan.hostKeyFingerprint,
    } as const;
    const records = {
      runIds: [run.id],
      runs: [run],
      changes: [{ plan, state: PROPOSED }],
      entries: new Map(),
    };
    expect(await state.restore({ ...records, request: request(plan.requestId, { host: host.name }) })).toBe(
      true,
    );
    return plan;
  }
  const changeOf = async ({ id }: ChangePlan): Promise<Change> => {
    const change = await state.changes.get(id);
    if (change === null) throw new Error('the change is gone');
    return change;
  };

  /** The decision, by the program that has the signing key. */
  async function deciderDies(point: CrashPoint, plan: ChangePlan): Promise<boolean> {
    const args = ['change', 'approve', plan.id, '--config', configFile()];
    const { code, stdout } = await runProgram(args, { env: env(point) });
    return (
      code === -1 && !stdout.includes('approved now') && (await changeOf(plan)).state.kind === 'approved'
    );
  }
  async function orderedAnd(point: CrashPoint, plan: ChangePlan, go: SignedGo): Promise<boolean> {
    const approvals = [{ by: ALICE, atMs: Date.now() }];
    await state.changes.move(plan.id, PROPOSED, { kind: 'approved', approvals, atMs: Date.now() });
    await state.wake.change(plan.id, go);
    return workerDies(point);
  }

  it.each(CRASH_POINTS)('%s: at most one effect, and what it is called is true', async (point) => {
    await on.host.exec(['rm', '-rf', '/run/tcpcheck', '/var/lib/tcpcheck']);
    await on.host.setSysctl(REUSE, '2');
    const plan = await proposed(point);
    const nowMs = Date.now();
    const go = signGo(
      { action: 'apply', plan, by: [ALICE], issuedAtMs: nowMs, validUntilMs: nowMs + GO_VALID_MS },
      keys.signing,
    );
    expect(await (BOT.has(point) ? deciderDies(point, plan) : orderedAnd(point, plan, go))).toBe(true);

    // Whoever comes next, when nobody can be at it any more.
    const context = {
      config: {
        hosts: new Map([[on.host.name, on.entry()]]),
        approvals: CONFIG.approvals,
        reservedPorts: '',
        thresholds: new Map(),
        windowMs: 1_000,
        verifyWindowMs: 1_000,
      },
      playbooks: [smallPlaybook(TWO_WAYS_YAML, 'two-ways')],
      state,
      audit,
      verifyKeyPem: keys.verify,
      agentSocket: null,
      nowMs: later,
      report,
    };
    await sweep({ state, audit, nowMs: later, report, doubt: async () => null });
    await lookAfterChange(context, plan.id, new AbortController().signal);
    const { kind } = (await changeOf(plan)).state;
    const stands = IN_FORCE.has(point);
    const before: readonly CrashPoint[] = [...BOT, 'order-taken'];
    expect(kind).toBe(stands ? 'judged' : before.includes(point) ? 'expired' : 'failed');
    expect(await on.host.sysctl(REUSE)).toBe(stands ? '1' : '2');

    // The very order once more, as from a queue that delivers twice: nothing follows.
    await executeChange({ ...context, nowMs: Date.now }, { changeId: plan.id, go });
    expect(await on.host.sysctl(REUSE)).toBe(stands ? '1' : '2');
    const journal = await on.host.exec(['sh', '-c', `cat /var/lib/tcpcheck/change.${plan.id}`]);
    expect(journal.stdout.match(/^state writing/gm)?.length ?? 0).toBe(stands ? 1 : 0);
    expect(journal.stdout.includes('held reboot')).toBe(stands);
  });

  const becomes = async (plan: ChangePlan, kind: string): Promise<void> =>
    expect.poll(async () => (await changeOf(plan)).state.kind, { timeout: 20_000 }).toBe(kind);
  /** By the program that holds the signing key. */
  async function change(words: readonly string[], signing: string, verify: string): Promise<void> {
    const of = { TCPCHECK_SIGNING_KEY: signing, TCPCHECK_VERIFY_KEY: verify };
    const args = ['change', ...words, '--config', configFile()];
    const { code, stderr } = await runProgram(args, { env: { TCPCHECK_DATA_DIR: dataDir(), ...of } });
    expect([code, stderr]).toEqual([0, '']);
  }
  /** A worker that knows these keys, while something is done. */
  async function withWorker(verify: string, work: () => Promise<void>): Promise<void> {
    const { TCPCHECK_TEST_CRASH_AT: _, ...plain } = env('decided');
    const args = [MAIN, 'serve', '--role', 'worker', '--config', configFile()];
    const child = spawn(process.execPath, args, {
      env: { ...plain, TCPCHECK_VERIFY_KEY: verify },
      stdio: 'ignore',
    });
    const ended = once(child, 'exit');
    try {
      await work();
    } finally {
      child.kill('SIGTERM');
      await ended;
    }
  }

  it(
    'keys are rotated: what the old one signed can be taken back, and later it signs nothing',
    { timeout: 120_000 },
    async () => {
      await on.host.exec(['rm', '-rf', '/run/tcpcheck', '/var/lib/tcpcheck']);
      await on.host.setSysctl(REUSE, '2');
      await on.host.setSysctl(KEEPALIVE, '7200');
      const next = makeKeyPair();
      const both = `${keys.verify}${next.verify}`;
      const values = async (): Promise<readonly string[]> =>
        Promise.all([REUSE, KEEPALIVE].map(async (key) => on.host.sysctl(key)));
      const [first, second] = [await proposed('old', REUSED), await proposed('older', KEPT_ALIVE)];
      await withWorker(keys.verify, async () => {
        await change(['approve', first.id], keys.signing, keys.verify);
        await becomes(first, 'judged');
      });
      // The workers first, then the bot.
      await withWorker(both, async () => {
        await change(['approve', second.id], keys.signing, both);
        await becomes(second, 'judged');
        expect(await values()).toEqual(['1', '600']);
        // As a bot looks at its start.
        await change(['freeze', 'status'], next.signing, both);
        await change(['rollback', first.id], next.signing, both);
        await becomes(first, 'rolled-back');
      });
      expect(await values()).toEqual(['2', '600']);
      const [forged, last] = [await proposed('forged', REUSED), await proposed('new', REUSED)];
      await withWorker(next.verify, async () => {
        const at = { issuedAtMs: Date.now(), validUntilMs: Date.now() + GO_VALID_MS };
        const go = signGo({ action: 'apply', plan: forged, by: [ALICE], ...at }, keys.signing);
        const approvals = [{ by: ALICE, atMs: Date.now() }];
        await state.changes.move(forged.id, PROPOSED, { kind: 'approved', approvals, atMs: Date.now() });
        await state.wake.change(forged.id, go);
        await becomes(forged, 'void');
        expect((await changeOf(forged)).state).toMatchObject({ reason: { code: 'CHANGE_UNSIGNED' } });
        expect(await values()).toEqual(['2', '600']);
        // Neither is anything frozen, nor out of reach.
        await change(['approve', last.id], next.signing, next.verify);
        await becomes(last, 'judged');
        await change(['rollback', second.id], next.signing, next.verify);
        await becomes(second, 'rolled-back');
      });
      expect(await values()).toEqual(['1', '7200']);
    },
  );

  it('is nothing that any real process can do', () => {
    const ours = process.pid;
    for (const point of CRASH_POINTS) crashAt(null)(point);
    expect(process.pid).toBe(ours);
    expect(() => crashAt('elsewhere')).toThrow('names no point of a change');
  });
});
