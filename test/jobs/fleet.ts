import { createDesk } from '../../src/jobs/desk.ts';
import { diagnoseHost } from '../../src/jobs/diagnose-host.ts';
import { executeChange } from '../../src/jobs/execute-change.ts';
import { lookAfterChange } from '../../src/jobs/look-after-change.ts';
import { showQuestion, type QuestionContext } from '../../src/jobs/show-question.ts';
import { sweep } from '../../src/jobs/sweep.ts';
import { isQuestionId } from '../../src/core/change/group-ids.ts';
import type { HostEntry } from '../../src/core/domain/host.ts';
import type { GroupChange } from '../../src/core/domain/group.ts';
import type { Click } from '../../src/core/domain/ports.ts';
import type { Playbook } from '../../src/core/playbook/playbook.ts';
import { versionsOf } from '../../src/core/playbook/playbook.ts';
import { symptomRouter } from '../../src/core/symptom/route-symptom.ts';
import type { LabHost } from '../../src/demo/lab/host.ts';
import { startLab, type Lab } from '../../src/demo/lab/lab.ts';
import { AuditLog } from '../../src/state/audit/audit-log.ts';
import { smallPlaybook } from '../support/playbooks.ts';
import { hostEntry } from '../support/host-entry.ts';
import {
  APPROVER,
  CHANNEL,
  codeOf,
  CONFIG,
  REQUESTER,
  showThread,
  startBench,
  TEAM,
  type Bench,
} from './bench.ts';

export const REUSE = 'net.ipv4.tcp_tw_reuse';
export const MEMBERS = ['web-1', 'web-2', 'web-3'] as const;

/** Sick while tcp_tw_reuse is 2, and whatever it is while somaxconn is 777: such a host is not healed by the change. */
const playbook = (volume: string): Playbook =>
  smallPlaybook(
    `when: settings.tcp_tw_reuse == 2 || settings.somaxconn == 777
severity: {default: critical}
causes:
  - id: reuse
    when: settings.tcp_tw_reuse == 2
    text: {en: Ports are not reused., ko: 포트를 재사용하지 않습니다.}
    fix: {sysctl: [{key: ${REUSE}, to: 1, why: {en: It reuses them., ko: 재사용합니다.}}]}
  - id: other
    when: settings.somaxconn == 777
    text: {en: Something else., ko: 다른 원인입니다.}
verify: {window: 1s, facts: [{fact: settings.tcp_timestamps, wanted: higher}]${volume}}`,
    'reuse',
  );
const HELPING = playbook('');
/** Nothing goes on on the hosts of the test, so with this nobody can tell what the change did. */
const SILENT = playbook(', volume: {fact: counters.active_opens_per_s, at_least: 1}');

/** As tcpcheck.yaml and the playbooks have it at this moment. */
interface Rules {
  /** Whether the effect can not be told. */
  silent: boolean;
  approvers: readonly string[];
  twoPerson: readonly ('medium' | 'high')[];
  /** Slack does not say who is a member. */
  unsure: boolean;
}

/** A question about the group, and the plan for several hosts that is offered. */
interface Asked {
  readonly questionId: string;
  readonly group: GroupChange;
}

/** Bot and worker on three real hosts of one group. */
export interface Fleet {
  readonly bench: Bench;
  readonly questions: QuestionContext;
  readonly hosts: readonly LabHost[];
  readonly rules: Rules;
  /** Old values everywhere and nothing undecided, then a question about the group. */
  askAnew(): Promise<Asked>;
  /** A question about the hosts as they are. */
  ask(): Promise<Asked>;
  /** The bot dies; and another is started, which sweeps as any does. */
  killBot(): Promise<void>;
  startBot(): Promise<void>;
  groupNow(id: string): Promise<GroupChange>;
  press(
    what: 'approve' | 'reject' | 'keep' | 'rollback',
    value: string,
    by?: string,
    context?: QuestionContext,
  ): Promise<string>;
  /** What the kernel of each host says. */
  values(): Promise<readonly string[]>;
  /** Kinds of the states of each host’s change, in the order of the plan. */
  kinds(group: GroupChange): Promise<readonly string[]>;
  stop(): Promise<void>;
}

