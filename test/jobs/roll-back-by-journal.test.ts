import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ChangeCommandContext } from '../../src/cli/change-context.ts';
import { changeCommand } from '../../src/cli/change.ts';
import { changeWish } from '../../src/cli/change-wish.ts';
import type { Terminal } from '../../src/cli/terminal.ts';
import { readEnvironment } from '../../src/config/environment.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import type { ChangePlan } from '../../src/core/domain/change.ts';
import { runChange } from '../../src/roles/change-in-terminal.ts';
import type { OpenState } from '../../src/state/open-state.ts';
import { AuditLog } from '../../src/state/audit/audit-log.ts';
import { startPlanHost, SOMAXCONN, type PlanHost } from '../host/plan-host.ts';
import { needs } from '../support/machine.ts';
import { testState } from '../support/state.ts';
import { decidingParts } from './deciding.ts';
import { CONFIG } from './bench.ts';

const need = needs('lab', 'redis-server', 'flock');

function listening(): { terminal: Terminal; said: () => string } {
  let said = '';
  const tell = (text: string): void => void (said += text);
  const looks = { locale: 'en', colour: false, width: 80, animated: false } as const;
  return { terminal: { ...looks, out: tell, err: tell }, said: () => said };
}

describe.skipIf(need.skip)(`taking back from another machine ${need.reason}`, { timeout: 60_000 }, () => {
  let on: PlanHost;
  let dir = '';
  let plan: ChangePlan;
  beforeAll(async () => {
    on = await startPlanHost();
    dir = mkdtempSync(join(tmpdir(), 'tcpcheck-elsewhere-'));
  }, 60_000);
  afterAll(async () => {
    rmSync(dir, { recursive: true, force: true });
    await on.lab.stop();
  });
  beforeEach(async () => {
    await on.reset();
    plan = on.newPlan({ settings: [SOMAXCONN] });
    await on.execute('apply', plan);
  });

  /** Roll back asks neither the freeze nor Slack. */
  function decidingIn(state: OpenState): Pick<ChangeCommandContext, 'freezes' | 'announce'> {
    const place = { dataDir: dir, state, config: CONFIG, signingKeyPem: '', nowMs: Date.now };
    const { freezes, announce } = decidingParts({ ...place, report: () => undefined });
    return { freezes: () => freezes, announce };
  }
  /** The command on a machine with the inventory and the login, and a Redis that has never heard of the change. */
  async function run(
    typed: string,
    osUser: string,
    { dryRun = false, entry = on.entry() } = {},
  ): Promise<{ exit: number; said: string }> {
    const { state } = await testState();
    const audit = new AuditLog({ dataDir: dir, log: 'terminal', nowMs: Date.now, report: () => undefined });
    const { terminal, said } = listening();
    const approvals = { ...CONFIG.approvals, operators: [{ user: 'alice', slack: null }] };
    try {
      const exit = await changeCommand(
        {
          config: { hosts: new Map([[on.host.name, entry]]), approvals },
          playbookVersions: new Map(),
          state,
          audit,
          agentSocket: null,
          signingKeyPem: () => '',
          verifyKeyPem: () => '',
          slack: null,
          ...decidingIn(state),
          utcOffsetMs: 0,
          osUser,
          newId: () => 'id',
          nowMs: Date.now,
          terminal,
          report: () => undefined,
        },
        changeWish(['rollback', typed], { json: false, dryRun, breakGlass: false, reason: undefined }),
      );
      return { exit, said: said() };
    } finally {
      await audit.close();
    }
  }
  const value = async (): Promise<string> => on.host.sysctl(SOMAXCONN.key);
  const typed = (): string => `${on.host.name}/${plan.id}`;

  it('needs nothing but the host’s own record of the change', async () => {
    const dry = await run(typed(), 'alice', { dryRun: true });
    expect(dry.said).toContain(
      `its journal has change ${plan.id} as applied\n  net.core.somaxconn: 4096 -> 128`,
    );
    expect([dry.exit, await value()]).toEqual([0, '4096']);
    const real = await run(typed(), 'alice');
    expect(real.said).toContain('rolled back by alice: the host has its old values');
    expect([real.exit, await value()]).toEqual([0, '128']);
    expect((await run(typed(), 'alice')).exit).toBe(0);
    expect(readdirSync(join(dir, 'audit'))).toContain('terminal.jsonl');
    expect(readFileSync(join(dir, 'audit', 'terminal.jsonl'), 'utf8')).toContain('"step":"roll-back-ended"');
  });

  it.each([
    ['Redis is dead', { REDIS_URL: 'redis://127.0.0.1:1' }],
    ['no service has ever run', {}],
  ])('works as a program where %s', async (_, env) => {
    const { terminal, said } = listening();
    const file = join(dir, 'tcpcheck.yaml');
    writeFileSync(file, 'hosts: {}\n');
    const operators = [{ user: userInfo().username, slack: null }];
    const config = {
      ...loadConfig(file),
      hosts: new Map([[on.host.name, on.entry()]]),
      approvals: { ...CONFIG.approvals, operators },
    };
    const settings = readEnvironment({ ...env, TCPCHECK_DATA_DIR: join(dir, 'elsewhere') });
    const wish = { verb: 'rollback-by-journal', host: on.host.name, id: plan.id, dryRun: false } as const;
    expect(
      await runChange(
        { config, settings, playbooks: [], terminal, interrupted: () => AbortSignal.abort() },
        wish,
      ),
    ).toBe(0);
    expect(said()).toContain('going by the host’s own journal');
    expect(said()).toContain('the host has its old values');
    expect(await value()).toBe('128');
  });

  it('works where the inventory allows no further changes, and says what is missing where it names no account', async () => {
    const none = { ...on.entry(), changes: { kind: 'none' } } as const;
    await expect(run(typed(), 'alice', { entry: { ...none, user: 'tcpcheck' } })).rejects.toThrow(
      'names no account for changes any more',
    );
    expect((await run(typed(), 'alice', { entry: none })).exit).toBe(0);
    expect(await value()).toBe('128');
  });

  it('leaves alone what somebody else has changed since, and says so', async () => {
    await on.host.setSysctl(SOMAXCONN.key, '2048');
    const { exit, said } = await run(typed(), 'alice');
    expect(said).toContain('[CHANGE_FOREIGN]');
    expect([exit, await value()]).toEqual([1, '2048']);
  });

  it('is for operators, and for changes that the host knows', async () => {
    await expect(run(typed(), 'mallory')).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
    await expect(run(`${on.host.name}/nothing`, 'alice')).rejects.toMatchObject({
      code: 'CHANGE_NOT_APPLIED',
    });
    expect(await value()).toBe('4096');
  });
});
