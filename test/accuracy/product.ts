import { hostEntry } from '../support/host-entry.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import type { Config } from '../../src/config/config.ts';
import { signGo, GO_VALID_MS } from '../../src/core/change/go.ts';
import { nextState, type ChangeEvent } from '../../src/core/change/life.ts';
import type { Change, ChangeAction, Person } from '../../src/core/domain/change.ts';
import type { HostEntry } from '../../src/core/domain/host.ts';
import type { Problem } from '../../src/core/domain/problem.ts';
import type { Diagnosis } from '../../src/core/domain/report.ts';
import type { DiagnosisRequest, Run } from '../../src/core/domain/run.ts';
import type { LabHost } from '../../src/demo/lab/host.ts';
import type { Login } from '../../src/demo/lab/logins.ts';
import { diagnoseHost } from '../../src/jobs/diagnose-host.ts';
import { executeChange } from '../../src/jobs/execute-change.ts';
import { proposeChanges } from '../../src/jobs/propose-changes.ts';
import { AuditLog } from '../../src/state/audit/audit-log.ts';
import { openState, type OpenState } from '../../src/state/open-state.ts';
import { shippedPlaybooks } from '../support/playbooks.ts';
import { TestRedis } from '../support/redis.ts';

/** What one account was told about a host, and what the product would change there. */
export interface Told {
  readonly diagnosis: Diagnosis;
  readonly changes: readonly Change[];
}

/** The product's own jobs on a real Redis: everything of a run but Slack. */
export interface Product {
  diagnose(host: LabHost, login: Login): Promise<Told>;
  /** Approved, signed and executed; the change as it stands afterwards. */
  apply(change: Change): Promise<Change>;
  rollBack(change: Change): Promise<Change>;
  close(): Promise<void>;
}

const BY: Person = { kind: 'slack-user', teamId: 'T1', userId: 'U2' };

/**
 * `windowMs`: between the two samples of a diagnosis. `confirmWithinMs`: longer than any look at a workload, so that
 * the host does not take back what is being measured.
 */
export async function startProduct(windowMs: number, confirmWithinMs = 900_000): Promise<Product> {
  const redis = await TestRedis.start();
  const problems: Problem[] = [];
  const report = (problem: Problem): void => void problems.push(problem);
  const state = await openState({ connection: redis.connection, onProblem: report });
  const { publicKey, privateKey } = generateKeyPairSync('ed25519', {
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const hosts = new Map<string, HostEntry>();
  const approvals: Config['approvals'] = {
    users: [{ teamId: 'T1', id: 'U2' }],
    expiresInMs: 900_000,
    confirmWithinMs,
    twoPerson: ['high'],
    operators: [],
    perHostHour: 20,
    freeze: [],
    groups: [],
    breakGlass: true,
    hostsPerApproval: 5,
  };
  const dataDir = mkdtempSync(join(tmpdir(), 'tcpcheck-accuracy-'));
  const audit = new AuditLog({ dataDir, log: 'worker', nowMs: () => Date.now(), report });
  const context = {
    config: { hosts, windowMs, reservedPorts: '', thresholds: new Map(), approvals },
    playbooks: shippedPlaybooks(),
    state,
    audit,
    agentSocket: null,
    verifyKeyPem: publicKey,
    nowMs: () => Date.now(),
    newId: () => randomUUID(),
    report,
  };
  const { signal } = new AbortController();

  const execute = async (change: Change, action: ChangeAction): Promise<Change> => {
    const issuedAtMs = Date.now();
    const kind = action === 'apply' ? 'approve' : 'roll-back';
    await decided(state, change, { kind, by: BY, atMs: issuedAtMs });
    const go = { action, plan: change.plan, by: [BY], issuedAtMs, validUntilMs: issuedAtMs + GO_VALID_MS };
    await executeChange(context, { changeId: change.plan.id, go: signGo(go, privateKey) });
    return known(await state.changes.get(change.plan.id), `change ${change.plan.id}`);
  };
  return {
    diagnose: async (host, login) => {
      const entry = inventory(host, login);
      hosts.set(entry.name, entry);
      const request = requestFor(entry.name);
      await state.requests.accept(request);
      await diagnoseHost(context, entry.name, signal);
      const run = await runOf(state, request);
      await proposeChanges(context, request, run);
      const changes = await state.changes.ofRequest(request.id);
      return { diagnosis: known(run.diagnosis, `diagnosis of ${entry.name}`), changes };
    },
    apply: (change) => execute(change, 'apply'),
    rollBack: (change) => execute(change, 'rollback'),
    close: async () => {
      await state.close();
      await redis.close();
      await audit.close();
      rmSync(dataDir, { recursive: true, force: true });
      if (problems.length > 0) throw new Error(`the product complained: ${JSON.stringify(problems)}`);
    },
  };
}

/** Both accounts look at the same host at the same time, as two hosts of the inventory. */
function inventory(host: LabHost, login: Login): HostEntry {
  const isRoot = login.user === 'root';
  return hostEntry(host, {
    name: isRoot ? host.name : `${host.name}.${login.user}`,
    user: login.user,
    identityFile: login.identityFile,
    changes: isRoot ? { kind: 'same-account' } : { kind: 'none' },
  });
}

const requestFor = (host: string): DiagnosisRequest => ({
  id: `accuracy-${host}`,
  host,
  symptom: '',
  channel: 'C1',
  locale: 'en',
  requester: { kind: 'slack-user', teamId: 'T1', userId: 'U1' },
  createdAtMs: Date.now(),
  mentions: [],
});

async function runOf(state: OpenState, request: DiagnosisRequest): Promise<Run> {
  const id = known(await state.requests.runOf(request.id), `run of ${request.id}`);
  return known(await state.runs.get(id), `run ${id}`);
}

async function decided(state: OpenState, change: Change, event: ChangeEvent): Promise<void> {
  const next = nextState(change, event);
  if ('refused' in next) throw new Error(`${change.plan.id}: ${next.refused.message}`);
  await state.changes.move(change.plan.id, change.state, next.ok);
}

function known<T>(value: T | null, what: string): T {
  if (value === null) throw new Error(`there is no ${what}`);
  return value;
}
