import { hostEntry } from '../support/host-entry.ts';
import type { ChangePlan } from '../../src/core/domain/change.ts';
import type { HostEntry } from '../../src/core/domain/host.ts';
import type { SettingChange } from '../../src/core/domain/report.ts';
import type { LabHost } from '../../src/demo/lab/host.ts';
import { startLab, type Lab } from '../../src/demo/lab/lab.ts';
import { executePlan, type PlanOrder } from '../../src/host/execute-plan.ts';
import { openHost, type HostConnection } from '../../src/host/open-host.ts';
import { RANGE_PLAN } from '../core/change/arbitrary-change.ts';
import { TcpcheckError } from '../../src/core/domain/errors.ts';

export const SOMAXCONN: SettingChange = { key: 'net.core.somaxconn', from: '128', to: '4096' };
export const OLD = RANGE_PLAN.settings.map(({ from }) => from);
export const NEW = RANGE_PLAN.settings.map(({ to }) => to);
/** What the helper reads back after RANGE_PLAN, and after it was taken back. */
export const WIDE = RANGE_PLAN.settings.map(({ key, to }) => ({ key, value: to }));
export const NARROW = RANGE_PLAN.settings.map(({ key, from }) => ({ key, value: from }));

/** For tests in which nothing gets better by waiting. */
export const NO_DELAYS = [0, 0, 0];

/** A real host with a real sshd, and plans for it. */
export interface PlanHost {
  readonly lab: Lab;
  readonly host: LabHost;
  /** Old values, and nothing of ours on the host. */
  reset(): Promise<void>;
  /** A plan nobody has executed yet. */
  newPlan(parts?: Partial<ChangePlan>): ChangePlan;
  /** As the inventory names it. */
  entry(): HostEntry;
  open(login?: Partial<HostEntry>): Promise<HostConnection>;
  using<T>(work: (connection: HostConnection) => Promise<T>): Promise<T>;
  execute(action: 'apply' | 'rollback', plan: ChangePlan): ReturnType<typeof executePlan>;
  /** What the kernel of the host says about the keys of RANGE_PLAN. */
  values(): Promise<readonly string[]>;
}

export async function startPlanHost(): Promise<PlanHost> {
  return addPlanHost(await startLab({ prefix: 'tcpcheck-test-plan' }), 'plan-1');
}

/** One more in a lab. */
export async function addPlanHost(lab: Lab, name: string): Promise<PlanHost> {
  const host = await lab.addHost({ name, workload: null, accounts: ['diag'] });
  const netns = await host.exec(['readlink', '/proc/self/ns/net']);
  const base = { ...RANGE_PLAN, hostKeyFingerprint: host.hostKeyFingerprint, netns: netns.stdout.trim() };
  let plans = 0;
  const self: PlanHost = {
    lab,
    host,
    reset: async () => {
      await host.exec(['rm', '-rf', '/run/tcpcheck', '/var/lib/tcpcheck', '/run/real']);
      for (const { key, from } of [SOMAXCONN, ...base.settings]) await host.setSysctl(key, from);
    },
    newPlan: (parts = {}) => {
      plans += 1;
      return { ...base, id: `plan-${plans}`, ...parts };
    },
    entry: () => hostEntry(host, { changes: { kind: 'same-account' } }),
    open: async (login = {}) => openHost({ ...self.entry(), ...login }, { jump: null, agentSocket: null }),
    using: async (work) => {
      const connection = await self.open();
      try {
        return await work(connection);
      } finally {
        connection.close();
      }
    },
    execute: async (action, plan) =>
      self.using(async (connection) => executePlan(connection, orderOf(action, plan), () => self.open())),
    values: async () => Promise.all(base.settings.map(({ key }) => host.sysctl(key))),
  };
  return self;
}

/** A host that went away. */
export const unreachable = async (): Promise<HostConnection> => {
  throw new TcpcheckError('SSH_TIMEOUT', 'web-1: no answer on port 22');
};

/** Far longer than any test. */
const HOLD_S = 600;

export const orderOf = (action: 'apply' | 'rollback', plan: ChangePlan): PlanOrder =>
  action === 'apply' ? { action, plan, holdS: HOLD_S } : { action, plan };
