import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { buttonValue } from '../../src/core/change/plan-hash.ts';
import type { Change, ChangeState } from '../../src/core/domain/change.ts';
import type { ClickOutcome, Desk, ThreadMessage, ThreadPoster } from '../../src/core/domain/ports.ts';
import type { Reached } from '../../src/core/domain/crash-point.ts';
import type { Problem } from '../../src/core/domain/problem.ts';
import type { ThreadMemory } from '../../src/core/domain/thread-memory.ts';
import { versionsOf, type Playbook } from '../../src/core/playbook/playbook.ts';
import { symptomRouter } from '../../src/core/symptom/route-symptom.ts';
import { createDesk } from '../../src/jobs/desk.ts';
import { doubtAbout } from '../../src/jobs/doubt.ts';
import { diagnoseHost } from '../../src/jobs/diagnose-host.ts';
import { executeChange, type ExecuteContext } from '../../src/jobs/execute-change.ts';
import { lookAfterChange, type CareContext } from '../../src/jobs/look-after-change.ts';
import { insist } from '../../src/jobs/insist.ts';
import { restoreThreads } from '../../src/jobs/restore-threads.ts';
import { showThread, type ShowContext } from '../../src/jobs/show-thread.ts';
import { sweep } from '../../src/jobs/sweep.ts';
import { AuditLog } from '../../src/state/audit/audit-log.ts';
import { openState, type OpenState } from '../../src/state/open-state.ts';
import { OpenThreads } from '../../src/state/open-threads.ts';
import { ThreadFiles } from '../../src/state/thread-memory.ts';
import { asText } from '../core/render/as-text.ts';
import { startPlanHost, type PlanHost } from '../host/plan-host.ts';
import { smallPlaybook } from '../support/playbooks.ts';
import { TestRedis } from '../support/redis.ts';
import { APPROVER, CHANNEL, CONFIG, REQUESTER, TEAM } from './bench.ts';
import { decidingParts } from './deciding.ts';

export const REUSE = 'net.ipv4.tcp_tw_reuse';
export const KEEPALIVE = 'net.ipv4.tcp_keepalive_time';
const NEXT = { timeout: 30_000, interval: 50 } as const;

/** A finding that stands for as long as neither setting is changed: whatever happens on the host, it is there or gone. */
export const TWO_WAYS_YAML = `when: settings.tcp_tw_reuse != 1 && settings.tcp_keepalive_time_s > 600
causes:
  - id: either
    when: settings.tcp_tw_reuse != 1
    text: {en: Either of two., ko: 둘 중 하나.}
    fix:
      sysctl:
        - {key: ${REUSE}, to: 1, why: {en: It helps., ko: 도움이 됩니다.}}
        - {key: ${KEEPALIVE}, to: 600, why: {en: It helps too., ko: 역시 도움이 됩니다.}}
verify: {window: 1s, facts: [{fact: sockets.established, wanted: lower}]}`;
const TWO_WAYS: Playbook = smallPlaybook(TWO_WAYS_YAML, 'two-ways');

/** The whole life of changes on one real host: bot and worker in this process, over a real Redis. */
export interface LifeStage {
  readonly on: PlanHost;
  readonly redis: TestRedis;
  readonly state: OpenState;
  readonly desk: Desk;
  readonly show: ShowContext;
  readonly worker: ExecuteContext & CareContext;
  readonly keys: { readonly signing: string; readonly verify: string };
  readonly dataDir: string;
  readonly memory: ThreadMemory;
  readonly problems: Problem[];
  /** A diagnosis that ends in cards; the request's id. */
  ask(): Promise<string>;
  /** The change of this key and old value, once it is in this state. */
  become(requestId: string, wanted: Wanted): Promise<Change>;
  press(change: Change, kind: 'approve' | 'keep' | 'rollback'): Promise<ClickOutcome>;
  /** As at this moment, or as another clock says. */
  sweep(clock?: () => number): Promise<void>;
  /** What the bot does when it finds that Redis was emptied. */
  restore(): Promise<void>;
  /** An emptied Redis has changes frozen until an operator does this. */
  lift(): Promise<void>;
  /** All of the thread as it was last shown. */
  readonly told: () => string;
  close(): Promise<void>;
}

interface Wanted {
  readonly key: string;
  readonly from: string;
  readonly kind: ChangeState['kind'];
}

const OPERATOR = { kind: 'os-user', name: 'alice' } as const;
const nowMs = (): number => Date.now();
/** A Redis that was just started, on a busy machine. */
const STARTS_WITHIN_MS = 10_000;

interface LifeOptions {
  /** A host that others end; without it there is one of its own. */
  readonly on?: PlanHost;
  readonly reached?: Reached;
  readonly confirmWithinMs?: number;
}