const nowMs = (): number => Date.now();

export async function startFleet(posting: 'slack' | 'instant' = 'instant'): Promise<Fleet> {
  const lab = await startLab({ prefix: 'tcpcheck-test-fleet' });
  const hosts = await Promise.all(MEMBERS.map(async (name) => lab.addHost({ name, workload: null })));
  const bench = await startBench(posting);
  return new RealFleet(lab, hosts, bench);
}

class RealFleet implements Fleet {
  readonly bench: Bench;
  readonly questions: QuestionContext;
  readonly hosts: readonly LabHost[];
  readonly rules: Rules = { silent: false, approvers: [APPROVER], twoPerson: ['high'], unsure: false };
  readonly #lab: Lab;
  readonly #redis: ReturnType<Bench['redis']['client']>;
  readonly #audit: AuditLog;
  readonly #workers: readonly { close(graceMs: number): Promise<void> }[];
  #bot: { close(graceMs: number): Promise<void> };
  #clicks = 0;

  constructor(lab: Lab, hosts: readonly LabHost[], bench: Bench) {
    this.#lab = lab;
    this.hosts = hosts;
    this.bench = bench;
    this.#redis = bench.redis.client();
    const { state, keys, show } = bench;
    const { rules } = this;
    const entries: readonly [string, HostEntry][] = hosts.map((host) => [
      host.name,
      hostEntry(host, { groups: ['web'], changes: { kind: 'same-account' } }),
    ]);
    const config = {
      ...CONFIG,
      hosts: new Map(entries),
      get approvals() {
        const users = rules.approvers.map((id) => ({ teamId: null, id }));
        const { twoPerson } = rules;
        return { ...CONFIG.approvals, users, twoPerson, perHostHour: 20, confirmWithinMs: 30_000 };
      },
      windowMs: 1_000,
      verifyWindowMs: 1_000,
      reservedPorts: '',
      thresholds: new Map<string, never>(),
    };
    const { report } = show;
    this.#audit = new AuditLog({ dataDir: bench.dataDir, log: 'worker', nowMs, report });
    this.questions = {
      ...bench.deciding,
      ...show,
      freezes: bench.deciding.freezes,
      directory: {
        ...bench.deciding.directory,
        standing: async (person, maxAgeMs) =>
          rules.unsure ? 'unknown' : bench.deciding.directory.standing(person, maxAgeMs),
      },
      config,
      nowMs,
      route: symptomRouter([HELPING]),
      playbookVersions: versionsOf([HELPING]),
      teamId: () => TEAM,
      audit: bench.audit,
      signingKeyPem: keys.signing,
    };
    let runs = 0;
    const work = {
      config,
      get playbooks() {
        return [rules.silent ? SILENT : HELPING];
      },
      state,
      audit: this.#audit,
      verifyKeyPem: keys.verify,
      agentSocket: null,
      nowMs,
      newId: () => `fleet-run-${(runs += 1)}`,
      report,
    };
    const many = { concurrency: 4 };
    this.#workers = [
      state.workers.startDiagnoseWorker((host, signal) => diagnoseHost(work, host, signal), many),
      state.workers.startChangeWorker((order) => executeChange(work, order), many),
      state.workers.startCareWorker((id, signal) => lookAfterChange(work, id, signal), many),
    ];
    this.#bot = this.#threads();
  }

  #threads(): { close(graceMs: number): Promise<void> } {
    const { questions } = this;
    return this.bench.state.workers.startThreadWorker(
      (id) => (isQuestionId(id) ? showQuestion(questions, id) : showThread(questions, id)),
      { concurrency: 4 },
    );
  }

  async killBot(): Promise<void> {
    await this.#bot.close(0);
  }

  async startBot(): Promise<void> {
    this.#bot = this.#threads();
    const { state, audit, show } = this.bench;
    await sweep({ state, audit, nowMs, doubt: async () => null, report: show.report });
  }

  async askAnew(): Promise<Asked> {
    for (const host of this.hosts) {
      await host.exec(['rm', '-rf', '/run/tcpcheck', '/var/lib/tcpcheck']);
      await host.setSysctl(REUSE, '2');
      await host.setSysctl('net.core.somaxconn', '128');
      // What an earlier question left undecided there is none of this one’s business.
      await this.#redis.del(`tcpcheck:host-changes:${host.name}`);
    }
    return this.ask();
  }

  async ask(): Promise<Asked> {
    const { state } = this.bench;
    this.#clicks += 1;
    const before = new Set(await state.requests.unanswered());
    const outcome = await createDesk(this.questions).ask({
      target: 'web',
      symptom: '',
      channel: CHANNEL,
      locale: 'en',
      requester: { kind: 'slack-user', teamId: TEAM, userId: REQUESTER },
      mentions: [REQUESTER],
      deliveryKey: `fleet-${this.#clicks}`,
    });
    if (outcome.kind !== 'accepted') throw new Error(JSON.stringify(outcome));
    const questionId = (await state.requests.unanswered()).find((id) => isQuestionId(id) && !before.has(id));
    if (questionId === undefined) throw new Error('the question was not kept');
    const group = await soon(async () => {
      const [offered] = await state.groups.ofQuestion(questionId);
      const card = (await state.threads.entries(questionId)).get(`card:${offered?.plan.id ?? ''}`);
      return typeof card?.ts === 'string' ? offered : undefined;
    });
    return { questionId, group };
  }

  async groupNow(id: string): Promise<GroupChange> {
    const group = await this.bench.state.groups.get(id);
    if (group === null) throw new Error('the group plan is gone');
    return group;
  }

  async press(
    what: 'approve' | 'reject' | 'keep' | 'rollback',
    value: string,
    by = APPROVER,
    context = this.questions,
  ): Promise<string> {
    const { state } = this.bench;
    this.#clicks += 1;
    const id = value.split('.')[0] ?? '';
    const group = await state.groups.get(id);
    const change = group === null ? await state.changes.get(id) : null;
    const thread = group?.plan.questionId ?? change?.plan.requestId ?? '';
    const entries = await state.threads.entries(thread);
    const messageTs = (group === null ? entries.get('finding:0') : entries.get(`card:${id}`))?.ts ?? '';
    const deliveryKey = `press-${this.#clicks}`;
    const click: Click = { teamId: TEAM, userId: by, channel: CHANNEL, messageTs, value, deliveryKey };
    return codeOf(await createDesk(context)[what](click));
  }

  values(): Promise<readonly string[]> {
    return Promise.all(this.hosts.map(async (host) => host.sysctl(REUSE)));
  }

  async kinds({ plan }: GroupChange): Promise<readonly string[]> {
    return Promise.all(
      plan.members.map(async ({ changeId }) => {
        const change = await this.bench.state.changes.get(changeId);
        return change?.state.kind ?? 'gone';
      }),
    );
  }

  async stop(): Promise<void> {
    await Promise.all([this.#bot, ...this.#workers].map((worker) => worker.close(2_000)));
    await this.#audit.close();
    await this.bench.close();
    await this.#lab.stop();
  }
}

const PATIENCE_MS = 60_000;
/** Every look at the values of the hosts starts three programs. */
const PAUSE_MS = 200;

/** The first value that there is. */
export async function soon<T>(look: () => Promise<T | undefined>): Promise<T> {
  const untilMs = performance.now() + PATIENCE_MS;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > untilMs) throw new Error('it did not come');
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