export async function startLife(options: LifeOptions = {}): Promise<LifeStage> {
  const { reached = () => undefined, confirmWithinMs = 20_000 } = options;
  const on = options.on ?? (await startPlanHost());
  const redis = await TestRedis.start();
  const problems: Problem[] = [];
  const report = (problem: Problem): void => void problems.push(problem);
  const state = await openState({ connection: redis.connection, onProblem: report });
  const dataDir = mkdtempSync(join(tmpdir(), 'tcpcheck-life-'));
  const pair = generateKeyPairSync('ed25519');
  const signing = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const verify = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const config = {
    ...CONFIG,
    hosts: new Map([[on.host.name, on.entry()]]),
    approvals: { ...CONFIG.approvals, confirmWithinMs, perHostHour: 20 },
    reservedPorts: '',
    thresholds: new Map(),
    windowMs: 1_000,
    verifyWindowMs: 1_000,
  };
  const posted = new Map<string, ThreadMessage>();
  const audit = new AuditLog({ dataDir, log: 'bot', nowMs, report });
  const memory = new ThreadFiles(join(dataDir, 'changes'), report);
  const place = { dataDir, state, config, signingKeyPem: signing, nowMs, report };
  const { outbox: _, freezesWith: __, ...parts } = decidingParts(place);
  await insist(STARTS_WITHIN_MS, () => parts.freezes.declared());
  const show: ShowContext = {
    freezes: parts.freezes,
    config,
    state,
    linkTo: () => null,
    poster: recorder(posted),
    nowMs,
    route: symptomRouter([TWO_WAYS]),
    open: new OpenThreads(join(dataDir, 'open.json'), report),
    memory,
    report,
  };
  const playbooks = [TWO_WAYS];
  const deciding = { ...place, ...parts, teamId: () => TEAM, reached };
  const desk = createDesk({ ...deciding, memory, playbookVersions: versionsOf(playbooks), audit });
  const mine = { config, playbooks, state, audit, verifyKeyPem: verify, agentSocket: null };
  const worker = { ...mine, nowMs, report, reached };
  const one = { concurrency: 1 };
  let runs = 0;
  state.workers.startDiagnoseWorker(
    (host, signal) => diagnoseHost({ ...worker, newId: () => `run-${(runs += 1)}` }, host, signal),
    one,
  );
  state.workers.startThreadWorker((requestId) => showThread(show, requestId), one);
  state.workers.startChangeWorker((order) => executeChange(worker, order), one);
  state.workers.startCareWorker((id, signal) => lookAfterChange(worker, id, signal), one);

  let presses = 0;
  const self: LifeStage = {
    on,
    redis,
    state,
    desk,
    show,
    worker,
    keys: { signing, verify },
    dataDir,
    memory,
    problems,
    ask: async () => {
      presses += 1;
      const before = new Set(await state.requests.unanswered());
      await desk.ask({
        target: on.host.name,
        symptom: '',
        channel: CHANNEL,
        locale: 'en',
        requester: { kind: 'slack-user', teamId: TEAM, userId: REQUESTER },
        mentions: [REQUESTER],
        deliveryKey: `ask-${presses}`,
      });
      const id = (await state.requests.unanswered()).find((other) => !before.has(other)) ?? '';
      await expect
        .poll(async () => (await state.threads.entries(id)).get('end')?.ts ?? null, NEXT)
        .not.toBe(null);
      return id;
    },
    become: async (requestId, { key, from, kind }) => {
      const find = async (): Promise<Change | undefined> =>
        (await state.changes.ofRequest(requestId)).find(
          ({ plan }) => plan.settings.at(-1)?.key === key && plan.settings.at(-1)?.from === from,
        );
      await expect.poll(async () => (await find())?.state.kind, NEXT).toBe(kind);
      const found = await find();
      if (found === undefined) throw new Error('it is gone again');
      return found;
    },
    press: async (change, kind) => {
      presses += 1;
      const entries = await state.threads.entries(change.plan.requestId);
      return desk[kind]({
        teamId: TEAM,
        userId: APPROVER,
        channel: CHANNEL,
        messageTs: [...entries.values()].find(({ ts }) => ts !== null)?.ts ?? '',
        value: buttonValue(change.plan),
        deliveryKey: `press-${presses}`,
      });
    },
    sweep: async (clock = nowMs) =>
      sweep({ state, audit, nowMs: clock, report, doubt: async (change) => doubtAbout(deciding, change) }),
    lift: async () => {
      await parts.freezes.declare({ freeze: null, by: OPERATOR, channel: null });
    },
    restore: async () => restoreThreads({ state, memory, verifyKeyPem: verify, nowMs, report }),
    told: () => [...posted.values()].map(asText).join('\n'),
    close: async () => {
      await state.close();
      await audit.close();
      await redis.close();
      if (options.on === undefined) await on.lab.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
  return self;
}

/** A Slack without its pace, which knows what stands in it. */
function recorder(posted: Map<string, ThreadMessage>): ThreadPoster {
  const places = new Map<string, string>();
  return {
    post: async ({ key }, message) => {
      const ts = `${places.size + 1}.000001`;
      places.set(key, ts);
      posted.set(ts, message);
      return { kind: 'sent', ts };
    },
    update: async ({ ts }, message) => {
      posted.set(ts, message);
      return { kind: 'sent', ts };
    },
    find: async ({ key }) => {
      const ts = places.get(key);
      return ts === undefined ? { kind: 'absent' } : { kind: 'found', ts };
    },
  };
}
